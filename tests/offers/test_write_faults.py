"""What goes wrong while values are written: refused, limited, away, garbled, late, killed, switched off."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from core.models import OutboxMessage
from notifications.models import Notification
from offers.models import ValueCommand, ValuePush
from settings_app.models import Integration
from settings_app.operations import stop_organization_offers
from tests.offers.faults import BULK, PARTS, PATCH, fault, heal
from tests.offers.scene import calls, forget_calls
from tests.offers.value_scene import (
    allow_values,
    known,
    make_due,
    outcome,
    price_there,
    row_of,
    there,
    want,
    write,
)
from tests.worker import kill, run_code, wait_for

OPERATION = "GET /sale/product-offers/{offerId}/operations/{operationId}"
TITLE = "Czajnik stalowy 2 l srebrny"

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(account: Integration) -> Integration:
    return allow_values(account)


def test_a_refusal_waits_with_allegros_words_and_tells_the_run(
    allegro: Any, shop: Integration, numbers: list[str], owner: Any
) -> None:
    (offer,) = known(shop, numbers[0])
    fault(allegro, "status", PATCH, status=422)
    want(offer, "PRICE", "55.00 PLN", run_id=7)
    write(shop)
    row = row_of(offer, "PRICE")
    assert (row.state, row.reason) == ("WAITING_FOR_PERSON", "REFUSED")
    assert row.last_error
    assert row.last_trace_id
    told = OutboxMessage.objects.get(topic="offer.values_settled").payload
    assert told["results"][0]["state"] == "WAITING_FOR_PERSON"
    notice = Notification.objects.get(user=owner, event="values.parked")
    assert f"state=stuck&account={shop.pk}" in notice.link


@pytest.mark.parametrize("kind", ["drop", "garbage"])
def test_a_lost_answer_is_settled_by_what_is_there(
    allegro: Any, shop: Integration, numbers: list[str], kind: str
) -> None:
    """The change arrived, its answer did not: it is seen on the next look, and not sent again."""
    (offer,) = known(shop, numbers[0])
    fault(allegro, kind, PATCH, afterEffect=True, count=3)
    want(offer, "TITLE", TITLE, expected=offer.title)
    write(shop)
    heal(allegro)
    forget_calls(allegro)
    make_due()
    write(shop)
    assert outcome(offer, "TITLE")[0] == "DONE"
    assert PATCH not in calls(allegro)
    assert there(allegro, shop, numbers[0])["name"] == TITLE


def test_a_server_error_is_tried_again_and_given_up_after_six(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    fault(allegro, "status", PATCH, status=500)
    want(offer, "PRICE", "55.00 PLN")
    for attempt in range(1, 7):
        make_due()
        write(shop)
        row = row_of(offer, "PRICE")
        assert (row.attempts, row.state) == (attempt, "DEAD" if attempt == 6 else "PENDING")
    assert row.reason == "AWAY"


def test_a_429_stops_the_account_and_nothing_is_counted(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    offers = known(shop, *numbers[:3])
    for offer in offers:
        want(offer, "PRICE", "55.00 PLN")
    fault(allegro, "status", PARTS, status=429, retryAfter=7, count=1)
    write(shop)
    rows = ValuePush.objects.all()
    assert {(row.state, row.attempts) for row in rows} == {("PENDING", 0)}
    assert {row.reason for row in rows} <= {"LIMIT", "AWAY"}
    assert not ValueCommand.objects.exists()
    import redis

    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()  # the minute of rest is over
    make_due()
    write(shop)
    assert {price_there(there(allegro, shop, number)) for number in numbers[:3]} == {"55.00 PLN"}


def test_an_offer_that_is_gone_waits_for_a_person(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    offer.allegro_id = "99999999999"
    offer.save(update_fields=["allegro_id"])
    want(offer, "PRICE", "55.00 PLN")
    write(shop)
    assert outcome(offer, "PRICE") == ("WAITING_FOR_PERSON", "GONE")


def test_a_change_accepted_for_later_is_followed_over_restarts(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    allegro.control("POST", "/settings", {"operationDelaySeconds": 30})
    want(offer, "TITLE", TITLE)
    write(shop, seconds=2)
    command = ValueCommand.objects.get()
    assert command.operation_id
    assert command.accepted_at is not None
    assert outcome(offer, "TITLE") == ("PENDING", "COMMAND")
    forget_calls(allegro)
    ValueCommand.objects.update(next_attempt_at=timezone.now())
    write(shop, seconds=2)  # another worker: Allegro still works on it
    assert calls(allegro)[OPERATION] >= 1
    assert PATCH not in calls(allegro)
    allegro.control("POST", "/clock", {"advance": 60})
    ValueCommand.objects.update(next_attempt_at=timezone.now())
    write(shop)
    assert outcome(offer, "TITLE") == ("DONE", "SENT")
    assert there(allegro, shop, numbers[0])["name"] == TITLE


def test_an_operation_without_an_end_is_settled_by_what_is_shown(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    allegro.control("POST", "/settings", {"operationDelaySeconds": 36000})
    want(offer, "TITLE", TITLE)
    write(shop, seconds=2)
    early = timezone.now() - timedelta(hours=3)
    ValueCommand.objects.update(sent_at=early, next_attempt_at=timezone.now())
    allegro.control("POST", "/settings", {"operationDelaySeconds": 0})
    write(shop)
    assert ValueCommand.objects.order_by("pk").first().outcome == "NO_RESULT"  # type: ignore[union-attr]
    assert outcome(offer, "TITLE") == ("DONE", "SENT")


def test_a_command_is_followed_until_its_result_is_there(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    offers = known(shop, *numbers[:5])
    allegro.control("POST", "/settings", {"commandDelaySeconds": 30})
    for at, offer in enumerate(offers):
        want(offer, "PRICE", f"{60 + at}.00 PLN")
    write(shop, seconds=3)
    assert {row.reason for row in ValuePush.objects.all()} == {"COMMAND"}
    allegro.control("POST", "/clock", {"advance": 60})
    ValueCommand.objects.update(next_attempt_at=timezone.now())
    write(shop)
    assert ValueCommand.objects.get().outcome == "DONE"
    assert {row.reason for row in ValuePush.objects.all()} == {"SENT"}


def test_a_command_in_doubt_is_asked_for_by_its_number(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    offers = known(shop, *numbers[:5])
    for at, offer in enumerate(offers):
        want(offer, "PRICE", f"{60 + at}.00 PLN")
    fault(allegro, "drop", BULK, count=3)
    write(shop, seconds=3)
    assert ValueCommand.objects.get().accepted_at is None
    heal(allegro)
    ValueCommand.objects.update(next_attempt_at=timezone.now())
    write(shop)
    lost = ValueCommand.objects.order_by("pk").first()
    assert lost is not None
    assert lost.outcome == "NOT_ACCEPTED"
    assert {row.reason for row in ValuePush.objects.all()} == {"SENT"}


def test_a_newer_price_while_a_command_runs_goes_out_after_it(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    """What the first write put there is no foreign change: the newer price may replace it."""
    (offer,) = known(shop, numbers[0])
    before = price_there(there(allegro, shop, numbers[0]))
    allegro.control("POST", "/settings", {"operationDelaySeconds": 30})
    want(offer, "TITLE", TITLE, expected=offer.title)
    write(shop, seconds=2)
    want(offer, "TITLE", f"{TITLE} XL", expected=offer.title)
    allegro.control("POST", "/clock", {"advance": 60})
    allegro.control("POST", "/settings", {"operationDelaySeconds": 0})
    ValueCommand.objects.update(next_attempt_at=timezone.now())
    write(shop)
    assert there(allegro, shop, numbers[0])["name"] == f"{TITLE} XL"
    assert price_there(there(allegro, shop, numbers[0])) == before
    assert ValueCommand.objects.count() == 2


def test_the_stop_holds_and_what_waited_goes_on(
    allegro: Any, shop: Integration, numbers: list[str], owner: Any
) -> None:
    offers = known(shop, *numbers[:2])
    before = there(allegro, shop, numbers[0])["name"]
    stop_organization_offers(
        organization=shop.organization, stopped=True, actor=owner, now=timezone.now()
    )
    want(offers[0], "TITLE", TITLE)
    write(shop)
    assert outcome(offers[0], "TITLE") == ("PENDING", "STOPPED")
    assert there(allegro, shop, numbers[0])["name"] == before
    stop_organization_offers(
        organization=shop.organization, stopped=False, actor=owner, now=timezone.now()
    )
    write(shop)  # lets the message be delivered
    write(shop)
    assert outcome(offers[0], "TITLE") == ("DONE", "SENT")


def test_a_switch_of_prices_holds_prices_alone(
    allegro: Any, shop: Integration, numbers: list[str]
) -> None:
    (offer,) = known(shop, numbers[0])
    want(offer, "PRICE", "55.00 PLN")
    want(offer, "TITLE", TITLE)
    Integration.objects.update(may_write_price=False)
    write(shop)
    assert outcome(offer, "PRICE") == ("PENDING", "STOPPED")
    assert outcome(offer, "TITLE") == ("DONE", "SENT")
    assert price_there(there(allegro, shop, numbers[0])) != "55.00 PLN"


def test_a_killed_worker_leaves_nothing_undone_and_nothing_twice(
    allegro: Any, transactional_db: Any, shop: Integration, numbers: list[str]
) -> None:
    """Killed between a change that arrived and its answer: what is there tells, and nothing is sent again."""
    offers = known(shop, *numbers[:4])
    for offer in offers:
        want(offer, "TITLE", f"{TITLE} {offer.pk}", expected=offer.title)
    fault(allegro, "latency", PATCH, latencyMs=20_000, count=1, afterEffect=True)
    worker = run_code(
        "from offers.operations.writing import write_account\n"
        f"write_account(integration_id={shop.pk}, seconds=60)",
        sandbox=allegro,
    )
    wait_for(lambda: ValueCommand.objects.filter(sent_at__isnull=False).exists())
    time.sleep(0.5)
    kill(worker)
    heal(allegro)
    ValueCommand.objects.filter(state="PENDING").update(next_attempt_at=timezone.now())
    wait_for(lambda: write(shop) > 0)
    write(shop)
    assert set(ValuePush.objects.values_list("state", flat=True)) == {"DONE"}
    names = [there(allegro, shop, one.allegro_id)["name"] for one in offers]
    assert names == [f"{TITLE} {one.pk}" for one in offers]
    assert calls(allegro)[PATCH] == len(offers)
