"""For every operation of the table, the way the client's users come to call it.

Each case gets a ``World``: a client of a fresh seller on the running sandbox, and what the seller
owns. It must make the operation succeed; the test then judges every exchange on the way.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from connectors.allegro import Accepted, AllegroClient, CommandKind
from connectors.allegro.types import CheckoutForm, ProductOffer
from sandbox.catalogue.price_rules import RULES

Case = Callable[["World"], None]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class World:
    """A seller with offers, and a hand on the sandbox to make buyers act.

    ``buy`` buys the given offers and quantities and pays, and gives the form's id; ``return_of``
    lets the buyer send an order back and gives the return's id.
    """

    client: AllegroClient
    buy: Callable[[dict[str, int]], str]
    return_of: Callable[[str], str]
    offer_ids: list[str] = field(default_factory=list)

    def order(self) -> CheckoutForm:
        return self.client.orders.checkout_form(self.buy({self.offer_ids[0]: 1}))

    def offer_like(self, code: str, **changes: Any) -> dict[str, Any]:
        """A new offer made of an existing one, as a seller copies one."""
        known = self.client.offers.get(self.offer_ids[0])
        kept = ("name", "images", "location", "language", "delivery", "afterSalesServices",
                "parameters")  # fmt: skip
        body: dict[str, Any] = {name: _sent(known[name]) for name in kept if known.get(name)}  # type: ignore[literal-required]
        product = (known.get("productSet") or [{}])[0].get("product") or {}
        return {
            **body,
            "productSet": [
                {
                    "product": {"id": product.get("id")},
                    "responsibleProducer": {"type": "ID", **_producer(known)},
                    "safetyInformation": {"type": "TEXT", "description": "Nie dla dzieci."},
                }
            ],
            "external": {"id": code},
            "sellingMode": {
                "format": "BUY_NOW",
                "price": (known.get("sellingMode") or {}).get("price"),
            },
            "stock": {"available": 5, "unit": "UNIT"},
            **changes,
        }


def _sent(shown: Any) -> Any:
    """A value as requests take it: answers say null where requests leave out."""
    if isinstance(shown, dict):
        return {name: _sent(value) for name, value in shown.items() if value is not None}
    return [_sent(value) for value in shown] if isinstance(shown, list) else shown


def _producer(known: ProductOffer) -> dict[str, Any]:
    """The responsible producer an offer names, as a request names it."""
    element = (known.get("productSet") or [{}])[0]
    return {"id": (element.get("responsibleProducer") or {}).get("id")}


def png() -> bytes:
    """A picture of one white point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\xff\xff")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def _category(world: World) -> None:
    main = world.client.categories()[0]
    assert world.client.category(main["id"])["id"] == main["id"]


def _leaf_parameters(world: World) -> None:
    offer = world.client.offers.get(world.offer_ids[0])
    assert world.client.category_parameters((offer["category"] or {})["id"]) is not None


def _matching_categories(world: World) -> None:
    found = world.client.catalogue.matching_categories("kubek termiczny")
    leaf = world.client.category(found[0]["id"])
    assert leaf["leaf"]
    assert (found[0]["parent"] or {})["id"] == (leaf["parent"] or {})["id"]


def _named(found: list[Any]) -> None:
    assert all(one["id"] and one["name"] for one in found)
    assert found


def _create(world: World) -> None:
    code = f"NEW-{uuid4().hex[:8]}"
    draft = world.offer_like(code, publication={"status": "INACTIVE"})
    world.client.offers.create(draft)


def _patch(world: World) -> None:
    offer_id = world.offer_ids[0]
    world.client.offers.patch(offer_id, {"stock": {"available": 7, "unit": "UNIT"}})
    stock = world.client.offers.parts(offer_id).get("stock") or {}
    assert stock.get("available") == 7


def _operation(world: World) -> None:
    active = world.offer_like(f"OP-{uuid4().hex[:8]}", publication={"status": "ACTIVE"})
    accepted = world.client.offers.create(active)
    assert isinstance(accepted, Accepted)
    assert accepted.operation_id
    state = world.client.offers.operation(accepted.offer_id, accepted.operation_id)
    assert state.offer_id == accepted.offer_id


def _delete_draft(world: World) -> None:
    draft = world.offer_like(f"DEL-{uuid4().hex[:8]}", publication={"status": "INACTIVE"})
    made = world.client.offers.create(draft)
    offer_id = made.offer_id if isinstance(made, Accepted) else made.offer["id"]
    world.client.offers.delete_draft(offer_id)


def _offer_events(world: World) -> None:
    world.client.offers.patch(world.offer_ids[0], {"stock": {"available": 3, "unit": "UNIT"}})
    events = world.client.offers.events(types=["OFFER_STOCK_CHANGED", "OFFER_CHANGED"])
    assert world.client.offers.events(after=events[-1]["id"]) == []


