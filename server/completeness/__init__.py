"""Is everything in from last night: what is here of each laptop's journal, and what is not."""
