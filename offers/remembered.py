"""What Allegro says for everybody, read by need and kept in the cache, which may be empty or away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError

from connectors.allegro import AllegroClient
from core.errors import StateConflict
from settings_app.allegro import AllegroAway, allegro_errors_told
from settings_app.connection import allegro_client
from settings_app.models import Integration

log = structlog.get_logger(__name__)

FRESH_SECONDS = 24 * 3600
# A copy this old is still better than nothing while Allegro does not answer.
KEPT_SECONDS = 14 * 24 * 3600


class NoAccount(StateConflict):
    """Allegro tells these things only to a connected account."""

    code = "no_working_account"
    title = gettext_lazy("No connected account")

    def __init__(self) -> None:
        super().__init__(
            _("Categories are read through a connected Allegro account, and there is none."),
            remedy=_("Connect an account under Integrations, or resume a paused one."),
        )


def remembered(
    integration: Integration | None,
    name: str,
    read: Callable[[AllegroClient], Any],
    *,
    fresh_seconds: float = FRESH_SECONDS,
) -> Any:
    """What ``read`` gave within the last ``fresh_seconds``, or gives now; an old copy while Allegro is away.

    Kept for the environment, so ``name`` must hold the account of what is its own. Never inside a
    transaction. Raises :class:`NoAccount`, ``AllegroAway``, ``AllegroRefused``.
    """
    if integration is None:
        raise NoAccount
    key = f"allegro:{integration.environment}:{name}"
    kept = _from_cache(key)
    if kept is not None and time.time() - kept["at"] < fresh_seconds:
        return kept["value"]
    try:
        with allegro_errors_told(), allegro_client(integration=integration) as client:
            value = read(client)
    except AllegroAway:
        if kept is None:
            raise
        log.warning("an old copy of what Allegro says is used", key=key)
        return kept["value"]
    _to_cache(key, {"at": time.time(), "value": value})
    return value


def _from_cache(key: str) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] | None = cache.get(key)
    except (RedisError, OSError) as error:
        log.warning("the cache is away", error_type=type(error).__name__)
        return None
    return kept


def _to_cache(key: str, value: dict[str, Any]) -> None:
    try:
        cache.set(key, value, KEPT_SECONDS)
    except (RedisError, OSError) as error:
        log.warning("the cache is away", error_type=type(error).__name__)
