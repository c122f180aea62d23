"""Writes of offers: recording what Allegro shows, and tying offers to products."""

from __future__ import annotations

from offers.operations.details import ean_of, record_eans
from offers.operations.linking import (
    AlreadyLinked,
    LinkReport,
    link_offer,
    link_offers,
    recognise_again,
    relink_for_products,
    unlink_offer,
)
from offers.operations.record import OfferReport, RecordedOffer, mark_missing, record_offers
from offers.operations.refreshing import (
    OfferReading,
    known_offers,
    read_offer,
    record_readings,
)

__all__ = [
    "AlreadyLinked",
    "LinkReport",
    "OfferReading",
    "OfferReport",
    "RecordedOffer",
    "ean_of",
    "known_offers",
    "link_offer",
    "link_offers",
    "mark_missing",
    "read_offer",
    "recognise_again",
    "record_eans",
    "record_offers",
    "record_readings",
    "relink_for_products",
    "unlink_offer",
]
