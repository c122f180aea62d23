"""Offers, their journal, and the writes to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from connectors.allegro.types.shapes import Money, Ref


class SellingMode(TypedDict, total=False):
    """How an offer is sold, and for how much (gross)."""

    format: str | None
    price: Money | None


class Stock(TypedDict, total=False):
    """Stock of an offer; ``sold`` counts the last 30 days on the base marketplace."""

    available: int | None
    sold: int | None
    unit: str | None


class OfferPublication(TypedDict, total=False):
    """Publication state: INACTIVE is a draft."""

    status: str | None
    startedAt: str | None
    endedAt: str | None
    endedBy: str | None
    republish: bool | None
    marketplaces: dict[str, Any] | None


class OfferListing(TypedDict, total=False):
    """An offer as the listing shows it: an index that lags behind, never a base for stock."""

    id: str
    name: str | None
    category: Ref | None
    primaryImage: dict[str, str] | None
    external: Ref | None
    sellingMode: SellingMode | None
    stock: Stock | None
    publication: OfferPublication | None
    additionalMarketplaces: dict[str, Any] | None
    isFulfillment: bool | None


class ProductOffer(TypedDict, total=False):
    """An offer in full."""

    id: str
    name: str | None
    category: Ref | None
    external: Ref | None
    sellingMode: SellingMode | None
    stock: Stock | None
    publication: OfferPublication | None
    productSet: list[dict[str, Any]] | None
    parameters: list[dict[str, Any]] | None
    images: list[str] | None
    description: dict[str, Any] | None
    delivery: dict[str, Any] | None
    additionalMarketplaces: dict[str, Any] | None
    validation: dict[str, Any] | None
    language: str | None
    createdAt: str | None
    updatedAt: str | None


class OfferParts(TypedDict, total=False):
    """Fresh stock and price of an offer."""

    id: str
    stock: Stock | None
    sellingMode: SellingMode | None
    additionalMarketplaces: dict[str, Any] | None


class OfferEvent(TypedDict, total=False):
    """An entry of the offer journal; says that something changed, not to what."""

    id: str
    type: str
    occurredAt: str
    offer: dict[str, Any] | None


class CommandTask(TypedDict, total=False):
    """Outcome of a command for one offer; bulk commands name it in ``subject``."""

    offer: Ref | None
    subject: dict[str, str] | None
    field: str | None
    status: str | None
    message: str | None
    errors: list[dict[str, Any]] | None


@dataclass(frozen=True)
class OffersPage:
    """A page of the listing. ``total_count`` may change from page to page."""

    offers: list[OfferListing]
    count: int
    total_count: int
    trace_id: str


@dataclass(frozen=True)
class Done:
    """A write that is finished; ``offer`` is what Allegro answered, with its ``validation``."""

    offer: ProductOffer
    status: int
    trace_id: str


@dataclass(frozen=True)
class Accepted:
    """A write Allegro will finish later: persist ``operation_id``, it cannot be recovered.

    ``retry_after`` is Allegro's hint in seconds; minutes are usual, two hours normal.
    """

    offer_id: str
    operation_id: str
    retry_after: float | None
    trace_id: str


@dataclass(frozen=True)
class OperationState:
    """State of an accepted write: ``done`` with the offer to read, or still in progress."""

    done: bool
    status: str
    offer_id: str
    trace_id: str


@dataclass(frozen=True)
class CommandState:
    """State of a command. Zero totals right after registering are normal (allegro-api#6260).

    ``replayed`` tells that the command id had already been used, by an earlier attempt of ours.
    """

    id: str
    created_at: str
    completed_at: str
    total: int
    success: int
    failed: int
    trace_id: str
    replayed: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether every task has an outcome."""
        return bool(self.completed_at) or 0 < self.total <= self.success + self.failed


@dataclass(frozen=True)
class OfferPriceChange:
    """Answer to a price change of one offer; Allegro offers no way to ask for it later."""

    id: str
    status: str
    errors: list[dict[str, Any]]
    trace_id: str
    replayed: bool = False


@dataclass(frozen=True)
class UploadedImage:
    """An image on Allegro's servers; unused it vanishes at ``expires_at``."""

    location: str
    expires_at: str
    trace_id: str
