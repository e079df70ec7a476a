"""The use cases of a door, without a window: judge a scan, look a guest up. Knows no Qt."""
