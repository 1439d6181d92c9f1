"""Planned work on aircraft, from its planning to its end."""
