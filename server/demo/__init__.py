"""The demonstration: a festival that fills itself, and the video that a door would have seen."""
