"""What goes wrong on the way to Allegro: refused, limited, away, garbled, killed, late, stopped, braked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from core.enums import WorkState
from notifications.models import Notification
from offers.models import OfferPush, StockBrake, StockCommand, StockCommandItem
from offers.operations import CannotPush, drop_brake, push_now, release_brake, retry_pushes
from offers.planning import Wish, plan
from settings_app.models import Integration
from settings_app.operations import stop_installation_stock, stop_organization_stock
from tests.offers.scene import (
    allow_stock,
    calls,
    forget_calls,
    make_due,
    offer_of,
    push,
    push_of,
    put_on_shelf,
    sell,
    shown,
)
from tests.sandbox_server import NO_DELAYS

ROOT = Path(__file__).resolve().parents[2]
PARTS = "GET /sale/product-offers/{offerId}/parts"
PATCH = "PATCH /sale/product-offers/{offerId}"
BULK = "POST /sale/offer-bulk-modification-commands"
BULK_TASKS = "GET /sale/offer-bulk-modification-commands/{commandId}/tasks"
BULK_STATUS = "GET /sale/offer-bulk-modification-commands/{commandId}"

pytestmark = pytest.mark.django_db


def fault(sandbox: Any, kind: str, route: str, **more: Any) -> None:
    sandbox.control("POST", "/faults", {"kind": kind, "route": route, **more})


def heal(sandbox: Any) -> None:
    sandbox.control("DELETE", "/faults")


def five(account: Integration, numbers: list[str], first: int = 30) -> list[int]:
    """Five offers with five new quantities: one bulk command."""
    wanted = [first + at for at in range(5)]
    for number, pieces in zip(numbers, wanted, strict=False):
        sell(account, number, on_hand=pieces)
    return wanted


def quantities(sandbox: Any, numbers: list[str]) -> list[int]:
    return [shown(sandbox, number)[0] for number in numbers[:5]]


def test_a_refused_change_waits_for_a_person_with_allegros_words(
    allegro: Any, account: Integration, numbers: list[str], owner: Any
) -> None:
    fault(allegro, "status", PATCH, status=422)
    sell(account, numbers[0], on_hand=13)
    before = shown(allegro, numbers[0])
    push(account)
    row = push_of(numbers[0])
    assert (row.state, row.reason) == ("WAITING_FOR_PERSON", "REFUSED")
    assert row.last_error
    assert row.last_trace_id
    assert shown(allegro, numbers[0]) == before
    notice = Notification.objects.get(user=owner, event="stock.parked")
    assert f"state=stuck&account={account.pk}" in notice.link
    heal(allegro)
    retry_pushes(pushes=OfferPush.objects.all(), actor=owner, now=timezone.now())
    push(account)
    assert shown(allegro, numbers[0]) == (13, "ACTIVE")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_an_offer_that_is_gone_waits_for_a_person(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    sell(account, "99999999999", on_hand=3)
    sell(account, numbers[0], on_hand=13)
    push(account)
    assert push_of("99999999999").reason == "GONE"
    assert push_of("99999999999").state == "WAITING_FOR_PERSON"
    assert shown(allegro, numbers[0]) == (13, "ACTIVE")


def test_a_429_stops_the_account_and_nothing_is_counted(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    wanted = five(account, numbers)
    fault(allegro, "status", PARTS, status=429, retryAfter=7, count=1)
    forget_calls(allegro)
    push(account)
    rows = OfferPush.objects.all()
    assert {(row.state, row.reason, row.attempts) for row in rows} <= {
        ("PENDING", "LIMIT", 0),
        ("PENDING", "AWAY", 0),
    }
    assert not StockCommand.objects.exists()
    assert min(row.next_attempt_at for row in rows) > timezone.now()
    import redis

    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()  # the minute of rest is over
    make_due()
    push(account)
    assert quantities(allegro, numbers) == wanted


def test_a_server_error_is_tried_again_and_given_up_after_six(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    fault(allegro, "status", PATCH, status=500)
    sell(account, numbers[0], on_hand=13)
    for attempt in range(1, 7):
        make_due()
        push(account)
        row = push_of(numbers[0])
        assert row.attempts == attempt
        assert row.state == ("DEAD" if attempt == 6 else "PENDING")
    assert row.reason == "AWAY"
    heal(allegro)
    put_on_shelf(offer_of(numbers[0]).links.get().product, 14)
    push(account)
    assert shown(allegro, numbers[0]) == (14, "ACTIVE")


@pytest.mark.parametrize("kind", ["garbage", "truncate", "drop"])
def test_an_answer_lost_after_the_change_is_found_by_reading(
    allegro: Any, account: Integration, numbers: list[str], kind: str
) -> None:
    fault(allegro, kind, PATCH, afterEffect=True)
    sell(account, numbers[0], on_hand=13)
    push(account)
    assert shown(allegro, numbers[0]) == (13, "ACTIVE")
    assert push_of(numbers[0]).state == WorkState.PENDING
    heal(allegro)
    make_due()
    push(account)
    row = push_of(numbers[0])
    assert (row.state, row.shown) == ("DONE", 13)


@pytest.mark.parametrize("kind", ["garbage", "drop"])
def test_a_command_whose_answer_is_lost_is_not_sent_twice(
    allegro: Any, account: Integration, numbers: list[str], kind: str
) -> None:
    wanted = five(account, numbers)
    fault(allegro, kind, BULK, afterEffect=True, count=1)
    push(account)
    command = StockCommand.objects.get()
    assert (command.outcome, command.state) == ("DONE", "DONE")
    assert quantities(allegro, numbers) == wanted
    assert set(OfferPush.objects.values_list("state", "reason")) == {("DONE", "SENT")}


def test_a_command_that_never_arrived_is_computed_anew(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    five(account, numbers)
    fault(allegro, "status", BULK, status=503)
    push(account, seconds=3)
    lost = StockCommand.objects.get()
    assert lost.accepted_at is None
    assert set(OfferPush.objects.values_list("command_id", flat=True)) == {lost.pk}
    heal(allegro)
    put_on_shelf(offer_of(numbers[0]).links.get().product, 77)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    push(account)
    lost.refresh_from_db()
    assert lost.outcome == "NOT_ACCEPTED"
    assert quantities(allegro, numbers) == [77, 31, 32, 33, 34]


def test_a_command_is_followed_until_its_result_is_there(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    allegro.control("POST", "/settings", {**NO_DELAYS, "commandDelaySeconds": 600})
    wanted = five(account, numbers)
    push(account, seconds=2)
    command = StockCommand.objects.get()
    assert (command.outcome, command.state) == ("OPEN", "PENDING")
    assert set(OfferPush.objects.values_list("reason", flat=True)) == {"COMMAND"}
    # A newer wish meanwhile waits its turn: serial per offer.
    put_on_shelf(offer_of(numbers[0]).links.get().product, 50)
    push(account, seconds=2)
    assert StockCommand.objects.count() == 1
    allegro.advance(601)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    allegro.control("POST", "/settings", NO_DELAYS)
    push(account)
    assert quantities(allegro, numbers) == [50, *wanted[1:]]


def test_no_result_within_an_hour_is_settled_by_what_is_shown(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    allegro.control("POST", "/settings", {**NO_DELAYS, "commandDelaySeconds": 9000})
    wanted = five(account, numbers)
    push(account, seconds=2)
    early = timezone.now() - timedelta(minutes=61)
    StockCommand.objects.update(sent_at=early, next_attempt_at=timezone.now())
    allegro.control("POST", "/settings", NO_DELAYS)
    push(account, seconds=20)
    assert StockCommand.objects.order_by("pk").first().outcome == "NO_RESULT"  # type: ignore[union-attr]
    assert quantities(allegro, numbers) == wanted
    assert set(OfferPush.objects.values_list("state", flat=True)) == {"DONE"}


def test_a_garbled_result_is_asked_for_again(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    wanted = five(account, numbers)
    fault(allegro, "garbage", BULK_TASKS, count=1)
    push(account)
    assert quantities(allegro, numbers) == wanted
    assert StockCommand.objects.get().outcome == "DONE"


def test_an_offer_refused_within_a_command_waits_for_a_person(
    allegro: Any, account: Integration, numbers: list[str], owner: Any
) -> None:
    """Putting an offer on sale is refused because somebody emptied it at Allegro meanwhile."""
    product = sell(account, numbers[0], on_hand=1)
    put_on_shelf(product, 0)
    push(account)
    allegro.control("POST", "/settings", {**NO_DELAYS, "commandDelaySeconds": 600})
    put_on_shelf(product, 5)
    push(account, seconds=3)
    command = StockCommand.objects.get(kind="ACTIVATE")
    allegro.control("PATCH", f"/offers/{numbers[0]}", {"available": 0})
    allegro.advance(601)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    push(account, seconds=2)
    command.refresh_from_db()
    row = push_of(numbers[0])
    assert command.outcome == "FAILED"
    assert (row.state, row.reason, row.command_id) == ("WAITING_FOR_PERSON", "REFUSED", None)
    assert "EMPTY_STOCK" in row.last_error
    allegro.control("POST", "/settings", NO_DELAYS)
    retry_pushes(pushes=OfferPush.objects.all(), actor=owner, now=timezone.now())
    OfferPush.objects.update(unexplained_since=timezone.now() - timedelta(minutes=5))
    push(account)
    assert shown(allegro, numbers[0]) == (5, "ACTIVE")


@pytest.mark.parametrize(
    ("misses", "outcome"),
    [(0, ("PENDING", "NOT_TAKEN", 1)), (2, ("WAITING_FOR_PERSON", "NOT_TAKEN", 0))],
)
def test_a_number_reported_done_and_not_shown_is_written_again_then_parked(
    allegro: Any,
    account: Integration,
    numbers: list[str],
    misses: int,
    outcome: tuple[str, str, int],
) -> None:
    there, _status = shown(allegro, numbers[0])
    sell(account, numbers[0], on_hand=there + 4)
    OfferPush.objects.update(reason="COMMAND", target=there + 4, misses=misses)
    push(account, seconds=1)
    row = push_of(numbers[0])
    assert (row.state, row.reason, row.misses) == outcome
    assert shown(allegro, numbers[0])[0] == there
    OfferPush.objects.filter(state="PENDING").update(next_attempt_at=timezone.now())
    push(account)
    waits = misses == 2
    assert shown(allegro, numbers[0])[0] == (there if waits else there + 4)


def test_a_killed_worker_leaves_nothing_undone_and_nothing_twice(
    allegro: Any, transactional_db: Any, account: Integration, numbers: list[str]
) -> None:
    """Killed between sending the command and its answer: 409 tells that it was taken."""
    wanted = five(account, numbers)
    fault(allegro, "latency", BULK, latencyMs=20_000, count=1, afterEffect=True)
    worker = _worker(account)
    _wait_until(lambda: StockCommand.objects.filter(sent_at__isnull=False).exists())
    time.sleep(0.5)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    heal(allegro)
    StockCommand.objects.update(next_attempt_at=timezone.now())
    OfferPush.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    _wait_until(lambda: push(account) > 0)
    push(account)
    assert quantities(allegro, numbers) == wanted
    assert set(OfferPush.objects.values_list("state", flat=True)) == {"DONE"}
    done = StockCommandItem.objects.filter(state="SUCCESS").values_list("offer_id", flat=True)
    assert sorted(done) == sorted(set(done))


def _worker(account: Integration) -> subprocess.Popen[bytes]:
    """A process of its own that pushes this account, on the test's database and sandbox."""
    code = (
        "import django, json, os; django.setup()\n"
        "from django.conf import settings\n"
        "settings.ALLEGRO_ENVIRONMENTS = json.loads(os.environ['ALLEGRO'])\n"
        "from offers.operations.pushing import push_account\n"
        f"push_account(integration_id={account.pk})\n"
    )
    import json

    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].replace("/hub?", f"/{name}?")
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "ALLEGRO": json.dumps(django_settings.ALLEGRO_ENVIRONMENTS),
    }
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)


