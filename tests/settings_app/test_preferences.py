"""The page of the organization's settings: everybody reads, owners write."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditEntry
from settings_app.models import OrganizationSettings

URL = "/integrations/preferences/"
GOOD = {
    "default_margin_percent": "35.5",
    "default_vat_rate": "8",
    "low_stock_threshold": "7",
    "notification_email": "team@example.com",
    "keep_runs_days": "30",
}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_looking_shows_the_defaults_and_writes_nothing(
    organization: Any, owner: Any, page: Any
) -> None:
    shown = text_of(page(owner).get(URL))

    assert 'name="default_margin_percent" value="20"' in shown
    assert 'name="low_stock_threshold" value="3"' in shown
    assert not OrganizationSettings.objects.exists()


def test_an_owner_changes_them_and_it_is_audited(organization: Any, owner: Any, page: Any) -> None:
    saved = page(owner).post(URL, GOOD, follow=True)

    assert saved.redirect_chain == [(URL, 303)]
    assert "Saved." in text_of(saved)
    found = OrganizationSettings.objects.get(organization=organization)
    assert (found.default_margin_percent, found.default_vat_rate) == (Decimal("35.5"), Decimal(8))
    assert (found.low_stock_threshold, found.notification_email) == (7, "team@example.com")
    assert found.keep_runs_days == 30
    entry = AuditEntry.objects.get(action="settings.changed")
    assert (entry.actor, entry.organization) == (owner, organization)
    assert (entry.before["low_stock_threshold"], entry.after["low_stock_threshold"]) == (3, 7)

    page(owner).post(URL, GOOD)
    assert AuditEntry.objects.filter(action="settings.changed").count() == 1


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("default_margin_percent", "-100.01", "the price would be negative"),
        ("default_vat_rate", "101", "less than or equal to 100"),
        ("default_vat_rate", "", "This field is required."),
        ("low_stock_threshold", "-1", "greater than or equal to 0"),
        ("notification_email", "team", "Enter a valid email address."),
    ],
)
def test_wrong_values_are_explained_and_nothing_is_written(
    organization: Any, owner: Any, page: Any, field: str, wrong: str, words: str
) -> None:
    OrganizationSettings.objects.create(organization=organization)
    before = OrganizationSettings.objects.values().get()
    refused = page(owner).post(URL, GOOD | {field: wrong})

    assert refused.status_code == 422
    assert words in text_of(refused)
    assert OrganizationSettings.objects.values().get() == before
    assert not AuditEntry.objects.filter(action="settings.changed").exists()


@pytest.mark.parametrize("role", ["viewer", "staff"])
def test_others_read_them(organization: Any, request: Any, page: Any, role: str) -> None:
    OrganizationSettings.objects.create(organization=organization, low_stock_threshold=11)
    client = page(request.getfixturevalue(role))
    shown = text_of(client.get(URL))

    assert "<dd>11</dd>" in shown
    assert "<form" not in shown.split('id="main"')[1]
    assert client.post(URL, GOOD).status_code == 403
    assert OrganizationSettings.objects.get().low_stock_threshold == 11


def test_an_outsider_changes_only_their_own(
    organization: Any, outsider: Any, page: Any, other_organization: Any
) -> None:
    OrganizationSettings.objects.create(
        organization=organization, notification_email="ours@example.com"
    )
    client = page(outsider)

    assert "ours@example.com" not in text_of(client.get(URL))
    assert client.post(URL, GOOD).status_code == 303
    ours, theirs = (
        OrganizationSettings.objects.get(organization=one).notification_email
        for one in (organization, other_organization)
    )
    assert (ours, theirs) == ("ours@example.com", "team@example.com")


def test_strangers_are_sent_to_sign_in(organization: Any, client: Any) -> None:
    sent = client.get(URL)

    assert sent.status_code == 302
    assert sent["Location"].startswith(reverse("account_login"))


def test_the_ways_there(organization: Any, viewer: Any, page: Any) -> None:
    client = page(viewer)
    for start in ("/integrations/", "/integrations/suppliers/", "/organization/", "/home/"):
        assert f'href="{URL}"' in text_of(client.get(start)), start
    for start in ("/integrations/", URL, "/home/"):
        assert 'href="/integrations/suppliers/"' in text_of(client.get(start)), start
