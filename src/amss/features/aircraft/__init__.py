"""The fleet: aircraft and what they are."""
