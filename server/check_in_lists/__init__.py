"""Check-in lists and gates, as organizers edit them."""
