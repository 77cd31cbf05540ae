"""From the eligibility checks to the consensus."""