def _command(kind: CommandKind, what: str) -> Case:
    """Register a command of a kind, or register it and ask for its state or tasks."""

    def run(world: World) -> None:
        command, offers = uuid4(), world.offer_ids[:2]
        registered = _register(world, kind, command, offers)
        assert registered.id == str(command)
        if what == "status":
            assert world.client.commands.status(kind, command).id == str(command)
        if what == "tasks":
            assert isinstance(world.client.commands.tasks(kind, command), list)

    return run


def _register(world: World, kind: CommandKind, command: Any, offers: list[str]) -> Any:
    commands = world.client.commands
    price = {"amount": "19.99", "currency": "PLN"}
    if kind is CommandKind.QUANTITY:
        return commands.change_quantity(command, offer_ids=offers, value=4)
    if kind is CommandKind.PRICE:
        change = {"type": "FIXED_PRICE", "price": price}
        return commands.change_price(command, offer_ids=offers, modification=change)
    if kind is CommandKind.PUBLICATION:
        return commands.publish(command, offer_ids=offers, action="END")
    if kind is CommandKind.MODIFICATION:
        slower = {"delivery": {"handlingTime": "PT72H"}}
        return commands.modify(command, offer_ids=offers, modification=slower)
    if kind is CommandKind.PRICE_AUTOMATION:
        return commands.automate_prices(command, offer_ids=offers, modification=follow_lowest())
    changes: list[dict[str, Any]] = [
        {"offerId": offers[0], "stock": {"changeType": "FIXED", "value": 6}},
        {"offerId": offers[1], "prices": {"allegro-pl": {"changeType": "FIXED", "value": price}}},
    ]
    return commands.bulk_modify(command, modifications=changes)


def follow_lowest() -> dict[str, Any]:
    """Follow the lowest price on Allegro, between ten and a hundred zloty."""
    low, high = ({"amount": amount, "currency": "PLN"} for amount in ("10.00", "100.00"))
    bounds = {"type": "MARKETPLACE_CURRENCY", "minPrice": low, "maxPrice": high}
    rule = next(one for one in RULES.values() if one.kind == "FOLLOW_BY_ALLEGRO_MIN_PRICE")
    wanted = {
        "marketplace": {"id": "allegro-pl"},
        "rule": {"id": rule.id},
        "configuration": {"priceRange": bounds},
    }
    return {"set": [wanted]}


def _offer_price(world: World) -> None:
    changed = world.client.commands.change_offer_price(
        uuid4(), offer_id=world.offer_ids[0], price={"amount": "21.50", "currency": "PLN"}
    )
    assert not changed.errors


def _order_events(world: World) -> None:
    form_id = world.buy({world.offer_ids[0]: 1})
    events = world.client.orders.events()
    forms = [((one["order"] or {}).get("checkoutForm") or {}).get("id") for one in events]
    assert form_id in forms
    assert world.client.orders.events(after=events[-1]["id"], types=["BOUGHT"]) == []


def _event_stats(world: World) -> None:
    world.buy({world.offer_ids[0]: 1})
    latest = world.client.orders.event_stats().latest_event_id
    assert latest == world.client.orders.events()[-1]["id"]


def _checkout_forms(world: World) -> None:
    form_id = world.buy({world.offer_ids[0]: 1})
    page = world.client.orders.checkout_forms(
        0, 100, status="READY_FOR_PROCESSING", sort="-updatedAt"
    )
    assert form_id in [one["id"] for one in page.checkout_forms]


def _checkout_form(world: World) -> None:
    form_id = world.buy({world.offer_ids[0]: 2, world.offer_ids[1]: 1})
    form = world.client.orders.checkout_form(form_id)
    assert form["status"] == "READY_FOR_PROCESSING"
    assert sorted(line["quantity"] for line in form["lineItems"]) == [1, 2]


def _fulfilment(world: World) -> None:
    form = world.order()
    world.client.orders.set_fulfilment(
        form["id"], status="SENT", revision=form["revision"], lines_sent="ALL"
    )
    changed = world.client.orders.checkout_form(form["id"])["fulfillment"] or {}
    assert changed["status"] == "SENT"


def _shipment(world: World) -> None:
    form = world.order()
    orders = world.client.orders
    line_items = [line["id"] for line in form["lineItems"]]
    orders.add_shipment(
        form["id"], carrier_id=_carrier(world), waybill="6200012345", line_item_ids=line_items
    )
    assert [one["waybill"] for one in orders.shipments(form["id"])] == ["6200012345"]


def _carrier(world: World) -> str:
    known = [carrier["id"] for carrier in world.client.orders.carriers()]
    return next(one for one in known if one not in {"ALLEGRO", "OTHER"})


def _invoice(world: World) -> None:
    form, orders = world.order(), world.client.orders
    invoice = orders.add_invoice(form["id"], file_name="fv-1.pdf", invoice_number="FV/1/2026")
    orders.upload_invoice_file(form["id"], invoice, PDF)
    found = orders.invoices(form["id"])
    assert [one["id"] for one in found.get("invoices") or []] == [invoice]