def _wait_until(true: Any, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def test_the_kill_switch_stops_a_drain_between_two_writes(
    allegro: Any, transactional_db: Any, account: Integration, numbers: list[str], owner: Any
) -> None:
    for number in numbers[:6]:
        put_on_shelf(sell(account, number, on_hand=1), 0)
    fault(allegro, "latency", PATCH, latencyMs=1500)
    worker = _worker(account)
    _wait_until(lambda: StockCommand.objects.filter(outcome="DONE").exists())
    stop_organization_stock(
        organization=account.organization, stopped=True, actor=owner, now=timezone.now()
    )
    worker.wait(30)
    heal(allegro)
    ended = [number for number in numbers[:6] if shown(allegro, number) == (0, "ENDED")]
    assert 1 <= len(ended) < 6
    assert not StockCommand.objects.filter(outcome="OPEN").exists()
    stop_organization_stock(
        organization=account.organization, stopped=False, actor=owner, now=timezone.now()
    )
    make_due()
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(0, "ENDED")] * 6


def test_the_operators_stop_holds_everybody(
    allegro: Any, account: Integration, numbers: list[str], owner: Any
) -> None:
    stop_installation_stock(stopped=True, actor=None, now=timezone.now())
    before = shown(allegro, numbers[0])
    sell(account, numbers[0], on_hand=13)
    push(account)
    assert shown(allegro, numbers[0]) == before
    row = push_of(numbers[0])
    assert (row.state, row.reason) == ("PENDING", "STOPPED")
    with pytest.raises(CannotPush):
        push_now(offer=offer_of(numbers[0]), actor=owner, now=timezone.now())
    stop_installation_stock(stopped=False, actor=None, now=timezone.now())
    make_due()
    push(account)
    assert shown(allegro, numbers[0]) == (13, "ACTIVE")


