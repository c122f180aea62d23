"""After the storm: the database and the offers on the sandbox against the truth, thing by thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.measures import Results
from tests.soak import checks

ORDERS = """
    SELECT account.seller_login, o.checkout_form_id, o.display_status FROM orders_order o
      JOIN settings_app_integration account ON account.id = o.integration_id
     WHERE account.seller_login = ANY(%s)
"""
LINES = """
    SELECT line.line_item_id, o.checkout_form_id, line.quantity, line.stock_state
      FROM orders_orderline line JOIN orders_order o ON o.id = line.order_id
      JOIN settings_app_integration account ON account.id = o.integration_id
     WHERE account.seller_login = ANY(%s)
"""
LEVELS = """
    SELECT product.code, sum(level.on_hand), sum(level.reserved) FROM inventory_stocklevel level
      JOIN products_product product ON product.id = level.product_id GROUP BY product.code
"""
PROMISES = "SELECT state, count(*), sum(quantity) FROM inventory_reservation GROUP BY state"
MOVED_TWICE = (
    "SELECT count(*) - count(DISTINCT (organization_id, key)) FROM inventory_stockmovement"
)
STOCK_STATE = {"CANCELLED": "RELEASED", "SENT": "CONSUMED"}


@dataclass
class Settled:
    """What must be: by the sandbox's own truth and the pieces that were on hand at first."""

    orders: dict[tuple[str, str], str] = field(default_factory=dict)
    merged: set[tuple[str, str]] = field(default_factory=set)
    lines: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    on_hand: Counter[str] = field(default_factory=Counter)
    reserved: Counter[str] = field(default_factory=Counter)
    promises: Counter[str] = field(default_factory=Counter)
    shown: dict[str, int] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)


def settled(truth: Mapping[str, Any], first: Mapping[str, int]) -> Settled:
    """``truth`` by login, of the storm's sellers; ``first`` is what was on hand, by product code."""
    found = Settled(on_hand=Counter(first))
    for login, seller in truth.items():
        code_of = {number: offer["externalId"] for number, offer in seller["offers"].items()}
        found.merged |= {(login, old) for old in seller["mergedInto"]}
        for form, order in seller["orders"].items():
            status = display(order)
            found.orders[login, form] = status
            for line, offer, quantity, _bought_at in order["lines"]:
                state = STOCK_STATE.get(status, "RESERVED")
                found.lines[line] = (form, quantity, state)
                found.promises[state] += 1
                if state == "RESERVED":
                    found.reserved[code_of[offer]] += quantity
                elif state == "CONSUMED":
                    found.on_hand[code_of[offer]] -= quantity
    for seller in truth.values():
        for number, offer in seller["offers"].items():
            code = offer["externalId"]
            found.shown[number] = offer["available"] if offer["status"] == "ACTIVE" else 0
            found.wanted[number] = max(0, found.on_hand[code] - found.reserved[code])
    return found


def display(order: Mapping[str, Any]) -> str:
    """The status a person should see."""
    if order["status"] == "CANCELLED":
        return "CANCELLED"
    if order["fulfilment"] == "SENT":
        return "SENT"
    if order["status"] != "READY_FOR_PROCESSING":
        return "UNPAID"
    return "PROCESSING" if order["fulfilment"] == "PROCESSING" else "READY"


def compared(true: Settled, logins: list[str]) -> Results:
    """The table's rows; every count is of things that are wrong."""
    orders = checks.rows(ORDERS, [logins])
    lines = checks.rows(LINES, [logins])
    known = {(login, form): status for login, form, status in orders}
    extra = [key for key in known if key not in true.orders]
    kept_lines = {line: (form, quantity, state) for line, form, quantity, state in lines}
    levels = {code: (int(pieces), int(held)) for code, pieces, held in checks.rows(LEVELS)}
    wanted = {code: (true.on_hand[code], true.reserved[code]) for code in true.on_hand}
    ours = {code: levels.get(code) for code in wanted}
    promises = {state: count for state, count, _pieces in checks.rows(PROMISES)}
    states = {"RESERVED": "ACTIVE", "CONSUMED": "CONSUMED"}
    unmade = sum(
        abs(promises.get(name, 0) - true.promises[state]) for state, name in states.items()
    )
    count = len(true.orders)
    none_of = checks.none_of
    return {
        "storm: orders lost": none_of(len(true.orders.keys() - known.keys()), count),
        "storm: orders doubled": none_of(len(orders) - len(known), count),
        "storm: orders that are nowhere else": none_of(
            sum(not (key in true.merged and known[key] == "SUPERSEDED") for key in extra), count
        ),
        "storm: orders in another status": none_of(
            sum(known.get(key, status) != status for key, status in true.orders.items()), count
        ),
        "storm: lines lost or otherwise": none_of(
            sum(kept_lines.get(key, ("", 0, ""))[:2] != one[:2] for key, one in true.lines.items()),
            len(true.lines),
        ),
        "storm: lines doubled": none_of(len(lines) - len(kept_lines), len(true.lines)),
        "storm: lines nowhere else": none_of(
            len(kept_lines.keys() - true.lines.keys()), len(true.lines)
        ),
        "storm: lines whose stock stands otherwise": none_of(
            sum(
                kept_lines[key][2] != one[2] for key, one in true.lines.items() if key in kept_lines
            ),
            len(true.lines),
        ),
        "storm: promises too many or too few": none_of(unmade, len(true.lines)),
        "storm: products with other stock": none_of(checks.different(ours, wanted), len(wanted)),
        "storm: levels beside ledger and promises": none_of(
            checks.number(checks.LEDGER), len(wanted)
        ),
        "storm: movements made twice": none_of(checks.number(MOVED_TWICE), len(true.lines)),
        "storm: orders told of twice": none_of(checks.number(checks.TOLD_TWICE), count),
        "storm: pieces oversold beyond the sandbox's own": none_of(
            abs(short(levels, wanted) - short(wanted, wanted)), max(1, short(wanted, wanted))
        ),
        "storm: offers that show another number": none_of(
            checks.different(true.shown, true.wanted), len(true.wanted)
        ),
    }


def short(levels: Mapping[str, tuple[int, int]], of: Mapping[str, Any]) -> int:
    """Pieces promised beyond what is on hand."""
    return sum(max(0, held - pieces) for code, (pieces, held) in levels.items() if code in of)
