from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from inventory.models import StockLevel
from syncs.models import Discrepancy, DiscrepancyRule, SyncRun
from tests.factories import IntegrationFactory
from tests.offers.queries import queries_of
from tests.syncs.disagreeing import of_price, of_quantity
from tests.syncs.factories import DiscrepancyRuleFactory

Api = Callable[[Any], Any]


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization, may_write_stock=True)


def test_start_reads_and_compares_every_working_account(
    api: Api, staff: Any, integration: Any
) -> None:
    answer = api(staff).post("/api/v1/sync/start")
    assert answer.status_code == 202
    kinds = [job["kind"] for job in answer.json()["jobs"]]
    assert kinds == ["PULL_OFFERS", "PULL_ORDERS", "CHECK"]
    one = api(staff).post(
        "/api/v1/sync/start", {"integrationId": integration.pk, "kinds": ["CHECK"]}, format="json"
    )
    assert [job["id"] for job in one.json()["jobs"]] == [answer.json()["jobs"][2]["id"]]
    assert SyncRun.objects.count() == 3


def test_status_counts_what_is_open(api: Api, staff: Any, integration: Any) -> None:
    of_quantity(integration, severity=3)
    of_price(integration)
    of_quantity(integration, status="RESOLVED", resolved_at="2026-01-01T00:00Z")
    for address in ("/api/v1/sync/status", f"/api/v1/sync/status/{staff.pk}"):
        body = api(staff).get(address).json()
        assert body["open"] == 2
        assert body["bySeverity"] == {"low": 1, "medium": 0, "high": 1, "critical": 0}
        assert (body["byKind"]["PRICE"], body["byKind"]["QUANTITY"]) == (1, 1)
        assert [one["integrationId"] for one in body["accounts"]] == [integration.pk]


def test_discrepancies_are_listed_and_filtered(api: Api, staff: Any, integration: Any) -> None:
    row = of_quantity(integration, ours=0, theirs=5, severity=3, cause="SELLS_WITHOUT_STOCK")
    of_price(integration)
    client = api(staff)
    for address in ("/api/v1/sync/discrepancies", f"/api/v1/sync/discrepancies/{staff.pk}"):
        items = client.get(address).json()["items"]
        assert [one["type"] for one in items] == ["QUANTITY", "PRICE"]
    first = items[0]
    assert (first["id"], first["severity"]) == (str(row.public_id), "HIGH")
    assert (first["sourceValue"], first["targetValue"]) == ("0", "5")
    assert first["remedy"]
    for query, count in [
        ("type=PRICE", 1),
        ("severity=high", 1),
        ("status=ignored", 0),
        (f"integrationId={integration.pk + 1}", 0),
    ]:
        found = client.get(f"/api/v1/sync/discrepancies?{query}").json()["items"]
        assert len(found) == count, query


def test_another_persons_id_does_not_exist(
    api: Api, staff: Any, owner: Any, integration: Any
) -> None:
    row = of_quantity(integration)
    client = api(staff)
    for address in ("status", "discrepancies"):
        assert client.get(f"/api/v1/sync/{address}/{owner.pk}").status_code == 404
    body = {"discrepancyIds": [str(row.public_id)], "resolution": "IGNORE"}
    answer = client.post(f"/api/v1/sync/reconcile/{owner.pk}", body, format="json")
    assert answer.status_code == 404
    assert Discrepancy.objects.get().status == "OPEN"
    mine = client.post(f"/api/v1/sync/reconcile/{staff.pk}", body, format="json")
    assert mine.json()["resolved"] == [str(row.public_id)]
    assert Discrepancy.objects.get().status == "IGNORED"


def test_reconcile_tells_first_and_then_writes(api: Api, staff: Any, integration: Any) -> None:
    row, price = of_quantity(integration, ours=3, theirs=5), of_price(integration)
    foreign = of_quantity(IntegrationFactory())
    unknown = str(uuid4())
    body = {
        "discrepancyIds": [str(row.public_id), str(foreign.public_id), unknown],
        "resolution": "ALLEGRO",
    }
    client = api(staff)
    url = "/api/v1/sync/reconcile"
    planned = client.post(url, body | {"dryRun": True}, format="json").json()
    assert [one["id"] for one in planned["planned"]] == [str(row.public_id)]
    assert "3 → 5" in planned["planned"][0]["effects"][0]
    assert {one["id"] for one in planned["refused"]} == {str(foreign.public_id), unknown}
    assert StockLevel.objects.get(product=row.product).on_hand == 3
    done = client.post(url, body, format="json").json()
    assert done["resolved"] == [str(row.public_id)]
    assert StockLevel.objects.get(product=row.product).on_hand == 5
    foreign.refresh_from_db()
    assert foreign.status == "OPEN"
    body = {"discrepancyIds": [str(price.public_id)], "resolution": "OURS"}
    refused = client.post(url, body, format="json").json()["refused"]
    assert refused[0]["code"] == "resolution_not_possible"
    assert refused[0]["remedy"]


