"""The ledger of what aircraft flew."""
