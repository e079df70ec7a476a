"""Long runs: `python3 dev.py soak NAME --count N --seed S`."""
