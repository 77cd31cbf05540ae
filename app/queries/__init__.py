"""The read side: lists, details, dashboards and exports in a constant number of statements."""
