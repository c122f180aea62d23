"""The story of one order, from everything that wrote about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from inventory.models import Reservation, StockMovement
from orders.enums import Transition
from orders.models import Order, OrderRevision, OrderTransition

SHOWN = 60
_TONES = {
    Transition.CANCELLED: "danger",
    Transition.GONE: "warn",
    Transition.SENT: "ok",
    Transition.READY: "info",
}


def entries_of(*, order: Order, reservations: list[Reservation]) -> list[dict[str, Any]]:
    """Steps, readings and stock movements as {title, at, detail, tone, actor}, newest first."""
    entries = [
        *_steps(order),
        *_readings(order),
        *_movements(order, reservations),
    ]
    if order.superseded_by is not None:
        entries.append(
            _entry(
                _("Lines moved to another order"),
                order.updated_at,
                order.superseded_by.checkout_form_id,
            )
        )
    entries.sort(key=lambda entry: entry["at"] or datetime.min.replace(tzinfo=UTC), reverse=True)
    return entries[:SHOWN]


def _steps(order: Order) -> Iterator[dict[str, Any]]:
    for step in OrderTransition.objects.filter(order=order):
        name = Transition(step.name) if step.name in Transition.values else None
        yield _entry(
            str(name.label) if name else step.name, step.at, tone=_TONES.get(name) if name else None
        )


def _readings(order: Order) -> Iterator[dict[str, Any]]:
    readings = (
        OrderRevision.objects.filter(order=order).order_by("-read_at", "-pk").defer("payload")
    )
    for number, reading in enumerate(readings[:SHOWN]):
        detail = _("Revision %(revision)s") % {"revision": reading.revision or "–"}
        yield _entry(
            _("Read from Allegro") if number else _("Last news from Allegro"),
            reading.read_at,
            f"{detail} · {reading.trace_id}" if reading.trace_id else detail,
        )


def _movements(order: Order, reservations: list[Reservation]) -> Iterator[dict[str, Any]]:
    keys = [key for reservation in reservations for key in _ledger_keys(reservation)]
    movements = StockMovement.objects.filter(
        organization_id=order.organization_id, key__in=keys
    ).select_related("product", "warehouse", "actor")
    for movement in movements:
        pieces = movement.on_hand_change or movement.reserved_change
        detail = f"{movement.product.code} {pieces:+d} · {movement.warehouse.name}"
        yield _entry(
            movement.get_kind_display(),
            movement.at,
            f"{detail} · {movement.reason}" if movement.reason else detail,
            actor=movement.actor.get_full_name() if movement.actor else "",
        )


def _ledger_keys(reservation: Reservation) -> Iterator[str]:
    """The keys of all ledger lines a promise can have; see ``inventory.operations.reservations``."""
    yield f"dispatch:{reservation.key}"
    for number in range(1, reservation.times + 1):
        again = f"#{number}" if number > 1 else ""
        yield f"reserve:{reservation.key}{again}"
        yield f"release:{reservation.key}{again}"


def _entry(
    title: str, at: datetime | None, detail: str = "", *, tone: str | None = None, actor: str = ""
) -> dict[str, Any]:
    return {"title": title, "at": at, "detail": detail, "tone": tone or "neutral", "actor": actor}
