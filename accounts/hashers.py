"""Passwords are hashed with Argon2id (RFC 9106)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idPasswordHasher(Argon2PasswordHasher):
    """Argon2id at 19 MiB, 2 passes and 1 lane, the cost that OWASP gives for a login server."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
