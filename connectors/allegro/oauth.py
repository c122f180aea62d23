"""Getting and renewing tokens: authorization code with PKCE, device code, client credentials.

Parameters travel in the body only, as Allegro demands since 2025-08-23 (allegro-api#11867).
Nothing here stores a token, logs one or puts one into an error.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from connectors.allegro.answers import without_secrets
from connectors.allegro.endpoints import Endpoints, validate_user_agent
from connectors.allegro.errors import (
    AllegroError,
    AuthError,
    DeviceDenied,
    DeviceExpired,
    DevicePending,
    DeviceSlowDown,
    RateLimited,
    Unavailable,
)
from connectors.allegro.transport import Transport, TransportFailed, WireAnswer, WireRequest

logger = logging.getLogger("connectors.allegro")

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_FORM = "application/x-www-form-urlencoded"

# RFC 8628, 3.5. invalid_request is Allegro's word for a wrong, used or old code
# (allegro-api#11373, #13406); invalid_grant is what other servers say for it.
_DEVICE_ERRORS: dict[str, type[AuthError]] = {
    "authorization_pending": DevicePending,
    "slow_down": DeviceSlowDown,
    "access_denied": DeviceDenied,
    "expired_token": DeviceExpired,
    "invalid_request": DeviceExpired,
    "invalid_grant": DeviceExpired,
}


@dataclass(frozen=True)
class TokenPair:
    """Tokens as Allegro issues them; printing one shows no token.

    ``expires_in`` is the life of the access token in seconds (12 hours); the refresh token lives
    three months from its issue. ``refresh_token`` is empty for client credentials. ``scopes`` may
    be fewer than were asked for (allegro-api#5314).
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    scopes: tuple[str, ...]
    jti: str


@dataclass(frozen=True)
class DeviceCode:
    """What a seller needs to connect from another device. Times in seconds."""

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


def pkce_pair() -> tuple[str, str]:
    """Make a code verifier to keep and its S256 challenge to send (RFC 7636)."""
    verifier = secrets.token_urlsafe(64)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class AllegroOAuth:
    """Allegro's authorization server for one registered application.

    Every method that calls it raises AuthError when it refuses, RateLimited for its undisclosed
    cap on tokens (allegro-api#8321) and Unavailable when there is no usable answer.
    """

    def __init__(
        self,
        *,
        endpoints: Endpoints,
        client_id: str,
        client_secret: str,
        user_agent: str,
        timeout: float = 10.0,
    ) -> None:
        """Keep the credentials; ``timeout`` in seconds holds for connecting and for reading."""
        self._base = endpoints.auth
        self._client_id = client_id
        self._client_secret = client_secret
        self._user_agent = validate_user_agent(user_agent)
        self._timeout = timeout

    def authorization_url(
        self,
        *,
        redirect_uri: str,
        state: str,
        code_challenge: str,
        scopes: Sequence[str] = (),
        confirm: bool = True,
    ) -> str:
        """Give the address to send the seller's browser to.

        ``confirm`` shows the account first, against connecting the wrong one (allegro-api#8417).
        Without ``scopes`` Allegro grants all those registered for the application.
        """
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": code_challenge,
            "code_challenge_method": "S256",
        }
        if scopes:
            query["scope"] = " ".join(scopes)
        if confirm:
            query["prompt"] = "confirm"
        return f"{self._base}/authorize?{urlencode(query, quote_via=quote)}"

    def exchange_code(self, *, code: str, redirect_uri: str, code_verifier: str) -> TokenPair:
        """Change an authorization code into tokens; it lives ten seconds, so do it at once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": code_verifier,
        }
        return _token_pair(self._post("exchange_code", "token", form))

    def refresh(self, *, refresh_token: str, redirect_uri: str | None = None) -> TokenPair:
        """Change a refresh token into a new pair; the old pair is dead afterwards.

        Tokens of the device flow take no ``redirect_uri`` (allegro-api#1174). After a lost answer
        the same token is tried once more at once, which Allegro allows for 60 seconds
        (allegro-api#4136). Raises AuthError(code="invalid_grant") when the seller must connect
        again.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        if redirect_uri:
            form["redirect_uri"] = redirect_uri
        try:
            return _token_pair(self._post("refresh", "token", form))
        except Unavailable:
            return _token_pair(self._post("refresh", "token", form, attempt=2))

    def client_token(self) -> TokenPair:
        """Get a token of the application itself: public data only, no refresh token."""
        form = {"grant_type": "client_credentials"}
        return _token_pair(self._post("client_token", "token", form))

    def device_code(self, scopes: Sequence[str] = ()) -> DeviceCode:
        """Start the device flow: show ``user_code`` and poll every ``interval`` seconds."""
        form = {"client_id": self._client_id}
        if scopes:
            form["scope"] = " ".join(scopes)
        body = self._post("device_code", "device", form)
        return DeviceCode(
            device_code=_required(body, "device_code"),
            user_code=_required(body, "user_code"),
            verification_uri=_required(body, "verification_uri"),
            verification_uri_complete=str(body.get("verification_uri_complete") or ""),
            expires_in=_seconds(body, "expires_in", 3600),
            interval=_seconds(body, "interval", 5),
        )

    def poll_device(self, *, device_code: str) -> TokenPair:
        """Ask once whether the seller confirmed.

        Raises DevicePending, DeviceSlowDown, DeviceDenied or DeviceExpired.
        """
        form = {"grant_type": DEVICE_GRANT, "device_code": device_code}
        try:
            return _token_pair(self._post("poll_device", "token", form))
        except AuthError as refused:
            kind = _DEVICE_ERRORS.get(refused.code)
            if kind is None:
                raise
            raise kind(refused.message, status=refused.status, code=refused.code) from None

    def _post(
        self, operation: str, path: str, form: Mapping[str, str], *, attempt: int = 1
    ) -> dict[str, Any]:
        wire = self._sent(operation, path, form, attempt)
        body = _object(wire)
        if wire.status == 200 and body is not None:
            return body
        raise _refusal(wire, body, operation, attempt)

    def _sent(self, operation: str, path: str, form: Mapping[str, str], attempt: int) -> WireAnswer:
        credentials = f"{self._client_id}:{self._client_secret}".encode()
        request = WireRequest(
            "POST",
            f"{self._base}/{path}",
            {"Accept": "application/json", "Content-Type": _FORM, "User-Agent": self._user_agent},
            content=urlencode(form).encode(),
            authorization=f"Basic {base64.b64encode(credentials).decode()}",
        )
        transport = Transport(connect_timeout=self._timeout, read_timeout=self._timeout)
        try:
            wire = transport.send(request)
        except TransportFailed as failed:
            _log(operation, 0, failed.ms, attempt)
            raise Unavailable(
                failed.reason,
                status=failed.status,
                code="timeout" if failed.timed_out else "no_answer",
                attempts=attempt,
                operation=f"oauth.{operation}",
            ) from None
        finally:
            transport.close()
        _log(operation, wire.status, wire.ms, attempt)
        return wire


def _refusal(
    wire: WireAnswer, body: dict[str, Any] | None, operation: str, attempt: int
) -> AllegroError:
    code = str((body or {}).get("error") or "")
    kind: type[AllegroError] = AuthError
    if wire.status == 429:
        kind = RateLimited
    elif wire.status < 400 or wire.status >= 500 or body is None:
        kind, code = Unavailable, code or "unusable_answer"
    return kind(
        without_secrets(str((body or {}).get("error_description") or f"HTTP {wire.status}")),
        status=wire.status,
        code=code,
        trace_id=wire.trace_id,
        retry_after=wire.retry_after,
        attempts=attempt,
        operation=f"oauth.{operation}",
    )


def _token_pair(body: dict[str, Any]) -> TokenPair:
    return TokenPair(
        access_token=_required(body, "access_token"),
        refresh_token=str(body.get("refresh_token") or ""),
        expires_in=_seconds(body, "expires_in", 0),
        scopes=tuple(str(body.get("scope") or "").split()),
        jti=str(body.get("jti") or ""),
    )


def _object(wire: WireAnswer) -> dict[str, Any] | None:
    try:
        body = wire.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _required(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if isinstance(value, str) and value:
        return value
    raise Unavailable(f"the answer has no {key}", status=200, code="unusable_answer")


def _seconds(body: dict[str, Any], key: str, default: int) -> int:
    value = body.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _log(operation: str, status: int, ms: int, attempt: int) -> None:
    logger.log(
        logging.INFO if status == 200 else logging.WARNING,
        "allegro call",
        extra={"operation": f"oauth.{operation}", "status": status, "ms": ms, "attempt": attempt},
    )
