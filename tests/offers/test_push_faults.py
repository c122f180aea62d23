"""What goes wrong on the way to Allegro: refused, gone, limited, away, lost, revoked."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from core.enums import WorkState
from notifications.models import Notification
from offers.models import OfferPush, StockCommand
from offers.operations import retry_pushes
from offers.planning import Wish, plan
from settings_app.models import Integration
from tests.offers.faults import (
    PARTS,
    PATCH,
    fault,
    five,
    heal,
    quantities,
)
from tests.offers.scene import (
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

pytestmark = pytest.mark.django_db


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
