"""The demo's secrets: made once, kept in the run directory, handed on by environment."""

from __future__ import annotations

import base64
import secrets

from launcher.places import RunDirectory

FILE = "secrets.json"


def demo_secrets(run: RunDirectory) -> dict[str, str]:
    """Return the secrets of this checkout, making the missing ones."""
    kept = {name: str(value) for name, value in run.read(FILE).items()}
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "HUB_MASTER_KEYS": "demo1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "ALLEGRO_SANDBOX_CLIENT_ID": secrets.token_hex(16),
        "ALLEGRO_SANDBOX_CLIENT_SECRET": secrets.token_urlsafe(32),
        "HUB_DEMO_SELLER_PASSWORD": secrets.token_urlsafe(9),
        "HUB_DEMO_OPERATOR_PASSWORD": secrets.token_urlsafe(9),
    }
    complete = fresh | kept
    if complete != kept:
        run.write(FILE, dict(complete))
    return complete
