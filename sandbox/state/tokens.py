"""Codes and tokens: what was granted to whom, until when, and what has already been used."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

SCOPES = tuple(
    f"allegro:api:{name}"
    for name in (
        "orders:read",
        "orders:write",
        "sale:offers:read",
        "sale:offers:write",
        "sale:settings:read",
        "sale:settings:write",
        "shipments:read",
        "shipments:write",
        "payments:read",
        "payments:write",
        "billing:read",
        "profile:read",
        "profile:write",
        "messaging",
        "disputes",
        "ratings",
        "campaigns",
        "bids",
        "fulfillment:read",
        "fulfillment:write",
        "affiliate:read",
    )
)


@dataclass(frozen=True)
class App:
    """A registered application. Without redirect addresses any on the own machine is accepted."""

    client_id: str
    client_secret: str
    name: str
    redirect_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = SCOPES

    def accepts(self, redirect_uri: str) -> bool:
        if self.redirect_uris:
            return redirect_uri in self.redirect_uris
        return redirect_uri.startswith(("http://127.0.0.1:", "http://localhost:"))


@dataclass
class Grant:
    """A seller's consent to an app; all tokens refreshed from each other share one."""

    id: str
    client_id: str
    seller_id: str | None
    scopes: tuple[str, ...]
    access_token: str | None = None
    revoked: bool = False
    from_device: bool = False


@dataclass
class AccessToken:
    grant: Grant
    expires_at: float


@dataclass
class RefreshToken:
    grant: Grant
    expires_at: float
    used_at: float | None = None


@dataclass
class Code:
    """An authorization code, good once and for seconds."""

    grant: Grant
    redirect_uri: str
    expires_at: float
    challenge: str | None = None
    used: bool = False


@dataclass
class DeviceCode:
    user_code: str
    client_id: str
    scopes: tuple[str, ...]
    expires_at: float
    interval: float
    last_poll: float | None = None
    decision: str = "pending"  # pending | allowed | denied | used
    seller_id: str | None = None


@dataclass
class TokenStore:
    access: dict[str, AccessToken] = field(default_factory=dict)
    refresh: dict[str, RefreshToken] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    devices: dict[str, DeviceCode] = field(default_factory=dict)

    def revoke(self, seller_id: str | None) -> int:
        """Destroy all grants of a seller, or of all sellers. Returns how many."""
        grants = {id(item.grant): item.grant for item in self.refresh.values()}
        grants |= {id(item.grant): item.grant for item in self.access.values()}
        hit = [
            grant
            for grant in grants.values()
            if not grant.revoked and (seller_id is None or grant.seller_id == seller_id)
        ]
        for grant in hit:
            grant.revoked = True
        return len(hit)


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def web_token(claims: dict[str, Any]) -> str:
    """A string with the looks and the length of Allegro's JWT. Its signature signs nothing."""
    header = _part(json.dumps({"alg": "RS256", "typ": "JWT"}).encode())
    payload = _part(json.dumps(claims, separators=(",", ":")).encode())
    seed = f"{header}.{payload}".encode()
    signature = _part(b"".join(hashlib.sha256(seed + bytes([i])).digest() for i in range(8)))
    return f"{header}.{payload}.{signature}"


def s256(verifier: str) -> str:
    """The PKCE challenge of a verifier (RFC 7636, 4.2)."""
    return _part(hashlib.sha256(verifier.encode("ascii", "ignore")).digest())
