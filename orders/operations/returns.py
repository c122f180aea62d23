"""Recording customer returns: upsert, revisions, lines, and the order they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.enums import Event, Severity
from notifications.operations import notify
from orders.customer_return import ReadReturn, is_stale, read_return, search_text
from orders.enums import ReturnStage
from orders.locks import lock_account_orders
from orders.matching import Room, allot, allot_whole
from orders.models import CustomerReturn, Order, OrderLine, ReturnLine, ReturnRevision
from orders.operations.return_items import settle_items
from orders.operations.stopping import stop_for_return
from orders.return_stages import ON_THE_WAY, stage_of
from settings_app.models import Integration

# Allegro merges unpaid purchases; a chain of merges longer than this is a ring.
MERGES = 20


@dataclass(frozen=True, slots=True)
class RecordedReturn:
    """What recording a return did; neither ``created`` nor ``changed`` when it told nothing new."""

    customer_return: CustomerReturn
    created: bool
    changed: bool


def record_customer_return(
    *,
    integration: Integration,
    customer_return: Mapping[str, Any],
    now: datetime,
    trace_id: str = "",
    read_at: datetime | None = None,
) -> RecordedReturn:
    """Bring a return to the state Allegro told, as of ``read_at`` (when Allegro was asked).

    Known by integration and return id. What was read earlier than what is recorded only joins the
    revisions, and a parcel never goes back a step. Its order is matched now or when that order is
    recorded; until then lines know only their offers. A return of an order that has not left stops
    the order. People are told of it once. One transaction under the lock of the account's orders.
    Raises :class:`~orders.customer_return.ReturnUnreadable`; nothing is written then.
    """
    told = read_return(customer_return)
    asked_at = read_at or now
    with transaction.atomic():
        lock_account_orders(integration_id=integration.pk)
        known = CustomerReturn.objects.filter(
            integration=integration, return_id=told.return_id
        ).first()
        created = known is None
        row = known or _new(integration, told, now, asked_at)
        stale = not created and is_stale(row, told, asked_at)
        changed = not stale and row.payload_sha256 != told.sha256
        if not stale:
            row.read_at = asked_at
        if changed:
            _take_over(row, told)
        elif not stale:
            CustomerReturn.objects.filter(pk=row.pk).update(read_at=asked_at)
        _keep_revision(row, told, asked_at, trace_id)
        if row.order_id is None or changed:
            match_returns([row], now=now)
        if created:
            _tell_opened(row, now)
    return RecordedReturn(row, created, changed)


def match_waiting_returns(
    *, integration: Integration, orders: Iterable[Order], now: datetime
) -> int:
    """Give returns that came before their orders to them; returns how many. Under the account's lock."""
    numbers = [order.checkout_form_id for order in orders]
    waiting = list(
        CustomerReturn.objects.filter(
            integration=integration, order__isnull=True, checkout_form_id__in=numbers
        ).order_by("pk")
    )
    match_returns(waiting, now=now)
    return len(waiting)


def match_returns(rows: Iterable[CustomerReturn], *, now: datetime) -> None:
    """Find the order of each return and the order line of each of its lines."""
    for row in rows:
        order = _order_of(row)
        if order is None:
            continue
        news = row.order_id != order.pk
        if news:
            row.order = order
            row.save(update_fields=["order", "updated_at"])
        _match_lines(row, order)
        stop_for_return(order=order, customer_return=row, first=news, now=now)


def refresh_stage(row: CustomerReturn) -> None:
    """Set the stage by what Allegro told and people decided, and write it."""
    pieces = row.lines.aggregate(
        all=Sum("quantity"),
        sellable=Sum("sellable"),
        damaged=Sum("damaged"),
        missing=Sum("not_received"),
    )
    decided = sum(pieces[name] or 0 for name in ("sellable", "damaged", "missing"))
    row.stage = stage_of(
        status=row.status,
        is_fulfilment=row.is_fulfilment,
        is_earlier=row.is_earlier,
        undecided=(pieces["all"] or 0) - decided,
        decided=decided,
    )
    row.save(update_fields=["stage", "updated_at"])


def _new(
    integration: Integration, told: ReadReturn, now: datetime, read_at: datetime
) -> CustomerReturn:
    opened = told.values["opened_at"]
    earlier = opened is not None and opened < integration.created_at
    return CustomerReturn(
        organization_id=integration.organization_id,
        integration=integration,
        return_id=told.return_id,
        is_earlier=earlier and told.status not in ON_THE_WAY,
        received_at=now,
        read_at=read_at,
    )


