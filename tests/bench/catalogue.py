"""Searching a catalogue of a million products beside one of ten thousand: the slowest in a hundred."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.bench.pages import session_of, side_by_side
from tests.bench.shop import SERVED, new_account, vacuum, with_defaults
from tests.measures import Results, measure
from tests.web_server import web_server

if TYPE_CHECKING:
    from settings_app.models import Integration

LARGE = int(os.environ.get("BENCH_PRODUCTS", "1000000"))
SMALL = 10_000
# Numbers of products both catalogues have; what is searched for is there in both, but for "nobody".
SEARCHES = {
    "listed": "/products/?",
    "by name": "/products/?q=smaltovany+{number:07d}",
    "by a word every product has": "/products/?q=smaltovany",
    "by code": "/products/?q=M-{number:07d}",
    "by EAN": "/products/?q=590{number:09d}",
    "by a fragment": "/products/?q={number:05d}",
    "by two letters": "/products/?q=m-",
    "by nothing that is there": "/products/?q=absent_{number:07d}",
    "of a brand": "/products/?brand=Marka+{number}",
    "without EAN": "/products/?only=no_ean",
    "kept out of syncing": "/products/?syncs=by_rule",
    "route, by name": "/api/v1/products?search=smaltovany+{number:07d}",
    "route, by code": "/api/v1/products?search=M-{number:07d}",
    "route, by EAN": "/api/v1/products?search=590{number:09d}",
    "route, by a fragment": "/api/v1/products?search={number:05d}",
    "route, one by code": "/api/v1/products/code/M-{number:07d}",
}
PRODUCTS = """
    INSERT INTO products_product (organization_id, code, name, ean, brand, selling_price,
           selling_currency, active, track_inventory, sync_enabled, version, created_at, updated_at{columns})
    SELECT %(organization)s, 'M-' || lpad(n::text, 7, '0'),
           'Hrnek smaltovany ' || lpad(n::text, 7, '0'),
           case when n %% 1000 = 0 then '' else '590' || lpad(n::text, 9, '0') || n %% 10 end,
           'Marka ' || n %% 500, 10 + n %% 90, 'PLN', true, true, n %% 2000 <> 0, 1,
           now() - n * interval '1 second', now(){values}
      FROM generate_series(1, %(count)s) AS n
"""


@measure("products: a million searched beside ten thousand")
def searches() -> Results:
    """The list and its route, asked for every way; goal: at most five times as long."""
    large, small = catalogue_of(LARGE), catalogue_of(SMALL)
    vacuum()
    with web_server("allegro_hub.wsgi:application", ready="/health", **SERVED) as address:
        return {
            f"products: {name}, p99 at {LARGE:,} beside {SMALL:,}": side_by_side(
                address, path, session_of(large), session_of(small), goal=5.0
            )
            for name, path in SEARCHES.items()
        }


def catalogue_of(count: int) -> Integration:
    """An account of an organization with so many products, built by the database itself."""
    from django.db import connection

    account = new_account()
    with connection.cursor() as cursor:
        cursor.execute(
            with_defaults("products_product", PRODUCTS),
            {"organization": account.organization_id, "count": count},
        )
    return account
