"""An outage of Allegro must not stop orders for longer than the outage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from connectors.allegro import Rejected, Unavailable
from core.models import AuditEntry
from notifications.models import Notification
from settings_app.enums import IntegrationState
from settings_app.operations import pause, probe_outages, record_order_seen, record_sync_failure
from tests.integrations import connect


def _switch_off(integration: Any, error: Exception) -> None:
    for _ in range(5):
        record_sync_failure(integration=integration, error=error, now=timezone.now())
    integration.refresh_from_db()
    assert integration.state == IntegrationState.DISABLED


@pytest.fixture
def out(connected: Any) -> Any:
    _switch_off(connected, Unavailable("gateway", status=503))
    return connected


def test_it_works_again_by_itself_once_allegro_answers(out: Any) -> None:
    assert probe_outages(now=timezone.now()) == 1
    out.refresh_from_db()
    assert (out.state, out.sync_error_count, out.is_outage) == (
        IntegrationState.CONNECTED,
        0,
        False,
    )
    assert not Notification.objects.filter(event="integration.disabled", read_at=None).exists()
    assert PeriodicTask.objects.filter(enabled=True, name__startswith="integration ").exists()
    entry = AuditEntry.objects.filter(action="integration.resumed").get()
    assert entry.actor is None


def test_it_stays_off_while_allegro_is_out_of_order(out: Any, allegro: Any) -> None:
    allegro.control("POST", "/faults", {"kind": "status", "status": 503, "route": "/me"})
    assert probe_outages(now=timezone.now()) == 0
    out.refresh_from_db()
    assert out.state == IntegrationState.DISABLED


def test_what_was_no_outage_waits_for_a_person(connected: Any) -> None:
    _switch_off(connected, Rejected("refused", status=422))
    assert probe_outages(now=timezone.now()) == 0
    connected.refresh_from_db()
    assert connected.state == IntegrationState.DISABLED


def test_a_paused_account_stays_paused(connected: Any, owner: Any) -> None:
    record_sync_failure(
        integration=connected, error=Unavailable("gateway", status=503), now=timezone.now()
    )
    pause(integration=connected, actor=owner, now=timezone.now())
    assert probe_outages(now=timezone.now()) == 0
    connected.refresh_from_db()
    assert connected.state == IntegrationState.PAUSED


def test_tokens_revoked_meanwhile_ask_for_a_new_sign_in(out: Any, allegro: Any) -> None:
    allegro.control("POST", "/tokens/revoke", {"seller": out.seller_login})
    assert probe_outages(now=timezone.now()) == 0
    out.refresh_from_db()
    assert out.state == IntegrationState.NEEDS_REAUTH


def test_the_newest_order_is_noted_and_an_older_one_is_not(
    organization: Any, owner: Any, allegro: Any, login: str
) -> None:
    integration = connect(organization=organization, user=owner, sandbox=allegro, login=login)
    newer, older = timezone.now(), timezone.now() - timedelta(days=1)
    for moment in (newer, older, None):
        record_order_seen(integration_id=integration.pk, bought_at=moment)
    integration.refresh_from_db()
    assert integration.last_order_at == newer
