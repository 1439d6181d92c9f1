"""Programs: what must be done again and again, and what is due on which aircraft."""
