"""`amss-worker`: the jobs that run beside the server."""
