"""Copies of users, for services that do not own identities."""
