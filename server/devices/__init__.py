"""Enrolled laptops."""
