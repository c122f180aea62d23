"""Reads of offers."""

from offers.queries.candidates import link_candidates, product_by_code
from offers.queries.detail import offer_detail
from offers.queries.filters import OfferFilter, offers_matching
from offers.queries.lists import PAGE_SIZE, OfferRow, offer_list
from offers.queries.offers import (
    accounts_with_unread_offers,
    connected_accounts,
    feeding_warehouse_ids,
    linked_offer_ids,
    links_for,
    offers_back_in_our_hands,
    offers_selling,
    offers_to_read,
)

__all__ = [
    "PAGE_SIZE",
    "OfferFilter",
    "OfferRow",
    "accounts_with_unread_offers",
    "connected_accounts",
    "feeding_warehouse_ids",
    "link_candidates",
    "linked_offer_ids",
    "links_for",
    "offer_detail",
    "offer_list",
    "offers_back_in_our_hands",
    "offers_matching",
    "offers_selling",
    "offers_to_read",
    "product_by_code",
]
