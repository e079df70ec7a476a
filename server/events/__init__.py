"""Events and the grants that say who works on them."""
