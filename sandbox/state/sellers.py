"""Sellers and everything that hangs on one of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.state.journals import Journal
from sandbox.state.offers import ListingIndex


@dataclass
class FormShelf:
    """Checkout forms of a seller: by id, and ordered by purchase and by change."""

    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    merged_into: dict[str, str] = field(default_factory=dict)
    by_line: dict[str, str] = field(default_factory=dict)
    _bought: list[tuple[str, str]] = field(default_factory=list)
    _updated: list[tuple[str, str]] = field(default_factory=list)
    _keys: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, form: dict[str, Any]) -> None:
        bought, updated = bought_at(form), form["updatedAt"]
        self.by_id[form["id"]] = form
        self.by_line.update({line["id"]: form["id"] for line in form["lineItems"]})
        self._keys[form["id"]] = (bought, updated)
        insort(self._bought, (bought, form["id"]))
        insort(self._updated, (updated, form["id"]))

    def remove(self, form_id: str) -> dict[str, Any]:
        form = self.by_id.pop(form_id)
        bought, updated = self._keys.pop(form_id)
        del self._bought[bisect_left(self._bought, (bought, form_id))]
        del self._updated[bisect_left(self._updated, (updated, form_id))]
        return form

    def touch(self, form: dict[str, Any], updated: str) -> None:
        """Move a form in the order of changes; ISO text in UTC sorts like time."""
        bought, before = self._keys[form["id"]]
        del self._updated[bisect_left(self._updated, (before, form["id"]))]
        form["updatedAt"] = updated
        self._keys[form["id"]] = (bought, updated)
        insort(self._updated, (updated, form["id"]))

    def ordered(self, by: str, low: str | None, high: str | None) -> list[tuple[str, str]]:
        """Pairs of (moment, form id), oldest first, within bounds that are both inclusive."""
        shelf = self._updated if by == "updatedAt" else self._bought
        start = bisect_left(shelf, (low, "")) if low else 0
        stop = bisect_left(shelf, (high, "~")) if high else len(shelf)
        return shelf[start:stop]


@dataclass
class Seller:
    """One Allegro account that sells."""

    id: str
    login: str
    first_name: str
    last_name: str
    company: str
    tax_id: str
    email: str
    marketplace: str
    currency: str
    offers: dict[str, None] = field(default_factory=dict)
    index: ListingIndex = field(default_factory=ListingIndex)
    order_events: Journal = field(default_factory=Journal)
    offer_events: Journal = field(default_factory=Journal)
    forms: FormShelf = field(default_factory=FormShelf)
    # Pieces bought since the start, by offer, whatever became of the orders.
    bought: Counter[str] = field(default_factory=Counter)
    returns: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    billing: list[dict[str, Any]] = field(default_factory=list)
    # Money with which refunds are paid out, in the base currency. Short of it they are CANCELED.
    balance: Decimal = Decimal("1000000.00")
    after_sales: dict[str, str] = field(default_factory=dict)
    shipping_rates: list[dict[str, Any]] = field(default_factory=list)
    producers: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)


def bought_at(form: dict[str, Any]) -> str:
    """The latest purchase among the lines."""
    moments: list[str] = [line["boughtAt"] for line in form["lineItems"]]
    return max(moments)
