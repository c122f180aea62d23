"""Reads of orders.

Those of what belongs to one are in :mod:`~orders.queries.returns`, :mod:`~orders.queries.writes`,
:mod:`~orders.queries.shipments`, :mod:`~orders.queries.refunds` and
:mod:`~orders.queries.cancellations`.
"""

from __future__ import annotations

from orders.queries.bulk import BULK, Chosen, SentRow, all_matching, chosen, sent_rows
from orders.queries.lists import (
    PAGE_SIZE,
    Row,
    Wish,
    amount_to_collect,
    found_ids,
    is_late,
    marketplaces_of,
    order_page,
    orders_of,
    row_of,
    with_lines,
)
from orders.queries.orders import (
    SEARCH_BOUND,
    LineRow,
    Part,
    SoldOffer,
    accounts_of,
    attention_of,
    claim_of,
    order_by_number,
    order_detail,
    reservations_of,
    revisions_of,
    sold_offers,
    status_tone,
    timeline_of,
)
from orders.queries.packing import NextStep, address_of, next_step, next_to_pack, packing_sheets

__all__ = [
    "BULK",
    "PAGE_SIZE",
    "SEARCH_BOUND",
    "Chosen",
    "LineRow",
    "NextStep",
    "Part",
    "Row",
    "SentRow",
    "SoldOffer",
    "Wish",
    "accounts_of",
    "address_of",
    "all_matching",
    "amount_to_collect",
    "attention_of",
    "chosen",
    "claim_of",
    "found_ids",
    "is_late",
    "marketplaces_of",
    "next_step",
    "next_to_pack",
    "order_by_number",
    "order_detail",
    "order_page",
    "orders_of",
    "packing_sheets",
    "reservations_of",
    "revisions_of",
    "row_of",
    "sent_rows",
    "sold_offers",
    "status_tone",
    "timeline_of",
    "with_lines",
]
