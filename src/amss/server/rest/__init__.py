"""The REST edge: request id, log, authentication, rate limit, idempotency, decoding, problems, the contract."""
