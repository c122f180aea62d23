"""The steps orders take: written once, told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from core.bulk import copy_rows, fresh
from core.outbox import publish_many
from orders import ladder
from orders.enums import DisplayStatus, FormStatus, Transition
from orders.models import Order, OrderTransition
from orders.operations.desk import Desk, Entry
from orders.operations.telling import tell_of_orders

TOPICS = {
    Transition.BOUGHT: "order.bought",
    Transition.READY: "order.ready",
    Transition.CANCELLED: "order.cancelled",
}


def record_steps(desk: Desk, entries: Iterable[Entry]) -> None:
    """Write the steps each order has taken since, and publish what others wait for.

    ``order.changed`` tells of any other news of an order known before. An order that was over
    before the account was connected is told to nobody: no invoice may follow from it. Payloads are
    ``{"order_id", "integration_id"}``. People hear of new and of changed orders by notices that grow.
    """
    counting = [one for one in entries if one.counts]
    taken = _taken([one.order for one in counting if not one.created] + list(desk.robbed.values()))
    rows: list[OrderTransition] = []
    told: dict[str, list[Order]] = defaultdict(list)
    changed_later: dict[int, bool] = {}
    for entry in counting:
        news = [
            (step, at)
            for step, at in _steps(entry.order, desk.now)
            if (entry.order.pk, step.value) not in taken
        ]
        rows += [_row(entry.order, step, at) for step, at in news]
        if not entry.historic:
            changed_later[entry.order.pk] = not news and _was_ready(entry.order, taken)
            for topic in _topics(entry, [step for step, _at in news]):
                told[topic].append(entry.order)
    for order in desk.robbed.values():
        if order.display_status == DisplayStatus.SUPERSEDED and not _was_taken(order, taken):
            rows.append(_row(order, Transition.SUPERSEDED, desk.now))
            told["order.changed"].append(order)
    _write_steps(rows, new={one.order.pk for one in counting if one.created})
    for topic, orders in sorted(told.items()):
        publish_many(
            topic=topic,
            payloads=[_payload(order) for order in {one.pk: one for one in orders}.values()],
        )
    tell_of_orders(
        organization_id=desk.integration.organization_id,
        created=len(told["order.bought"]),
        changed=len(told["order.cancelled"]) + sum(changed_later.values()),
        now=desk.now,
    )


def _write_steps(rows: list[OrderTransition], *, new: set[int]) -> None:
    copy_rows([row for row in rows if row.order_id in new])
    OrderTransition.objects.bulk_create(
        [row for row in rows if row.order_id not in new], ignore_conflicts=True
    )


def _steps(order: Order, now: datetime) -> Iterator[tuple[Transition, datetime]]:
    if order.display_status == DisplayStatus.SUPERSEDED:
        return
    told_at = order.remote_updated_at or now
    yield Transition.BOUGHT, order.bought_at or told_at
    if order.status == FormStatus.READY_FOR_PROCESSING:
        yield Transition.READY, order.ready_at or told_at
    if order.display_status in ladder.DISPATCHED:
        yield Transition.SENT, told_at
    if order.display_status == DisplayStatus.CANCELLED:
        yield Transition.CANCELLED, order.cancelled_at or told_at


def _topics(entry: Entry, steps: list[Transition]) -> Iterator[str]:
    cancelled = entry.order.display_status == DisplayStatus.CANCELLED
    for step in steps:
        if step in TOPICS and not (cancelled and step != Transition.CANCELLED):
            yield TOPICS[step]
    if not entry.created and entry.order.display_status != DisplayStatus.SUPERSEDED:
        yield "order.changed"


def _taken(orders: list[Order]) -> set[tuple[int, str]]:
    if not orders:
        return set()
    return set(OrderTransition.objects.filter(order__in=orders).values_list("order_id", "name"))


def _was_taken(order: Order, taken: set[tuple[int, str]]) -> bool:
    return (order.pk, Transition.SUPERSEDED.value) in taken


def _was_ready(order: Order, taken: set[tuple[int, str]]) -> bool:
    return (order.pk, Transition.READY.value) in taken


def _row(order: Order, step: Transition, at: datetime) -> OrderTransition:
    return fresh(
        OrderTransition,
        organization_id=order.organization_id,
        order_id=order.pk,
        name=step.value,
        at=at,
    )


def _payload(order: Order) -> tuple[dict[str, int], int]:
    return {"order_id": order.pk, "integration_id": order.integration_id}, order.organization_id
