"""Tenants and what they have settled."""
