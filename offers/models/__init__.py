"""Tables of offers: what Allegro shows, and the stock on its way there."""

from offers.models.commands import StockCommand, StockCommandItem
from offers.models.fields import FieldState
from offers.models.offer import Offer, OfferLink
from offers.models.pushes import OfferPush, StockBrake, StockFeed

__all__ = [
    "FieldState",
    "Offer",
    "OfferLink",
    "OfferPush",
    "StockBrake",
    "StockCommand",
    "StockCommandItem",
    "StockFeed",
]
