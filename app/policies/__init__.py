"""Who may: pure predicates on an actor and what is known of a subject."""
