"""What AMSS does, by feature: model, rules (pure), queries (SQL), service (use cases), rest, rpc, jobs."""
