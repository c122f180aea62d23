"""Durable work on the outbox's deliveries, the kind that lies in core itself."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import work
from core.enums import WorkState
from core.models import OutboxDelivery, OutboxMessage


class Passing(Exception):
    retryable = True


class Hopeless(Exception):
    retryable = False
    trace_id = "trace-7"


class Later(Exception):
    retry_after = 90.0


@pytest.fixture
def deliveries(db: None) -> Any:
    def make(count: int) -> list[OutboxDelivery]:
        message = OutboxMessage.objects.create(topic="test.nobody", payload={})
        return OutboxDelivery.objects.bulk_create(
            OutboxDelivery(message=message, handler=f"h{n}") for n in range(count)
        )

    return make


def _claim(limit: int = 1) -> list[OutboxDelivery]:
    return work.claim_due(OutboxDelivery.objects.all(), now=timezone.now(), limit=limit)


def test_claim_marks_running_and_counts_the_attempt(deliveries: Any) -> None:
    deliveries(3)
    claimed = _claim(limit=2)
    assert [(c.state, c.attempts) for c in claimed] == [("RUNNING", 1)] * 2
    assert OutboxDelivery.objects.filter(state=WorkState.PENDING).count() == 1


def test_claimed_work_is_not_due_until_the_claim_ran_out(deliveries: Any) -> None:
    deliveries(1)
    (first,) = _claim()
    assert _claim() == []
    OutboxDelivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    (second,) = _claim()
    assert second.pk == first.pk
    assert second.attempts == 2


def test_finish_after_a_lost_claim_writes_nothing(deliveries: Any) -> None:
    deliveries(1)
    (first,) = _claim()
    OutboxDelivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    (second,) = _claim()
    assert work.finish(first, now=timezone.now()) is False
    assert OutboxDelivery.objects.get().state == WorkState.RUNNING
    assert work.finish(second, now=timezone.now()) is True


def test_fail_waits_longer_each_time_and_dies_after_six(deliveries: Any) -> None:
    deliveries(1)
    waits = []
    for _attempt in range(work.MAX_ATTEMPTS):
        OutboxDelivery.objects.update(next_attempt_at=timezone.now())
        (claimed,) = _claim()
        now = timezone.now()
        work.fail(claimed, error=Passing("no answer"), now=now)
        row = OutboxDelivery.objects.get(pk=claimed.pk)
        waits.append(row.next_attempt_at - now)
    assert row.state == WorkState.DEAD
    assert row.last_error == "no answer"
    assert waits[:5] == sorted(waits[:5])
    assert waits[0] >= timedelta(seconds=10)


def test_fail_with_a_hopeless_error_waits_for_a_person(deliveries: Any) -> None:
    deliveries(1)
    (claimed,) = _claim()
    work.fail(claimed, error=Hopeless("wrong address"), now=timezone.now())
    row = OutboxDelivery.objects.get()
    assert (row.state, row.last_error, row.last_trace_id) == (
        WorkState.WAITING_FOR_PERSON,
        "wrong address",
        "trace-7",
    )


def test_fail_with_retry_after_does_not_count(deliveries: Any) -> None:
    deliveries(1)
    (claimed,) = _claim()
    now = timezone.now()
    work.fail(claimed, error=Later("busy"), now=now)
    row = OutboxDelivery.objects.get()
    assert (row.state, row.attempts) == (WorkState.PENDING, 0)
    assert row.next_attempt_at == now + timedelta(seconds=90)


def test_replay_makes_dead_work_due_again(deliveries: Any) -> None:
    deliveries(1)
    OutboxDelivery.objects.update(state=WorkState.DEAD, attempts=6)
    assert work.replay(OutboxDelivery.objects.all(), now=timezone.now()) == 1
    assert len(_claim()) == 1


def test_drain_settles_each_row_by_its_own_outcome(deliveries: Any) -> None:
    deliveries(3)

    def handle(delivery: OutboxDelivery) -> None:
        if delivery.handler == "h1":
            raise Hopeless("this one is broken")

    report = work.drain(OutboxDelivery.objects.all(), handle)
    assert (report.done, report.failed) == (2, 1)
    states = dict(OutboxDelivery.objects.values_list("handler", "state"))
    assert states == {"h0": "DONE", "h1": "WAITING_FOR_PERSON", "h2": "DONE"}


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_handle_each_row_once() -> None:
    message = OutboxMessage.objects.create(topic="test.nobody", payload={})
    OutboxDelivery.objects.bulk_create(
        OutboxDelivery(message=message, handler=f"h{n}") for n in range(200)
    )
    handled: list[str] = []
    barrier = threading.Barrier(2)

    def run() -> None:
        barrier.wait()
        work.drain(OutboxDelivery.objects.all(), lambda d: handled.append(d.handler), limit=7)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(handled) == sorted(f"h{n}" for n in range(200))


@pytest.mark.django_db(transaction=True)
def test_claim_skips_rows_another_connection_has_locked() -> None:
    message = OutboxMessage.objects.create(topic="test.nobody", payload={})
    first, second = OutboxDelivery.objects.bulk_create(
        OutboxDelivery(message=message, handler=f"h{n}") for n in range(2)
    )
    got: list[int] = []

    def claim_elsewhere() -> None:
        got.extend(row.pk for row in _claim(limit=10))
        connection.close()

    with transaction.atomic():
        OutboxDelivery.objects.select_for_update().get(pk=first.pk)
        thread = threading.Thread(target=claim_elsewhere)
        thread.start()
        thread.join(timeout=10)
    assert got == [second.pk]


def test_rows_not_begun_in_time_are_given_back(deliveries: Any) -> None:
    deliveries(3)
    report = work.drain(
        OutboxDelivery.objects.all(), lambda delivery: time.sleep(0.2), seconds=0.1, limit=3
    )
    assert (report.done, report.failed) == (1, 0)
    rows = OutboxDelivery.objects.order_by("pk").values_list("state", "attempts", "claimed_until")
    assert list(rows) == [("DONE", 1, None), ("PENDING", 0, None), ("PENDING", 0, None)]


def test_a_row_is_not_begun_after_its_claim_went_to_another(deliveries: Any) -> None:
    """The first row takes so long that another worker took the second meanwhile."""
    deliveries(2)
    handled: list[str] = []

    def slow(delivery: OutboxDelivery) -> None:
        handled.append(delivery.handler)
        time.sleep(0.2)
        if len(handled) == 1:
            handled.extend(row.handler for row in _claim(limit=10))

    work.drain(
        OutboxDelivery.objects.all(), slow, seconds=0.1, limit=2, lease=timedelta(seconds=0.1)
    )
    assert sorted(handled) == ["h0", "h0", "h1"]


def test_done_rows_are_marked_while_a_slow_batch_lasts(deliveries: Any) -> None:
    deliveries(3)
    done_before: list[int] = []

    def slow(delivery: OutboxDelivery) -> None:
        done_before.append(OutboxDelivery.objects.filter(state=WorkState.DONE).count())
        time.sleep(work.MARK_EVERY * 0.6)

    work.drain(OutboxDelivery.objects.all(), slow, limit=3)
    assert done_before == [0, 0, 2]
    assert OutboxDelivery.objects.filter(state=WorkState.DONE).count() == 3


def _lose(model: Any = OutboxDelivery) -> None:
    """The worker that holds them is killed, and its claims run out."""
    model.objects.filter(state=WorkState.RUNNING).update(
        claimed_until=timezone.now() - timedelta(seconds=1)
    )


def test_work_that_kills_its_worker_each_time_is_given_up_after_six(deliveries: Any) -> None:
    deliveries(1)
    for attempt in range(work.MAX_ATTEMPTS):
        (claimed,) = _claim()
        assert claimed.attempts == attempt + 1
        _lose()
    assert _claim() == []
    dead = OutboxDelivery.objects.get()
    assert (dead.state, dead.attempts, dead.claimed_until) == (WorkState.DEAD, 6, None)
    assert dead.finished_at is not None
    assert "lost" in dead.last_error


def test_a_killer_does_not_take_its_neighbours_along(deliveries: Any) -> None:
    """Ten rows are claimed together and one of them kills the worker whenever it is reached."""
    killer = deliveries(10)[4]
    kills = 0
    while claimed := _claim(limit=10):
        if killer.pk in {one.pk for one in claimed}:
            kills += 1
            _lose()
            continue
        for one in claimed:
            work.finish(one, now=timezone.now())
    assert kills == work.MAX_ATTEMPTS
    states = dict(OutboxDelivery.objects.values_list("pk", "state"))
    assert states.pop(killer.pk) == WorkState.DEAD
    assert set(states.values()) == {WorkState.DONE}


def test_rows_put_back_beside_a_suspect_lose_nothing(deliveries: Any) -> None:
    fresh, suspect, lost = deliveries(3)
    for row, attempts in ((suspect, 2), (lost, 1)):
        OutboxDelivery.objects.filter(pk=row.pk).update(
            state=WorkState.RUNNING,
            attempts=attempts,
            claimed_until=timezone.now() - timedelta(seconds=1),
        )
    assert [one.pk for one in _claim(limit=9)] == [suspect.pk]
    assert {one.pk: one.attempts for one in _claim(limit=9)} == {fresh.pk: 1, lost.pk: 2}
