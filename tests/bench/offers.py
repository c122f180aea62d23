"""Recording pages of Allegro's listing, beside a plain upsert of the same rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.bench.shop import new_account, side_by_side, vacuum
from tests.measures import Result, Results, measure
from tests.offers.listings import listing

if TYPE_CHECKING:
    from settings_app.models import Integration

OFFERS = 10_000
PAGE = 1000
PLAIN = """
    INSERT INTO offers_offer (organization_id, integration_id, allegro_id, external_id, title,
           category_id, price, currency, stock_available, stock_sold, publication_status, marketplace,
           image_url, fulfilled_by_allegro, content_hash, ean, link_state, first_seen_at,
           remote_seen_at, created_at, updated_at)
    SELECT %s, %s, o ->> 'id', o #>> '{external,id}', o ->> 'name', o #>> '{category,id}',
           (o #>> '{sellingMode,price,amount}')::numeric, o #>> '{sellingMode,price,currency}',
           (o #>> '{stock,available}')::int, (o #>> '{stock,sold}')::int,
           o #>> '{publication,status}', o #>> '{publication,marketplaces,base,id}',
           o #>> '{primaryImage,url}', false, '', '', 'UNLINKED', now(), now(), now(), now()
      FROM jsonb_array_elements(%s::jsonb) AS page (o)
        ON CONFLICT (integration_id, allegro_id) DO UPDATE
       SET title = excluded.title, external_id = excluded.external_id, price = excluded.price,
           currency = excluded.currency, stock_available = excluded.stock_available,
           stock_sold = excluded.stock_sold, publication_status = excluded.publication_status,
           image_url = excluded.image_url, remote_seen_at = excluded.remote_seen_at,
           updated_at = excluded.updated_at
"""


@measure("offers: listing recorded")
def offers_recorded() -> Results:
    ours, bare = new_account(), new_account()
    results = {
        # Each row is read, hashed, compared and told of by name in the run's report.
        "offers: listed offers recorded, new, per second": (pages(0), 0.35),
        "offers: listed offers recorded, changed, per second": (pages(1), 0.2),
        "offers: listed offers recorded, unchanged, per second": (pages(1), 0.7),
    }
    return {name: rate(ours, bare, *given) for name, given in results.items()}


def rate(
    ours: Integration, bare: Integration, listed: list[list[dict[str, Any]]], goal: float
) -> Result:
    vacuum()
    mine, plain = side_by_side(lambda: record(ours, listed), lambda: upsert(bare, listed), rounds=1)
    return Result(OFFERS / mine, OFFERS / plain, goal=goal, unit="/s")


def pages(more_stock: int) -> list[list[dict[str, Any]]]:
    stock = {"available": 10 + more_stock, "sold": 2}
    listed = [listing(number, stock=stock) for number in range(OFFERS)]
    return [listed[start : start + PAGE] for start in range(0, OFFERS, PAGE)]


def record(account: Integration, listed: list[list[dict[str, Any]]]) -> None:
    from django.utils import timezone

    from offers.operations import record_offers

    for page in listed:
        record_offers(integration=account, listings=page, now=timezone.now())  # type: ignore[arg-type]


def upsert(account: Integration, listed: list[list[dict[str, Any]]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for page in listed:
            cursor.execute(PLAIN, [account.organization_id, account.pk, json.dumps(page)])
