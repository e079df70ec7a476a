"""A database full of events and guests, for trying out how everything goes with a million of them."""
