"""Process one: REST and gRPC over the same use cases."""
