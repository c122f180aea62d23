from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from core import outbox
from core.correlation import correlated, current_correlation_id
from core.models import OutboxDelivery, OutboxMessage

TOPIC = "test.something_happened"


@pytest.fixture
def heard() -> Iterator[list[tuple[str, int]]]:
    """Two handlers of a topic of the tests' own: a good one, and one that refuses odd numbers."""
    calls: list[tuple[str, int]] = []

    def good(message: OutboxMessage) -> None:
        calls.append(("good", message.payload["n"]))

    def picky(message: OutboxMessage) -> None:
        if message.payload["n"] % 2:
            raise ValueError("odd")
        calls.append(("picky", message.payload["n"]))

    outbox.subscribe(TOPIC, "good", good)
    outbox.subscribe(TOPIC, "picky", picky)
    yield calls
    outbox._handlers.pop(TOPIC)


def test_publish_writes_one_delivery_per_handler(db: None, heard: list[object]) -> None:
    with transaction.atomic():
        message = outbox.publish(topic=TOPIC, payload={"n": 2}, organization_id=None)
    handlers = set(OutboxDelivery.objects.filter(message=message).values_list("handler", flat=True))
    assert handlers == {"good", "picky"}


@pytest.mark.django_db(transaction=True)
def test_publish_outside_a_transaction_is_refused() -> None:
    with pytest.raises(outbox.OutsideTransaction):
        outbox.publish(topic=TOPIC, payload={}, organization_id=None)
    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_message(heard: list[object]) -> None:
    with transaction.atomic():
        outbox.publish(topic=TOPIC, payload={"n": 2}, organization_id=None)
        transaction.set_rollback(True)
    assert OutboxMessage.objects.count() == OutboxDelivery.objects.count() == 0


def test_one_failing_handler_does_not_hold_up_the_other(
    db: None, heard: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        outbox.publish(topic=TOPIC, payload={"n": 1}, organization_id=None)
    report = outbox.deliver_due()
    assert (report.done, report.failed) == (1, 1)
    assert heard == [("good", 1)]
    failed = OutboxDelivery.objects.get(handler="picky")
    assert (failed.state, failed.last_error) == ("PENDING", "odd")


def test_deliver_twice_calls_each_handler_once(db: None, heard: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        outbox.publish(topic=TOPIC, payload={"n": 4}, organization_id=None)
    outbox.deliver_due()
    outbox.deliver_due()
    assert sorted(heard) == [("good", 4), ("picky", 4)]


def test_a_handler_runs_under_the_correlation_id_of_the_publisher(db: None) -> None:
    seen: list[str] = []
    outbox.subscribe(
        "test.correlated", "see", lambda message: seen.append(current_correlation_id())
    )
    with correlated("request-0001"), transaction.atomic():
        outbox.publish(topic="test.correlated", payload={}, organization_id=None)
    outbox.deliver_due()
    outbox._handlers.pop("test.correlated")
    assert seen == ["request-0001"]
