"""Who evaluates what: affinity by expertise, conflicts of interest, and the best assignment."""
