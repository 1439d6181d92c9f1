"""AMSS: plan, track and prove aircraft maintenance."""

__version__ = "0.1.0"
