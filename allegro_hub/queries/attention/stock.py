"""Stock that is short, held by the brake, not sent, or other than Allegro shows."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from allegro_hub.queries.attention.entries import entry
from inventory.models import StockLevel
from offers.queries.stock import open_brakes, stuck_by_account
from syncs.queries.discrepancies import grave_count


def of_stock(organization: Organization) -> list[dict[str, Any]]:
    """Products with more pieces promised than there are."""
    short = (
        StockLevel.objects.for_organization(organization)
        .filter(reserved__gt=F("on_hand"))
        .values("pk")[:100]
        .count()
    )
    if not short:
        return []
    title = ngettext(
        "%(n)d product is sold beyond its stock",
        "%(n)d products are sold beyond their stock",
        short,
    )
    return [
        entry(
            "danger",
            title % {"n": short},
            _("More pieces are promised than lie on the shelf."),
            _("See them"),
            reverse("inventory:list") + "?only=short",
            "stock",
        )
    ]


def of_stock_out(organization: Organization) -> list[dict[str, Any]]:
    """Accounts whose stock the brake holds, and offers whose stock could not be sent."""
    entries = [
        entry(
            "danger",
            _("%(account)s: the brake holds all stock") % {"account": brake.integration.label},
            _("%(zeros)d of %(active)d offers would be set to 0.")
            % {"zeros": brake.zeros, "active": brake.active},
            _("Look and decide"),
            reverse("offers:brake", args=[brake.pk]),
            "danger",
        )
        for brake in open_brakes(organization=organization)
    ]
    for row in stuck_by_account(organization=organization):
        title = ngettext(
            "%(account)s: the stock of %(n)d offer could not be sent",
            "%(account)s: the stock of %(n)d offers could not be sent",
            row["count"],
        )
        entries.append(
            entry(
                "warn",
                title % {"account": row["integration__label"], "n": row["count"]},
                _("Each one says why, and can be tried again."),
                _("Open"),
                f"{reverse('offers:pushes')}?state=stuck&account={row['integration_id']}",
                "updown",
            )
        )
    return entries


def of_discrepancies(organization: Organization) -> list[dict[str, Any]]:
    """Confirmed differences that are grave."""
    grave = grave_count(organization=organization)
    if not grave:
        return []
    title = ngettext(
        "%(n)d value differs gravely from Allegro",
        "%(n)d values differ gravely from Allegro",
        grave,
    )
    return [
        entry(
            "warn",
            title % {"n": grave},
            _("Each was confirmed at Allegro; choose which side is right."),
            _("Look at them"),
            reverse("syncs:discrepancies"),
            "split",
        )
    ]
