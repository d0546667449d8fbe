"""Argon2id at the least it can cost, for tests in which a password only has to exist."""

from accounts.hashers import Argon2idPasswordHasher


class CheapArgon2idPasswordHasher(Argon2idPasswordHasher):
    time_cost = 1
    memory_cost = 8
