"""What is due, on which aircraft, when, and why."""
