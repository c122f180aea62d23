"""Lines of orders, and the orders that lose theirs to another form."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.bulk import copy_rows, fresh, update_rows
from orders.enums import DisplayStatus
from orders.models import Order, OrderLine
from orders.operations.desk import Desk, Entry
from orders.queries import sold_offers

WRITTEN = [
    field.attname
    for field in OrderLine._meta.local_concrete_fields
    if field.name not in ("id", "organization", "integration", "line_item_id")
]
LEFT_OUT: tuple[object, ...] = (None, "", {})


def settle_lines(desk: Desk, entries: list[Entry]) -> None:
    """Give every line to the form that owns it now; orders left without lines are superseded."""
    wanted = {line.offer_id for one in entries if one.counts for line in one.form.lines}
    if wanted:
        desk.offers = sold_offers(integration_id=desk.integration.pk, allegro_ids=wanted)
    for entry in sorted(entries, key=lambda one: one.form.updated_at or one.order.received_at):
        if entry.counts:
            _take_lines(desk, entry)
    for entry in entries:
        if entry.counts:
            _settle_merge(desk, entry)
    for order in desk.robbed.values():
        _save_merge(order, has_lines=bool(desk.lines_of(order)))


def write_lines(desk: Desk) -> None:
    """Insert the new and update the changed lines."""
    changed = desk.changed_lines.values()
    copy_rows([line for line in changed if line.pk is None])
    update_rows([line for line in changed if line.pk is not None], WRITTEN)


def _take_lines(desk: Desk, entry: Entry) -> None:
    for told in entry.form.lines:
        line = desk.lines.get(told.line_item_id)
        if line is None:
            line = fresh(
                OrderLine,
                organization_id=desk.integration.organization_id,
                integration_id=desk.integration.pk,
                line_item_id=told.line_item_id,
            )
        elif line.order_id != entry.order.pk:
            owner = desk.owner(line)
            if not _is_newer(entry, owner, desk):
                entry.order.superseded_by = owner
                continue
            _rob(desk, owner, entry.order)
        offer = desk.offers.get(told.offer_id)
        _write_on(desk, line, entry.order, told.values | {"offer_id": offer.pk if offer else None})
        entry.lines.append(line)


def _is_newer(entry: Entry, owner: Order, desk: Desk) -> bool:
    """Whether the entry's form was told after that of the line's owner."""
    told, recorded = entry.form.updated_at, owner.remote_updated_at
    if told and recorded and told != recorded:
        return told > recorded
    return desk.read_at >= owner.read_at


def _rob(desk: Desk, owner: Order, taker: Order) -> None:
    owner.superseded_by = taker
    desk.robbed[owner.pk] = owner


def _write_on(desk: Desk, line: OrderLine, order: Order, values: dict[str, object]) -> None:
    moved = line.order_id != order.pk
    known = line.pk is not None
    # What a poorer form leaves out of a line stays, as with the order itself.
    told = {name: value for name, value in values.items() if not known or value not in LEFT_OUT}
    resized = known and line.quantity != values["quantity"]
    if not moved and all(getattr(line, name) == value for name, value in told.items()):
        return
    if moved:
        desk.place(line, order)
    line.__dict__.update(told)
    if resized:
        desk.resized.add(line.line_item_id)
    desk.touch(line)


def _settle_merge(desk: Desk, entry: Entry) -> None:
    order, left = entry.order, desk.lines_of(entry.order)
    missing = len(left) - len(entry.lines)
    if missing > 0:
        order.hold_reason = _("Allegro no longer lists %(count)d of the lines") % {"count": missing}
        desk.robbed[order.pk] = order
    if not left or order.superseded_by_id is not None:
        desk.robbed[order.pk] = order


def _save_merge(order: Order, *, has_lines: bool) -> None:
    """Close an order that has no lines any more; one that has some, or got them back, lives on."""
    if has_lines:
        order.superseded_by = None
    else:
        order.display_status, order.hold_reason = DisplayStatus.SUPERSEDED, ""
    order.save(update_fields=["display_status", "superseded_by", "hold_reason", "updated_at"])