def _return_reject(world: World) -> None:
    return_id = world.return_of(world.order()["id"])
    rejected = world.client.returns.reject(return_id, code="REFUND_REJECTED", reason="Used up")
    assert (rejected["rejection"] or {})["code"] == "REFUND_REJECTED"


def _return_get(world: World) -> None:
    form = world.order()
    return_id = world.return_of(form["id"])
    assert world.client.returns.get(return_id)["orderId"] == form["id"]


def _return_list(world: World) -> None:
    return_id = world.return_of(world.order()["id"])
    page = world.client.returns.list(limit=10)
    assert return_id in [one["id"] for one in page.customer_returns]


def _refund(world: World) -> None:
    form, command = world.order(), uuid4()
    line = form["lineItems"][0]
    arguments: dict[str, Any] = {
        "payment_id": (form["payment"] or {})["id"],
        "order_id": form["id"],
        "reason": "REFUND",
        "details": {"lineItems": [{"id": line["id"], "type": "QUANTITY", "quantity": 1}]},
    }
    first = world.client.payments.refund(command, **arguments)
    again = world.client.payments.refund(command, **arguments)
    assert first["id"] == again["id"]
    page = world.client.payments.refunds(order__id=form["id"])
    assert [one["id"] for one in page.refunds] == [first["id"]]


def _claim(world: World) -> None:
    claims = world.client.refund_claims
    claim = claims.create(line_item_id=world.order()["lineItems"][0]["id"], quantity=1)
    assert claims.get(claim)["id"] == claim
    assert claim in [one["id"] for one in claims.list().refund_claims]
    claims.cancel(claim)


def _billing(world: World) -> None:
    world.order()
    types = {one["id"] for one in world.client.billing.types()}
    entries = world.client.billing.entries(limit=10)
    assert {(one["type"] or {})["id"] for one in entries} <= types


def _image_bytes(world: World) -> None:
    uploaded = world.client.images.upload_bytes(png(), content_type="image/png")
    assert uploaded.location.startswith("http")


CASES: dict[str, Case] = {
    "me": lambda world: _true(world.client.me()["login"]),
    "marketplaces": lambda world: _true(world.client.marketplaces()),
    "categories": lambda world: _true(
        world.client.categories(world.client.categories()[0]["id"]) is not None
    ),
    "category": _category,
    "category_parameters": _leaf_parameters,
    "matching_categories": _matching_categories,
    "dictionaries.shipping_rates": lambda world: _named(world.client.dictionaries.shipping_rates()),
    "dictionaries.return_policies": lambda world: _named(
        world.client.dictionaries.return_policies()
    ),
    "dictionaries.implied_warranties": lambda world: _named(
        world.client.dictionaries.implied_warranties()
    ),
    "dictionaries.warranties": lambda world: _named(world.client.dictionaries.warranties()),
    "dictionaries.responsible_producers": lambda world: _named(
        world.client.dictionaries.responsible_producers()
    ),
    "offers.list": lambda world: _true(list(world.client.offers.iterate(page_size=2))),
    "offers.get": lambda world: _true(world.client.offers.get(world.offer_ids[0])["id"]),
    "offers.parts": lambda world: _true(world.client.offers.parts(world.offer_ids[0])["stock"]),
    "offers.create": _create,
    "offers.patch": _patch,
    "offers.operation": _operation,
    "offers.delete_draft": _delete_draft,
    "offers.events": _offer_events,
    **{
        f"commands.{kind}{ending}": _command(kind, what)
        for kind in CommandKind
        for ending, what in (("", "register"), (".status", "status"), (".tasks", "tasks"))
    },
    "commands.offer_price": _offer_price,
    "orders.events": _order_events,
    "orders.event_stats": _event_stats,
    "orders.checkout_forms": _checkout_forms,
    "orders.checkout_form": _checkout_form,
    "orders.set_fulfilment": _fulfilment,
    "orders.shipments": _shipment,
    "orders.add_shipment": _shipment,
    "orders.carriers": lambda world: _true(_carrier(world)),
    "orders.invoices": _invoice,
    "orders.add_invoice": _invoice,
    "orders.upload_invoice_file": _invoice,
    "returns.list": _return_list,
    "returns.get": _return_get,
    "returns.reject": _return_reject,
    "payments.refunds": _refund,
    "payments.refund": _refund,
    "refund_claims.list": _claim,
    "refund_claims.get": _claim,
    "refund_claims.create": _claim,
    "refund_claims.cancel": _claim,
    "billing.entries": _billing,
    "billing.types": _billing,
    "images.upload_url": lambda world: _true(
        world.client.images.upload_url("https://images.example/kubek.jpg").location
    ),
    "images.upload_bytes": _image_bytes,
}


def _true(value: object) -> None:
    assert value
