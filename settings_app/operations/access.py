"""The way to Allegro for one integration: a client with tokens that stay fresh."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from connectors.allegro import AllegroClient, Lane, RateLimited, Unavailable
from core.sealed import unseal
from settings_app.allegro import client_for
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations.health import NeedsReauth, NotWorking
from settings_app.operations.tokens import needs_refresh, refresh_tokens

# A client used for long looks again after this time, so that "pause" reaches a running job.
LOOK_AGAIN = timedelta(seconds=15)


def allegro_client(
    *, integration: Integration, lane: Lane = Lane.SYNC, even_if_paused: bool = False
) -> AllegroClient:
    """A client of Allegro's API as this integration's seller; use it as a context manager.

    Its tokens are unsealed when the first call is made and refreshed an hour before they end, or
    when Allegro refuses one; never use it inside a transaction, because a refresh must be committed
    before use. Calls raise ``AllegroError``: :class:`NeedsReauth` when the seller must connect again
    and :class:`NotWorking` unless the integration is connected; durable work is put off by both.
    """
    return client_for(
        environment=integration.environment,
        access_token=TokenSource(integration_id=integration.pk, even_if_paused=even_if_paused),
        seller_id=integration.seller_id,
        lane=lane,
    )


class TokenSource:
    """Gives the access token of one integration; called with True it gives a fresh one."""

    def __init__(self, *, integration_id: int, even_if_paused: bool = False) -> None:
        self._integration_id = integration_id
        self._even_if_paused = even_if_paused
        self._token = ""
        self._look_at: datetime | None = None

    def __repr__(self) -> str:
        return f"TokenSource(integration_id={self._integration_id})"

    def __call__(self, fresh: bool) -> str:
        now = timezone.now()
        if fresh:
            self._take(
                refresh_tokens(integration_id=self._integration_id, now=now, refused=self._token),
                now,
            )
        elif self._look_at is None or self._look_at <= now:
            self._take(self._current(now), now)
        return self._token

    def _current(self, now: datetime) -> Integration:
        integration: Integration = Integration.objects.get(pk=self._integration_id)
        self._check(integration)
        if not needs_refresh(integration, now=now):
            return integration
        try:
            return refresh_tokens(integration_id=self._integration_id, now=now)
        except (Unavailable, RateLimited):
            if integration.token_expires_at is None or integration.token_expires_at <= now:
                raise
            return integration  # good for a while yet; the sweep goes on trying

    def _check(self, integration: Integration) -> None:
        if integration.state == IntegrationState.NEEDS_REAUTH or not integration.refresh_token:
            raise NeedsReauth
        if not (integration.is_working or self._even_if_paused):
            raise NotWorking(integration.state)

    def _take(self, integration: Integration, now: datetime) -> None:
        self._token = unseal(integration, "access_token")
        self._look_at = now + LOOK_AGAIN
