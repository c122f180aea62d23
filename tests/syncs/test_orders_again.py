"""Orders read again: open ones a few times a day, and those of chosen days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders import ladder
from orders.enums import DisplayStatus
from orders.models import Order
from syncs.enums import SyncKind
from syncs.models import SyncRun
from syncs.operations import (
    DaysNotReadable,
    DaysUnderWay,
    cancel_run,
    run_due,
    start_backfill,
)
from syncs.operations.pull_orders import pull_orders
from tests.syncs.claiming import claimed_run
from tests.syncs.conftest import Run, numbers

ORDERS = SyncKind.PULL_ORDERS
READ = "GET /order/checkout-forms/{id}"


def open_orders() -> Any:
    return Order.objects.filter(display_status__in=[one.value for one in ladder.OPEN])


def long_unread(hours: int = 7) -> None:
    Order.objects.update(read_at=timezone.now() - timedelta(hours=hours))


def reads(allegro: Any) -> int:
    return int(allegro.control("GET", "/requests")["byRoute"].get(READ, 0))


@pytest.fixture
def old_form(account: Any, allegro: Any, login: str, run_now: Run) -> str:
    """An order whose last change lies before the window of a sweep; the week was just read."""
    run_now(ORDERS)
    form = open_orders().filter(display_status=DisplayStatus.READY).order_by("bought_at").first()
    assert form is not None
    assert form.remote_updated_at < timezone.now() - timedelta(hours=3)
    return str(form.checkout_form_id)


def test_a_change_of_fulfilment_that_no_window_shows_is_found(
    allegro: Any, old_form: str, run_now: Run
) -> None:
    allegro.control("POST", f"/orders/{old_form}/fulfillment", {"status": "SENT"})
    allegro.control("DELETE", "/requests")
    run = run_now(ORDERS)
    assert reads(allegro) == 0  # everything was read within six hours
    assert Order.objects.get(checkout_form_id=old_form).display_status == DisplayStatus.READY
    long_unread()
    waiting = open_orders().count()
    run = run_now(ORDERS)
    assert run.state == "DONE", run.last_error
    assert Order.objects.get(checkout_form_id=old_form).display_status == DisplayStatus.SENT
    assert run.items.get(object_id=old_form).outcome == "UPDATED"
    assert reads(allegro) <= waiting
    allegro.control("DELETE", "/requests")
    run_now(ORDERS)
    assert reads(allegro) == 0


def test_many_open_orders_are_spread_over_the_sweeps(
    allegro: Any, account: Any, login: str, run_now: Run
) -> None:
    allegro.control("POST", "/orders", {"seller": login, "count": 60})
    run_now(ORDERS)
    long_unread()
    allegro.control("DELETE", "/requests")
    unread_since = timezone.now()
    for _sweep in range(3):
        before = reads(allegro)
        with claimed_run(account, ORDERS) as (run, client, deadline):
            assert pull_orders(run=run, client=client, deadline=deadline, reread_at_least=10)
        assert 0 < reads(allegro) - before <= 10
    # The longest unread first, so each sweep reads others.
    assert open_orders().filter(read_at__gte=unread_since).count() >= 30


def test_an_open_order_that_vanished_leads_to_the_one_it_was_merged_into(
    allegro: Any, account: Any, login: str, run_now: Run
) -> None:
    run_now(ORDERS)
    first, second = [one["id"] for one in allegro.seller(login)["offers"] if one["available"] > 3][
        :2
    ]
    one = allegro.buy(login, {first: 1}, pay=False)
    other = allegro.buy(login, {second: 1}, pay=False, buyerOf=one)
    run_now(ORDERS)
    merged = allegro.control(
        "POST", "/orders/merge", {"seller": login, "checkoutFormIds": [one, other], "pay": True}
    )["checkoutFormId"]
    # No window of this sweep shows it: only the vanished orders themselves lead there.
    SyncRun.objects.filter(kind=ORDERS).update(started_at=timezone.now() + timedelta(hours=3))
    long_unread()
    run = run_now(ORDERS)
    assert run.state == "DONE", run.last_error
    found = Order.objects.get(checkout_form_id=merged)
    assert found.lines.count() == 2
    left = Order.objects.filter(checkout_form_id__in=[one, other])
    assert set(left.values_list("display_status", "superseded_by")) == {("SUPERSEDED", found.pk)}


def test_one_order_that_cannot_be_read_is_noted_and_an_outage_stops_the_run(
    allegro: Any, old_form: str, run_now: Run
) -> None:
    long_unread()
    fault = {"kind": "status", "status": 500, "route": f"GET /order/checkout-forms/{old_form}"}
    allegro.control("POST", "/faults", fault)
    run = run_now(ORDERS)
    assert run.state == "DONE", run.last_error
    assert run.items.get(object_id=old_form).reason_code == "not_read"
    assert open_orders().filter(read_at__lt=timezone.now() - timedelta(hours=6)).count() == 1
    long_unread()
    allegro.control("POST", "/faults", {"kind": "status", "status": 500, "route": READ})
    run = run_now(ORDERS)
    assert run.state == "PENDING"
    assert run.next_attempt_at > timezone.now()


def test_orders_of_chosen_days_are_read_and_no_others(
    account: Any, allegro: Any, login: str, owner: Any
) -> None:
    today = timezone.localdate()
    first, last = today - timedelta(days=20), today - timedelta(days=5)
    theirs = allegro.seller(login)["orders"]
    wanted = {
        one["id"]
        for one in theirs
        if str(first) <= one["lineItems"][0]["boughtAt"][:10] <= str(last)
    }
    assert wanted
    assert len(wanted) < len(theirs)
    [run] = start_backfill(
        integrations=[account], first_day=first, last_day=last, actor=owner, now=timezone.now()
    )
    with pytest.raises(DaysUnderWay):
        start_backfill(
            integrations=[account], first_day=first, last_day=first, actor=owner, now=timezone.now()
        )
    run_due()
    run.refresh_from_db()
    assert (run.state, run.expected) == ("DONE", len(wanted))
    assert numbers(run) == {"scanned": len(wanted), "created": len(wanted)}
    assert set(Order.objects.values_list("checkout_form_id", flat=True)) == wanted
    # It is no first reading and no sweep: those begin as if it had not been.
    assert not SyncRun.objects.filter(kind=ORDERS, state="DONE").exists()


@pytest.mark.parametrize(
    ("first", "last"), [(-1, -3), (2, 3), (-500, -400)], ids=["turned", "to come", "too old"]
)
def test_days_that_cannot_be_read_start_nothing(
    account: Any, owner: Any, first: int, last: int
) -> None:
    today = timezone.localdate()
    with pytest.raises(DaysNotReadable) as refused:
        start_backfill(
            integrations=[account],
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=last),
            actor=owner,
            now=timezone.now(),
        )
    assert refused.value.remedy
    assert not SyncRun.objects.filter(kind=SyncKind.ORDERS_BY_DATE).exists()


def test_the_page_and_the_api_ask_for_days(
    account: Any, allegro: Any, client: Client, owner: Any
) -> None:
    client.force_login(owner)
    today = timezone.localdate()
    days = {"first_day": str(today - timedelta(days=9)), "last_day": str(today)}
    assert client.get("/syncs/orders/backfill/").status_code == 200
    wrong = client.post("/syncs/orders/backfill/", days | {"first_day": "2100-01-01"})
    assert wrong.status_code == 422
    assert not SyncRun.objects.filter(kind=SyncKind.ORDERS_BY_DATE).exists()
    done = client.post("/syncs/orders/backfill/", days)
    run = SyncRun.objects.get(kind=SyncKind.ORDERS_BY_DATE)
    assert done["Location"] == f"/syncs/{run.pk}/"
    assert "Orders of chosen days" in client.get(done["Location"]).content.decode()
    cancel_run(run=run, actor=owner, now=timezone.now())
    answer = client.post(
        "/api/v1/sync/orders/backfill",
        {"from": days["first_day"], "to": days["last_day"], "integrationId": account.pk},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["jobs"][0]["kind"]) == (202, "ORDERS_BY_DATE")
    run_due()
    assert Order.objects.exists()
