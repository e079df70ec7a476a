"""Members of an event: who may do what on it."""
