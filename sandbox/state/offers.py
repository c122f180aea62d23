"""Offers, and the search index that Allegro shows in listings: a copy that lags behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class AssignedRule:
    """A pricing rule of an offer on one marketplace, since ``updated_at``."""

    rule_id: str
    configuration: dict[str, Any] | None
    updated_at: float


@dataclass(frozen=True)
class Place:
    """How an offer stands with one additional marketplace."""

    state: str = "APPROVED"
    reasons: tuple[dict[str, Any], ...] = ()


@dataclass(slots=True)
class Offer:
    """An offer as it truly is. Amounts are decimal strings in the seller's base currency."""

    id: str
    seller_id: str
    name: str
    category_id: str
    external_id: str | None
    ean: str
    product_id: str
    price: str
    currency: str
    available: int
    vat: str
    brand: str
    created_at: float
    updated_at: float
    status: str = "ACTIVE"
    ended_by: str | None = None
    ended_at: float | None = None
    started_at: float | None = None
    sold: int = 0
    initial_stock: int = 0
    # Prices on other marketplaces: marketplace id -> (amount, currency).
    elsewhere: dict[str, tuple[str, str]] = field(default_factory=dict)
    # How the offer stands with them; a marketplace without an entry has approved it.
    places: dict[str, Place] = field(default_factory=dict)
    # Everything a seller wrote beyond the fields above, as sent to product-offers.
    details: dict[str, Any] = field(default_factory=dict)
    # The elements of productSet a seller sent, as answers show them; None for seeded offers.
    product_set: list[dict[str, Any]] | None = None
    # What modification commands wrote into the first product, as answers show it.
    product_details: dict[str, Any] = field(default_factory=dict)
    # Pricing rules by marketplace id, and when one was last set or removed.
    price_rules: dict[str, AssignedRule] = field(default_factory=dict)
    price_rules_at: float | None = None

    def price_on(self, marketplace: str, base: str) -> tuple[str, str] | None:
        """Amount and currency on a marketplace, or None when it is not offered there."""
        if marketplace == base:
            return self.price, self.currency
        return self.elsewhere.get(marketplace)


class ListingIndex:
    """What ``GET /sale/offers`` sees of one seller: copies that arrive after the lag.

    Pages are cut from cached id lists, so a page costs its own size and not the catalogue's.
    """

    def __init__(self) -> None:
        self.shown: dict[str, Offer] = {}
        self.by_external: dict[str, list[str]] = {}
        self.by_status: dict[str, dict[str, None]] = {}
        self._pending: deque[tuple[float, str, Offer | None]] = deque()
        self._pages: dict[Any, list[str]] = {}

    def push(self, due_at: float, offer_id: str, offer: Offer | None) -> None:
        """Show this state of the offer (None: it is gone) from ``due_at`` on."""
        self._pending.append((due_at, offer_id, copy(offer) if offer else None))

    def catch_up(self, now: float) -> None:
        while self._pending and self._pending[0][0] <= now:
            _, offer_id, offer = self._pending.popleft()
            self._show(offer_id, offer)

    def _show(self, offer_id: str, offer: Offer | None) -> None:
        self._pages.clear()
        before = self.shown.get(offer_id)
        if before is not None:
            self.by_status[before.status].pop(offer_id, None)
            if before.external_id:
                self.by_external[before.external_id].remove(offer_id)
        if offer is None:
            self.shown.pop(offer_id, None)
            return
        self.shown[offer_id] = offer
        self.by_status.setdefault(offer.status, {})[offer_id] = None
        if offer.external_id:
            self.by_external.setdefault(offer.external_id, []).append(offer_id)

    def select(
        self,
        key: Any,
        candidates: Callable[[], Iterable[str]],
        keep: Callable[[Offer], bool],
        order: Callable[[list[str]], list[str]],
    ) -> list[str]:
        """Ids that match, ordered; computed once per key until the index moves."""
        found = self._pages.get(key)
        if found is None:
            shown = self.shown
            found = order([item for item in candidates() if item in shown and keep(shown[item])])
            if len(self._pages) > 64:
                self._pages.clear()
            self._pages[key] = found
        return found
