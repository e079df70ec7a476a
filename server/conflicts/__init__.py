"""Where what doors told and what was due differ."""
