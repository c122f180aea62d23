"""Tables of offers: what Allegro shows, the values on their way there, and offers being created."""

from offers.models.categories import CategoryMapping, ParameterDefault
from offers.models.commands import (
    StockCommand,
    StockCommandItem,
    ValueCommand,
    ValueCommandItem,
)
from offers.models.content import OfferChange, OfferContent, OfferMarketplace, OfferProblem
from offers.models.fields import FieldState
from offers.models.offer import Offer, OfferLink
from offers.models.prices import ExchangeRate, PriceRule
from offers.models.publications import (
    Publication,
    PublicationBatch,
    PublicationPrice,
    PublicationProblem,
)
from offers.models.publish_settings import PublishSettings, UploadedImage
from offers.models.pushes import OfferPush, StockBrake, StockFeed
from offers.models.suggestions import LinkBatch, LinkSuggestion
from offers.models.values import OwnValue, ValuePush

__all__ = [
    "CategoryMapping",
    "ExchangeRate",
    "FieldState",
    "LinkBatch",
    "LinkSuggestion",
    "Offer",
    "OfferChange",
    "OfferContent",
    "OfferLink",
    "OfferMarketplace",
    "OfferProblem",
    "OfferPush",
    "OwnValue",
    "ParameterDefault",
    "PriceRule",
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
    "ValueCommand",
    "ValueCommandItem",
    "ValuePush",
]
