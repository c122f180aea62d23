"""The routes of integrations, settings, suppliers and tokens: shapes, refusals, and no secret."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.sealed import unseal
from settings_app.enums import IntegrationState
from settings_app.models import DeviceAuthorization, Integration, OrganizationSettings, Supplier
from settings_app.operations import poll_device_due
from tests.factories import IntegrationFactory
from tests.integrations import confirm_device

V1 = "/api/v1"
SETTINGS = {
    "autoGenerateInvoices": False,
    "invoiceTemplateId": None,
    "syncFrequencyMinutes": 30,
    "autoMarkAsPaid": False,
    "autoCreateCustomer": True,
    "autoCreateProduct": False,
    "defaultVatRate": 23,
}


# -- allegro/settings --------------------------------------------------------------------------


def test_settings_of_an_integration_read_as_published(
    integration: Any, viewer: Any, api: Any
) -> None:
    answer = api(viewer).get(f"{V1}/allegro/settings/{integration.pk}")

    assert answer.json() == {"settings": SETTINGS}
    assert '"defaultVatRate":23' in answer.content.decode().replace(" ", "")


def test_settings_are_changed_in_part(integration: Any, owner: Any, api: Any) -> None:
    wanted = {"autoGenerateInvoices": True, "syncFrequencyMinutes": 45, "defaultVatRate": 8.5}
    answer = api(owner).put(f"{V1}/allegro/settings/{integration.pk}", {"settings": wanted})

    assert answer.json() == {"success": True, "settings": SETTINGS | wanted}
    read = api(owner).get(f"/api/allegro/settings/{integration.pk}/")
    assert read.json() == {"settings": SETTINGS | wanted}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"syncFrequencyMinutes": 1}, "syncFrequencyMinutes"),
        ({"syncFrequencyMinutes": "often"}, "syncFrequencyMinutes"),
        ({"defaultVatRate": 101}, "defaultVatRate"),
        ({"defaultVatRate": -1}, "defaultVatRate"),
    ],
)
def test_wrong_settings_are_named_and_change_nothing(
    integration: Any, owner: Any, api: Any, wrong: dict[str, Any], field: str
) -> None:
    answer = api(owner).put(
        f"{V1}/allegro/settings/{integration.pk}",
        {"settings": {"autoMarkAsPaid": True, **wrong}},
    )

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert field in json.dumps(answer.json()["errors"])
    integration.refresh_from_db()
    assert not integration.auto_mark_as_paid


def test_settings_without_the_envelope_are_refused(integration: Any, owner: Any, api: Any) -> None:
    answer = api(owner).put(f"{V1}/allegro/settings/{integration.pk}", {"autoMarkAsPaid": True})

    assert answer.status_code == 400


@pytest.mark.parametrize("role", ["viewer", "staff"])
def test_only_owners_change_settings(integration: Any, api: Any, request: Any, role: str) -> None:
    answer = api(request.getfixturevalue(role)).put(
        f"{V1}/allegro/settings/{integration.pk}", {"settings": {"autoMarkAsPaid": True}}
    )

    assert answer.status_code == 403
    integration.refresh_from_db()
    assert not integration.auto_mark_as_paid


# -- nobody else's -----------------------------------------------------------------------------


ROUTES = [
    ("get", "/allegro/settings/{pk}"),
    ("put", "/allegro/settings/{pk}"),
    ("get", "/integrations/{pk}"),
    ("get", "/integrations/{pk}/sync-health"),
    ("post", "/integrations/{pk}/pause"),
    ("post", "/integrations/{pk}/resume"),
    ("post", "/integrations/{pk}/disconnect"),
    ("get", "/tokens/{pk}"),
    ("put", "/tokens/{pk}"),
    ("delete", "/tokens/{pk}"),
    ("post", "/tokens/{pk}/refresh"),
    ("post", "/tokens/{pk}/validate"),
    ("put", "/settings/suppliers/{supplier}"),
    ("delete", "/settings/suppliers/{supplier}"),
    ("get", "/tokens/user/{user}"),
    ("get", "/tokens/auth/status/{code}"),
    ("get", "/tokens/auth/task/{code}"),
]


@pytest.fixture
def someone(
    allegro: Any, organization: Any, owner: Any, integration: Any, api: Any
) -> dict[str, Any]:
    """Rows of one organization, by the names that routes use."""
    begun = api(owner).post(f"{V1}/tokens/auth/initialize", {"environment": "sandbox"})
    return {
        "pk": integration.pk,
        "supplier": Supplier.objects.create(organization=organization, name="Hurt").pk,
        "user": owner.pk,
        "code": begun.json()["authorizationId"],
    }


def test_an_outsider_finds_none_of_it(someone: dict[str, Any], outsider: Any, api: Any) -> None:
    before = list(Integration.objects.values()), list(Supplier.objects.values())
    client = api(outsider)
    answers = {
        (method, path): getattr(client, method)(V1 + path.format(**someone)).status_code
        for method, path in ROUTES
    }
    answers["post", "validate"] = client.post(
        f"{V1}/settings/validate/allegro", {"integrationId": someone["pk"]}
    ).status_code
    answers["post", "initialize"] = client.post(
        f"{V1}/tokens/auth/initialize", {"integrationId": someone["pk"]}
    ).status_code

    assert set(answers.values()) == {404}, answers
    assert (list(Integration.objects.values()), list(Supplier.objects.values())) == before
    assert client.get(f"{V1}/integrations").json()["items"] == []
    assert client.get(f"{V1}/tokens").json()["items"] == []


def test_a_viewer_writes_nothing(someone: dict[str, Any], viewer: Any, api: Any) -> None:
    before = list(Integration.objects.values()), list(Supplier.objects.values())
    client = api(viewer)
    answers = {
        (method, path): getattr(client, method)(V1 + path.format(**someone)).status_code
        for method, path in [
            *ROUTES,
            ("post", "/tokens"),
            ("post", "/tokens/auth/initialize"),
            ("post", "/settings/suppliers"),
            ("put", "/settings"),
            ("post", "/settings/validate/allegro"),
        ]
        if method != "get"
    }

    assert set(answers.values()) == {403}, answers
    assert (list(Integration.objects.values()), list(Supplier.objects.values())) == before


def test_nobody_gets_in_without_signing_in(integration: Any) -> None:
    from rest_framework.test import APIClient

    assert APIClient().get(f"{V1}/tokens/{integration.pk}").status_code == 401


# -- lists -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/integrations", "/tokens/"])
@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_any_number(
    organization: Any, viewer: Any, api: Any, path: str, count: int
) -> None:
    IntegrationFactory.create_batch(count, organization=organization)
    client = api(viewer)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(V1 + path).json()

    assert len(answer["items"]) == count
    assert answer["pagination"]["total"] == count
    assert len([q for q in queries if "settings_app_" in q["sql"]]) == 2


# -- integrations ------------------------------------------------------------------------------


def test_pause_resume_and_disconnect(connected: Any, owner: Any, api: Any) -> None:
    client, url = api(owner), f"{V1}/integrations/{connected.pk}"

    assert client.post(f"{url}/pause").json()["state"] == "PAUSED"
    again = client.post(f"{url}/pause")
    assert (again.status_code, again.json()["code"]) == (409, "integration_state")
    assert client.post(f"{url}/resume/").json()["state"] == "CONNECTED"
    assert client.post(f"{url}/disconnect").json()["state"] == "DISCONNECTED"
    connected.refresh_from_db()
    assert connected.refresh_token == ""


def test_sync_health_tells_what_is_wrong(integration: Any, viewer: Any, api: Any) -> None:
    Integration.objects.update(
        state=IntegrationState.NEEDS_REAUTH, sync_error_count=2, last_sync_error="gone"
    )
    health = api(viewer).get(f"{V1}/integrations/{integration.pk}/sync-health").json()

    assert (health["healthy"], health["needsReauth"]) == (False, True)
    assert (health["syncErrorCount"], health["lastSyncError"]) == (2, "gone")


# -- settings and suppliers --------------------------------------------------------------------


def test_settings_of_the_organization(organization: Any, owner: Any, api: Any) -> None:
    client = api(owner)
    first = client.get(f"{V1}/settings").json()
    assert first == {
        "defaultMarginPercent": "20.00",
        "defaultVatRate": 23,
        "lowStockThreshold": 3,
        "notificationEmail": "",
        "keepRunsDays": 90,
        "suppliers": [],
    }
    changed = client.put("/api/settings/", {"lowStockThreshold": 7, "defaultVatRate": 21})
    assert changed.json() == first | {"lowStockThreshold": 7, "defaultVatRate": 21}
    assert OrganizationSettings.objects.count() == 1


def test_suppliers_are_added_changed_and_removed_and_their_key_never_shown(
    organization: Any, staff: Any, api: Any
) -> None:
    client, secret = api(staff), "s3cret-of-the-supplier"
    added = client.post(
        f"{V1}/settings/suppliers", {"name": "Hurtownia", "currency": "czk", "apiKey": secret}
    )
    supplier = Supplier.objects.get()
    assert added.status_code == 201
    assert added.json()["currency"] == "CZK"
    assert added.json()["hasApiKey"] is True
    assert unseal(supplier, "api_key") == secret

    url = f"{V1}/settings/suppliers/{supplier.pk}"
    renamed = client.put(url, {"name": "Hurt", "marginPercent": "12.5"})
    assert (renamed.json()["name"], renamed.json()["hasApiKey"]) == ("Hurt", True)
    cleared = client.put(url, {"apiKey": ""})
    assert cleared.json()["hasApiKey"] is False
    read = client.get(f"{V1}/settings").content.decode()
    assert "Hurt" in read
    assert secret not in read + added.content.decode() + renamed.content.decode()

    assert client.delete(url).status_code == 204
    assert not Supplier.objects.exists()


def test_a_margin_that_makes_prices_negative_is_refused(
    organization: Any, owner: Any, api: Any
) -> None:
    client = api(owner)
    supplier = client.post(f"{V1}/settings/suppliers", {"name": "Hurt", "marginPercent": "-100"})
    assert supplier.status_code == 201
    url = f"{V1}/settings/suppliers/{supplier.json()['id']}"

    assert client.put(url, {"marginPercent": "-100.01"}).status_code == 400
    assert client.put(f"{V1}/settings", {"defaultMarginPercent": "-101"}).status_code == 400
    assert Supplier.objects.get().margin_percent == -100
    assert client.get(f"{V1}/settings").json()["defaultMarginPercent"] == "20.00"


def test_two_suppliers_of_one_name_are_refused(organization: Any, staff: Any, api: Any) -> None:
    client = api(staff)
    for expected in (201, 409):
        answer = client.post(f"{V1}/settings/suppliers", {"name": "Hurt"})
        assert answer.status_code == expected
    assert answer.json()["code"] == "supplier_exists"
    assert Supplier.objects.count() == 1


def test_validating_tries_keys_and_tokens(
    allegro: Any, connected: Any, owner: Any, api: Any, settings: Any
) -> None:
    client = api(owner)
    good = client.post(f"{V1}/settings/validate/allegro").json()
    assert good["valid"] is True
    assert [one["environment"] for one in good["environments"]] == ["sandbox"]
    assert good["integrations"] == [
        {
            "integrationId": connected.pk,
            "valid": True,
            "login": connected.seller_login,
            "problem": "",
        }
    ]

    settings.ALLEGRO_ENVIRONMENTS["sandbox"]["client_secret"] = "mistyped"
    bad = client.post(f"{V1}/settings/validate/allegro", {"integrationId": connected.pk}).json()
    assert bad["valid"] is False
    assert "client id and secret" in bad["environments"][0]["problem"]
    assert bad["integrations"][0]["valid"] is True


def test_validating_while_allegro_is_down_says_so(
    allegro: Any, connected: Any, owner: Any, api: Any
) -> None:
    allegro.control("POST", "/faults", {"kind": "status", "route": "POST /auth/oauth/token"})
    answer = api(owner).post(f"{V1}/settings/validate/allegro")

    assert (answer.status_code, answer.json()["code"]) == (503, "allegro_unavailable")


# -- tokens ------------------------------------------------------------------------------------


def test_no_answer_holds_a_token(allegro: Any, connected: Any, owner: Any, api: Any) -> None:
    client, pk = api(owner), connected.pk
    answers = [
        client.get(f"{V1}/tokens/"),
        client.get(f"{V1}/tokens/{pk}"),
        client.put(f"{V1}/tokens/{pk}", {"label": "New name"}),
        client.get(f"{V1}/tokens/user/{owner.pk}"),
        client.post(f"{V1}/tokens/{pk}/validate"),
        client.get(f"{V1}/integrations/{pk}"),
        client.get(f"{V1}/integrations/{pk}/sync-health"),
        client.post(f"{V1}/tokens/{pk}/refresh"),
    ]
    before = [unseal(connected, name) for name in ("access_token", "refresh_token")]
    connected.refresh_from_db()
    after = [unseal(connected, name) for name in ("access_token", "refresh_token")]

    assert [answer.status_code for answer in answers] == [200] * 8
    text = "".join(answer.content.decode() for answer in answers)
    assert not [token for token in before + after if token in text]
    assert connected.access_token not in text
    assert before != after


def test_a_token_reads_as_whose_it_is_and_until_when(connected: Any, viewer: Any, api: Any) -> None:
    token = api(viewer).get(f"{V1}/tokens/{connected.pk}/").json()

    assert (token["id"], token["allegroUserId"]) == (connected.pk, connected.seller_id)
    assert token["isActive"] is True
    assert token["expiresAt"] < token["refreshExpiresAt"]


def test_a_token_is_paused_resumed_and_disconnected(connected: Any, owner: Any, api: Any) -> None:
    client, url = api(owner), f"{V1}/tokens/{connected.pk}"

    assert client.put(url, {"isActive": False}).json()["state"] == "PAUSED"
    assert client.put(url, {"isActive": True, "label": "Shop"}).json()["label"] == "Shop"
    assert client.delete(url).status_code == 204
    connected.refresh_from_db()
    assert (connected.state, connected.access_token) == (IntegrationState.DISCONNECTED, "")


def test_tokens_of_a_member_and_of_nobody(
    connected: Any, viewer: Any, outsider: Any, owner: Any, api: Any
) -> None:
    client = api(viewer)

    assert [t["id"] for t in client.get(f"{V1}/tokens/user/{owner.pk}").json()["items"]] == [
        connected.pk
    ]
    assert client.get(f"{V1}/tokens/user/{outsider.pk}").status_code == 404
    assert client.get(f"{V1}/tokens/user/999999999").status_code == 404


def test_refresh_and_validate_of_a_revoked_account(
    allegro: Any, connected: Any, owner: Any, api: Any
) -> None:
    client, url = api(owner), f"{V1}/tokens/{connected.pk}"
    allegro.control("POST", "/tokens/revoke", {"seller": connected.seller_login})

    refused = client.post(f"{url}/refresh")
    assert (refused.status_code, refused.json()["code"]) == (502, "allegro_refused")
    assert refused.json()["remedy"]
    verdict = client.post(f"{url}/validate").json()
    assert verdict["valid"] is False
    assert verdict["token"]["state"] == "NEEDS_REAUTH"


def test_device_flow_by_api(
    allegro: Any, organization: Any, owner: Any, api: Any, login: str
) -> None:
    client = api(owner)
    begun = client.post(
        f"{V1}/tokens/auth/initialize", {"environment": "sandbox", "label": "By API"}
    )
    row = DeviceAuthorization.objects.get()
    answer = begun.json()
    assert begun.status_code == 201
    assert answer["status"] == "pending"
    assert answer["userCode"] == row.user_code
    assert unseal(row, "device_code") not in begun.content.decode()
    assert answer["deviceCode"] == answer["taskId"] == str(row.public_id)

    confirm_device(row, login=login)
    poll_device_due(now=row.next_poll_at + timedelta(seconds=1))
    for path in (f"status/{answer['deviceCode']}", f"task/{answer['taskId']}"):
        settled = client.get(f"{V1}/tokens/auth/{path}").json()
        assert settled["status"] == "authorized"
        assert settled["integrationId"] == Integration.objects.get().pk
    assert client.get(f"{V1}/tokens/auth/status/no-such-code").status_code == 404


def test_a_token_is_taken_over_by_hand_and_proved_by_use(
    allegro: Any, organization: Any, owner: Any, api: Any, login: str
) -> None:
    given = allegro.tokens(login)["refresh_token"]
    answer = api(owner).post(
        f"{V1}/tokens/", {"environment": "sandbox", "label": "Moved", "refreshToken": given}
    )

    integration = Integration.objects.get()
    assert answer.status_code == 201
    assert answer.json()["allegroLogin"] == login
    assert given not in answer.content.decode()
    assert unseal(integration, "refresh_token") not in ("", given)


def test_a_token_that_allegro_does_not_know_makes_nothing(
    allegro: Any, organization: Any, owner: Any, api: Any
) -> None:
    answer = api(owner).post(f"{V1}/tokens/", {"environment": "sandbox", "refreshToken": "made-up"})

    assert answer.status_code == 502
    assert "made-up" not in answer.content.decode()
    assert not Integration.objects.exists()
