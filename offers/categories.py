"""Allegro's category tree, read by need and kept in the cache, which may be empty or away."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError

from connectors.allegro import AllegroClient, NotFound
from core.errors import NotYours, StateConflict
from settings_app.allegro import AllegroAway, allegro_errors_told
from settings_app.connection import allegro_client
from settings_app.models import Integration

log = structlog.get_logger(__name__)

# The tree changes a few times a month; journals of its changes are a later refinement.
FRESH_SECONDS = 24 * 3600
# A copy this old is still better than nothing while Allegro does not answer.
KEPT_SECONDS = 14 * 24 * 3600


class NoAccount(StateConflict):
    """Allegro shows its categories only to a connected account."""

    code = "no_working_account"
    title = gettext_lazy("No connected account")

    def __init__(self) -> None:
        super().__init__(
            _("Categories are read through a connected Allegro account, and there is none."),
            remedy=_("Connect an account under Integrations, or resume a paused one."),
        )


def main_categories(*, integration: Integration | None) -> list[dict[str, Any]]:
    """The top of the tree. Raises :class:`NoAccount`, ``AllegroAway``, ``AllegroRefused``."""
    return children(integration=integration, parent_id="")


def children(*, integration: Integration | None, parent_id: str) -> list[dict[str, Any]]:
    """The categories below one; of none: the main ones. Raises ``NotYours`` (404) too."""

    def read(client: AllegroClient) -> list[dict[str, Any]]:
        return [dict(one) for one in client.categories(parent_id or None)]

    found: list[dict[str, Any]] = _kept(integration, f"children:{parent_id}", read)
    return found


def category(*, integration: Integration | None, category_id: str) -> dict[str, Any]:
    """One category with the parameters its offers have. Errors as :func:`children`."""

    def read(client: AllegroClient) -> dict[str, Any]:
        return {
            **client.category(category_id),
            "parameters": client.category_parameters(category_id),
        }

    found: dict[str, Any] = _kept(integration, f"category:{category_id}", read)
    return found


def _kept(integration: Integration | None, name: str, read: Callable[[AllegroClient], Any]) -> Any:
    if integration is None:
        raise NoAccount
    key = f"allegro:{integration.environment}:{name}"
    kept = _from_cache(key)
    if kept is not None and time.time() - kept["at"] < FRESH_SECONDS:
        return kept["value"]
    try:
        with allegro_errors_told(), allegro_client(integration=integration) as client:
            value = _existing(read, client)
    except AllegroAway:
        if kept is None:
            raise
        log.warning("categories are shown from an old copy", key=key)
        return kept["value"]
    _to_cache(key, {"at": time.time(), "value": value})
    return value


def _existing(read: Callable[[AllegroClient], Any], client: AllegroClient) -> Any:
    try:
        return read(client)
    except NotFound as gone:
        raise NotYours(
            _("Allegro has no such category."),
            remedy=_("Categories change; start from the main ones."),
        ) from gone


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
