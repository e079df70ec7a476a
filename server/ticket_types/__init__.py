"""What can be booked for an event."""
