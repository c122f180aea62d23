"""Suggesting the product of an offer that no rule links: close, but not close enough to be certain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from offers.link_signs import CANDIDATES

_OPEN = """
    SELECT id AS offer_id, external_id, ean FROM offers_offer
    WHERE organization_id = %(organization)s
      AND link_state IN ('UNLINKED', 'NO_IDENTITY')
      AND (%(offers)s::bigint[] IS NULL OR id = ANY(%(offers)s::bigint[]))
"""
# Only where all signs point to one product. A suggestion that stays is not touched.
_SUGGEST = f"""
    WITH candidate AS ({CANDIDATES.format(offers=_OPEN)}),
    single AS (
        SELECT offer_id, min(product_id) AS product_id,
            (array_agg(why ORDER BY array_position(
                ARRAY['CODE_CASE', 'EAN_AS_CODE', 'CODE_IS_EAN', 'EAN_PADDED'], why)))[1] AS why
        FROM candidate GROUP BY offer_id HAVING count(DISTINCT product_id) = 1
    ),
    over AS (
        DELETE FROM offers_linksuggestion old
        WHERE old.organization_id = %(organization)s
          AND (%(offers)s::bigint[] IS NULL OR old.offer_id = ANY(%(offers)s::bigint[]))
          AND NOT EXISTS (SELECT 1 FROM single WHERE single.offer_id = old.offer_id
              AND single.product_id = old.product_id AND single.why = old.why)
        RETURNING old.offer_id
    )
    SELECT offer_id, product_id, why FROM single
    WHERE NOT EXISTS (SELECT 1 FROM offers_linksuggestion kept WHERE kept.offer_id = single.offer_id
        AND kept.product_id = single.product_id AND kept.why = single.why)
      AND (SELECT count(*) FROM over) >= 0
"""  # noqa: S608 -- composed of constants
_INSERT = """
    INSERT INTO offers_linksuggestion (organization_id, offer_id, product_id, why, made_at)
    SELECT %(organization)s, * , %(now)s FROM unnest(
        %(offers)s::bigint[], %(products)s::bigint[], %(whys)s::text[])
    ON CONFLICT (offer_id) DO UPDATE SET product_id = excluded.product_id, why = excluded.why,
        made_at = excluded.made_at
"""


@transaction.atomic
def suggest_links(*, organization_id: int, offer_ids: Sequence[int] | None, now: datetime) -> int:
    """Make the suggestions for these offers anew (None: for all); returns how many are new.

    For offers without a product that no person decided about. Suggestions that no longer hold go.
    The caller holds the offers' locks.
    """
    values: dict[str, Any] = {"organization": organization_id, "offers": offer_ids}
    with connection.cursor() as cursor:
        cursor.execute(_SUGGEST, values)
        found = cursor.fetchall()
        if found:
            offers, products, whys = map(list, zip(*found, strict=True))
            cursor.execute(
                _INSERT,
                {
                    "organization": organization_id,
                    "offers": offers,
                    "products": products,
                    "whys": whys,
                    "now": now,
                },
            )
    return len(found)
