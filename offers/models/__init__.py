"""Tables of offers: what Allegro shows, the stock on its way there, and offers being created."""

from offers.models.categories import CategoryMapping, ParameterDefault
from offers.models.commands import StockCommand, StockCommandItem
from offers.models.content import OfferChange, OfferContent, OfferMarketplace, OfferProblem
from offers.models.fields import FieldState
from offers.models.offer import Offer, OfferLink
from offers.models.publications import (
    Publication,
    PublicationBatch,
    PublicationPrice,
    PublicationProblem,
)
from offers.models.publish_settings import PublishSettings, UploadedImage
from offers.models.pushes import OfferPush, StockBrake, StockFeed

__all__ = [
    "CategoryMapping",
    "FieldState",
    "Offer",
    "OfferChange",
    "OfferContent",
    "OfferLink",
    "OfferMarketplace",
    "OfferProblem",
    "OfferPush",
    "ParameterDefault",
    "Publication",
    "PublicationBatch",
    "PublicationPrice",
    "PublicationProblem",
    "PublishSettings",
    "StockBrake",
    "StockCommand",
    "StockCommandItem",
    "StockFeed",
    "UploadedImage",
]
