from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from syncs.models import SyncRun
from tests.factories import IntegrationFactory
from tests.offers.queries import queries_of
from tests.syncs.factories import SyncItemFactory, SyncRunFactory

Api = Callable[[Any], Any]


@pytest.fixture
def integration(organization: Any) -> Any:
    return IntegrationFactory(organization=organization)


def test_allegro_to_db_starts_both_kinds_for_every_working_account(
    api: Api, staff: Any, integration: Any, organization: Any
) -> None:
    IntegrationFactory(organization=organization, state="PAUSED")
    IntegrationFactory()
    answer = api(staff).post("/api/v1/sync/allegro-to-db")
    assert answer.status_code == 202
    jobs = answer.json()["jobs"]
    assert {(job["integrationId"], job["kind"]) for job in jobs} == {
        (integration.pk, "PULL"),
        (integration.pk, "PULL_ORDERS"),
    }
    assert {job["state"] for job in jobs} == {"PENDING"}
    again = api(staff).post("/api/sync/allegro-to-db/", {"integrationId": integration.pk})
    assert [job["id"] for job in again.json()["jobs"]] == [job["id"] for job in jobs]
    assert SyncRun.objects.count() == 2


def test_one_account_by_hand(api: Api, staff: Any, integration: Any) -> None:
    answer = api(staff).post(f"/api/v1/sync/manual/{integration.pk}")
    assert answer.status_code == 202
    assert len(answer.json()["jobs"]) == 2


def test_without_an_account_the_answer_says_what_to_do(api: Api, staff: Any) -> None:
    answer = api(staff).post("/api/v1/sync/allegro-to-db")
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "account_not_working"
    assert "Integrations" in answer.json()["remedy"]


def test_the_import_of_offers_is_started_by_post_and_shown_by_get(
    api: Api, staff: Any, integration: Any
) -> None:
    client = api(staff)
    before = client.get("/api/v1/allegro/offers/import")
    assert (before.status_code, before.json()["job"]) == (200, None)
    assert "POST" in before.json()["hint"]
    assert not SyncRun.objects.exists()
    started = client.post("/api/v1/allegro/offers/import", {"integrationId": integration.pk})
    assert started.status_code == 202
    [job] = started.json()["jobs"]
    assert job["kind"] == "PULL_OFFERS"
    assert client.get("/api/v1/allegro/offers/import").json()["job"]["id"] == job["id"]
    assert SyncRun.objects.count() == 1


def test_an_idempotency_key_starts_once(api: Api, staff: Any, integration: Any) -> None:
    client = api(staff)
    answers = [
        client.post(
            "/api/v1/allegro/offers/import",
            {"integrationId": integration.pk},
            headers={"Idempotency-Key": "one"},
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert SyncRun.objects.count() == 1


def test_jobs_and_their_items(api: Api, viewer: Any, integration: Any) -> None:
    run = SyncRunFactory(integration=integration, scanned=40, unchanged=40)
    failed = SyncRunFactory(integration=integration, kind="PULL_ORDERS", scanned=1, failed=1)
    SyncItemFactory(run=failed, outcome="FAILED", reason_code="x", message="why", remedy="do")
    SyncItemFactory(run=failed)
    client = api(viewer)
    body = client.get("/api/v1/sync/jobs").json()
    assert [row["id"] for row in body["items"]] == [failed.pk, run.pk]
    assert body["pagination"]["total"] == 2
    assert client.get("/api/v1/sync/jobs?kind=PULL_ORDERS").json()["pagination"]["total"] == 1
    job = client.get(f"/api/v1/sync/jobs/{run.pk}").json()
    assert (job["nothingChanged"], job["scanned"], job["state"]) == (True, 40, "DONE")
    items = client.get(f"/api/v1/sync/jobs/{failed.pk}/items?outcome=FAILED").json()["items"]
    assert [(one["reasonCode"], one["message"], one["remedy"]) for one in items] == [
        ("x", "why", "do")
    ]
    history = client.get(f"/api/v1/sync/history/{integration.pk}").json()
    assert [row["id"] for row in history["items"]] == [failed.pk, run.pk]


def test_lists_need_as_many_queries_for_one_row_as_for_three(
    api: Api, viewer: Any, integration: Any
) -> None:
    client = api(viewer)
    run = SyncRunFactory(integration=integration)
    SyncItemFactory(run=run)
    urls = (
        "/api/v1/sync/jobs",
        f"/api/v1/sync/jobs/{run.pk}/items",
        f"/api/v1/sync/history/{integration.pk}",
    )
    one = [queries_of(lambda url=url: client.get(url)) for url in urls]
    for _ in range(2):
        SyncRunFactory(integration=integration)
        SyncItemFactory(run=run)
    assert [queries_of(lambda url=url: client.get(url)) for url in urls] == one


def test_a_viewer_may_not_start(api: Api, viewer: Any, integration: Any) -> None:
    client = api(viewer)
    for path in (
        "/api/v1/sync/allegro-to-db",
        f"/api/v1/sync/manual/{integration.pk}",
        "/api/v1/allegro/offers/import",
    ):
        assert client.post(path).status_code == 403
    assert not SyncRun.objects.exists()


def test_for_an_outsider_neither_account_nor_run_exists(
    api: Api, outsider: Any, integration: Any
) -> None:
    run = SyncRunFactory(integration=integration)
    client = api(outsider)
    for path in (
        f"/api/v1/sync/jobs/{run.pk}",
        f"/api/v1/sync/jobs/{run.pk}/items",
        f"/api/v1/sync/history/{integration.pk}",
    ):
        assert client.get(path).status_code == 404
    body = {"integrationId": integration.pk}
    assert client.post("/api/v1/sync/allegro-to-db", body).status_code == 404
    assert client.post(f"/api/v1/sync/manual/{integration.pk}").status_code == 404
    assert client.post("/api/v1/allegro/offers/import", body).status_code == 404
    assert client.get("/api/v1/sync/jobs").json()["items"] == []
    assert SyncRun.objects.count() == 1
