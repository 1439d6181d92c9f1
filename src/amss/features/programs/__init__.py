"""Programs: what must be done again and again."""
