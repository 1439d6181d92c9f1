"""Tasks made from what falls due, in time and where the aircraft has room."""
