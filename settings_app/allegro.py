"""Clients of Allegro made from this installation's settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from connectors.allegro import (
    AllegroClient,
    AllegroError,
    AllegroOAuth,
    AuthError,
    Endpoints,
    Lane,
    RateLimited,
    RateLimiter,
    Unavailable,
)
from core.correlation import current_correlation_id
from core.errors import HubError
from settings_app.enums import Environment


class NotConfigured(HubError):
    """The installation has no Allegro application for this environment."""

    status = 409
    code = "allegro_not_configured"
    title = _("This Allegro environment is not set up here")


def environment_settings(environment: str) -> dict[str, Any]:
    """Addresses and application of an environment. Raises :class:`NotConfigured`."""
    found: dict[str, Any] = settings.ALLEGRO_ENVIRONMENTS[Environment(environment).value]
    if not (found["client_id"] and found["client_secret"]):
        raise NotConfigured(
            remedy=_("Ask the operator to set the client id and secret of Allegro.")
        )
    return found


def configured_environments() -> list[Environment]:
    """The environments in which accounts can be connected here."""
    return [
        environment
        for environment in Environment
        if settings.ALLEGRO_ENVIRONMENTS[environment.value]["client_id"]
        and settings.ALLEGRO_ENVIRONMENTS[environment.value]["client_secret"]
    ]


def oauth_for(environment: str) -> AllegroOAuth:
    """Allegro's authorization server. Raises :class:`NotConfigured`."""
    found = environment_settings(environment)
    return AllegroOAuth(
        endpoints=_endpoints(found),
        client_id=found["client_id"],
        client_secret=found["client_secret"],
        user_agent=settings.ALLEGRO_USER_AGENT,
    )


def client_for(
    *,
    environment: str,
    access_token: Callable[[bool], str],
    seller_id: str = "",
    lane: Lane = Lane.SYNC,
) -> AllegroClient:
    """Allegro's API with the shared limiter. Raises :class:`NotConfigured`."""
    found = environment_settings(environment)
    return AllegroClient(
        endpoints=_endpoints(found),
        user_agent=settings.ALLEGRO_USER_AGENT,
        client_id=found["client_id"],
        access_token=access_token,
        limiter=_limiter(settings.REDIS_URL),
        seller_id=seller_id,
        lane=lane,
        correlation_id=current_correlation_id,
    )


class AllegroAway(HubError):
    """Allegro did not answer, or asks for patience."""

    status = 503
    code = "allegro_unavailable"
    title = _("Allegro does not answer at the moment")
    retryable = True


class AllegroRefused(HubError):
    """Allegro answered and refused."""

    status = 502
    code = "allegro_refused"
    title = _("Allegro refused the request")


@contextmanager
def allegro_errors_told() -> Iterator[None]:
    """Turn what Allegro's client raises in the body into errors for the person who waits for it."""
    try:
        yield
    except (Unavailable, RateLimited) as error:
        raise AllegroAway(remedy=_("Try again in a minute.")) from error
    except AuthError as error:
        raise AllegroRefused(
            _("Allegro does not accept the connection (%(code)s).") % {"code": error.code or "401"},
            remedy=_("Connect the account again."),
        ) from error
    except AllegroError as error:
        raise AllegroRefused(error.user_message or str(error)) from error


def _endpoints(found: dict[str, Any]) -> Endpoints:
    return Endpoints(api=found["api"], auth=found["auth"], upload=found["upload"])


@lru_cache(maxsize=2)
def _limiter(url: str) -> RateLimiter:
    # One for the process: it remembers budgets of its own for the time Redis is away.
    return RateLimiter.from_url(url)
