"""Orders, their journal, shipments and invoices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from connectors.allegro.types.shapes import Money, Ref


class OrderEventOrder(TypedDict, total=False):
    """What an order event says about its order; only the ids are worth trusting."""

    checkoutForm: dict[str, Any] | None
    lineItems: list[dict[str, Any]] | None
    marketplace: Ref | None
    seller: Ref | None
    buyer: dict[str, Any] | None


class OrderEvent(TypedDict, total=False):
    """An entry of the order journal: a hint to read the checkout form again."""

    id: str
    type: str
    occurredAt: str
    order: OrderEventOrder | None


class LineItem(TypedDict, total=False):
    """A bought position; its id survives when Allegro merges orders."""

    id: str
    offer: dict[str, Any]
    quantity: int
    originalPrice: Money | None
    price: Money | None
    boughtAt: str | None
    tax: dict[str, Any] | None
    discounts: list[dict[str, Any]] | None
    reconciliation: dict[str, Any] | None
    deposit: dict[str, Any] | None
    selectedAdditionalServices: list[dict[str, Any]] | None


class CheckoutForm(TypedDict, total=False):
    """An order. ``revision`` changes when the buyer changes data, not on the seller's moves."""

    id: str
    status: str
    messageToSeller: str | None
    buyer: dict[str, Any] | None
    payment: dict[str, Any] | None
    fulfillment: dict[str, Any] | None
    delivery: dict[str, Any] | None
    invoice: dict[str, Any] | None
    lineItems: list[LineItem]
    surcharges: list[dict[str, Any]] | None
    codBookedPayments: list[dict[str, Any]] | None
    note: dict[str, Any] | None
    marketplace: Ref | None
    summary: dict[str, Any] | None
    updatedAt: str | None
    revision: str | None


class Shipment(TypedDict, total=False):
    """A tracking number on an order, ours or one a carrier added."""

    id: str
    waybill: str | None
    carrierId: str | None
    carrierName: str | None
    lineItems: list[Ref] | None
    createdAt: str | None


class Invoice(TypedDict, total=False):
    """Invoice metadata on an order and the state of its file."""

    id: str
    invoiceNumber: str | None
    createdAt: str | None
    file: dict[str, Any] | None


class Invoices(TypedDict, total=False):
    """Everything the order carries by way of invoices."""

    invoices: list[Invoice] | None
    links: list[dict[str, Any]] | None
    orderMode: str | None
    hasExternalInvoices: bool | None


@dataclass(frozen=True)
class CheckoutFormsPage:
    """A page of orders, at most 100."""

    checkout_forms: list[CheckoutForm]
    count: int
    total_count: int
    trace_id: str


@dataclass(frozen=True)
class EventStats:
    """The newest order event; empty strings when the account has none.

    Good for bootstrapping a new account only: moving a cursor by it loses what happened between
    the two calls (allegro-api#5232).
    """

    latest_event_id: str
    latest_occurred_at: str
