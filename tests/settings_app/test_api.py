"""The routes of integrations, and who gets to any route of this room."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from settings_app.enums import IntegrationState
from settings_app.models import Integration, Supplier
from tests.factories import IntegrationFactory

V1 = "/api/v1"
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
