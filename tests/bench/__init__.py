"""Measurements against the floors: `python3 dev.py bench [NAME] [--json]`."""
