"""The routes of settings and suppliers: shapes, refusals, what is told of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.sealed import unseal
from settings_app.models import OrganizationSettings, Supplier

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
