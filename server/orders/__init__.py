"""One payment for one or more registrations of one event."""