def _take_over(row: CustomerReturn, told: ReadReturn) -> None:
    for name, value in told.values.items():
        # A poorer answer erases neither the number nor the order nor the parcels.
        if value not in (None, "", [], {}) or row.pk is None:
            setattr(row, name, value)
    row.payload_sha256 = told.sha256
    offers = [item.values["offer_allegro_id"] for item in told.items]
    row.search = search_text(told, _codes_of(row, offers))
    row.save()
    settle_items(row, told.items)
    refresh_stage(row)


def _codes_of(row: CustomerReturn, offers: list[str]) -> list[str]:
    """The seller's own codes of the offers, as the account's orders know them."""
    lines = OrderLine.objects.filter(
        integration_id=row.integration_id, offer_allegro_id__in=offers
    ).exclude(external_id="")
    return sorted(set(lines.order_by("-pk").values_list("external_id", flat=True)[:50]))


def _keep_revision(row: CustomerReturn, told: ReadReturn, read_at: datetime, trace_id: str) -> None:
    ReturnRevision.objects.bulk_create(
        [
            ReturnRevision(
                organization_id=row.organization_id,
                customer_return=row,
                payload=told.payload,
                sha256=told.sha256,
                trace_id=trace_id[:128],
                read_at=read_at,
            )
        ],
        ignore_conflicts=True,
    )


def _order_of(row: CustomerReturn) -> Order | None:
    """The order of that number, or the one it was merged into."""
    order = Order.objects.filter(
        integration_id=row.integration_id, checkout_form_id=row.checkout_form_id
    ).first()
    for _step in range(MERGES):
        if order is None or order.superseded_by is None:
            break
        order = order.superseded_by
    return order


def _match_lines(row: CustomerReturn, order: Order) -> None:
    waiting = list(row.lines.filter(order_line__isnull=True).order_by("item_key", "slot"))
    if not waiting:
        return
    rooms = _rooms(order, {line.offer_allegro_id for line in waiting})
    for line in waiting:
        room = rooms.get(line.offer_allegro_id, [])
        if line.decisions_made:
            line.order_line_id = allot_whole(line.quantity, room)
            line.save(update_fields=["order_line"])
        else:
            _spread(line, allot(line.quantity, room))


def _spread(line: ReturnLine, pieces: list[tuple[int | None, int]]) -> None:
    line.order_line_id, line.quantity = pieces[0]
    line.save(update_fields=["order_line", "quantity"])
    slot = _last_slot(line.customer_return, line.item_key)
    for number, (line_id, quantity) in enumerate(pieces[1:], start=1):
        line.pk, line._state.adding = None, True
        line.slot, line.order_line_id, line.quantity = slot + number, line_id, quantity
        line.save()


def _last_slot(row: CustomerReturn, item_key: str) -> int:
    slots = row.lines.filter(item_key=item_key).order_by("-slot").values_list("slot", flat=True)
    return int(slots[0])


def _rooms(order: Order, offers: set[str]) -> dict[str, list[Room]]:
    """Lines of the offers, less what other returns claimed; rejected returns claim nothing."""
    lines: QuerySet[OrderLine] = OrderLine.objects.filter(
        order=order, offer_allegro_id__in=offers
    ).order_by("position", "pk")
    claimed = dict(
        ReturnLine.objects.filter(order_line__in=lines.values("pk"))
        .exclude(customer_return__stage=ReturnStage.REJECTED)
        .order_by()
        .values_list("order_line_id")
        .annotate(Sum("quantity"))
    )
    rooms: dict[str, list[Room]] = {}
    for line in lines:
        room = Room(line.pk, line.quantity - claimed.get(line.pk, 0))
        rooms.setdefault(line.offer_allegro_id, []).append(room)
    return rooms


def _tell_opened(row: CustomerReturn, now: datetime) -> None:
    """Only of returns opened since the account was connected: the first reading brings a year's."""
    if row.opened_at is not None and row.opened_at < row.integration.created_at:
        return
    notify(
        organization_id=row.organization_id,
        event=Event.RETURN_OPENED,
        severity=Severity.INFO,
        title=lambda: _("Return %(number)s was opened") % {"number": row},
        body=lambda: _("Decide about each piece when the parcel has come."),
        link=reverse("returns:detail", args=[row.pk]),
        dedupe_key=f"return.opened:{row.pk}",
        now=now,
    )
