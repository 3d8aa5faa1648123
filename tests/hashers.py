"""Password hashing for tests: the product's algorithm, made cheap, so that a real server verifies the same hashes."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 at its lowest cost: worlds with twenty people are built in milliseconds."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
