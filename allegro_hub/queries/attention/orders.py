"""Orders that are late or must not leave, and returns that wait for a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from allegro_hub.queries.attention.entries import entry, some, some_label
from orders.ladder import TO_SHIP
from orders.models import Order
from orders.queries.returns import to_decide


def of_orders(organization: Organization, now: datetime) -> list[dict[str, Any]]:
    """Orders that should have left by now, and packed ones that must not leave at all."""
    to_ship = Order.objects.for_organization(organization).filter(display_status__in=TO_SHIP)
    late = some(to_ship.filter(dispatch_by__lt=now, stop_reason=""))
    stopped = some(to_ship.exclude(stop_reason=""))
    entries = []
    if stopped:
        title = ngettext(
            "%(n)s order must not be shipped", "%(n)s orders must not be shipped", stopped
        )
        entries.append(
            entry(
                "danger",
                title % {"n": some_label(stopped)},
                _("The buyer cancelled or opened a return before it left."),
                _("See them"),
                reverse("orders:list") + "?only=stopped",
                "danger",
            )
        )
    if late:
        title = ngettext("%(n)s order is late", "%(n)s orders are late", late)
        entries.append(
            entry(
                "danger",
                title % {"n": some_label(late)},
                _("The time Allegro promised the buyer for shipping is over."),
                _("Ship them"),
                reverse("orders:list") + "?due=late",
                "orders",
            )
        )
    return entries


def of_returns(organization: Organization) -> list[dict[str, Any]]:
    """Returns whose pieces nobody said anything of yet."""
    waiting = to_decide(organization=organization).order_by().values("pk")[:100].count()
    if not waiting:
        return []
    title = ngettext(
        "%(n)d return waits for your decision",
        "%(n)d returns wait for your decision",
        waiting,
    )
    return [
        entry(
            "warn",
            title % {"n": waiting},
            _("Say of each piece whether it can be sold again; stock follows."),
            _("Decide"),
            reverse("returns:list"),
            "return",
        )
    ]
