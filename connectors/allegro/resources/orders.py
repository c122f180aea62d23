"""Orders: the journal, checkout forms, fulfilment, shipments and invoices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from connectors.allegro.answers import Caller
from connectors.allegro.errors import Conflict
from connectors.allegro.limits import (
    MAX_CHECKOUT_FORMS_PER_PAGE,
    MAX_CHECKOUT_FORMS_WINDOW,
    MAX_INVOICE_FILE_BYTES,
    MAX_ORDER_EVENTS,
)
from connectors.allegro.resources.offers import Filter, dotted
from connectors.allegro.types import (
    CheckoutForm,
    CheckoutFormsPage,
    EventStats,
    Invoices,
    Named,
    OrderEvent,
    Shipment,
)


class Orders:
    """The seller's orders."""

    def __init__(self, caller: Caller) -> None:
        """Make calls through ``caller``."""
        self._caller = caller

    def events(
        self,
        *,
        after: str | None = None,
        limit: int = MAX_ORDER_EVENTS,
        types: Sequence[str] = (),
    ) -> list[OrderEvent]:
        """Read the journal (60 days), oldest first, after the event ``after``.

        Events are hints: duplicates, disorder and gaps happen. The next cursor is the last event
        of this answer and nothing else.
        """
        query = {"from": after or None, "limit": limit, "type": tuple(types)}
        return self._caller.request("orders.events", query=query).records("events")

    def event_stats(self) -> EventStats:
        """Read the newest event, to bootstrap a new account; never to move a cursor."""
        latest = self._caller.request("orders.event_stats").mapping().get("latestEvent") or {}
        return EventStats(str(latest.get("id") or ""), str(latest.get("occurredAt") or ""))

    def checkout_forms(
        self, offset: int = 0, limit: int = MAX_CHECKOUT_FORMS_PER_PAGE, **filters: Filter
    ) -> CheckoutFormsPage:
        """Read a page of orders of the last twelve months, at most 100.

        Raises ValueError beyond 10,000 (allegro-api#4027): narrow the window by date instead.
        """
        if offset + limit > MAX_CHECKOUT_FORMS_WINDOW:
            raise ValueError("offset + limit must stay within 10,000; use a narrower date window")
        answer = self._caller.request(
            "orders.checkout_forms", query={"offset": offset, "limit": limit, **dotted(filters)}
        )
        forms = cast("list[CheckoutForm]", answer.records("checkoutForms"))
        count = answer.number("count", len(forms))
        return CheckoutFormsPage(forms, count, answer.number("totalCount", count), answer.trace_id)

    def checkout_form(self, form_id: str) -> CheckoutForm:
        """Read an order. NotFound means merged into another, or older than a year."""
        answer = self._caller.request("orders.checkout_form", path={"id": form_id})
        answer.identifier()
        answer.records("lineItems")
        return cast("CheckoutForm", answer.mapping())

    def set_fulfilment(
        self,
        form_id: str,
        *,
        status: str,
        revision: str | None,
        lines_sent: str | None = None,
    ) -> None:
        """Set the fulfilment status, and NONE, SOME or ALL lines as sent.

        Raises Conflict when the buyer changed the order since ``revision``: read it again.
        """
        body: dict[str, Any] = {"status": status}
        if lines_sent is not None:
            body["shipmentSummary"] = {"lineItemsSent": lines_sent}
        self._caller.request(
            "orders.set_fulfilment",
            path={"id": form_id},
            query={"checkoutForm.revision": revision},
            body=body,
        )

    def shipments(self, form_id: str) -> list[Shipment]:
        """Read the tracking numbers of an order, ours and those carriers added."""
        return self._caller.request("orders.shipments", path={"id": form_id}).records("shipments")

    def add_shipment(
        self,
        form_id: str,
        *,
        carrier_id: str,
        waybill: str,
        carrier_name: str | None = None,
        line_item_ids: Sequence[str] = (),
    ) -> Shipment:
        """Add a tracking number; not repeatable, so read ``shipments`` first, every time.

        ``carrier_name`` only goes with carrier OTHER. Without line items it covers all of them.
        Raises Conflict for a waybill used in too many orders, Rejected for a wrong format.
        """
        body: dict[str, Any] = {"carrierId": carrier_id, "waybill": waybill}
        if carrier_name is not None:
            body["carrierName"] = carrier_name
        if line_item_ids:
            body["lineItems"] = [{"id": line_item_id} for line_item_id in line_item_ids]
        answer = self._caller.request("orders.add_shipment", path={"id": form_id}, body=body)
        return cast("Shipment", answer.mapping())

    def carriers(self) -> list[Named]:
        """Read the carriers tracking numbers may name; changes rarely."""
        return self._caller.request("orders.carriers").records("carriers")

    def invoices(self, form_id: str) -> Invoices:
        """Read the invoices of an order and the state of their files."""
        answer = self._caller.request("orders.invoices", path={"id": form_id})
        return cast("Invoices", answer.mapping())

    def add_invoice(
        self, form_id: str, *, file_name: str, invoice_number: str | None = None
    ) -> str:
        """Announce an invoice file and give its id; not repeatable, read ``invoices`` first.

        Raises Conflict when the order has a seller's invoice already.
        """
        body: dict[str, Any] = {"file": {"name": file_name}}
        if invoice_number is not None:
            body["invoiceNumber"] = invoice_number
        answer = self._caller.request("orders.add_invoice", path={"id": form_id}, body=body)
        return answer.identifier()

    def upload_invoice_file(self, form_id: str, invoice_id: str, content: bytes) -> None:
        """Upload the PDF itself, at most 3 MB, to an announced invoice.

        Raises ValueError for what is no PDF or too large, Conflict when a file is there already.
        """
        if not content.startswith(b"%PDF-"):
            raise ValueError("an invoice file must be a PDF")
        if len(content) > MAX_INVOICE_FILE_BYTES:
            raise ValueError("an invoice file may have at most 3 MB")
        path = {"id": form_id, "invoiceId": invoice_id}
        try:
            self._caller.request("orders.upload_invoice_file", path=path, content=content)
        except Conflict as uploaded:
            if uploaded.attempts == 1:
                raise
            # The first attempt did it; only its answer was lost.
