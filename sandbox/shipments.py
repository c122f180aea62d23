"""Carriers, and the parcels sellers declare for an order."""

from __future__ import annotations

from typing import Any

from sandbox.call import Answer, Call, Limit, Operations
from sandbox.catalogue.delivery import CARRIERS
from sandbox.errors import ApiError, invalid
from sandbox.orders import set_fulfilment

operation = Operations()


@operation("GET", "/order/carriers", public=True, limits=(Limit("carriers"),))
def carriers(call: Call) -> Answer:
    return Answer(body={"carriers": [{"id": key, "name": name} for key, name in CARRIERS]})


@operation(
    "GET", "/order/checkout-forms/{id}/shipments", "orders:read", limits=(Limit("shipments"),)
)
def listed(call: Call) -> Answer:
    form = call.form(call.params["id"])
    return Answer(body={"shipments": call.world.shipments.get(form["id"], [])})


@operation(
    "POST", "/order/checkout-forms/{id}/shipments", "orders:write", limits=(Limit("shipments"),)
)
def add(call: Call) -> Answer:
    """Declare a parcel. Sent twice it is there twice: this call is not idempotent."""
    form = call.form(call.params["id"])
    carrier, waybill = _checked(call)
    lines = _lines(call, form)
    used = call.world.waybills.setdefault((carrier, waybill), set())
    used.add(form["id"])
    if len(used) > call.world.settings.ordersPerWaybill:
        used.discard(form["id"])
        message = f"Waybill {waybill} is used in too many orders"
        raise ApiError(409, "WaybillUsageExceeded", message, path="waybill")
    names = dict(CARRIERS)
    shipment = {
        "id": call.world.identities.uuid(),
        "waybill": waybill,
        "carrierId": carrier,
        "carrierName": call.body.get("carrierName") or names[carrier],
        "lineItems": [{"id": line} for line in lines],
        "createdAt": call.timestamp,
    }
    call.world.shipments.setdefault(form["id"], []).append(shipment)
    _summarise(call, form)
    return Answer(201, shipment)


def _checked(call: Call) -> tuple[str, str]:
    carrier, waybill = call.body.get("carrierId"), call.body.get("waybill")
    if carrier not in dict(CARRIERS):
        raise invalid(422, f"Carrier {carrier} is not known", "carrierId")
    if carrier == "ALLEGRO":
        # Refused since 2026-06-09 (allegro-api #13267).
        raise invalid(422, "Carrier ALLEGRO is not accepted", "carrierId")
    if carrier == "OTHER" and not call.body.get("carrierName"):
        raise invalid(422, "carrierName is required with carrier OTHER", "carrierName")
    if carrier != "OTHER" and call.body.get("carrierName"):
        raise invalid(422, "carrierName is accepted with carrier OTHER only", "carrierName")
    if not isinstance(waybill, str) or not waybill.strip() or len(waybill) > 64:
        message = "Waybill must have 1 to 64 characters"
        raise ApiError(422, "CarrierWaybillValidationException", message, path="waybill")
    return carrier, waybill.strip()


def _lines(call: Call, form: dict[str, Any]) -> list[str]:
    own = [line["id"] for line in form["lineItems"]]
    asked = [item.get("id") for item in call.body.get("lineItems") or []]
    for line in asked:
        if line not in own:
            raise invalid(422, f"Line item {line} does not belong to the order", "lineItems")
    return asked or own


def _summarise(call: Call, form: dict[str, Any]) -> None:
    sent = {
        line["id"]
        for shipment in call.world.shipments[form["id"]]
        for line in shipment["lineItems"]
    }
    summary = form["fulfillment"]["shipmentSummary"]
    summary["lineItemsSent"] = "ALL" if len(sent) == len(form["lineItems"]) else "SOME"
    if call.world.settings.sentOnWaybill and summary["lineItemsSent"] == "ALL":
        set_fulfilment(call, form, "SENT")
