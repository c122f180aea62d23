"""Buyers buy at random times; each purchase is an order with its stock taken, within 30 seconds."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from tests.measures import Result, Results
from tests.soak import checks, wish
from tests.soak.scene import FIRST, Scene
from tests.soak.truth import code_for

PROMISED = 30.0
# Bought and not seen yet: when, and with how many lines, by the order's number.
Waiting = dict[str, tuple[float, int]]
FAULTS = (
    {"kind": "doubled_event", "probability": 0.3},
    {"kind": "disorder", "probability": 0.3},
)
# An order counts when it is there with every line, and each line has taken its stock.
ARRIVED = """
    SELECT o.checkout_form_id, count(line.id) FROM orders_order o
      JOIN orders_orderline line ON line.order_id = o.id AND line.stock_state = 'RESERVED'
     WHERE o.bought_at > now() - interval '15 minutes' GROUP BY 1
"""


def shelf(scene: Scene, login: str) -> list[str]:
    """Offers of the seller with pieces to sell, whose products the files know."""
    return [
        offer["id"]
        for offer in scene.state(login)["offers"]
        if offer["status"] == "ACTIVE"
        and offer["available"] >= 20
        and code_for(offer) in scene.on_hand
    ]


def buy(scene: Scene, login: str, on_sale: list[str]) -> tuple[str, int]:
    """One purchase of one to four offers; returns the order's number and its lines."""
    chosen = scene.dice.sample(on_sale, scene.dice.randint(1, 4))
    lines = [{"offerId": offer, "quantity": scene.dice.randint(1, 3)} for offer in chosen]
    bought = scene.product.control("POST", "purchases", {"seller": login, "lines": lines})
    return str(bought["checkoutFormId"]), len(lines)


def lived(scene: Scene) -> Results:
    """Purchases with doubled and disordered events."""
    product = scene.product
    for fault in FAULTS:
        product.control("POST", "faults", {**fault, "seller": FIRST})
    on_sale = shelf(scene, FIRST)
    wanted = wish("PURCHASES", 100)
    lasting = wish("PURCHASE_SECONDS", 75)
    moments = sorted(scene.dice.uniform(0, lasting) for _ in range(wanted))
    waiting: Waiting = {}
    took: list[float] = []
    started = time.monotonic()
    while (moments or waiting) and time.monotonic() - started < lasting + 2 * PROMISED:
        while moments and time.monotonic() - started >= moments[0]:
            moments.pop(0)
            form, lines = buy(scene, FIRST, on_sale)
            waiting[form] = (time.monotonic(), lines)
        took += arrived(waiting)
        product.turn(0.4)
    product.control("DELETE", "faults")
    scene.calm(120)
    results: Results = {
        "purchases: orders that appeared": Result(len(took), wanted, 1.0, ""),
        "purchases: half of them within": Result(median(took), PROMISED, 1.0, "s", at_most=True),
        "purchases: all of them within": Result(max(took), PROMISED, 1.0, "s", at_most=True),
    }
    return results | scene.compared("purchases")


def arrived(waiting: Waiting) -> list[float]:
    """Seconds from purchase to order of those that are there now; they wait no longer."""
    there: dict[Any, Any] = dict(checks.rows(ARRIVED))
    found = [form for form, (_, lines) in waiting.items() if there.get(form) == lines]
    return [time.monotonic() - waiting.pop(form)[0] for form in found]
