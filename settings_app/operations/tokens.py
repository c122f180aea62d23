"""Tokens: stored sealed, refreshed by one refresher at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from connectors.allegro import AllegroError, AuthError, RateLimited, TokenPair, Unavailable
from core.crypto import CryptoError
from core.errors import HubError
from core.sealed import seal, unseal
from settings_app.allegro import oauth_for
from settings_app.locks import lock_integration
from settings_app.models import Integration
from settings_app.operations.health import INVALID_GRANT, NeedsReauth, mark_needs_reauth
from settings_app.queries import REFRESH_AHEAD, due_for_refresh

log = structlog.get_logger(__name__)

# Allegro: three months from each refresh (allegro-api#9045).
REFRESH_LIFE = timedelta(days=90)
# After a refresh without an answer the pair may have been rotated at Allegro already. The old
# refresh token is good for 60 s after its first use (allegro-api#4136), so the first tries come
# within that minute.
PAUSES = [timedelta(seconds=s) for s in (5, 10, 15, 15, 60, 300)]
TOKEN_FIELDS = [
    "access_token",
    "refresh_token",
    "token_jti",
    "token_refreshed_at",
    "token_expires_at",
    "refresh_expires_at",
    "refresh_failures",
    "refresh_retry_at",
    "scopes",
    "updated_at",
]


def put_tokens(*, integration: Integration, pair: TokenPair, now: datetime) -> None:
    """Seal a new pair onto the integration; the caller saves :data:`TOKEN_FIELDS`.

    A refresh may leave the scopes out of its answer, it never changes them (allegro-api#10441).
    """
    seal(integration, "access_token", pair.access_token)
    seal(integration, "refresh_token", pair.refresh_token)
    integration.token_jti = pair.jti[:80]
    integration.token_refreshed_at = now
    integration.token_expires_at = now + timedelta(seconds=pair.expires_in)
    integration.refresh_expires_at = now + REFRESH_LIFE
    integration.refresh_failures = 0
    integration.refresh_retry_at = None
    integration.scopes = sorted(pair.scopes) or integration.scopes


def clear_tokens(*, integration: Integration) -> None:
    """Destroy the tokens on the integration; the caller saves :data:`TOKEN_FIELDS`."""
    integration.access_token = integration.refresh_token = integration.token_jti = ""
    integration.token_expires_at = integration.refresh_expires_at = None
    integration.refresh_failures, integration.refresh_retry_at = 0, None


def refresh_tokens(*, integration_id: int, now: datetime, refused: str = "") -> Integration:
    """Get a new pair unless another refresher was faster, and commit it before anyone uses it.

    ``refused`` is the access token that must be replaced; without it only a pair that is due is.
    One refresher per integration: the row is locked during the call, and read again after the lock
    was had. Raises :class:`NeedsReauth` when Allegro refuses the refresh token (the integration is
    stopped then), Unavailable or RateLimited when there was no answer (the old pair is kept and
    tried again within Allegro's 60 s of grace), ``RuntimeError`` inside a transaction.
    """
    with transaction.atomic(durable=True):
        integration = lock_integration(integration_id=integration_id)
        failed = _refresh_locked(integration, refused, now)
    if failed is not None:
        raise failed
    return integration


def refresh_due(*, now: datetime) -> int:
    """Refresh every pair that is due; returns how many failed. One failure stops no other."""
    failures = 0
    for integration_id in due_for_refresh(now=now).values_list("pk", flat=True):
        try:
            refresh_tokens(integration_id=integration_id, now=now)
        except (AllegroError, HubError, CryptoError) as error:
            failures += 1
            log.warning(
                "refresh failed",
                integration_id=integration_id,
                error_type=type(error).__name__,
                code=getattr(error, "code", ""),
            )
    return failures


def needs_refresh(integration: Integration, *, now: datetime, refused: str = "") -> bool:
    """Whether the stored pair must be replaced."""
    if refused:
        return unseal(integration, "access_token") == refused
    if integration.refresh_retry_at is not None:
        return integration.refresh_retry_at <= now
    ends = integration.token_expires_at
    return ends is None or ends <= now + REFRESH_AHEAD


def _refresh_locked(integration: Integration, refused: str, now: datetime) -> AllegroError | None:
    if not integration.refresh_token:
        return NeedsReauth()
    if not needs_refresh(integration, now=now, refused=refused):
        return None
    try:
        pair = oauth_for(integration.environment).refresh(
            refresh_token=unseal(integration, "refresh_token")
        )
    except AuthError as error:
        if error.code != INVALID_GRANT:
            return error  # our own client id or secret is wrong: not the seller's fault
        mark_needs_reauth(integration=integration, now=now)
        return NeedsReauth()
    except (Unavailable, RateLimited) as error:
        _put_off(integration, error, now)
        return error
    put_tokens(integration=integration, pair=pair, now=now)
    integration.save(update_fields=TOKEN_FIELDS)
    return None


def _put_off(integration: Integration, error: AllegroError, now: datetime) -> None:
    pause = PAUSES[min(integration.refresh_failures, len(PAUSES) - 1)]
    if isinstance(error, RateLimited):
        pause = max(pause, timedelta(seconds=error.retry_after or 60))
    integration.refresh_failures = min(integration.refresh_failures + 1, 1000)
    integration.refresh_retry_at = now + pause
    integration.save(update_fields=["refresh_failures", "refresh_retry_at"])
