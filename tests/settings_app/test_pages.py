"""The pages of integrations, as each role sees them, and the whole way of connecting by browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.sealed import unseal
from settings_app.enums import AuthorizationState, IntegrationState
from settings_app.models import DeviceAuthorization, Integration
from settings_app.operations import poll_device_due
from tests.factories import IntegrationFactory
from tests.integrations import confirm_device, consent

LIST = "/integrations/"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_empty_list_leads_to_connecting(organization: Any, owner: Any, page: Any) -> None:
    shown = text_of(page(owner).get(LIST))

    assert "No Allegro account is connected yet" in shown
    assert reverse("settings_app:connect") in shown


def test_a_viewer_is_not_offered_what_they_may_not_do(
    organization: Any, viewer: Any, page: Any
) -> None:
    made = IntegrationFactory(organization=organization)
    shown = text_of(page(viewer).get(LIST)) + text_of(page(viewer).get(f"{LIST}{made.pk}/"))

    assert reverse("settings_app:connect") not in shown
    assert f"{LIST}{made.pk}/pause/" not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    organization: Any, owner: Any, page: Any, count: int
) -> None:
    IntegrationFactory.create_batch(count, organization=organization)
    client = page(owner)
    with CaptureQueriesContext(connection) as queries:
        shown = text_of(client.get(LIST))

    assert shown.count('<article class="card"') == count
    own = [q["sql"] for q in queries if "settings_app_" in q["sql"]]
    assert len(own) == 2, own


def test_connecting_by_browser_through_the_consent_page(
    allegro: Any, organization: Any, owner: Any, page: Any, login: str
) -> None:
    client = page(owner)
    begun = client.post(
        reverse("settings_app:connect"),
        {"label": "My shop", "environment": "sandbox", "expected_login": login, "way": "consent"},
    )
    assert begun.status_code == 303
    assert begun["Location"].startswith(f"{allegro.url}/auth/oauth/authorize?")

    answer = consent(begun["Location"], login=login)
    back = client.get(f"{reverse('settings_app:oauth_callback')}?{urlencode(answer)}")

    integration = Integration.objects.get()
    assert back.status_code == 303
    assert back["Location"] == reverse("settings_app:integration", args=[integration.pk])
    shown = text_of(client.get(back["Location"]))
    assert f"{login} is connected." in shown
    assert "My shop" in shown
    for field in ("access_token", "refresh_token"):
        assert unseal(integration, field) not in shown


def test_a_replayed_return_says_so_and_connects_nothing_more(
    allegro: Any, organization: Any, owner: Any, page: Any, login: str
) -> None:
    client = page(owner)
    begun = client.post(
        reverse("settings_app:connect"), {"environment": "sandbox", "way": "consent"}
    )
    back = f"{reverse('settings_app:oauth_callback')}?{urlencode(consent(begun['Location'], login=login))}"
    client.get(back)

    again = client.get(back, follow=True)
    assert "This answer has been used already." in text_of(again)
    assert Integration.objects.count() == 1


def test_a_return_that_nobody_started_is_refused(organization: Any, owner: Any, page: Any) -> None:
    shown = page(owner).get("/integrations/callback/?code=x&state=y", follow=True)

    assert "The state was changed on the way." in text_of(shown)
    assert not Integration.objects.exists()


def test_connecting_by_code_shows_the_code_and_then_the_account(
    allegro: Any, organization: Any, owner: Any, page: Any, login: str
) -> None:
    client = page(owner)
    begun = client.post(
        reverse("settings_app:connect"), {"environment": "sandbox", "way": "device"}
    )
    row = DeviceAuthorization.objects.get()
    assert begun["Location"] == reverse("settings_app:device", args=[row.public_id])
    waiting = text_of(client.get(begun["Location"]))
    assert row.user_code in waiting
    assert unseal(row, "device_code") not in waiting
    assert "hx-get" in waiting
    assert '<meta http-equiv="refresh"' in waiting
    assert row.user_code not in text_of(client.get(LIST))
    assert reverse("settings_app:device", args=[row.public_id]) in text_of(client.get(LIST))

    confirm_device(row, login=login)
    poll_device_due(now=row.next_poll_at + timedelta(seconds=1))
    settled = text_of(client.get(reverse("settings_app:device_state", args=[row.public_id])))

    assert "The account is connected." in settled
    assert "hx-get" not in settled
    assert Integration.objects.get().seller_login == login


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AuthorizationState.DENIED, "not allowed"),
        (AuthorizationState.EXPIRED, "no longer valid"),
        (AuthorizationState.FAILED, "could not be connected"),
    ],
)
def test_a_code_that_came_to_nothing_says_why_and_offers_another(
    allegro: Any, organization: Any, owner: Any, page: Any, state: str, words: str
) -> None:
    client = page(owner)
    client.post(reverse("settings_app:connect"), {"environment": "sandbox", "way": "device"})
    DeviceAuthorization.objects.update(state=state)
    shown = text_of(
        client.get(
            reverse("settings_app:device", args=[DeviceAuthorization.objects.get().public_id])
        )
    )

    assert words in shown
    assert reverse("settings_app:connect") in shown


def test_an_allegro_that_is_down_is_told_on_the_page(
    allegro: Any, organization: Any, owner: Any, page: Any
) -> None:
    allegro.control("POST", "/faults", {"kind": "status", "route": "POST /auth/oauth/device"})
    shown = page(owner).post(
        reverse("settings_app:connect"), {"environment": "sandbox", "way": "device"}, follow=True
    )

    assert "Allegro does not answer at the moment" in text_of(shown)
    assert not DeviceAuthorization.objects.exists()


def test_pause_resume_and_disconnect_by_buttons(
    organization: Any, owner: Any, page: Any, connected: Any
) -> None:
    client, url = page(owner), f"{LIST}{connected.pk}/"
    for action, state in (
        ("pause", IntegrationState.PAUSED),
        ("resume", IntegrationState.CONNECTED),
    ):
        assert client.post(f"{url}{action}/").status_code == 303
        connected.refresh_from_db()
        assert connected.state == state

    asked = text_of(client.get(f"{url}disconnect/"))
    assert "tokens are destroyed" in asked
    connected.refresh_from_db()
    assert connected.refresh_token

    client.post(f"{url}disconnect/")
    connected.refresh_from_db()
    assert (connected.state, connected.refresh_token) == (IntegrationState.DISCONNECTED, "")
    assert "Their history is kept." in text_of(client.get(LIST))


def test_settings_are_changed_and_wrong_ones_are_explained(
    organization: Any, owner: Any, page: Any
) -> None:
    made = IntegrationFactory(organization=organization)
    client, url = page(owner), f"{LIST}{made.pk}/settings/"
    values = {
        "label": "Renamed",
        "may_write_stock": "on",
        "stock_buffer": "2",
        "zero_stock_policy": "SET_ZERO",
        "brake_share_percent": "30",
        "brake_minimum": "5",
        "sync_frequency_minutes": "60",
        "default_vat_rate": "8",
        "invoice_template_id": "",
    }
    refused = client.post(url, values | {"sync_frequency_minutes": "2"})
    assert refused.status_code == 200
    assert "greater than or equal to 5" in text_of(refused)
    made.refresh_from_db()
    assert made.label != "Renamed"

    assert client.post(url, values).status_code == 303
    made.refresh_from_db()
    assert (made.label, made.may_write_stock, made.stock_buffer) == ("Renamed", True, 2)
    assert made.sync_frequency_minutes == 60
    assert made.invoice_template_id is None


def test_missing_permissions_are_shown_with_the_remedy(
    organization: Any, owner: Any, page: Any
) -> None:
    made = IntegrationFactory(organization=organization, scopes=["allegro:api:orders:read"])
    shown = text_of(page(owner).get(f"{LIST}{made.pk}/"))

    assert "Some permissions are missing." in shown
    assert f"{LIST}{made.pk}/reconnect/" in shown


PAGES = ["", "settings/", "in-step/", "schedules/", "disconnect/"]
STEPS = [
    "reconnect/",
    "pause/",
    "resume/",
    "reset-errors/",
    "sync/",
    "disconnect/",
    "settings/",
    "in-step/",
    "schedules/",
]


def test_another_organizations_integration_does_not_exist(
    organization: Any, outsider: Any, page: Any
) -> None:
    made = IntegrationFactory(organization=organization)
    before = Integration.objects.values().get()
    client = page(outsider)

    assert [client.get(f"{LIST}{made.pk}/{path}").status_code for path in PAGES] == [404] * len(
        PAGES
    )
    assert [client.post(f"{LIST}{made.pk}/{path}").status_code for path in STEPS] == [404] * len(
        STEPS
    )
    assert Integration.objects.values().get() == before


def test_another_organizations_code_does_not_exist(
    allegro: Any, organization: Any, owner: Any, outsider: Any, page: Any
) -> None:
    page(owner).post(reverse("settings_app:connect"), {"environment": "sandbox", "way": "device"})
    row = DeviceAuthorization.objects.get()
    url, client = reverse("settings_app:device", args=[row.public_id]), page(outsider)

    assert client.get(url).status_code == 404
    assert client.get(f"{url}state/").status_code == 404
    assert client.post(f"{url}cancel/").status_code == 404
    row.refresh_from_db()
    assert row.state == AuthorizationState.PENDING


@pytest.mark.parametrize("role", ["viewer", "staff"])
def test_only_owners_change_integrations(
    organization: Any, request: Any, page: Any, role: str
) -> None:
    made = IntegrationFactory(organization=organization)
    before = Integration.objects.values().get()
    client = page(request.getfixturevalue(role))
    owners_only = [path for path in STEPS if path != "sync/"]

    assert client.post(reverse("settings_app:connect"), {"way": "consent"}).status_code == 403
    assert [client.post(f"{LIST}{made.pk}/{path}").status_code for path in owners_only] == [
        403
    ] * len(owners_only)
    assert Integration.objects.values().get() == before


def test_strangers_are_sent_to_sign_in(organization: Any, client: Any) -> None:
    made = IntegrationFactory(organization=organization)
    sent = client.get(f"{LIST}{made.pk}/")

    assert sent.status_code == 302
    assert sent["Location"].startswith(reverse("account_login"))
