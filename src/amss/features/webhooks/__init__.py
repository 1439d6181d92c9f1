"""Webhooks: endpoints of others, and the events sent to them."""
