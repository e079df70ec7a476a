"""Tickets signed in advance, which a device sells to walk-ins without asking anybody."""
