"""The right to enter, and the keys that sign it."""
