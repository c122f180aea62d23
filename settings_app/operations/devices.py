"""Connecting by a code typed at Allegro (RFC 8628)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from connectors.allegro import (
    SCOPES,
    AllegroError,
    DeviceDenied,
    DeviceExpired,
    DevicePending,
    DeviceSlowDown,
    RateLimited,
    TokenPair,
    Unavailable,
)
from core.errors import HubError, StateConflict
from core.sealed import seal, unseal
from settings_app.allegro import oauth_for
from settings_app.enums import AuthorizationState
from settings_app.models import DeviceAuthorization, Integration, OAuthAttempt
from settings_app.operations.adopting import Wish, adopt
from settings_app.queries import device_authorizations_due

log = structlog.get_logger(__name__)

SLOWER = 5  # seconds, RFC 8628 section 3.5
# How long a poll in flight keeps others off; a worker killed in it delays the next poll by this.
POLL_LEASE = timedelta(seconds=30)
KEEP_ATTEMPTS = timedelta(days=30)
MOST_OPEN = 5  # codes of one organization that wait at the same time


class TooManyOpen(StateConflict):
    """Each open code is asked about every few seconds, within the limits all sellers share."""

    code = "too_many_codes"
    title = gettext_lazy("Too many codes wait to be confirmed at Allegro")


def start_device(
    *,
    organization: Organization,
    user: User,
    environment: str,
    now: datetime,
    label: str = "",
    expected_login: str = "",
    integration: Integration | None = None,
) -> DeviceAuthorization:
    """Ask Allegro for a code to show to the seller; polling starts by itself.

    Raises :class:`TooManyOpen`, ``NotConfigured``, and AllegroError when Allegro gives none.
    """
    waiting = DeviceAuthorization.objects.for_organization(organization).filter(
        state=AuthorizationState.PENDING, expires_at__gt=now
    )
    if waiting.count() >= MOST_OPEN:
        raise TooManyOpen(remedy=_("Finish or cancel one of them, or wait until they expire."))
    code = oauth_for(environment).device_code(scopes=SCOPES)
    with transaction.atomic():
        authorization = DeviceAuthorization.objects.create(
            organization=organization,
            user=user,
            environment=environment,
            integration=integration,
            label=label.strip(),
            expected_login=expected_login.strip(),
            user_code=code.user_code,
            verification_uri=code.verification_uri,
            verification_uri_complete=code.verification_uri_complete,
            interval_seconds=code.interval,
            next_poll_at=now + timedelta(seconds=code.interval),
            expires_at=now + timedelta(seconds=code.expires_in),
        )
        seal(authorization, "device_code", code.device_code)
        authorization.save(update_fields=["device_code"])
    return authorization


def poll_device_due(*, now: datetime) -> int:
    """Ask Allegro once about every authorization whose time has come; returns how many were asked.

    Two pollers never ask about the same one: the time of the next poll is the claim.
    """
    polled = 0
    for authorization in device_authorizations_due(now=now).select_related(
        "organization", "user", "integration"
    ):
        if _claim(authorization, now):
            _poll(authorization, now)
            polled += 1
    return polled


def cancel_device(*, authorization: DeviceAuthorization) -> bool:
    """Give up an open authorization; False when it was settled already."""
    return _settle(authorization, AuthorizationState.DENIED, _("Given up here."))


def forget_old_attempts(*, now: datetime) -> int:
    """Delete attempts to connect, by either way, that began more than 30 days ago."""
    before = now - KEEP_ATTEMPTS
    by_code, _details = DeviceAuthorization.objects.filter(created_at__lt=before).delete()
    by_consent, _details = OAuthAttempt.objects.filter(created_at__lt=before).delete()
    return int(by_code + by_consent)


def _claim(authorization: DeviceAuthorization, now: datetime) -> bool:
    claimed = DeviceAuthorization.objects.filter(
        pk=authorization.pk,
        state=AuthorizationState.PENDING,
        next_poll_at=authorization.next_poll_at,
    ).update(next_poll_at=now + POLL_LEASE)
    return bool(claimed)


def _poll(authorization: DeviceAuthorization, now: datetime) -> None:
    if authorization.expires_at <= now:
        _settle(authorization, AuthorizationState.EXPIRED)
        return
    try:
        pair = oauth_for(authorization.environment).poll_device(
            device_code=unseal(authorization, "device_code")
        )
    except DeviceSlowDown:
        _later(authorization, slower=SLOWER)
    except (DevicePending, Unavailable):
        _later(authorization)
    except RateLimited as error:
        _later(authorization, pause=int(error.retry_after or 60))
    except DeviceDenied:
        _settle(authorization, AuthorizationState.DENIED)
    except DeviceExpired:
        _settle(authorization, AuthorizationState.EXPIRED)
    except (AllegroError, HubError) as error:
        log.warning("device poll refused", code=error.code, authorization_id=authorization.pk)
        _settle(authorization, AuthorizationState.FAILED, _("Allegro refuses this application."))
    else:
        _authorized(authorization, pair, now)


def _authorized(authorization: DeviceAuthorization, pair: TokenPair, now: datetime) -> None:
    wish = Wish(
        organization=authorization.organization,
        environment=authorization.environment,
        label=authorization.label,
        expected_login=authorization.expected_login,
        integration=authorization.integration,
        user=authorization.user,
    )
    try:
        connected = adopt(pair=pair, wish=wish, now=now)
    except HubError as error:
        _settle(authorization, AuthorizationState.FAILED, error.told)
    except AllegroError as error:
        log.warning("device account unknown", code=error.code, authorization_id=authorization.pk)
        _settle(
            authorization, AuthorizationState.FAILED, _("Allegro did not say whose account it is.")
        )
    else:
        _settle(authorization, AuthorizationState.AUTHORIZED, integration=connected.integration)


def _later(authorization: DeviceAuthorization, *, slower: int = 0, pause: int = 0) -> None:
    interval = authorization.interval_seconds + slower
    # Counted from the answer: Allegro measures from the poll it has seen.
    DeviceAuthorization.objects.filter(
        pk=authorization.pk, state=AuthorizationState.PENDING
    ).update(
        interval_seconds=interval,
        next_poll_at=timezone.now() + timedelta(seconds=max(interval, pause)),
    )


def _settle(
    authorization: DeviceAuthorization, state: str, problem: str = "", **values: Any
) -> bool:
    settled = DeviceAuthorization.objects.filter(
        pk=authorization.pk, state=AuthorizationState.PENDING
    ).update(state=state, problem=problem.strip()[:300], device_code="", **values)
    return bool(settled)
