"""An aircraft's maintenance record, as an authority reads it: shown, as CSV, and as pages to print."""
