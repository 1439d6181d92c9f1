"""Reading the audit trail; the journal writes it."""
