"""What is left of a person who wants to be forgotten: serials, numbers and times, and nobody's name."""
