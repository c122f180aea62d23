"""How a post is signed, by us or for us: ``X-Hub-Signature: v1=`` and the signature below.

No Django here: connectors sign what they send, the webhook verifies what it is sent.
"""

from __future__ import annotations

import hashlib
import hmac

SCHEME = "v1="


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 of timestamp (``X-Hub-Timestamp``), a dot and the raw body; put after ``v1=``."""
    message = timestamp.encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
