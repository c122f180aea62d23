"""Allegro as the hub ought to see it: forms, merges and returns, and what they mean for stock. Pure.

Only what Allegro does: fulfilment goes forward, nothing is cancelled or changed once it is sent,
unpaid purchases of a buyer are merged and their old forms vanish, line items survive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.orders import checkout_forms, customer_returns
from tests.orders.checkout_forms import START

# Offer -> product -> pieces of it in one sold unit; offer "3" has no product.
UNITS: dict[str, dict[str, int]] = {"1": {"cup": 2, "lid": 1}, "2": {"lid": 1}, "3": {}}
UNPAID = ("BOUGHT", "FILLED_IN")
PARCEL = ("CREATED", "IN_TRANSIT", "DELIVERED", "COMMISSION_REFUNDED")


@dataclass
class Item:
    """A line item."""

    id: str
    offer: str
    quantity: int


@dataclass
class Purchase:
    """A checkout form; ``moved`` is when Allegro last moved its ``updatedAt``."""

    id: str
    items: list[Item]
    moved: datetime
    status: str = "BOUGHT"
    fulfilment: str = "NEW"

    @property
    def is_sent(self) -> bool:
        return self.fulfilment in ("SENT", "PICKED_UP")

    @property
    def is_unpaid(self) -> bool:
        return self.status in UNPAID

    @property
    def may_change(self) -> bool:
        return not self.is_sent and self.status != "CANCELLED"

    def told(self) -> dict[str, Any]:
        """The form as Allegro would answer now."""
        lines = [
            checkout_forms.line(one.offer, quantity=one.quantity, line_id=one.id)
            for one in self.items
        ]
        return checkout_forms.form(
            lines,
            form_id=self.id,
            status=self.status,
            fulfilment=self.fulfilment,
            updated_at=self.moved,
        ) | {"revision": f"{self.moved:%H%M%S}"}


@dataclass
class SentBack:
    """A return of one offer of a purchase."""

    id: str
    form_id: str
    offer: str
    quantity: int
    status: str = "CREATED"

    def told(self) -> dict[str, Any]:
        """The return as Allegro would answer now."""
        whole = customer_returns.customer_return(
            self.form_id, [customer_returns.item(self.offer, self.quantity)], status=self.status
        )
        return whole | {"id": self.id}


@dataclass
class Allegro:
    """One account's purchases and returns."""

    now: datetime = START
    purchases: dict[str, Purchase] = field(default_factory=dict)
    vanished: set[str] = field(default_factory=set)
    returns: dict[str, SentBack] = field(default_factory=dict)
    made: int = 0

    def tick(self) -> datetime:
        """A minute passes."""
        self.now += timedelta(minutes=1)
        return self.now

    def buy(self, wanted: Iterable[tuple[str, int]]) -> Purchase:
        items = [Item(self._name("L"), offer, quantity) for offer, quantity in wanted]
        bought = Purchase(self._name("F"), items, self.tick())
        self.purchases[bought.id] = bought
        return bought

    def go_on(self, one: Purchase, **changes: str) -> None:
        """The buyer moves on; ``updatedAt`` moves with it."""
        for name, value in changes.items():
            setattr(one, name, value)
        one.moved = self.tick()

    def fulfil(self, one: Purchase, fulfilment: str) -> None:
        """The parcel moves on; ``updatedAt`` stays (allegro-api#11068)."""
        self.tick()
        one.fulfilment = fulfilment

    def merge(self, old: list[Purchase], items: list[Item]) -> Purchase:
        """These items of unpaid purchases are paid together; forms left without items vanish."""
        taken = {one.id for one in items}
        for one in old:
            one.items = [item for item in one.items if item.id not in taken]
            one.moved = self.tick()
            if not one.items:
                del self.purchases[one.id]
                self.vanished.add(one.id)
        merged = Purchase(self._name("F"), items, self.tick(), status="FILLED_IN")
        self.purchases[merged.id] = merged
        return merged

    def send_back(self, one: Purchase, item: Item, quantity: int) -> SentBack:
        self.tick()
        made = SentBack(self._name("R"), one.id, item.offer, quantity)
        self.returns[made.id] = made
        return made

    def left_to_return(self, one: Purchase, offer: str) -> int:
        """Pieces of the offer no return has claimed."""
        bought = sum(item.quantity for item in one.items if item.offer == offer)
        claimed = sum(
            back.quantity
            for back in self.returns.values()
            if back.form_id == one.id and back.offer == offer
        )
        return bought - claimed

    def _name(self, letter: str) -> str:
        self.made += 1
        return f"{letter}-{self.made}"


@dataclass(frozen=True)
class Expected:
    """What the hub must hold once it has read everything."""

    display: dict[str, str]
    lines: dict[str, tuple[str, int, str]]
    on_hand: dict[str, int]
    reserved: dict[str, int]


def expected(allegro: Allegro, *, start: int, restocked: dict[str, int]) -> Expected:
    """From Allegro's truth and the sellable pieces decided about, by return."""
    lines: dict[str, tuple[str, int, str]] = {}
    on_hand = Counter({"cup": start, "lid": start})
    reserved: Counter[str] = Counter({"cup": 0, "lid": 0})
    for one in allegro.purchases.values():
        for item in one.items:
            units = UNITS[item.offer]
            state = _stock_state(one, linked=bool(units))
            lines[item.id] = (one.id, item.quantity, state)
            for product, pieces in units.items():
                reserved[product] += pieces * item.quantity * (state == "RESERVED")
                on_hand[product] -= pieces * item.quantity * (state == "CONSUMED")
    for return_id, sellable in restocked.items():
        for product, pieces in UNITS[allegro.returns[return_id].offer].items():
            on_hand[product] += pieces * sellable
    display = {one.id: _display(one) for one in allegro.purchases.values()}
    return Expected(display, lines, dict(on_hand), dict(reserved))


def _stock_state(one: Purchase, *, linked: bool) -> str:
    if one.status == "CANCELLED":
        return "RELEASED"
    if not linked:
        return "UNLINKED"
    return "CONSUMED" if one.is_sent else "RESERVED"


def _display(one: Purchase) -> str:
    if one.status == "CANCELLED":
        return "CANCELLED"
    if one.is_sent:
        return {"SENT": "SENT", "PICKED_UP": "DELIVERED"}[one.fulfilment]
    if one.is_unpaid:
        return "UNPAID"
    return "PROCESSING" if one.fulfilment == "PROCESSING" else "READY"
