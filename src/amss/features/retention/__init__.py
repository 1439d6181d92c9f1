"""Retention: what has been kept for as long as its organization settled goes for good."""
