"""Comparing the database with the truth: how many things differ, which must be none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.measures import Result, Results
from tests.soak.truth import Truth

LEDGER = """
    SELECT count(*) FROM inventory_stocklevel level
      FULL JOIN (SELECT product_id, warehouse_id, sum(on_hand_change) AS on_hand,
                        sum(reserved_change) AS reserved
                   FROM inventory_stockmovement GROUP BY 1, 2) AS ledger
        USING (product_id, warehouse_id)
      FULL JOIN (SELECT product_id, warehouse_id, sum(quantity) AS promised
                   FROM inventory_reservation WHERE state = 'ACTIVE' GROUP BY 1, 2) AS open
        USING (product_id, warehouse_id)
     WHERE (coalesce(level.on_hand, 0), coalesce(level.reserved, 0), coalesce(level.reserved, 0))
           IS DISTINCT FROM
           (coalesce(ledger.on_hand, 0), coalesce(ledger.reserved, 0), coalesce(open.promised, 0))
"""
OFFERS = """
    SELECT account.seller_login, offer.allegro_id FROM offers_offer offer
      JOIN settings_app_integration account ON account.id = offer.integration_id
"""
ORDERS = """
    SELECT account.seller_login, o.checkout_form_id FROM orders_order o
      JOIN settings_app_integration account ON account.id = o.integration_id
"""
LINES = """
    SELECT line.line_item_id, o.checkout_form_id, line.quantity FROM orders_orderline line
      JOIN orders_order o ON o.id = line.order_id
"""
LEVELS = """
    SELECT product.code, sum(level.on_hand), sum(level.reserved) FROM products_product product
      LEFT JOIN inventory_stocklevel level ON level.product_id = product.id GROUP BY product.code
"""
TOLD_TWICE = """
    SELECT count(*) - count(DISTINCT payload ->> 'order_id') FROM core_outboxmessage
     WHERE topic = 'order.bought'
"""
# What a run that finds nothing new must not touch. Orders note when they were last read.
SNAPSHOTS = {
    "offers_offer": "xmin::text",
    "offers_offerlink": "xmin::text",
    "orders_order": "md5((to_jsonb(t) - 'read_at')::text)",
    "orders_orderline": "xmin::text",
    "orders_orderrevision": "xmin::text",
    "orders_ordertransition": "xmin::text",
    "inventory_stocklevel": "xmin::text",
    "inventory_stockmovement": "xmin::text",
    "inventory_reservation": "xmin::text",
}
WORK = (
    "core_outboxdelivery", "webhooks_inboundevent", "syncs_syncrun", "imports_importjob",
    "offers_valuepush",
)  # fmt: skip


def rows(statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return list(cursor.fetchall())


def answers() -> bool:
    """Whether the database takes us in and answers; a connection that was cut is dropped."""
    from django.db import DatabaseError, connection

    try:
        return number("SELECT 1") == 1
    except DatabaseError:
        connection.close()
        return False


def number(statement: str, given: Sequence[Any] = ()) -> int:
    return int(rows(statement, given)[0][0] or 0)


def none_of(found: int, of: int) -> Result:
    """So many things are wrong, of so many; none may be."""
    return Result(found, of, goal=0.0, unit="", at_most=True)


def compared(when: str, true: Truth, on_hand: Mapping[str, int], imports: int) -> Results:
    """Everything against the truth, after ``imports`` files that each changed every product."""
    offers, orders = Counter(rows(OFFERS)), Counter(rows(ORDERS))
    lines = {item: (form, quantity) for item, form, quantity in rows(LINES)}
    levels = {code: (int(pieces or 0), int(held or 0)) for code, pieces, held in rows(LEVELS)}
    wanted = {code: (pieces, true.reserved[code]) for code, pieces in on_hand.items()}
    moved = "SELECT count(*) FROM inventory_stockmovement WHERE kind = "
    found = {
        "offers": none_of(unlike(offers, Counter(true.offers)), len(true.offers)),
        "orders": none_of(unlike(orders, Counter(true.orders)), len(true.orders)),
        "order lines": none_of(different(lines, true.lines), len(true.lines)),
        "products and their stock": none_of(different(levels, wanted), len(wanted)),
        "levels beside ledger and promises": none_of(number(LEDGER), len(wanted)),
        "reservations made": none_of(
            abs(number(f"{moved}'RESERVE'") - true.reservations), true.reservations
        ),
        "stock lines of imports": none_of(
            abs(number(f"{moved}'IMPORT'") - imports * len(on_hand)), imports * len(on_hand)
        ),
        "products written by imports": none_of(
            abs(number("SELECT sum(version) FROM products_product") - imports * len(on_hand)),
            imports * len(on_hand),
        ),
        "orders told of twice": none_of(number(TOLD_TWICE), len(true.orders)),
    }
    return {f"{when}: wrong {name}": result for name, result in found.items()}


def unlike(found: Counter[Any], wanted: Counter[Any]) -> int:
    """What is missing, and what is there too often."""
    return (found - wanted).total() + (wanted - found).total()


def different(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> int:
    return sum(found.get(key) != wanted.get(key) for key in found.keys() | wanted.keys())


def snapshot() -> dict[str, dict[Any, str]]:
    """Every row's version, by table."""
    return {
        table: dict(rows(f"SELECT id, {version} FROM {table} t"))  # noqa: S608 -- constants
        for table, version in SNAPSHOTS.items()
    }


def written_since(before: dict[str, dict[Any, str]]) -> dict[str, int]:
    """How many rows were written since, by table; only the tables where there are some."""
    after = snapshot()
    found = {table: different(after[table], before[table]) for table in before}
    return {table: count for table, count in found.items() if count}


def connected_at() -> dict[str, datetime]:
    """When each account was connected, by login."""
    return dict(rows("SELECT seller_login, created_at FROM settings_app_integration"))


def account(login: str) -> int:
    """The id of the account of a sandbox seller."""
    from settings_app.models import Integration

    return int(Integration.objects.values_list("pk", flat=True).get(seller_login=login))


def nothing_left() -> bool:
    """Whether no work is open: no run, import, event or message."""
    return not (in_state("PENDING") or in_state("RUNNING"))


def in_state(state: str) -> int:
    """How many pieces of durable work are in a state."""
    return sum(
        number(f"SELECT count(*) FROM {table} WHERE state = %s", [state])  # noqa: S608 -- constants
        for table in WORK
    )
