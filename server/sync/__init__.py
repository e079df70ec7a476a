"""Push, pull and the revisions that prove completeness."""
