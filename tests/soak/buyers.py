"""The buyers of the storm: they buy, pay later or together, cancel, move, send back; parcels leave."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests

# What happens next, and how often. The rest are plain purchases.
CHANCES = {
    "buys and pays": 72,
    "buys and waits": 8,
    "pays at last": 4,
    "pays together": 3,
    "pays together in part": 2,
    "cancels": 5,
    "is cancelled unpaid": 2,
    "moves": 2,
    "sends back": 3,
    "is packed": 6,
    "is sent": 5,
}


@dataclass
class Bought:
    """An order as its buyer knows it."""

    form: str
    login: str
    lines: int
    plenty: bool
    packed: bool = False


@dataclass
class Crowd:
    """Buyers of several sellers. ``shelves`` are the sellers' offers by product code."""

    control: requests.Session
    address: str
    dice: random.Random
    shelves: dict[str, dict[str, str]]
    scarce: set[str]
    unpaid: list[Bought] = field(default_factory=list)
    paid: list[Bought] = field(default_factory=list)
    sent: list[Bought] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    orders: int = 0

    def act(self) -> None:
        """One thing happens; what is not possible now becomes a purchase."""
        name = self.dice.choices(list(CHANCES), list(CHANCES.values()))[0]
        done = {
            "buys and waits": lambda: self.buys(pay=False),
            "pays at last": self.pays,
            "pays together": lambda: self.pays_together(partly=False),
            "pays together in part": lambda: self.pays_together(partly=True),
            "cancels": self.cancels,
            "is cancelled unpaid": self.is_cancelled_unpaid,
            "moves": self.moves,
            "sends back": self.sends_back,
            "is packed": self.is_packed,
            "is sent": self.is_sent,
        }.get(name, lambda: False)()
        if not done:
            name = "buys and pays"
            done = self.buys(pay=True)
        self.acts[name if done else "finds nothing"] += 1

    # -- purchases ---------------------------------------------------------------------------------
    def buys(self, *, pay: bool, lines: int = 0, of: Bought | None = None) -> bool:
        """Buy one to five lines of a seller; False when the chosen offers are sold out."""
        login = of.login if of else self.dice.choice(list(self.shelves))
        shelf = self.shelves[login]
        wanted = lines or self.dice.choices((1, 2, 3, 5), (60, 25, 10, 5))[0]
        codes = self.dice.sample(sorted(shelf), wanted)
        body: dict[str, Any] = {
            "seller": login,
            "pay": pay,
            "fillIn": self.dice.random() < 0.5,
            "cashOnDelivery": pay and self.dice.random() < 0.1,
            "lines": [
                {"offerId": shelf[code], "quantity": self.dice.choice((1, 1, 1, 2))}
                for code in codes
            ],
        }
        if of is not None:
            body["buyerOf"] = of.form
        answer = self.post("purchases", body)
        if answer is None:
            return False
        plenty = not self.scarce.intersection(codes)
        order = Bought(str(answer["checkoutFormId"]), login, wanted, plenty)
        (self.paid if pay else self.unpaid).append(order)
        self.orders += 1
        return True

    def pays(self) -> bool:
        order = self._take(self.unpaid)
        if order is None or self.post(f"orders/{order.form}/pay", {}) is None:
            return False
        self.paid.append(order)
        return True

    def pays_together(self, *, partly: bool) -> bool:
        """A buyer with two unpaid orders pays all of their lines together, or all but one line."""
        if not self.buys(pay=False, lines=2):
            return False
        first = self.unpaid.pop()
        if not self.buys(pay=False, lines=1, of=first):
            self.unpaid.append(first)
            return True
        second = self.unpaid.pop()
        body: dict[str, Any] = {
            "seller": first.login,
            "checkoutFormIds": [first.form, second.form],
        }
        if partly:
            lines = [line["id"] for one in (first, second) for line in self.lines(one)]
            body["lineItemIds"] = lines[1:]
            self.unpaid.append(first)
        merged = self.post("orders/merge", body)
        assert merged is not None
        plenty = first.plenty and second.plenty
        self.paid.append(Bought(str(merged["checkoutFormId"]), first.login, 0, plenty))
        return True

    # -- what follows ------------------------------------------------------------------------------
    def cancels(self) -> bool:
        """The buyer cancels a paid order, also one that is being packed."""
        order = self._take(self.paid)
        return bool(order and self.post(f"orders/{order.form}/cancel", {"by": "buyer"}))

    def is_cancelled_unpaid(self) -> bool:
        order = self._take(self.unpaid)
        return bool(order and self.post(f"orders/{order.form}/cancel", {"by": "auto"}))

    def moves(self) -> bool:
        order = self._any(self.paid)
        street = f"Nowa {self.dice.randint(1, 99)}"
        return bool(order and self.post(f"orders/{order.form}/address", {"street": street}))

    def sends_back(self) -> bool:
        order = self._any(self.sent or self.paid)
        return bool(order and self.post(f"orders/{order.form}/return", {}))

    def is_packed(self) -> bool:
        order = self._any(self.paid)
        if order is None:
            return False
        order.packed = True
        return bool(self.post(f"orders/{order.form}/fulfillment", {"status": "PROCESSING"}))

    def is_sent(self) -> bool:
        """Only what was there can be sent, so orders of scarce goods stay."""
        order = self._any([one for one in self.paid[-200:] if one.plenty])
        if order is None:
            return False
        self.paid.remove(order)
        self.sent.append(order)
        return bool(self.post(f"orders/{order.form}/fulfillment", {"status": "SENT"}))

    # -- the sandbox ---------------------------------------------------------------------------------
    def lines(self, order: Bought) -> list[dict[str, Any]]:
        answer = self.control.get(f"{self.address}/_control/orders/{order.form}", timeout=60)
        answer.raise_for_status()
        lines: list[dict[str, Any]] = answer.json()["lineItems"]
        return lines

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """None when the sandbox says that this cannot be done now."""
        answer = self.control.post(f"{self.address}/_control/{path}", json=body, timeout=60)
        if answer.status_code == 400:
            return None
        assert answer.ok, f"{path}: {answer.status_code} {answer.text[:300]}"
        found: dict[str, Any] = answer.json()
        return found

    def _take(self, orders: list[Bought]) -> Bought | None:
        return orders.pop(self.dice.randrange(len(orders))) if orders else None

    def _any(self, orders: list[Bought]) -> Bought | None:
        return self.dice.choice(orders) if orders else None
