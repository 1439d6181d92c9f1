"""The checks of a task: what they ask, who signed them, and proof that nothing has changed since."""
