"""From the eligibility checks to the consensus: people, conflicts of interest, score sheets."""
