"""The office's screen for what doors did beside what was due, and whether everything is in."""
