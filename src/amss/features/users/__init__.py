"""The people of an organization, and what they may be."""
