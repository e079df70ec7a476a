"""Cells that a spreadsheet program must not take for formulas, on their way out and back in. Pure."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""First signs by which spreadsheet programs know what they should work out (OWASP, CSV injection)."""
GUARD = "'"


def guarded(text: str) -> str:
    """The text so that no spreadsheet program works it out: with an apostrophe before what could be a formula."""
    return GUARD + text if text.lstrip(GUARD).startswith(DANGEROUS) else text


def bare(text: str) -> str:
    """The text without the apostrophe that `guarded` gave it."""
    return text[1:] if text.startswith(GUARD) and text.lstrip(GUARD).startswith(DANGEROUS) else text
