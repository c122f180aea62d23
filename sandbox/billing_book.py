"""Billing entries: what Allegro charges a seller, and what it gives back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.money import line_total, price
from sandbox.state.clock import iso
from sandbox.state.sellers import Seller
from sandbox.state.world import World

TYPES = {
    "SUC": "Prowizja od sprzedaży",
    "REF": "Zwrot kosztów",
    "LIS": "Opłata za wystawienie",
    "HB4": "Opłata za dostawę InPost",
    "PAD": "Pobranie opłat z wpływów",
}


def commission_of(world: World, line: dict[str, Any]) -> Decimal:
    percent = Decimal(str(world.settings.commissionPercent))
    return round(line_total(line) * percent / 100, 2)


def charge_commission(
    world: World, seller: Seller, form: dict[str, Any], at: float | None = None
) -> None:
    """One entry per line, as on Allegro; equal entries of one order are legitimate (#12059)."""
    moment = world.now if at is None else at
    for line in form["lineItems"]:
        _book(world, seller, "SUC", -commission_of(world, line), form, line, moment)


def give_back(world: World, seller: Seller, form: dict[str, Any], line: dict[str, Any]) -> None:
    """Commission refunded for a line."""
    _book(world, seller, "REF", commission_of(world, line), form, line, world.now)


def _book(
    world: World,
    seller: Seller,
    kind: str,
    amount: Decimal,
    form: dict[str, Any],
    line: dict[str, Any],
    moment: float,
) -> None:
    currency = line["price"]["currency"]
    before = Decimal(seller.billing[-1]["balance"]["amount"]) if seller.billing else Decimal(0)
    seller.billing.append(
        {
            "id": world.identities.uuid(),
            "occurredAt": iso(moment),
            "type": {"id": kind, "name": TYPES[kind]},
            "offer": {"id": line["offer"]["id"], "name": line["offer"]["name"]},
            "value": price(amount, currency),
            "tax": {"percentage": "23"},
            "balance": price(before + amount, currency),
            "order": {"id": form["id"]},
            "additionalInfo": [],
        }
    )
