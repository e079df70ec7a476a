"""How money comes and goes, and the ledger that proves it."""
