"""The operators' side: figures, filters, steps; and nothing secret."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, OutboxMessage
from core.sealed import unseal
from settings_app.enums import IntegrationState
from settings_app.models import DeviceAuthorization, Integration, Supplier
from settings_app.operations import add_supplier, organization_settings, start_device, start_oauth
from tests.factories import IntegrationFactory

LIST = "admin:settings_app_integration_changelist"


def act(client: Any, action: str, *rows: Integration) -> str:
    answer = client.post(
        reverse(LIST), {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True
    )
    assert answer.status_code == 200
    return str(answer.content.decode())


def state_of(row: Integration) -> str:
    row.refresh_from_db()
    return row.state


def test_the_figures_stand_above_the_list(operator: Any, page: Any) -> None:
    IntegrationFactory(last_synced_at=timezone.now().replace(year=2031, month=5, day=4))
    IntegrationFactory(state=IntegrationState.DISABLED)
    IntegrationFactory(sync_error_count=2, last_sync_error="Trace 77: gateway")
    shown = page(operator).get(reverse(LIST))

    assert shown.context["overview"] | {"last_sync": None} == {
        "total": 3,
        "active": 2,
        "errors": 2,
        "last_sync": None,
    }
    text = shown.content.decode()
    assert "2031-05-04" in text
    assert "Trace 77: gateway" in text


@pytest.mark.parametrize(("choice", "expected"), [("yes", {"Bad", "Stopped"}), ("no", {"Good"})])
def test_the_filter_for_errors(operator: Any, page: Any, choice: str, expected: set[str]) -> None:
    IntegrationFactory(label="Good")
    IntegrationFactory(label="Bad", sync_error_count=1)
    IntegrationFactory(label="Stopped", state=IntegrationState.NEEDS_REAUTH)
    shown = page(operator).get(reverse(LIST), {"has_error": choice})

    assert {row.label for row in shown.context["cl"].queryset} == expected


def test_pause_resume_and_reset_of_several(operator: Any, page: Any) -> None:
    client, rows = page(operator), IntegrationFactory.create_batch(2)

    assert "Done for 2 integrations." in act(client, "pause", *rows)
    assert {state_of(row) for row in rows} == {IntegrationState.PAUSED}
    act(client, "resume", *rows)
    assert {state_of(row) for row in rows} == {IntegrationState.CONNECTED}

    Integration.objects.update(
        state=IntegrationState.DISABLED, sync_error_count=5, last_sync_error="x"
    )
    act(client, "reset_errors", *rows)
    assert {state_of(row) for row in rows} == {IntegrationState.CONNECTED}
    assert {row.sync_error_count for row in rows} == {0}
    entries = AuditEntry.objects.filter(action="integration.paused")
    assert {entry.actor for entry in entries} == {operator}


def test_sync_now_asks_for_it_and_says_where_it_cannot(operator: Any, page: Any) -> None:
    good, paused = IntegrationFactory(), IntegrationFactory(state=IntegrationState.PAUSED)
    told = act(page(operator), "sync_now", good, paused)

    assert "Only a connected integration can be synchronised." in told
    message = OutboxMessage.objects.get(topic="integration.sync_requested")
    assert message.payload["integration_id"] == good.pk


def test_the_page_of_an_integration_shows_no_secret_and_changes_settings_only(
    connected: Any, operator: Any, page: Any
) -> None:
    client = page(operator)
    url = reverse("admin:settings_app_integration_change", args=[connected.pk])
    text = client.get(url).content.decode()
    assert connected.seller_login in text
    for name in ("access_token", "refresh_token"):
        assert getattr(connected, name) not in text
        assert unseal(connected, name) not in text

    form = client.get(url).context["adminform"].form
    values = {name: form.initial.get(name) for name in form.fields}
    sent = {
        name: value for name, value in values.items() if value is not None and value is not False
    }
    answer = client.post(
        url, sent | {"label": "Seen to", "seller_login": "stolen", "state": "DISABLED"}
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    connected.refresh_from_db()
    assert connected.label == "Seen to"
    assert connected.seller_login != "stolen"
    assert connected.state == IntegrationState.CONNECTED
    assert AuditEntry.objects.filter(action="integration.settings_changed", actor=operator).exists()


def test_attempts_and_codes_are_looked_at_without_their_secrets(
    allegro: Any, organization: Any, owner: Any, operator: Any, page: Any
) -> None:
    wish = {"organization": organization, "user": owner, "environment": "sandbox"}
    start_oauth(**wish, now=timezone.now())
    code = start_device(**wish, now=timezone.now())
    client = page(operator)
    attempt_text = "".join(
        client.get(url).content.decode()
        for url in (
            reverse("admin:settings_app_oauthattempt_changelist"),
            reverse("admin:settings_app_deviceauthorization_changelist"),
            reverse("admin:settings_app_deviceauthorization_change", args=[code.pk]),
        )
    )

    assert organization.name in attempt_text
    assert code.user_code not in attempt_text
    assert unseal(code, "device_code") not in attempt_text
    assert (
        client.post(
            reverse("admin:settings_app_deviceauthorization_delete", args=[code.pk])
        ).status_code
        == 403
    )
    assert DeviceAuthorization.objects.exists()


def test_suppliers_and_settings_are_changed_through_their_operations(
    organization: Any, owner: Any, operator: Any, page: Any
) -> None:
    supplier = add_supplier(
        organization=organization,
        values={"name": "Hurt", "feed_url": "https://hurt.example/feed"},
        api_key="key-of-hurt",
        actor=owner,
        now=timezone.now(),
    )
    settings_row = organization_settings(organization=organization)
    client = page(operator)
    url = reverse("admin:settings_app_supplier_change", args=[supplier.pk])
    assert "key-of-hurt" not in client.get(url).content.decode()

    client.post(url, {"name": "Hurtownia", "currency": "PLN", "active": "on"})
    client.post(
        reverse("admin:settings_app_organizationsettings_change", args=[settings_row.pk]),
        {
            "default_margin_percent": "31",
            "default_vat_rate": "23",
            "low_stock_threshold": "3",
            "keep_runs_days": "90",
        },
    )
    settings_row.refresh_from_db()
    assert Supplier.objects.get().name == "Hurtownia"
    assert unseal(Supplier.objects.get(), "api_key") == "key-of-hurt"
    assert settings_row.default_margin_percent == 31
    assert set(AuditEntry.objects.filter(actor=operator).values_list("action", flat=True)) == {
        "supplier.changed",
        "settings.changed",
    }
