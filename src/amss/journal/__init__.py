"""The journal: what happened, for the audit trail and for the world, written in the change's transaction."""