def test_one_is_read_changed_commented_and_taken_back(
    api: Api, staff: Any, integration: Any
) -> None:
    row = of_quantity(integration, ours=3, theirs=5)
    client = api(staff)
    url = f"/api/v1/sync/discrepancies/{row.public_id}"
    choices = {one["resolution"]: one for one in client.get(url).json()["choices"]}
    assert choices["ALLEGRO"]["possible"]
    changed = client.patch(
        url, {"assigneeId": staff.pk, "status": "INVESTIGATING"}, format="json"
    ).json()
    assert (changed["assigneeId"], changed["status"]) == (staff.pk, "INVESTIGATING")
    said = client.post(f"{url}/comments", {"comment": "seen"}, format="json")
    assert (said.status_code, said.json()["comment"]) == (201, "seen")
    moved = client.patch(url, {"resolution": "ALLEGRO", "seen": "9"}, format="json")
    assert moved.status_code == 409
    assert StockLevel.objects.get().on_hand == 3
    settled = client.patch(url, {"resolution": "ALLEGRO", "seen": "5"}, format="json").json()
    assert (settled["status"], settled["choices"]) == ("RESOLVED", [])
    assert StockLevel.objects.get().on_hand == 5
    assert client.post(f"{url}/undo").json()["status"] == "OPEN"
    assert StockLevel.objects.get().on_hand == 3
    history = client.get(f"{url}/comments").json()["items"]
    assert [one["kind"] for one in history] == [
        "UNDONE", "RESOLVED", "COMMENTED", "INVESTIGATED", "ASSIGNED",
    ]  # fmt: skip


def test_rules_by_the_api(api: Api, staff: Any, integration: Any) -> None:
    of_quantity(integration)
    client = api(staff)
    url = "/api/v1/sync/rules"
    rule = {
        "name": "small",
        "type": "QUANTITY",
        "threshold": "1",
        "severity": "HIGH",
        "autoResolve": "IGNORE",
        "integrationId": integration.pk,
    }
    seen = client.post(f"{url}/preview", rule, format="json").json()
    assert (seen["taken"], seen["graded"], seen["settled"]) == (1, 1, 1)
    assert not DiscrepancyRule.objects.exists()
    made = client.post(url, rule, format="json")
    assert made.status_code == 201
    pk = made.json()["id"]
    changed = client.patch(f"{url}/{pk}", {"severity": "LOW", "enabled": False}, format="json")
    assert (changed.json()["severity"], changed.json()["enabled"]) == ("LOW", False)
    wrong = client.patch(f"{url}/{pk}", {"minDifference": "-1"}, format="json")
    assert wrong.status_code == 400
    other = IntegrationFactory()
    foreign = client.patch(f"{url}/{pk}", {"integrationId": other.pk}, format="json")
    assert foreign.status_code == 404
    assert [one["id"] for one in client.get(url).json()["items"]] == [pk]
    assert client.delete(f"{url}/{pk}").status_code == 204
    assert not DiscrepancyRule.objects.exists()


def test_viewers_read_and_write_nothing_and_outsiders_see_nothing(
    api: Api, viewer: Any, outsider: Any, integration: Any
) -> None:
    row = of_quantity(integration)
    rule = DiscrepancyRuleFactory(organization=integration.organization)
    url = f"/api/v1/sync/discrepancies/{row.public_id}"
    assert api(viewer).get(url).status_code == 200
    assert api(viewer).patch(url, {"resolution": "IGNORE"}, format="json").status_code == 403
    assert api(viewer).post("/api/v1/sync/start").status_code == 403
    client = api(outsider)
    for answer in (
        client.get(url),
        client.patch(url, {"resolution": "IGNORE"}, format="json"),
        client.post(f"{url}/comments", {"comment": "x"}, format="json"),
        client.post(f"{url}/undo"),
        client.get(f"/api/v1/sync/rules/{rule.pk}"),
        client.delete(f"/api/v1/sync/rules/{rule.pk}"),
    ):
        assert answer.status_code == 404
    assert Discrepancy.objects.get().status == "OPEN"
    assert not Discrepancy.objects.get().entries.exists()


def test_lists_need_as_many_queries_for_one_row_as_for_three(
    api: Api, staff: Any, integration: Any
) -> None:
    client = api(staff)
    row = of_quantity(integration)
    urls = [
        "/api/v1/sync/discrepancies",
        "/api/v1/sync/status",
        f"/api/v1/sync/discrepancies/{row.public_id}/comments",
    ]
    one = [queries_of(lambda url=url: client.get(url)) for url in urls]
    for _ in range(2):
        of_quantity(IntegrationFactory(organization=integration.organization))
    assert [queries_of(lambda url=url: client.get(url)) for url in urls] == one
