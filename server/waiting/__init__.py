"""Who came too late, and is told when a place is free."""
