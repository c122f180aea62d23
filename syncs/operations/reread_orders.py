"""Open orders read again by id, a share of them with every sweep.

A change of fulfilment moves no ``updatedAt`` (allegro-api#11068), so no window ever shows it. Every open
order is read a few times a day all the same: the longest unread first, so many a run that all of them
come round, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from connectors.allegro import AllegroError, AuthError, Lane, RateLimited
from connectors.allegro.types import CheckoutForm
from orders import ladder
from orders.models import Order
from orders.operations.refreshing import mark_gone
from orders.operations.rereading import FormRead, FormReader
from syncs.enums import ItemOutcome
from syncs.models import SyncRun
from syncs.operations.steps import Step, step

# An order read within this time is fresh; sweeps run every 15 minutes, so 24 of them share the work.
FRESH = timedelta(hours=6)
SHARES = 20
AT_LEAST = 50
BATCH = 100
# In the background lane, and beside what reads events: few of Allegro's sessions.
CONNECTIONS = 4

Record = Callable[[Step, Sequence[CheckoutForm], datetime], None]
AskFor = Callable[[Step, datetime], None]


def reread_some(run: SyncRun, *, record: Record, look_at: AskFor, at_least: int = AT_LEAST) -> bool:
    """Read the next open orders of the run's share; False when its share is done.

    A share is a twentieth of those open, and ``at_least`` so many.
    ``record`` writes forms in a step. An order that Allegro no longer has was merged: it is marked,
    and ``look_at`` is told when it was bought, so that the form its lines moved to is found. An order
    that cannot be read is noted and passed over. Raises AllegroError when none can be.
    """
    if "reread_left" not in run.position:
        with step(run) as taken:
            taken.position["reread_left"] = _share(run, at_least)
    left = int(run.position["reread_left"])
    batch = list(_due(run)[: min(left, BATCH)]) if left > 0 else []
    if not batch:
        return False
    with FormReader(integration=run.integration, lane=Lane.SYNC, connections=CONNECTIONS) as reader:
        answers = list(reader.read([order.checkout_form_id for order in batch]))
    _raise_if_hopeless(answers)
    for order in batch:
        if any(one.form_id == order.checkout_form_id and one.is_gone for one in answers):
            mark_gone(run.integration, order.checkout_form_id, timezone.now())
    with step(run) as taken:
        _keep(taken, batch, answers, record, look_at)
        taken.position["reread_left"] = left - len(batch)
    return True


def _share(run: SyncRun, at_least: int) -> int:
    return max(at_least, -(-_open(run).count() // SHARES))


def _open(run: SyncRun) -> QuerySet[Order]:
    states = [status.value for status in ladder.OPEN]
    orders: QuerySet[Order] = Order.objects.filter(
        organization_id=run.organization_id,
        integration_id=run.integration_id,
        display_status__in=states,
    )
    return orders


def _due(run: SyncRun) -> QuerySet[Order]:
    failed = run.position.get("reread_failed", [])
    stale = _open(run).filter(read_at__lt=timezone.now() - FRESH).exclude(pk__in=failed)
    return stale.only("pk", "checkout_form_id", "bought_at").order_by("read_at", "pk")


def _raise_if_hopeless(answers: Sequence[FormRead]) -> None:
    errors = [one.error for one in answers if one.error is not None]
    for error in errors:
        if isinstance(error, AuthError | RateLimited):
            raise error
    if errors and len(errors) == len(answers):
        raise errors[0]


def _keep(
    taken: Step,
    batch: Sequence[Order],
    answers: Sequence[FormRead],
    record: Record,
    look_at: AskFor,
) -> None:
    by_form = {one.form_id: one for one in answers}
    forms = [one.form for one in answers if one.form is not None]
    if forms:
        record(taken, forms, min(one.asked_at for one in answers))
    gone = [order for order in batch if _answer(by_form, order, "is_gone")]
    # Else it would stand first in line for ever.
    Order.objects.filter(pk__in=[order.pk for order in gone]).update(read_at=timezone.now())
    for order in gone:
        if order.bought_at is not None:
            look_at(taken, order.bought_at)
    for order in batch:
        error = _answer(by_form, order, "error")
        if isinstance(error, AllegroError):
            _note(taken, order, error)


def _answer(by_form: dict[str, FormRead], order: Order, name: str) -> Any:
    return getattr(by_form.get(order.checkout_form_id), name, None)


def _note(taken: Step, order: Order, error: AllegroError) -> None:
    taken.position["reread_failed"] = [*taken.position.get("reread_failed", []), order.pk]
    taken.count(failed=1)
    taken.note(
        object_type="order",
        object_id=order.checkout_form_id,
        label="",
        outcome=ItemOutcome.FAILED,
        reason_code="not_read",
        message=str(error),
    )
