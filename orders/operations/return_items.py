"""The items of a return as rows: made once, followed when Allegro changes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orders.customer_return import ReadItem
from orders.models import CustomerReturn, ReturnLine

WORDS = ("position", "name", "price", "currency", "reason", "comment")


def settle_items(row: CustomerReturn, items: Sequence[ReadItem]) -> None:
    """Bring the return's lines to the pieces told; what was decided about stays as decided."""
    if not items:
        return  # a poorer answer; a return without items does not exist
    lines: dict[str, list[ReturnLine]] = defaultdict(list)
    for line in row.lines.order_by("slot"):
        lines[line.item_key].append(line)
    for item in items:
        _settle_item(row, item, lines.pop(item.key, []))
    for gone in lines.values():
        _shrink(gone, sum(line.quantity for line in gone))


def _settle_item(row: CustomerReturn, item: ReadItem, lines: list[ReturnLine]) -> None:
    for line in lines:
        for name in WORDS:
            if item.values[name] not in (None, ""):
                setattr(line, name, item.values[name])
        line.save(update_fields=WORDS)
    more = item.quantity - sum(line.quantity for line in lines)
    if more > 0:
        slot = max((line.slot for line in lines), default=-1) + 1
        ReturnLine.objects.create(
            organization_id=row.organization_id,
            customer_return=row,
            item_key=item.key,
            slot=slot,
            quantity=more,
            **item.values,
        )
    elif more < 0:
        _shrink(lines, -more)


def _shrink(lines: list[ReturnLine], pieces: int) -> None:
    """Take undecided pieces away, from the last slot on."""
    for line in reversed(lines):
        fewer = min(line.undecided, pieces)
        pieces -= fewer
        if fewer == line.quantity and not line.decisions_made:
            line.delete()
        elif fewer:
            line.quantity -= fewer
            line.save(update_fields=["quantity"])
