"""Recording checkout forms: upsert, revisions, lines, stock and messages in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from core.bulk import copy_rows, fresh, give_keys, update_rows
from core.packed import pack
from orders import ladder
from orders.checkout_form import ReadForm, is_paid_in_full, read_form, search_text
from orders.enums import DisplayStatus, FormStatus
from orders.keeping import first_values, without_losses
from orders.locks import lock_account_orders
from orders.models import Order, OrderRevision
from orders.operations.desk import Desk, Entry
from orders.operations.lines import settle_lines, write_lines
from orders.operations.returns import match_waiting_returns
from orders.operations.stock import move_stock
from orders.operations.stopping import settle_stops
from orders.operations.transitions import record_steps
from settings_app.models import Integration
from settings_app.operations import record_order_seen

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# A sale of before the connection whose ship-by time is so far back was shipped, whatever Allegro says:
# many sellers never set the fulfilment status.
SHIPPED_ANYWAY = timedelta(days=14)
WRITTEN = [
    field.attname
    for field in Order._meta.local_concrete_fields
    if field.name
    not in ("id", "organization", "integration", "checkout_form_id", "created_at", "received_at")
]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a form did. ``changed`` also for a new one; neither when it told nothing new."""

    order: Order
    created: bool
    changed: bool


def record_checkout_form(
    *,
    integration: Integration,
    form: Mapping[str, Any],
    now: datetime,
    trace_id: str = "",
    read_at: datetime | None = None,
) -> Recorded:
    """:func:`record_checkout_forms` for one form."""
    return record_checkout_forms(
        integration=integration, forms=[form], now=now, trace_id=trace_id, read_at=read_at
    )[0]


def record_checkout_forms(
    *,
    integration: Integration,
    forms: Sequence[Mapping[str, Any]],
    now: datetime,
    trace_id: str = "",
    read_at: datetime | None = None,
) -> list[Recorded]:
    """Bring orders to the state of their forms, as of ``read_at`` (when Allegro was asked).

    The order is known by integration and form id, a line by its line item id, which survives a
    merge: lines move to the form read later, and the order they left is SUPERSEDED. The state comes
    from the form alone. A form older than what is recorded (by ``updatedAt``, then by ``read_at``)
    only joins the revisions. Buyer data is never erased by a poorer form. Each step (bought, ready,
    sent, cancelled) is taken once, with its message; stock is promised, dispatched or released per
    line. One transaction with a fixed number of statements; the answer is in the order of ``forms``,
    a repeated form id answers with what the newest did.

    Raises :class:`~orders.checkout_form.FormUnreadable`; nothing is written then.
    """
    read = [read_form(form) for form in forms]
    newest = {one.form_id: one for one in sorted(read, key=_age)}
    asked_at = read_at or now
    with transaction.atomic():
        lock_account_orders(integration_id=integration.pk)
        desk = Desk(integration, now, asked_at, trace_id)
        desk.load(newest.values())
        entries = [_entry(desk, form) for form in newest.values()]
        give_keys([one.order for one in entries if one.created])
        desk.owners.update((one.order.pk, one.order) for one in entries)
        _write_orders(entries, read_at=asked_at)
        settle_lines(desk, entries)
        move_stock(desk, entries)
        write_lines(desk)
        _keep_revisions(desk, entries)
        record_steps(desk, entries)
        settle_stops(entries, now=now)
        match_waiting_returns(
            integration=integration, orders=[one.order for one in entries if one.counts], now=now
        )
    bought = [one.order.bought_at for one in entries if one.order.bought_at]
    record_order_seen(integration_id=integration.pk, bought_at=max(bought, default=None))
    done = {one.form.form_id: Recorded(one.order, one.created, one.counts) for one in entries}
    return [done[one.form_id] for one in read]


def _age(form: ReadForm) -> datetime:
    return form.updated_at or LONG_AGO


