"""Random secrets that are shown once and stored only as a hash."""

from __future__ import annotations

import hashlib
import secrets


def new_secret() -> str:
    """256 bits of randomness as URL-safe text."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored: SHA-256 is enough for a secret that is random to begin with."""
    return hashlib.sha256(secret.encode()).hexdigest()
