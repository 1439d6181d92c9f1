"""How the installation itself is doing: the worker's jobs, and events that could not be published."""
