"""Journals that come as files: what they prove, and their import."""
