"""Pausing, resuming and disconnecting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.errors import StateConflict
from core.outbox import publish
from settings_app.enums import IntegrationState
from settings_app.locks import lock_integration
from settings_app.models import Integration
from settings_app.operations.health import settle_notices
from settings_app.operations.tokens import TOKEN_FIELDS, clear_tokens
from settings_app.schedules import ensure_schedules


class CannotNow(StateConflict):
    """The integration's state does not allow the step."""

    code = "integration_state"
    title = _("The integration is in another state")


def pause(*, integration: Integration, actor: User, now: datetime) -> Integration:
    """Stop all automatic work; tokens and history stay. Raises :class:`CannotNow`."""
    with transaction.atomic():
        current = lock_integration(integration_id=integration.pk)
        if current.state != IntegrationState.CONNECTED:
            raise CannotNow(_("Only a connected integration can be paused."))
        _move(current, IntegrationState.PAUSED, "integration.paused", actor, now, paused_at=now)
    return current


def resume(*, integration: Integration, actor: User | None, now: datetime) -> Integration:
    """Let a paused or switched-off integration work again; errors are forgotten.

    ``actor`` is None when the product does it by itself. Raises :class:`CannotNow`.
    """
    with transaction.atomic():
        current = lock_integration(integration_id=integration.pk)
        if current.state not in (IntegrationState.PAUSED, IntegrationState.DISABLED):
            raise CannotNow(
                _("Only a paused or switched-off integration can be resumed."),
                remedy=_("If Allegro no longer accepts the connection, connect it again."),
            )
        _work_again(current, "integration.resumed", actor, now)
    return current


def reset_errors(*, integration: Integration, actor: User, now: datetime) -> Integration:
    """Forget the counted errors; an integration switched off by them works again."""
    with transaction.atomic():
        current = lock_integration(integration_id=integration.pk)
        if current.state == IntegrationState.DISABLED:
            _work_again(current, "integration.errors_reset", actor, now)
        else:
            _move(current, current.state, "integration.errors_reset", actor, now, **_NO_ERRORS)
    return current


def disconnect(*, integration: Integration, actor: User | None, now: datetime) -> Integration:
    """Destroy the tokens and stop for good; offers, orders and runs are kept.

    Allegro has no call to revoke a token, so the seller may also remove the application there.
    Raises :class:`CannotNow`.
    """
    with transaction.atomic():
        current = lock_integration(integration_id=integration.pk)
        if current.state == IntegrationState.DISCONNECTED:
            raise CannotNow(_("The integration is disconnected already."))
        clear_tokens(integration=current)
        current.save(update_fields=TOKEN_FIELDS)
        _move(
            current,
            IntegrationState.DISCONNECTED,
            "integration.disconnected",
            actor,
            now,
            disconnected_at=now,
        )
        settle_notices(integration=current, now=now)
        publish(
            topic="integration.disconnected",
            payload={"integration_id": current.pk},
            organization_id=current.organization_id,
        )
    return current


def request_sync(*, integration: Integration, actor: User, now: datetime) -> None:
    """Ask for a pull of offers and orders now; publishes ``integration.sync_requested``.

    Raises :class:`CannotNow` unless it is connected.
    """
    with transaction.atomic():
        current = lock_integration(integration_id=integration.pk)
        if not current.is_working:
            raise CannotNow(_("Only a connected integration can be synchronised."))
        publish(
            topic="integration.sync_requested",
            payload={"integration_id": current.pk, "actor_id": actor.pk},
            organization_id=current.organization_id,
        )
        audit.record_change("integration.sync_requested", current, actor, now, {}, {})


_NO_ERRORS: dict[str, Any] = {
    "is_outage": False,
    "sync_error_count": 0,
    "last_sync_error": "",
    "last_error_trace_id": "",
}


def _work_again(current: Integration, action: str, actor: User | None, now: datetime) -> None:
    _move(current, IntegrationState.CONNECTED, action, actor, now, paused_at=None, **_NO_ERRORS)
    settle_notices(integration=current, now=now)


def _move(
    current: Integration, state: str, action: str, actor: User | None, now: datetime, **values: Any
) -> None:
    after = {"state": state, **values}
    before = {name: getattr(current, name) for name in after}
    for name, value in after.items():
        setattr(current, name, value)
    current.save(update_fields=[*after, "updated_at"])
    ensure_schedules(integration=current)
    audit.record_change(action, current, actor, now, before, after)
