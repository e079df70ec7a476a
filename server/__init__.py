"""The server: one FastAPI application on PostgreSQL that knows the whole truth of every event."""

__version__ = "0.1.0"