@pytest.fixture
def braked(allegro: Any, account: Integration, numbers: list[str], owner: Any) -> StockBrake:
    """Six of eight offers fall to zero at once, with a brake at half of them, from four."""
    allow_stock(account, brake_share_percent=50, brake_minimum=4)
    products = [sell(account, number, on_hand=9) for number in numbers[:8]]
    push(account)
    for product in products[:6]:
        put_on_shelf(product, 0)
    put_on_shelf(products[7], 8)
    push(account)
    return StockBrake.objects.get()


def test_the_brake_holds_everything_and_tells(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    assert (braked.state, braked.zeros, braked.active) == ("OPEN", 6, 8)
    assert [shown(allegro, number) for number in numbers[:8]] == [(9, "ACTIVE")] * 8
    rows = OfferPush.objects.filter(state="PENDING")
    assert {row.reason for row in rows} == {"BRAKE"}
    assert Notification.objects.filter(user=owner, event="stock.brake").count() == 1
    make_due()
    push(account)
    assert Notification.objects.filter(user=owner, event="stock.brake").count() == 1


def test_released_the_zeros_go(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    release_brake(brake=braked, actor=owner, now=timezone.now())
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(0, "ENDED")] * 6
    assert shown(allegro, numbers[7]) == (8, "ACTIVE")
    assert not StockBrake.objects.filter(state="OPEN").exists()


def test_dropped_the_zeros_stay_unsent_and_the_rest_goes(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    assert drop_brake(brake=braked, actor=owner, now=timezone.now()) == 6
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(9, "ACTIVE")] * 6
    assert shown(allegro, numbers[7]) == (8, "ACTIVE")
    assert set(
        OfferPush.objects.filter(offer__allegro_id__in=numbers[:6]).values_list("state", "reason")
    ) == {("DONE", "DROPPED")}


def test_stock_mended_in_time_needs_no_decision_for_those_offers(
    allegro: Any, account: Integration, numbers: list[str], owner: Any, braked: StockBrake
) -> None:
    for number in numbers[:6]:
        put_on_shelf(offer_of(number).links.get().product, 7)
    release_brake(brake=braked, actor=owner, now=timezone.now())
    push(account)
    assert [shown(allegro, number) for number in numbers[:6]] == [(7, "ACTIVE")] * 6


def test_reading_many_at_once_survives_refused_tokens(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    wanted = five(account, numbers)
    fault(allegro, "status", PARTS, status=401, count=2)
    push(account)
    assert quantities(allegro, numbers) == wanted


def test_a_revoked_connection_pauses_the_stock_and_fails_nothing(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    five(account, numbers)
    before = quantities(allegro, numbers)
    fault(allegro, "revoked_token", PARTS, count=1)
    push(account)
    assert set(OfferPush.objects.values_list("state", "reason", "attempts")) == {
        ("PENDING", "SIGN_IN", 0)
    }
    account.refresh_from_db()
    assert account.state == "NEEDS_REAUTH"
    assert quantities(allegro, numbers) == before


def test_a_push_makes_as_many_calls_as_were_planned(
    allegro: Any, account: Integration, numbers: list[str]
) -> None:
    """Two reads an offer, one read of the journal a look, and the plan: nothing else."""
    added = allegro.control("POST", "/offers", {"seller": account.seller_login, "count": 60})
    sold = [str(one["id"]) for one in added["offers"] if one["status"] == "ACTIVE"]
    for at, number in enumerate(sold):
        sell(account, number, on_hand=500 if at < 30 else 600 + at)
    for number in sold[:3]:
        put_on_shelf(offer_of(number).links.get().product, 0)
    wishes = [Wish(at, 0 if at < 3 else 500 if at < 30 else 600 + at) for at in range(len(sold))]
    planned = plan(wishes)
    forget_calls(allegro)
    push(account, seconds=30)
    assert set(OfferPush.objects.values_list("state", flat=True)) == {"DONE"}
    routes = calls(allegro)
    assert routes[PARTS] == 2 * len(sold)
    writing = {route: count for route, count in routes.items() if not route.startswith("GET")}
    assert sum(writing.values()) == len(planned)
    asked = sum(n for route, n in routes.items() if "{commandId}" in route and route[:3] == "GET")
    assert asked <= 2 * (len(planned) - 3)
    assert routes[PATCH] == sum(one.kind == "PATCH" for one in planned)
