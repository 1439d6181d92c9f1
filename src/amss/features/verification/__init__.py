"""Verification: proof that the audit trail and signed checks are what they were when they were written."""
