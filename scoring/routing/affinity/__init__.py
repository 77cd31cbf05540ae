"""Who knows what: affinity of evaluators and applications from a taxonomy and from texts."""
