"""Returns, refunds, commission claims and billing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from connectors.allegro.types.shapes import Money, Named, Ref


class CustomerReturn(TypedDict, total=False):
    """A return; its items name offers, not line items."""

    id: str
    status: str | None
    createdAt: str | None
    referenceNumber: str | None
    orderId: str | None
    items: list[dict[str, Any]] | None
    parcels: list[dict[str, Any]] | None
    rejection: dict[str, Any] | None
    refund: dict[str, Any] | None
    marketplaceId: str | None
    isFulfillment: bool | None


class Refund(TypedDict, total=False):
    """A refund to the buyer; a later CANCELED is possible after SUCCESS-like answers."""

    id: str
    status: str | None
    reason: str | None
    payment: Ref | None
    order: Ref | None
    createdAt: str | None
    totalValue: dict[str, Any] | None
    lineItems: list[dict[str, Any]] | None


class RefundClaim(TypedDict, total=False):
    """A claim for the commission back. ``commission.amount`` is a number, not a string."""

    id: str
    status: str | None
    type: str | None
    quantity: int | None
    commission: dict[str, Any] | None
    lineItem: dict[str, Any] | None
    createdAt: str | None


class BillingEntry(TypedDict, total=False):
    """A fee or credit; equal date, value and type with other ids is legitimate."""

    id: str
    occurredAt: str | None
    type: Named | None
    offer: Named | None
    order: Ref | None
    value: Money | None
    balance: Money | None
    tax: dict[str, Any] | None


class BillingType(TypedDict, total=False):
    """A kind of billing entry."""

    id: str
    description: str | None


@dataclass(frozen=True)
class CustomerReturnsPage:
    """A page of customer returns."""

    customer_returns: list[CustomerReturn]
    count: int
    trace_id: str


@dataclass(frozen=True)
class RefundsPage:
    """A page of refunds."""

    refunds: list[Refund]
    count: int
    total_count: int
    trace_id: str


@dataclass(frozen=True)
class RefundClaimsPage:
    """A page of refund claims."""

    refund_claims: list[RefundClaim]
    count: int
    trace_id: str
