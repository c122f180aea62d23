"""The list of a million offers beside one of ten thousand: the slowest answer in a hundred."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.bench.pages import session_of, side_by_side
from tests.bench.shop import SERVED, new_account, vacuum, with_defaults
from tests.measures import Results, measure
from tests.web_server import web_server

if TYPE_CHECKING:
    from settings_app.models import Integration

LARGE = int(os.environ.get("BENCH_OFFERS", "1000000"))
SMALL = 10_000
# What is searched for is there in both lists, but for "nobody".
LISTS = {
    "listed": "/offers/?",
    "by title": "/offers/?q=czajnik+{number:07d}",
    "by a word every offer has": "/offers/?q=czajnik",
    "by number": "/offers/?q=70{number:08d}",
    "by external id": "/offers/?q=K-{number:07d}",
    "by EAN": "/offers/?q=590{number:09d}",
    "by a fragment": "/offers/?q={number:05d}",
    "by two letters": "/offers/?q=k-",
    "by nothing that is there": "/offers/?q=absent_{number:07d}",
    "on sale": "/offers/?status=ACTIVE",
    "without a product": "/offers/?link=open",
    "that differ": "/offers/?sync=apart",
    "that need a decision": "/offers/?sync=asks",
    "in step": "/offers/?sync=in_step",
    "that differ in price": "/offers/?differs=PRICE",
    "with a problem": "/offers/?problem=SAFETY_INFO_NOT_DEFINED",
    "also on another marketplace": "/offers/?marketplace=allegro-cz",
    "link inbox": "/offers/links/?kind=unlinked",
    "route, searched": "/api/v1/allegro/offers?search=K-{number:07d}",
    "route, that differ": "/api/v1/allegro/offers?sync=apart",
}
PRODUCTS = """
    INSERT INTO products_product (organization_id, code, name, active, track_inventory, sync_enabled,
           version, created_at, updated_at{columns})
    SELECT %(organization)s, 'P-' || n, 'Czajnik ' || n, true, true, true, 1, now(), now(){values}
      FROM generate_series(1, 1000) AS n
"""
OFFERS = """
    INSERT INTO offers_offer (organization_id, integration_id, allegro_id, external_id, ean, title, price,
           currency, stock_available, publication_status, marketplace, link_state, content_hash,
           first_seen_at, remote_seen_at, read_at, read_wanted_at, created_at, updated_at{columns})
    SELECT %(organization)s, %(integration)s, '70' || lpad(n::text, 8, '0'),
           'K-' || lpad(n::text, 7, '0'), '590' || lpad(n::text, 9, '0') || n %% 10,
           'Czajnik stalowy ' || lpad(n::text, 7, '0') || ' gwizdek', 10 + n %% 90, 'PLN', n %% 50,
           CASE WHEN n %% 3 = 0 THEN 'ENDED' ELSE 'ACTIVE' END, 'allegro-pl',
           CASE WHEN n %% 200 = 0 THEN 'UNLINKED' ELSE 'LINKED' END, '', now(), now(), now(), NULL,
           now(), now(){values}
      FROM generate_series(1, %(count)s) AS n
"""
LINKS = """
    INSERT INTO offers_offerlink (organization_id, offer_id, product_id, units_per_offer, source, linked_at)
    SELECT offer.organization_id, offer.id, product.id, 1, 'EXTERNAL_ID', now()
      FROM offers_offer offer JOIN products_product product
        ON product.organization_id = offer.organization_id
           AND product.code = 'P-' || (1 + offer.id %% 1000)
     WHERE offer.integration_id = %(integration)s AND offer.link_state = 'LINKED'
"""
# One offer in two hundred differs, one in two thousand waits for a person.
FIELDS = """
    INSERT INTO offers_fieldstate (organization_id, integration_id, offer_id, field, base, ours, theirs,
           base_at, ours_at, theirs_at, ours_reason, decision, decided_at)
    SELECT organization_id, integration_id, id, 'PRICE', '10.00 PLN', '10.00 PLN',
           CASE WHEN id %% 200 = 7 THEN '11.00 PLN' ELSE '10.00 PLN' END, now(), now(), now(), '',
           CASE WHEN id %% 2000 = 7 THEN 'BOTH_CHANGED' ELSE '' END, now()
      FROM offers_offer WHERE integration_id = %(integration)s
"""
PROBLEMS = """
    INSERT INTO offers_offerproblem (organization_id, integration_id, offer_id, source, code, is_error,
           message, path, first_seen_at, last_seen_at)
    SELECT organization_id, integration_id, id, 'VALIDATION', 'SAFETY_INFO_NOT_DEFINED', true, '', '',
           now(), now()
      FROM offers_offer WHERE integration_id = %(integration)s AND id %% 500 = 3
"""
PLACES = """
    INSERT INTO offers_offermarketplace (organization_id, offer_id, marketplace, currency, state,
           refusal_codes, seen_at)
    SELECT organization_id, id, 'allegro-cz', 'CZK', 'APPROVED', '{}', now()
      FROM offers_offer WHERE integration_id = %(integration)s AND id %% 10 = 3
"""


@measure("offers: a million listed beside ten thousand")
def offers_listed() -> Results:
    """The list, searched and narrowed every way; goal: at most five times as long."""
    large, small = offers_of(LARGE), offers_of(SMALL)
    vacuum()
    with web_server("allegro_hub.wsgi:application", ready="/health", **SERVED) as address:
        return {
            f"offers: {name}, p99 at {LARGE:,} beside {SMALL:,}": side_by_side(
                address, path, session_of(large), session_of(small), goal=5.0
            )
            for name, path in LISTS.items()
        }


def offers_of(count: int) -> Integration:
    """An account with so many offers, built by the database itself."""
    from django.db import connection

    account = new_account()
    given = {
        "organization": account.organization_id,
        "integration": account.pk,
        "count": count,
    }
    statements = (
        with_defaults("products_product", PRODUCTS),
        with_defaults("offers_offer", OFFERS),
        LINKS, FIELDS, PROBLEMS, PLACES,
    )  # fmt: skip
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, given)
    return account
