"""Pages and routes of runs that plan: shown, carried out, held, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from syncs.models import PlannedChange, SyncRun
from tests.factories import IntegrationFactory
from tests.offers.factories import FieldStateFactory, OfferFactory, OfferLinkFactory
from tests.syncs.factories import PlannedChangeFactory, RunBrakeFactory, SyncRunFactory


@pytest.fixture
def account(organization: Any) -> Any:
    return IntegrationFactory(organization=organization)


@pytest.fixture
def plan(account: Any) -> SyncRun:
    """A plan that was shown: two prices to be sent, one title left with its reason."""
    run: Any = SyncRunFactory(
        integration=account, kind="BOTH", mode="DRY_RUN", state="DONE", planned=2, scanned=3,
        position={"phase": "over"},
    )  # fmt: skip
    PlannedChangeFactory.create_batch(2, run=run)
    PlannedChangeFactory(
        run=run, field="TITLE", action="NOTHING", state="SKIPPED", reason="NOT_OURS", value=None,
        ours=None, theirs="Kubek",
    )  # fmt: skip
    return run  # type: ignore[no-any-return]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_shown_plan_is_grouped_narrowed_and_a_file(plan: SyncRun, staff: Any, page: Any) -> None:
    client, url = page(staff), f"/syncs/{plan.pk}/"
    shown = client.get(url)

    text = text_of(shown)
    assert "This is a plan. Nothing of it has been written." in text
    assert {(one.field, one.count) for one in shown.context["groups"]} == {
        ("PRICE", 2),
        ("TITLE", 1),
    }
    assert "99.00 PLN → 105.00 PLN" in text
    assert "Carry the plan out…" in text
    narrowed = client.get(f"{url}?reason=NOT_OURS")
    assert [line.view.change.field for line in narrowed.context["page"].items] == ["TITLE"]
    file = client.get(f"{url}plan.csv?action=PUSH")
    lines = b"".join(file.streaming_content).decode().strip().splitlines()
    assert len(lines) == 3
    assert "105.00 PLN" in lines[1]


def test_a_plan_is_carried_out_after_asking(plan: SyncRun, staff: Any, page: Any) -> None:
    client = page(staff)
    asked = text_of(client.get(f"/syncs/{plan.pk}/apply/"))
    assert "Price, Send to Allegro: 2" in asked
    plan.refresh_from_db()
    assert plan.mode == "DRY_RUN"

    client.post(f"/syncs/{plan.pk}/apply/")

    plan.refresh_from_db()
    assert (plan.mode, plan.state, plan.applied_by) == ("APPLY", "PENDING", staff)


@pytest.mark.parametrize(("step", "state"), [("release", "PLANNED"), ("drop", "SKIPPED")])
def test_what_a_brake_holds_is_released_or_dropped(
    account: Any, staff: Any, page: Any, step: str, state: str
) -> None:
    brake = RunBrakeFactory(
        run__integration=account, run__kind="PUSH", run__state="WAITING_FOR_PERSON"
    )
    held = PlannedChangeFactory(run=brake.run, brake="CHANGED")
    client, url = page(staff), f"/syncs/{brake.run_id}/"
    assert "Held by a brake" in text_of(client.get(url))
    assert "1 held changes" in text_of(client.get(f"{url}{step}/"))

    client.post(f"{url}{step}/")

    held.refresh_from_db()
    assert (held.state, held.brake) == (state, "" if step == "release" else "CHANGED")
    again = client.post(f"{url}{step}/", follow=True)
    assert "Nothing of this run waits for you" in text_of(again)


def test_the_first_time_a_look_comes_first(account: Any, staff: Any, page: Any) -> None:
    client, url = page(staff), f"/syncs/accounts/{account.pk}/compare/"
    shown = text_of(client.get(url))
    assert "Nothing has been synced with this account yet." in shown
    assert shown.index("Show what would be written") < shown.index("Write at once")

    sent = client.post(url, {"kind": "PUSH", "mode": "DRY_RUN"})

    run = SyncRun.objects.get()
    assert (run.kind, run.mode, run.requested_by) == ("PUSH", "DRY_RUN", staff)
    assert sent["Location"] == f"/syncs/{run.pk}/"
    moving = text_of(client.get(f"/syncs/{run.pk}/"))
    assert 'hx-trigger="every 2s"' in moving
    assert client.post(url, {"kind": "ALL", "mode": "DRY_RUN"}).status_code == 422
    assert SyncRun.objects.count() == 1


def test_viewers_see_plans_and_start_nothing(plan: SyncRun, viewer: Any, page: Any) -> None:
    client = page(viewer)
    assert "Carry the plan out…" not in text_of(client.get(f"/syncs/{plan.pk}/"))
    for step in ("apply", "undo", "release", "drop", "retry-failed"):
        assert client.post(f"/syncs/{plan.pk}/{step}/").status_code == 403
    compare = f"/syncs/accounts/{plan.integration_id}/compare/"
    assert client.post(compare, {"kind": "PUSH", "mode": "APPLY"}).status_code == 403
    plan.refresh_from_db()
    assert (plan.mode, SyncRun.objects.count()) == ("DRY_RUN", 1)


def test_a_run_is_taken_back_by_a_plan_that_is_shown_first(
    account: Any, staff: Any, page: Any, api: Any
) -> None:
    run = SyncRunFactory(integration=account, kind="PUSH", mode="APPLY", state="DONE")
    PlannedChangeFactory(run=run, state="DONE", former="99.00 PLN")
    client = page(staff)
    assert "Take back…" in text_of(client.get(f"/syncs/{run.pk}/"))

    client.post(f"/syncs/{run.pk}/undo/")

    undo = SyncRun.objects.exclude(pk=run.pk).get()
    assert (undo.scope, undo.mode, undo.former) == ("UNDO", "DRY_RUN", run)
    refused = api(staff).post(f"/api/v1/sync/jobs/{undo.pk}/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_undo")


def test_only_what_failed_is_tried_again(account: Any, staff: Any, page: Any) -> None:
    run = SyncRunFactory(integration=account, kind="PUSH", mode="APPLY", state="DONE")
    PlannedChangeFactory(run=run, state="DONE")
    failed = PlannedChangeFactory(run=run, state="FAILED", outcome="REFUSED")

    page(staff).post(f"/syncs/{run.pk}/retry-failed/")

    again = SyncRun.objects.exclude(pk=run.pk).get()
    assert (again.scope, again.former) == ("FAILED", run)
    assert [target.offer_id for target in again.targets.all()] == [failed.offer_id]


def test_the_routes_start_every_direction(account: Any, staff: Any, api: Any) -> None:
    IntegrationFactory(organization=account.organization, state="PAUSED")
    client = api(staff)
    for path, kind in (("db-to-allegro", "PUSH"), ("bidirectional", "BOTH")):
        SyncRun.objects.all().delete()
        answer = client.post(f"/api/v1/sync/{path}", {"mode": "DRY_RUN"}, format="json")
        assert answer.status_code == 202
        (job,) = answer.json()["jobs"]
        assert (job["kind"], job["mode"], job["integrationId"]) == (kind, "DRY_RUN", account.pk)
        again = client.post(f"/api/v1/sync/{path}", {"mode": "DRY_RUN"}, format="json")
        assert again.json()["jobs"][0]["id"] == job["id"]


def test_one_product_is_synced_where_it_is_sold(
    account: Any, staff: Any, outsider: Any, api: Any
) -> None:
    link = OfferLinkFactory(offer=OfferFactory(integration=account))
    url = f"/api/v1/sync/product/{link.product_id}"

    (job,) = api(staff).post(url).json()["jobs"]

    assert (job["scope"], job["productId"], job["kind"]) == ("PRODUCT", link.product_id, "BOTH")
    assert api(outsider).post(url).status_code == 404
    unsold = OfferLinkFactory(offer=OfferFactory(integration=account))
    product = unsold.product
    unsold.delete()
    refused = api(staff).post(f"/api/v1/sync/product/{product.pk}")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_sync")


def test_the_route_of_a_plan_gives_its_lines_with_reasons(
    plan: SyncRun, staff: Any, outsider: Any, api: Any
) -> None:
    url = f"/api/v1/sync/jobs/{plan.pk}/plan"
    lines = api(staff).get(url, {"action": "NOTHING"}).json()["items"]

    assert [(one["field"], one["reason"]) for one in lines] == [("TITLE", "NOT_OURS")]
    assert lines[0]["remedy"]
    assert api(outsider).get(url).status_code == 404
    applied = api(staff).post(f"/api/v1/sync/jobs/{plan.pk}/apply")
    assert (applied.status_code, applied.json()["mode"]) == (202, "APPLY")
    assert PlannedChange.objects.filter(state="PLANNED").count() == 2


def test_reasons_are_counted_with_their_remedies(account: Any, viewer: Any, page: Any) -> None:
    FieldStateFactory(
        offer__integration=account, ours="1.00 PLN", theirs="2.00 PLN", decision="BOTH_CHANGED"
    )
    FieldStateFactory(offer__integration=account, ours=None, ours_reason="NO_PRICE", theirs="2 PLN")
    FieldStateFactory(offer__integration=account, base="a", ours="a", theirs="a")

    shown = page(viewer).get("/syncs/reasons/")

    counts = {one.reason.code: one.count for one in shown.context["reasons"]}
    assert counts == {"BOTH_CHANGED": 1, "NO_PRICE": 1, "IN_STEP": 1}
    assert "Open the conflict and choose the value that is right." in text_of(shown)
    behind = page(viewer).get(f"/syncs/reasons/BOTH_CHANGED/?account={account.pk}")
    assert [row["ours"] for row in behind.context["page"].items] == ["1.00 PLN"]
