"""Finding what differs among an account's offers, beside one statement that only compares numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.shop import new_account, side_by_side, vacuum, with_defaults
from tests.measures import Result, measure

if TYPE_CHECKING:
    from settings_app.models import Integration

OFFERS = 100_000
DIFFERING = 200
PRODUCTS = """
    INSERT INTO products_product (organization_id, code, name, selling_price, selling_currency,
           created_at, updated_at{columns})
    SELECT %(organization)s, 'bench-' || n, 'Kubek ' || n, 49.99, 'PLN', now(), now(){values}
      FROM generate_series(1, %(offers)s) AS n
"""
ON_HAND = """
    INSERT INTO inventory_stocklevel (organization_id, warehouse_id, product_id, on_hand, reserved,
           updated_at{columns})
    SELECT organization_id, %(warehouse)s, id, 20, 4, now(){values}
      FROM products_product WHERE organization_id = %(organization)s
"""
LISTED = """
    INSERT INTO offers_offer (organization_id, integration_id, allegro_id, external_id, title, price,
           currency, stock_available, publication_status, link_state, first_seen_at, remote_seen_at,
           created_at, updated_at{columns})
    SELECT organization_id, %(account)s, id::text, code, name, 49.99, 'PLN',
           CASE WHEN id %% (%(offers)s / %(differing)s) = 0 THEN 17 ELSE 16 END, 'ACTIVE', 'LINKED',
           now(), now(), now(), now(){values}
      FROM products_product WHERE organization_id = %(organization)s
"""
LINKED = """
    INSERT INTO offers_offerlink (organization_id, offer_id, product_id, units_per_offer, source,
           linked_at{columns})
    SELECT offer.organization_id, offer.id, product.id, 1, 'EXTERNAL_ID', now(){values}
      FROM offers_offer offer
      JOIN products_product product ON product.organization_id = offer.organization_id
           AND product.code = offer.external_id
     WHERE offer.integration_id = %(account)s
"""
PLAIN = """
    SELECT count(*) FROM offers_offer offer
      JOIN offers_offerlink link ON link.offer_id = offer.id
      JOIN products_product product ON product.id = link.product_id
      JOIN (SELECT product_id, sum(on_hand - reserved) AS available FROM inventory_stocklevel
             WHERE organization_id = %(organization)s GROUP BY product_id) level
           ON level.product_id = product.id
     WHERE offer.integration_id = %(account)s AND offer.publication_status = 'ACTIVE'
       AND offer.stock_available <> greatest(0, level.available / link.units_per_offer)
"""


@measure("discrepancies: linked offers compared, per second")
def compared() -> Result:
    """A check's own part, without Allegro: targets with their reasons, suspects, what it remembers.

    The statement beside it knows neither reasons nor bundles, buffers or prices, and writes nothing.
    """
    account = new_account()
    values = fill(account)
    vacuum()
    found: list[int] = []
    ours, plain = side_by_side(
        lambda: found.append(windows(account)), lambda: found.append(statement(values))
    )
    if set(found) != {DIFFERING}:
        raise AssertionError(f"{DIFFERING} differ, found: {sorted(set(found))}")
    return Result(OFFERS / ours, OFFERS / plain, goal=0.015, unit="/s")


def fill(account: Integration) -> dict[str, int]:
    from django.db import connection

    from inventory.operations import ensure_default_warehouse

    values = {
        "organization": account.organization_id,
        "account": account.pk,
        "warehouse": ensure_default_warehouse(organization_id=account.organization_id).pk,
        "offers": OFFERS,
        "differing": DIFFERING,
    }
    with connection.cursor() as cursor:
        for table, sql in (
            ("products_product", PRODUCTS),
            ("inventory_stocklevel", ON_HAND),
            ("offers_offer", LISTED),
            ("offers_offerlink", LINKED),
        ):
            cursor.execute(with_defaults(table, sql), values)
    return values


def windows(account: Integration) -> int:
    """Every window of linked offers, as a check goes through them."""
    from django.utils import timezone

    from offers.targets import targets_for
    from syncs.operations.check import WINDOW
    from syncs.queries.suspects import linked_window, remember, suspects_among

    after, suspects = 0, 0
    while ids := linked_window(integration=account, after=after, limit=WINDOW):
        targets = targets_for(integration=account, offer_ids=ids)
        goals = {pk: targets[pk].quantity for pk in ids}
        suspects += len(suspects_among(integration=account, goals=goals, gone=None))
        remember(goals=goals, now=timezone.now())
        after = ids[-1]
    return suspects


def statement(values: dict[str, int]) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PLAIN, values)
        return int(cursor.fetchone()[0])