def _entry(desk: Desk, form: ReadForm) -> Entry:
    order = desk.orders.get(form.form_id)
    if order is None:
        return _new(desk, form)
    entry = Entry(form, order, created=False, was=order.display_status)
    if order.payload_sha256 == form.sha256:
        entry.changed = False
    elif _is_stale(order, form, desk.read_at):
        entry.stale = True
    else:
        _assign(entry, without_losses(order, form.values), desk)
    if not entry.stale:
        order.read_at = max(order.read_at, desk.read_at)
    return entry


def _is_stale(order: Order, form: ReadForm, read_at: datetime) -> bool:
    """Whether something newer is recorded. Fulfilment does not move ``updatedAt`` (allegro-api#11068),
    so at equal ``updatedAt`` the later read counts."""
    recorded, told = order.remote_updated_at, form.updated_at
    if recorded and told and recorded != told:
        return told < recorded
    return read_at < order.read_at


def _new(desk: Desk, form: ReadForm) -> Entry:
    order = fresh(
        Order,
        organization_id=desk.integration.organization_id,
        integration_id=desk.integration.pk,
        checkout_form_id=form.form_id,
        received_at=desk.now,
        read_at=desk.read_at,
    )
    order.integration = desk.integration
    desk.orders[form.form_id] = order
    entry = Entry(form, order, created=True)
    _assign(entry, first_values(form.values), desk)
    entry.historic = _is_history(order, desk.integration)
    return entry


def _assign(entry: Entry, values: dict[str, Any], desk: Desk) -> None:
    order = entry.order
    for name, value in values.items():
        setattr(order, name, value)
    order.payload_sha256 = entry.form.sha256
    order.is_paid = is_paid_in_full(values)
    order.search = search_text(values, entry.form.form_id, entry.form.lines)
    order.hold_reason = ""
    order.display_status = ladder.display_status(
        status=order.status,
        fulfilment=order.fulfilment_status,
        provider=order.fulfilment_provider,
    )
    told_at = order.remote_updated_at or desk.now
    if order.status == FormStatus.READY_FOR_PROCESSING and order.ready_at is None:
        order.ready_at = order.paid_at or told_at
    if order.display_status == DisplayStatus.CANCELLED and order.cancelled_at is None:
        order.cancelled_at = told_at


def _is_history(order: Order, integration: Integration) -> bool:
    """Sold before the account was connected here, and shipped before it or long overdue by then.

    Its goods have left the shelf before the shelf was counted, so stock must not be taken again.
    """
    connected = integration.created_at
    bought = order.bought_at or order.remote_updated_at
    if bought is None or bought >= connected:
        return False
    if DisplayStatus(order.display_status) not in ladder.OPEN:
        return True
    return (order.dispatch_by or bought) < connected - SHIPPED_ANYWAY


def _write_orders(entries: list[Entry], *, read_at: datetime) -> None:
    """Insert the new and update the known; those whose form told nothing new only note the read.

    Nobody else makes orders of the account meanwhile: its recorders take turns.
    """
    copy_rows([one.order for one in entries if one.created])
    update_rows([one.order for one in entries if one.counts and not one.created], WRITTEN)
    same = [one.order for one in entries if not one.changed]
    if same:
        Order.objects.filter(pk__in=[order.pk for order in same], read_at__lt=read_at).update(
            read_at=read_at
        )


def _keep_revisions(desk: Desk, entries: list[Entry]) -> None:
    copy_rows([_revision(desk, one) for one in entries if one.created])
    # A known order may have told the same before, between other news.
    OrderRevision.objects.bulk_create(
        (_revision(desk, one) for one in entries if one.changed and not one.created),
        ignore_conflicts=True,
    )


def _revision(desk: Desk, entry: Entry) -> OrderRevision:
    return fresh(
        OrderRevision,
        organization_id=desk.integration.organization_id,
        order_id=entry.order.pk,
        revision=entry.form.values["revision"],
        payload=pack(entry.form.body),
        sha256=entry.form.sha256,
        trace_id=desk.trace_id[:128],
        read_at=desk.read_at,
    )
