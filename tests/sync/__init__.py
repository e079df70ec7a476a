"""Doors, a festival and a server in memory, for tests."""
