"""What every API answer shares: problems, pages, ETags, idempotency, and the middleware."""
