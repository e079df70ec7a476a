"""Who is asking: login, rotating refresh tokens, access to events."""
