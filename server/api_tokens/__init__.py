"""API tokens: what a program that is no person sends to work at one event."""
