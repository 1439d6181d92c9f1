"""What all refusals of this package share."""


class CannotRun(Exception):
    """AMSS cannot run its own stores and processes here; the message is a sentence for who started it."""
