from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from orders.models import Order
from syncs.enums import SyncKind
from syncs.models import SyncRun
from syncs.operations import run_due
from syncs.operations.pull_orders import first_position, pull_orders
from tests.syncs.claiming import claimed_run
from tests.syncs.conftest import Run, numbers
from tests.syncs.factories import SyncRunFactory

ORDERS = SyncKind.PULL_ORDERS


def test_the_first_reading_brings_every_order_and_the_next_changes_nothing(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    theirs = {one["id"] for one in allegro.seller(login)["orders"]}

    first = run_now(ORDERS)

    assert first.state == "DONE", first.last_error
    assert numbers(first) == {"scanned": len(theirs), "created": len(theirs)}
    assert first.expected == len(theirs)
    assert set(Order.objects.values_list("checkout_form_id", flat=True)) == theirs
    second = run_now(ORDERS)
    assert second.nothing_changed
    assert second.scanned == second.unchanged


def test_a_later_run_reads_what_was_bought_and_changed(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    run_now(ORDERS)
    offer = next(one for one in allegro.seller(login)["offers"] if one["status"] == "ACTIVE")
    form_id = allegro.buy(login, {offer["id"]: 1}, pay=False)
    run = run_now(ORDERS)
    assert run.items.get().object_id == form_id
    assert numbers(run)["created"] == 1
    allegro.control("POST", f"/orders/{form_id}/pay")
    run = run_now(ORDERS)
    assert numbers(run)["updated"] == 1
    assert run.items.get().outcome == "UPDATED"
    # What was bought is told, who bought it is not.
    assert run.items.get().label == offer["name"]


def test_pages_and_windows_count_each_order_once(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    allegro.control("POST", "/orders", {"seller": login, "count": 240})
    theirs = {one["id"] for one in allegro.seller(login)["orders"]}
    run = run_now(ORDERS)
    assert numbers(run) == {"scanned": len(theirs), "created": len(theirs)}
    assert Order.objects.count() == len(theirs)


def test_a_window_with_too_many_orders_is_halved(
    account: Any, allegro: Any, login: str, organization: Any
) -> None:
    # Allegro's limit is 10,000; a smaller one shows the same with fewer orders.
    allegro.control("POST", "/orders", {"seller": login, "count": 200})
    theirs = {one["id"] for one in allegro.seller(login)["orders"]}
    with claimed_run(account, ORDERS) as (run, client, deadline):
        assert pull_orders(run=run, client=client, deadline=deadline, most=40)
    assert numbers(run) == {"scanned": len(theirs), "created": len(theirs)}
    assert run.expected == len(theirs)
    assert set(Order.objects.values_list("checkout_form_id", flat=True)) == theirs


def test_a_run_that_stopped_goes_on_without_counting_twice(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    allegro.control("POST", "/orders", {"seller": login, "count": 240})
    theirs = len(allegro.seller(login)["orders"])
    fault = {"kind": "status", "status": 500, "probability": 0.5}
    allegro.control("POST", "/faults", {"route": "GET /order/checkout-forms", **fault})

    run = run_now(ORDERS)
    for _attempt in range(40):
        if not run.is_open:
            break
        SyncRun.objects.update(next_attempt_at=timezone.now())
        type(account).objects.update(sync_error_count=0)
        run_due()
        run.refresh_from_db()

    assert run.state == "DONE", run.last_error
    assert numbers(run) == {"scanned": theirs, "created": theirs}
    assert Order.objects.count() == theirs


def test_where_runs_begin(account: Any) -> None:
    now = timezone.now()
    run = SyncRunFactory(integration=account, kind=ORDERS, state="PENDING")
    position = first_position(run=run, now=now)
    assert position["mode"] == "backfill"
    [window] = position["windows"]
    assert window["field"] == "lineItems.boughtAt"
    assert window["from"] < (now - timedelta(days=364)).isoformat()

    # A first reading that was given up is gone on with, plus what was bought since.
    begun = {
        "mode": "backfill",
        "until": (now - timedelta(hours=3)).isoformat(),
        "windows": [window],
    }
    given_up = SyncRunFactory(integration=account, kind=ORDERS, state="DEAD", position=begun)
    position = first_position(run=run, now=now)
    assert position["windows"][1:] == [window]
    assert position["windows"][0]["from"][:16] == (now - timedelta(hours=3)).isoformat()[:16]

    # Once everything was read: what changed since that run began, and once a day a wide look.
    done = SyncRunFactory(
        integration=account,
        kind=ORDERS,
        state="DONE",
        started_at=now - timedelta(hours=5),
        requested_at=now - timedelta(hours=5),
        position={"mode": "backfill", "windows": []},
    )
    position = first_position(run=run, now=now)
    assert [one["field"] for one in position["windows"]] == ["updatedAt"]
    assert (
        position["windows"][0]["from"][:16]
        == (now - timedelta(hours=5, minutes=10)).isoformat()[:16]
    )
    type(done).objects.filter(pk=done.pk).update(
        requested_at=now - timedelta(days=2), started_at=now - timedelta(minutes=20)
    )
    fields = [one["field"] for one in first_position(run=run, now=now)["windows"]]
    assert fields == ["updatedAt", "lineItems.boughtAt"]
    assert given_up.pk
