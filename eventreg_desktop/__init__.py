"""The program at the door: scans, judges and remembers, with or without a network."""
