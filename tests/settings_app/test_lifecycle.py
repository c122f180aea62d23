"""Pause, resume, reset, disconnect: what each leaves and what it takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from core.models import AuditEntry, OutboxMessage
from core.sealed import unseal
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from settings_app.operations import (
    CannotNow,
    disconnect,
    pause,
    record_sync_failure,
    request_sync,
    reset_errors,
    resume,
    update_integration,
)
from settings_app.schedules import ensure_schedules, mend_schedules
from tests.factories import IntegrationFactory


def running(integration: Integration) -> list[str]:
    """The periodic work that beat sends for an integration."""
    rows = PeriodicTask.objects.filter(
        name__startswith=f"integration {integration.pk}: ", enabled=True
    )
    return sorted(rows.values_list("name", flat=True))


def step(operation: Any, integration: Integration, actor: Any) -> Integration:
    operation(integration=integration, actor=actor, now=timezone.now())
    integration.refresh_from_db()
    return integration


@pytest.fixture
def integration(organization: Any) -> Any:
    made = IntegrationFactory(organization=organization)
    ensure_schedules(integration=made)
    return made


def test_pause_stops_the_schedules_and_resume_starts_them(integration: Any, owner: Any) -> None:
    before = running(integration)
    assert len(before) == 10

    step(pause, integration, owner)
    assert integration.state == IntegrationState.PAUSED
    assert running(integration) == []

    step(resume, integration, owner)
    assert integration.state == IntegrationState.CONNECTED
    assert integration.paused_at is None
    assert running(integration) == before
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["integration.paused", "integration.resumed"]


@pytest.mark.parametrize("operation", [pause, request_sync])
def test_what_needs_a_working_integration_is_refused_without_one(
    integration: Any, owner: Any, operation: Any
) -> None:
    step(pause, integration, owner)

    with pytest.raises(CannotNow):
        step(operation, integration, owner)
    assert not OutboxMessage.objects.exists()


def test_resume_of_a_connected_integration_is_refused(integration: Any, owner: Any) -> None:
    with pytest.raises(CannotNow):
        step(resume, integration, owner)


def test_reset_errors_brings_a_switched_off_integration_back(integration: Any, owner: Any) -> None:
    for _ in range(5):
        record_sync_failure(integration=integration, error=OSError(), now=timezone.now())
    integration.refresh_from_db()
    assert integration.state == IntegrationState.DISABLED

    step(reset_errors, integration, owner)
    assert integration.state == IntegrationState.CONNECTED
    assert (integration.sync_error_count, integration.last_sync_error) == (0, "")
    assert len(running(integration)) == 10


def test_reset_errors_does_not_bring_back_what_needs_a_person(integration: Any, owner: Any) -> None:
    Integration.objects.filter(pk=integration.pk).update(
        state=IntegrationState.NEEDS_REAUTH, sync_error_count=3
    )
    step(reset_errors, integration, owner)

    assert integration.state == IntegrationState.NEEDS_REAUTH
    assert integration.sync_error_count == 0


def test_disconnect_destroys_the_tokens_and_keeps_the_rest(connected: Any, owner: Any) -> None:
    token = unseal(connected, "refresh_token")
    assert token

    step(disconnect, connected, owner)

    assert connected.state == IntegrationState.DISCONNECTED
    assert connected.disconnected_at is not None
    assert (connected.access_token, connected.refresh_token) == ("", "")
    assert connected.token_expires_at is None
    assert connected.seller_login
    assert not PeriodicTask.objects.filter(
        name__startswith=f"integration {connected.pk}: "
    ).exists()
    assert OutboxMessage.objects.filter(topic="integration.disconnected").count() == 1
    entry = AuditEntry.objects.get(action="integration.disconnected")
    assert token not in str(entry.before) + str(entry.after)
    with pytest.raises(CannotNow):
        step(disconnect, connected, owner)


def test_a_sync_is_asked_for_by_message(integration: Any, staff: Any) -> None:
    step(request_sync, integration, staff)

    message = OutboxMessage.objects.get(topic="integration.sync_requested")
    assert message.payload == {"integration_id": integration.pk, "actor_id": staff.pk}


def test_a_new_frequency_moves_the_schedule(integration: Any, owner: Any) -> None:
    update_integration(
        integration=integration,
        values={"sync_frequency_minutes": 45},
        actor=owner,
        now=timezone.now(),
    )

    row = PeriodicTask.objects.get(name=f"integration {integration.pk}: offers")
    assert (row.interval.every, row.interval.period) == (2700, "seconds")
    assert row.expire_seconds == 2699


def test_settings_are_not_a_way_to_tokens_or_state(integration: Any, owner: Any) -> None:
    for name in ("state", "access_token", "seller_id", "organization"):
        with pytest.raises(KeyError):
            update_integration(
                integration=integration, values={name: "x"}, actor=owner, now=timezone.now()
            )


def test_mending_repairs_what_is_missing_changed_or_left_over(integration: Any) -> None:
    rows = PeriodicTask.objects.filter(name__startswith=f"integration {integration.pk}: ")
    wanted = set(rows.values_list("name", "task", "kwargs", "interval__every", "enabled"))
    rows.get(name__endswith="offers").delete()
    rows.filter(name__endswith="journal").update(enabled=False, kwargs="{}")
    PeriodicTask.objects.create(
        name="integration 999999: offers",
        task="syncs.start_scheduled",
        interval=rows.first().interval,
    )

    assert mend_schedules() == 4
    assert set(rows.values_list("name", "task", "kwargs", "interval__every", "enabled")) == wanted
    assert not PeriodicTask.objects.filter(name__startswith="integration 999999").exists()
    assert mend_schedules() == 0
