"""The story of one order, from everything that wrote about it.

Whoever writes about orders registers a source; a higher app does so in its ``AppConfig.ready()``. A
source makes the same number of queries whatever the order holds, and returns its newest entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditEntry
from inventory.models import Reservation, StockMovement
from orders.enums import Transition
from orders.models import Order, OrderRevision, OrderTransition

Entry = dict[str, Any]
Source = Callable[[Order], Iterable[Entry]]

SHOWN = 80
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TONES = {
    Transition.CANCELLED: "danger",
    Transition.GONE: "warn",
    Transition.SENT: "ok",
    Transition.READY: "info",
}
# What people's acts are called; the codes are those of ``core.audit.record``.
ACTS: dict[str, str | Promise] = {
    "order.printed": gettext_lazy("Printed"),
    "order.stopped": gettext_lazy("Stopped: do not ship"),
    "order.stop_lifted": gettext_lazy("May be shipped again"),
}
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Have ``source`` asked for its entries of an order whenever a timeline is shown."""
    _sources[name] = source


def entry(
    title: str, at: datetime | None, detail: str = "", *, tone: str | None = None, actor: str = ""
) -> Entry:
    """One line of a timeline."""
    return {"title": title, "at": at, "detail": detail, "tone": tone or "neutral", "actor": actor}


def entries_of(*, order: Order, reservations: list[Reservation]) -> list[Entry]:
    """Everything told about the order as {title, at, detail, tone, actor}, newest first."""
    entries = [
        *_steps(order),
        *_readings(order),
        *_movements(order, reservations),
        *_acts(order),
        *(found for source in _sources.values() for found in source(order)),
    ]
    if order.superseded_by is not None:
        number = order.superseded_by.checkout_form_id
        entries.append(entry(_("Lines moved to another order"), order.updated_at, number))
    entries.sort(key=lambda one: one["at"] or _LONG_AGO, reverse=True)
    return entries[:SHOWN]


def _steps(order: Order) -> Iterator[Entry]:
    # Steps of one moment, such as those of an order read late, in the order they follow each other.
    for step in OrderTransition.objects.filter(order=order).order_by("-pk"):
        name = Transition(step.name) if step.name in Transition.values else None
        title = str(name.label) if name else step.name
        yield entry(title, step.at, tone=_TONES.get(name) if name else None)


def _readings(order: Order) -> Iterator[Entry]:
    readings = (
        OrderRevision.objects.filter(order=order).order_by("-read_at", "-pk").defer("payload")
    )
    for number, reading in enumerate(readings[:SHOWN]):
        detail = _("Revision %(revision)s") % {"revision": reading.revision or "–"}
        yield entry(
            _("Read from Allegro") if number else _("Last news from Allegro"),
            reading.read_at,
            f"{detail} · {reading.trace_id}" if reading.trace_id else detail,
        )


def _movements(order: Order, reservations: list[Reservation]) -> Iterator[Entry]:
    """By the promises' keys, which survive a merge, and by the order's number for all others."""
    keys = [key for reservation in reservations for key in _ledger_keys(reservation)]
    movements = (
        StockMovement.objects.filter(organization_id=order.organization_id)
        .filter(Q(key__in=keys) | Q(reference=order.checkout_form_id))
        .select_related("product", "warehouse", "actor")
        .order_by("-pk")
    )
    for movement in movements[:SHOWN]:
        pieces = movement.on_hand_change or movement.reserved_change
        detail = f"{movement.product.code} {pieces:+d} · {movement.warehouse.name}"
        yield entry(
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


def _acts(order: Order) -> Iterator[Entry]:
    """What people did here, from the audit trail."""
    acts = AuditEntry.objects.filter(
        organization_id=order.organization_id,
        target_type=Order._meta.label_lower,
        target_id=str(order.pk),
    ).select_related("actor")
    for act in acts.order_by("-at", "-pk")[:SHOWN]:
        title = str(ACTS.get(act.action, act.action))
        who = act.actor.get_full_name() if act.actor else act.actor_label
        yield entry(title, act.at, _values(act.after), actor=who)


def _values(after: dict[str, Any]) -> str:
    """What an act set, in words; lists and blocks are for the audit trail itself."""
    plain = (value for value in after.values() if isinstance(value, str | int) and value != "")
    return " · ".join(str(value) for value in plain if not isinstance(value, bool))
