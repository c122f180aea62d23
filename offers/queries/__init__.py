"""Reads of offers."""

from offers.queries.offers import (
    PAGE_SIZE,
    OfferFilter,
    OfferRow,
    accounts_with_unread_offers,
    connected_accounts,
    feeding_warehouse_ids,
    link_candidates,
    linked_offer_ids,
    links_for,
    offer_detail,
    offer_list,
    offers_back_in_our_hands,
    offers_matching,
    offers_selling,
    offers_to_read,
    product_by_code,
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
