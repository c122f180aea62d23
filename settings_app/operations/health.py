"""How well an integration works, and what happens when it stops working."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from connectors.allegro import AllegroError, AuthError, RateLimited, Unavailable
from core import audit
from core.errors import HubError
from core.outbox import publish
from notifications.enums import Event, Severity
from notifications.operations import notify, settle
from settings_app.enums import IntegrationState
from settings_app.models import FAILURES_BEFORE_DISABLING, Integration
from settings_app.schedules import ensure_schedules

INVALID_GRANT = "invalid_grant"


class NeedsReauth(AuthError):
    """The seller must connect the account again.

    Durable work that meets it is put off without counting an attempt: it is paused, not failed.
    """

    retryable = True

    def __init__(self, message: str = "the account must be connected again at Allegro") -> None:
        super().__init__(message, code=INVALID_GRANT, retry_after=600)


class NotWorking(AuthError):
    """The integration is paused, switched off or disconnected; put off like :class:`NeedsReauth`."""

    retryable = True

    def __init__(self, state: str) -> None:
        super().__init__(
            f"the integration is {state}", code="integration_not_working", retry_after=300
        )


def record_sync_success(*, integration: Integration, now: datetime) -> None:
    """Note that Allegro was reached and read for this integration; earlier errors are forgotten."""
    Integration.objects.filter(pk=integration.pk).update(
        sync_error_count=0,
        last_sync_error="",
        last_error_trace_id="",
        is_outage=False,
        last_synced_at=now,
    )


def record_sync_failure(*, integration: Integration, error: Exception, now: datetime) -> None:
    """Count a failed attempt to work with Allegro; the fifth in a row switches the integration off.

    A refused refresh token asks the seller to connect again instead. Used-up budgets and paused
    integrations are no failures. Tells the members and publishes ``integration.disabled`` or
    ``integration.needs_reauth``.
    """
    if isinstance(error, RateLimited | NotWorking):
        return
    if isinstance(error, AuthError) and error.code == INVALID_GRANT:
        mark_needs_reauth(integration=integration, now=now)
        return
    with transaction.atomic():
        Integration.objects.filter(pk=integration.pk).update(
            sync_error_count=F("sync_error_count") + 1,
            last_sync_error=_told(error)[:500],
            last_error_trace_id=str(getattr(error, "trace_id", "") or "")[:128],
            is_outage=isinstance(error, Unavailable),
        )
        if _stop(
            integration, IntegrationState.DISABLED, sync_error_count__gte=FAILURES_BEFORE_DISABLING
        ):
            _tell_disabled(integration, now)


def record_order_seen(*, integration_id: int, bought_at: datetime | None) -> None:
    """Note the newest purchase of an account, for its health card; never waits for a lock.

    A token refresh holds the row while it asks Allegro, and a moment on a card is not worth waiting.
    """
    if bought_at is None:
        return
    with transaction.atomic():
        free = (
            Integration.objects.select_for_update(skip_locked=True)
            .filter(pk=integration_id)
            .exclude(last_order_at__gte=bought_at)
            .first()
        )
        if free is not None:
            Integration.objects.filter(pk=free.pk).update(last_order_at=bought_at)


def mark_needs_reauth(*, integration: Integration, now: datetime) -> bool:
    """Stop an integration whose tokens Allegro refuses; False when that is known already.

    Its cursor, its offers and its orders stay; its jobs wait.
    """
    with transaction.atomic():
        known = {"state__in": [IntegrationState.NEEDS_REAUTH, IntegrationState.DISCONNECTED]}
        changed = (
            Integration.objects.filter(pk=integration.pk)
            .exclude(**known)
            .update(
                state=IntegrationState.NEEDS_REAUTH,
                last_sync_error=_("Allegro no longer accepts the connection."),
            )
        )
        if not changed:
            return False
        _after_stop(integration, "integration.needs_reauth", now)
        notify(
            organization_id=integration.organization_id,
            event=Event.INTEGRATION_NEEDS_REAUTH,
            severity=Severity.DANGER,
            title=lambda: _("%(account)s must be connected again") % {"account": integration.label},
            body=lambda: _(
                "Allegro no longer accepts the connection. This happens after a change of password"
                " or e-mail, or when the application was removed at Allegro. Nothing is lost:"
                " orders are read on from where they stopped."
            ),
            link=page_of(integration),
            dedupe_key=reauth_key(integration),
            now=now,
        )
    return True


def settle_notices(*, integration: Integration, now: datetime) -> None:
    """Take back the notices that an integration does not work, because it works again."""
    for key in (reauth_key(integration), disabled_key(integration)):
        settle(organization_id=integration.organization_id, dedupe_key=key, now=now)


def reauth_key(integration: Integration) -> str:
    return f"integration:{integration.pk}:reauth"


def disabled_key(integration: Integration) -> str:
    return f"integration:{integration.pk}:disabled"


def page_of(integration: Integration) -> str:
    """The address of the integration's page."""
    return reverse("settings_app:integration", args=[integration.pk])


def _stop(integration: Integration, state: str, **condition: Any) -> bool:
    return bool(
        Integration.objects.filter(
            pk=integration.pk, state=IntegrationState.CONNECTED, **condition
        ).update(state=state)
    )


def _tell_disabled(integration: Integration, now: datetime) -> None:
    _after_stop(integration, "integration.disabled", now)
    notify(
        organization_id=integration.organization_id,
        event=Event.INTEGRATION_DISABLED,
        severity=Severity.DANGER,
        title=lambda: _("%(account)s was switched off") % {"account": integration.label},
        body=lambda: (
            _(
                "Working with Allegro failed %(count)d times in a row, so nothing is read or written"
                " any more. If Allegro was out of order, work goes on by itself as soon as it answers;"
                " otherwise look at the last error, then resume the integration."
            )
            % {"count": FAILURES_BEFORE_DISABLING}
        ),
        link=page_of(integration),
        dedupe_key=disabled_key(integration),
        now=now,
    )


def _after_stop(integration: Integration, topic: str, now: datetime) -> None:
    before = integration.state
    integration.refresh_from_db()
    ensure_schedules(integration=integration)
    publish(
        topic=topic,
        payload={"integration_id": integration.pk},
        organization_id=integration.organization_id,
    )
    audit.record(
        action=topic,
        target=integration,
        actor=None,
        organization_id=integration.organization_id,
        now=now,
        before={"state": before},
        after={"state": integration.state, "last_sync_error": integration.last_sync_error},
    )


def _told(error: Exception) -> str:
    # The text of a foreign error can hold anything; only our own families are shown.
    if isinstance(error, AllegroError):
        return str(error) or type(error).__name__
    return error.detail if isinstance(error, HubError) else type(error).__name__
