"""Use cases: one function, one transaction, one event. They know no request."""
