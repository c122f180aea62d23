"""Counting failures, switching off, and telling people."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from connectors.allegro import AuthError, RateLimited, Unavailable
from core.models import OutboxMessage
from notifications.models import Notification
from settings_app.connection import NeedsReauth, NotWorking
from settings_app.enums import IntegrationState
from settings_app.operations import record_sync_failure, record_sync_success
from settings_app.schedules import ensure_schedules
from tests.factories import IntegrationFactory

BROKEN = Unavailable("gateway", status=503, code="bad_gateway", trace_id="trace-9")


def fail(integration: Any, times: int, error: Exception = BROKEN) -> Any:
    for _ in range(times):
        record_sync_failure(integration=integration, error=error, now=timezone.now())
    integration.refresh_from_db()
    return integration


@pytest.fixture
def integration(organization: Any) -> Any:
    made = IntegrationFactory(organization=organization)
    ensure_schedules(integration=made)
    return made


def test_four_failures_are_counted_and_the_integration_goes_on(integration: Any) -> None:
    fail(integration, 4)

    assert integration.state == IntegrationState.CONNECTED
    assert integration.sync_error_count == 4
    assert integration.last_sync_error == "[trace-9] 503 bad_gateway: gateway"
    assert integration.last_error_trace_id == "trace-9"


def test_the_fifth_failure_switches_off_tells_owner_and_staff_and_stops_the_schedules(
    integration: Any, owner: Any, staff: Any, viewer: Any
) -> None:
    fail(integration, 5)

    assert integration.state == IntegrationState.DISABLED
    told = Notification.objects.filter(event="integration.disabled")
    assert set(told.values_list("user_id", flat=True)) == {owner.pk, staff.pk}
    assert list(OutboxMessage.objects.values_list("topic", "payload")) == [
        ("integration.disabled", {"integration_id": integration.pk})
    ]
    assert not PeriodicTask.objects.filter(enabled=True, name__startswith="integration ").exists()


def test_further_failures_tell_nobody_again(integration: Any, owner: Any) -> None:
    fail(integration, 8)

    assert Notification.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_success_in_between_starts_the_count_again(integration: Any) -> None:
    fail(integration, 4)
    record_sync_success(integration=integration, now=timezone.now())
    fail(integration, 4)

    assert integration.state == IntegrationState.CONNECTED
    assert integration.sync_error_count == 4
    assert integration.last_synced_at is not None


@pytest.mark.parametrize(
    "error", [RateLimited("slow", status=429, retry_after=60), NotWorking("PAUSED")]
)
def test_used_up_budgets_and_pauses_are_no_failures(integration: Any, error: Exception) -> None:
    fail(integration, 6, error)

    assert integration.state == IntegrationState.CONNECTED
    assert integration.sync_error_count == 0


@pytest.mark.parametrize(
    "error", [NeedsReauth(), AuthError("Invalid refresh token", status=400, code="invalid_grant")]
)
def test_a_refused_refresh_token_asks_for_a_new_sign_in_once(
    integration: Any, owner: Any, error: Exception
) -> None:
    fail(integration, 3, error)

    assert integration.state == IntegrationState.NEEDS_REAUTH
    assert integration.sync_error_count == 0
    assert Notification.objects.filter(event="integration.needs_reauth").count() == 1
    assert OutboxMessage.objects.filter(topic="integration.needs_reauth").count() == 1


def test_foreign_errors_are_shown_by_name_only(integration: Any) -> None:
    fail(integration, 1, ValueError("token=abc of buyer Jan"))

    assert integration.last_sync_error == "ValueError"
