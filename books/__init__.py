"""Stages 3, 5 and 7: a REST API of books on a real database, with nested routes."""
