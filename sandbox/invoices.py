"""Invoices of an order: metadata first, then the file, then a security scan."""

from __future__ import annotations

from typing import Any

from sandbox.call import Answer, Call, Operations
from sandbox.errors import ApiError, invalid, not_found
from sandbox.state.clock import iso

operation = Operations()

_LARGEST = 3 * 1024 * 1024


def _of(call: Call, form_id: str) -> list[dict[str, Any]]:
    return [item for item in call.world.invoices.values() if item["order"] == form_id]


@operation("GET", "/order/checkout-forms/{id}/invoices", "orders:read")
def listed(call: Call) -> Answer:
    form = call.form(call.params["id"])
    return Answer(
        body={
            "orderMode": "REGULAR",
            "invoices": [_shown(item, call.now) for item in _of(call, form["id"])],
            "links": call.world.billing_links.get(form["id"], []),
            "hasExternalInvoices": False,
        }
    )


def _shown(item: dict[str, Any], now: float) -> dict[str, Any]:
    uploaded = item["uploaded"]
    scanned = uploaded is not None and now >= item["scanned"]
    return {
        "id": item["id"],
        "invoiceNumber": item["number"],
        "createdAt": iso(item["created"]),
        "file": {
            "name": item["name"],
            "uploadedAt": iso(uploaded) if uploaded is not None else None,
            "securityVerification": {
                "status": "ACCEPTED" if scanned else "WAITING",
                "verifiedAt": iso(item["scanned"]) if scanned else None,
            },
            "verification": {"status": "NOT_APPLICABLE", "details": []},
        },
    }


@operation("POST", "/order/checkout-forms/{id}/invoices", "orders:write")
def declare(call: Call) -> Answer:
    form = call.form(call.params["id"])
    name = (call.body.get("file") or {}).get("name")
    if not isinstance(name, str) or not name:
        raise invalid(422, "file.name is required", "file.name")
    if form["status"] != "READY_FOR_PROCESSING":
        raise invalid(422, "The order does not allow an invoice")
    present = _of(call, form["id"])
    if any(item["uploaded"] is None for item in present):
        message = "Upload a file to the invoice that was declared before"
        raise ApiError(429, "TOO_MANY_REQUESTS", message)
    if any(call.now < item["scanned"] for item in present):
        raise invalid(422, "The previous file is still being scanned")
    if present:
        raise ApiError(409, "InvoiceAlreadyExists", "The order already has a seller invoice")
    invoice_id = call.world.identities.uuid()
    call.world.invoices[invoice_id] = {
        "id": invoice_id,
        "order": form["id"],
        "name": name,
        "number": call.body.get("invoiceNumber"),
        "created": call.now,
        "uploaded": None,
        "scanned": None,
        "bytes": 0,
    }
    return Answer(201, {"id": invoice_id})


@operation(
    "PUT",
    "/order/checkout-forms/{id}/invoices/{invoiceId}/file",
    "orders:write",
    consumes=("application/pdf",),
)
def upload(call: Call) -> Answer:
    """Raw bytes of a PDF, at most 3 MB."""
    form = call.form(call.params["id"])
    item = call.world.invoices.get(call.params["invoiceId"])
    if item is None or item["order"] != form["id"]:
        raise not_found("Invoice")
    if item["uploaded"] is not None:
        raise ApiError(409, "InvoiceFileAlreadyExists", "The invoice already has a file")
    if len(call.raw) > _LARGEST:
        raise ApiError(413, "PayloadTooLarge", "The file is too large, the limit is 3 MB")
    if not call.raw:
        raise ApiError(422, "EMPTY-ATTACHMENT", "The file is empty")
    if not call.raw.startswith(b"%PDF-"):
        raise ApiError(422, "FILE-CONTENT-INVALID", "The file is no PDF")
    item["uploaded"] = call.now
    item["scanned"] = call.now + call.world.settings.invoiceScanSeconds
    item["bytes"] = len(call.raw)
    return Answer(200)


@operation("POST", "/order/{orderId}/billing-documents/links", "orders:write")
def link(call: Call) -> Answer:
    form = call.form(call.params["orderId"])
    url = call.body.get("url")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        raise invalid(422, "url must be an http or https address", "url")
    links = call.world.billing_links.setdefault(form["id"], [])
    if any(item["url"] == url for item in links):
        raise ApiError(409, "LinkAlreadyExists", "The given URL already exists")
    if len(links) >= 10:
        raise invalid(422, "At most 10 links are accepted", "url")
    identity = call.world.identities.uuid()
    links.append({"id": identity, "url": url, "createdAt": call.timestamp})
    return Answer(201)
