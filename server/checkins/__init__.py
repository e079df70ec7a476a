"""Check-in lists, gates and the facts of doors."""
