"""Reports: how the fleet, its work and its people stand, as JSON and as files."""
