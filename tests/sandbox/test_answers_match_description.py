"""A walk over every operation the sandbox serves, judged by Allegro's description."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.app import operations
from tests.allegro_description import Description
from tests.sandbox.conftest import BETA, Api, ready_offer
from tests.sandbox_server import SandboxServer

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_every_served_operation_exists_in_the_description() -> None:
    description = Description.load()
    described = {operation.name for operation in description.operations}
    missing = [operation.name for operation in operations() if operation.name not in described]
    assert missing == []


def test_walk_over_every_operation(sandbox: SandboxServer, judged: Api) -> None:
    for step in (_account, _dictionaries, _offers, _commands, _orders, _after_sale, _journals):
        step(sandbox, judged)
    counts = sandbox.control("GET", "/requests")["byRoute"]
    untouched = [item.name for item in operations() if item.name not in counts]
    assert untouched == []


def _ok(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json() if response.content else None


def _account(sandbox: SandboxServer, api: Api) -> None:
    assert _ok(api("GET", "/me"))["login"] == api.login
    assert len(_ok(api("GET", "/marketplaces"))["marketplaces"]) == 4


def _dictionaries(sandbox: SandboxServer, api: Api) -> None:
    roots = _ok(api("GET", "/sale/categories"))["categories"]
    assert roots
    for category in roots:
        _ok(api("GET", "/sale/categories", query={"parent.id": category["id"]}))
    _ok(api("GET", "/sale/categories/257931"))
    parameters = _ok(api("GET", "/sale/categories/257931/parameters"))["parameters"]
    assert "225693" in {parameter["id"] for parameter in parameters}
    _ok(api("GET", "/sale/categories/257931/product-parameters"))
    _ok(api("GET", "/sale/categories/nowhere"), 404)
    found = _ok(api("GET", "/sale/matching-categories", query={"name": "Kubek termiczny 300 ml"}))
    assert found["matchingCategories"][0]["id"] == "257931"
    assert len(_ok(api("GET", "/sale/category-parameters-scheduled-changes"))["scheduledChanges"])
    listed = _ok(api("GET", "/sale/products", query={"phrase": "5901234123457", "mode": "GTIN"}))
    _ok(api("GET", f"/sale/products/{listed['products'][0]['id']}"))
    assert _ok(api("GET", "/sale/products", query={"phrase": "lipowa"}))["products"]
    for path in (
        "/sale/delivery-methods",
        "/sale/shipping-rates",
        "/sale/responsible-producers",
        "/sale/responsible-persons",
        "/after-sales-service-conditions/return-policies",
        "/after-sales-service-conditions/implied-warranties",
        "/after-sales-service-conditions/warranties",
        "/order/carriers",
        "/billing/billing-types",
    ):
        assert _ok(api("GET", path))


def _offers(sandbox: SandboxServer, api: Api) -> None:
    page = _ok(api("GET", "/sale/offers", query={"limit": 1000}))
    assert page["count"] == page["totalCount"] == 40
    for query in (
        {"publication.status": ["ACTIVE", "ENDED"]},
        {"external.id": ["SKU-000001", "SKU-000002"], "sort": "-sellingMode.price.amount"},
        {"name": "kubek", "category.id": "257931", "publication.marketplace": "allegro-pl"},
    ):
        _ok(api("GET", "/sale/offers", query=query))
    for offer in page["offers"]:
        _ok(api("GET", f"/sale/product-offers/{offer['id']}"))
    path = f"/sale/product-offers/{page['offers'][0]['id']}"
    _ok(api("GET", f"{path}/parts", query={"include": ["stock", "price"]}))
    made = _ok(api("POST", "/sale/product-offers", json=_new_offer()), 201)
    _ok(api("PATCH", f"/sale/product-offers/{made['id']}", json={"stock": {"available": 4}}))
    changed = {"name": "Kubek termiczny czerwony duży", "images": ["https://img.example/1.jpg"]}
    _ok(api("PATCH", f"/sale/product-offers/{made['id']}", json=changed))
    sandbox.control("POST", "/settings", {"operationDelaySeconds": 5})
    accepted = api("PATCH", f"/sale/product-offers/{made['id']}", json=changed)
    assert accepted.status_code == 202
    where = accepted.headers["Location"].removeprefix(sandbox.base_url)
    _ok(api("GET", where), 202)
    sandbox.advance(6)
    assert api("GET", where).headers["Location"].endswith(made["id"])
    unready = _new_offer(publication={"status": "ACTIVE"})
    failing = api("POST", "/sale/product-offers", json=unready)
    sandbox.advance(6)
    _ok(api("GET", failing.headers["Location"].removeprefix(sandbox.base_url)), 422)
    _ok(api("POST", "/sale/product-offers", json=ready_offer(api)), 202)
    sandbox.advance(6)
    sandbox.control("POST", "/settings", {"operationDelaySeconds": 0})
    assert _ok(api("POST", "/sale/product-offers", json=_new_offer(name="Dwa słowaaaaaaaaaa")), 422)
    _ok(api("DELETE", f"/sale/offers/{made['id']}"), 204)
    _ok(api("GET", f"/sale/product-offers/{made['id']}"), 404)
    _ok(api("POST", "/sale/images", json={"url": "https://img.example/2.jpg"}), 201)
    jpeg = {"Content-Type": "image/jpeg"}
    _ok(api("POST", "/sale/images", data=b"\xff\xd8\xff", headers=jpeg), 201)


def _new_offer(**more: Any) -> dict[str, Any]:
    product = {"id": "5901234123457", "idType": "GTIN"}
    return {
        "productSet": [{"product": product, "quantity": {"value": 1}}],
        "name": "Kubek termiczny czerwony 500 ml",
        "external": {"id": "SKU-NEW"},
        "category": {"id": "257931"},
        "sellingMode": {"format": "BUY_NOW", "price": {"amount": "123.45", "currency": "PLN"}},
        "stock": {"available": 10, "unit": "UNIT"},
        "additionalMarketplaces": {
            "allegro-cz": {"sellingMode": {"price": {"amount": "999", "currency": "CZK"}}}
        },
        "parameters": [{"id": "11323", "valuesIds": ["11323_1"]}],
        "payments": {"invoice": "VAT"},
        **more,
    }


def _criteria(*offers: str) -> list[dict[str, Any]]:
    return [{"type": "CONTAINS_OFFERS", "offers": [{"id": offer} for offer in offers]}]


def _commands(sandbox: SandboxServer, api: Api) -> None:
    active = _active(sandbox, api.login)
    criteria = _criteria(*active[:3])
    bodies = {
        "/sale/offer-quantity-change-commands": {
            "modification": {"changeType": "FIXED", "value": 5},
            "offerCriteria": criteria,
        },
        "/sale/offer-price-change-commands": {
            "modification": {
                "type": "FIXED_PRICE",
                "price": {"amount": "19.99", "currency": "PLN"},
            },
            "offerCriteria": criteria,
        },
        "/sale/offer-modification-commands": {
            "modification": {"payments": {"invoice": "VAT", "tax": {"percentage": "8.00"}}},
            "offerCriteria": criteria,
        },
        "/sale/offer-publication-commands": {
            "publication": {"action": "END"},
            "offerCriteria": criteria,
        },
    }
    for path, body in bodies.items():
        command = f"{path}/{uuid.uuid4()}"
        report = _ok(api("PUT", command, json=body), 201)
        assert report["taskCount"] == {"total": 0, "success": 0, "failed": 0}
        _ok(api("PUT", command, json=body), 409)
        assert _ok(api("GET", command))["taskCount"]["success"] == 3
        assert len(_ok(api("GET", f"{command}/tasks", query={"limit": 10}))["tasks"]) == 3
    _bulk(api, active)
    _modifications(api, active[4])
    _automation(api, active[4:6])
    body = {"input": {"buyNowPrice": {"amount": "21.00", "currency": "PLN"}}}
    _ok(api("PUT", f"/offers/{active[5]}/change-price-commands/{uuid.uuid4()}", json=body))


def _bulk(api: Api, active: list[str]) -> None:
    path, command_id = "/sale/offer-bulk-modification-commands", str(uuid.uuid4())
    price = {"changeType": "FIXED", "value": {"amount": "10.00", "currency": "PLN"}}
    modifications = [
        {
            "offerId": active[4],
            "stock": {"changeType": "FIXED", "value": 9},
            "prices": {"allegro-pl": price},
        },
        {"offerId": active[5], "stock": {"changeType": "GAIN", "value": -1000}},
    ]
    body = {"commandId": command_id, "modifications": modifications}
    _ok(api("POST", path, json=body, media=BETA), 201)
    assert _ok(api("GET", f"{path}/{command_id}"))["taskCount"]["failed"] == 1
    assert len(_ok(api("GET", f"{path}/{command_id}/tasks"))["tasks"]) == 3


def _modifications(api: Api, offer_id: str) -> None:
    """Every group of fields, read back as product-offers shows it."""
    producer = _ok(api("GET", "/sale/responsible-producers"))["responsibleProducers"][0]["id"]
    rates = _ok(api("GET", "/sale/shipping-rates"))["shippingRates"][0]["id"]
    some = str(uuid.uuid4())
    for modification in (
        {"additionalServicesGroup": {"id": some}},
        {"delivery": {"shippingRates": {"id": rates}, "handlingTime": "PT48H"}},
        {"discounts": {"wholesalePriceList": {"id": some}}},
        {"location": {"city": "Kraków", "postCode": "30-001", "province": "MALOPOLSKIE"}},
        {"sizeTable": {"id": some}},
        {"publication": {"duration": "P30D"}},
        {"publication": {"durationUnlimited": True}},
        {"responsiblePerson": {"id": some}},
        {"responsibleProducer": {"id": producer}},
        {"safetyInformation": {"type": "TEXT", "description": "Nie dla dzieci."}},
        {"safetyInformation": {"type": "ATTACHMENTS", "attachments": [{"id": some}]}},
    ):
        command = f"/sale/offer-modification-commands/{uuid.uuid4()}"
        body = {"modification": modification, "offerCriteria": _criteria(offer_id)}
        _ok(api("PUT", command, json=body), 201)
        assert _ok(api("GET", command))["taskCount"]["success"] == 1, modification
        _ok(api("GET", f"/sale/product-offers/{offer_id}"))
    _ok(api("GET", "/sale/offers", query={"offer.id": offer_id}))


def _automation(api: Api, offers: list[str]) -> None:
    rules = _ok(api("GET", "/sale/price-automation/rules"))["rules"]
    assert all(rule["default"] for rule in rules)
    path, command_id = "/sale/offer-price-automation-commands", str(uuid.uuid4())
    wanted = [{"marketplace": {"id": "allegro-pl"}, "rule": {"id": rules[0]["id"]}}]
    body = {"modification": {"set": wanted}, "offerCriteria": _criteria(*offers)}
    _ok(api("POST", path, json={"id": command_id, **body}), 201)
    _ok(api("POST", path, json={"id": command_id, **body}), 409)
    assert _ok(api("POST", path, json=body), 201)["id"] != command_id
    assert _ok(api("GET", f"{path}/{command_id}"))["taskCount"]["success"] == 2
    assert len(_ok(api("GET", f"{path}/{command_id}/tasks"))["tasks"]) == 2
    found = _ok(api("GET", f"/sale/price-automation/offers/{offers[0]}/rules"))
    assert [rule["rule"]["id"] for rule in found["rules"]] == [rules[0]["id"]]


def _active(sandbox: SandboxServer, login: str) -> list[str]:
    offers = sandbox.seller(login)["offers"]
    return [o["id"] for o in offers if o["status"] == "ACTIVE" and o["available"] > 3]


def _orders(sandbox: SandboxServer, api: Api) -> None:
    page = _ok(api("GET", "/order/checkout-forms", query={"limit": 100}))
    assert page["totalCount"] == 15
    _ok(api("GET", "/order/checkout-forms", query={"status": "CANCELLED", "sort": "updatedAt"}))
    _ok(api("GET", "/order/checkout-forms", query={"offset": 9_950, "limit": 100}), 422)
    active = _active(sandbox, api.login)
    for wish in (
        {"pay": False},
        {"pay": False, "fillIn": True},
        {"cashOnDelivery": True},
        {"invoice": "company"},
        {"invoice": "person", "message": "Proszę o telefon"},
    ):
        form_id = sandbox.buy(api.login, {active[0]: 1}, **wish)
        _ok(api("GET", f"/order/checkout-forms/{form_id}"))
    sandbox.control("POST", f"/orders/{form_id}/address", {"street": "Nowa 1"})
    sandbox.control("POST", f"/orders/{form_id}/surcharge", {"amount": "5.00"})
    form = _ok(api("GET", f"/order/checkout-forms/{form_id}"))
    path = f"/order/checkout-forms/{form_id}"
    stale = {"checkoutForm.revision": "00000000"}
    _ok(api("PUT", f"{path}/fulfillment", query=stale, json={"status": "PROCESSING"}), 409)
    fresh = {"checkoutForm.revision": form["revision"]}
    _ok(api("PUT", f"{path}/fulfillment", query=fresh, json={"status": "PROCESSING"}), 204)
    _ok(api("PUT", f"{path}/fulfillment", json={"status": "RETURNED"}), 422)
    parcel = {"carrierId": "INPOST", "waybill": "600000000000000000000001"}
    _ok(api("POST", f"{path}/shipments", json=parcel), 201)
    assert len(_ok(api("GET", f"{path}/shipments"))["shipments"]) == 1
    _ok(api("POST", f"{path}/shipments", json={**parcel, "carrierId": "ALLEGRO"}), 422)
    invoice = {"file": {"name": "FV-1.pdf"}, "invoiceNumber": "FV/1/2026"}
    made = _ok(api("POST", f"{path}/invoices", json=invoice), 201)
    _ok(api("POST", f"{path}/invoices", json=invoice), 429)
    file = f"{path}/invoices/{made['id']}/file"
    pdf = {"Content-Type": "application/pdf"}
    _ok(api("PUT", file, data=b"not a pdf", headers=pdf), 422)
    _ok(api("PUT", file, data=PDF, headers=pdf))
    _ok(api("PUT", file, data=PDF, headers=pdf), 409)
    links = f"/order/{form_id}/billing-documents/links"
    _ok(api("POST", links, json={"url": "https://shop.example/fv.pdf"}), 201)
    assert len(_ok(api("GET", f"{path}/invoices"))["invoices"]) == 1


def _after_sale(sandbox: SandboxServer, api: Api) -> None:
    active = _active(sandbox, api.login)
    form_id = sandbox.buy(api.login, {active[1]: 2, active[2]: 1})
    form = _ok(api("GET", f"/order/checkout-forms/{form_id}"))
    returned = sandbox.control("POST", f"/orders/{form_id}/return", {})
    listed = _ok(api("GET", "/order/customer-returns", query={"orderId": form_id}, media=BETA))
    assert [item["id"] for item in listed["customerReturns"]] == [returned["id"]]
    path = f"/order/customer-returns/{returned['id']}"
    _ok(api("GET", path, media=BETA))
    rejection = {"rejection": {"code": "REFUND_REJECTED", "reason": "Brak części"}}
    _ok(api("POST", f"{path}/rejection", json=rejection, media=BETA))
    _ok(api("POST", f"{path}/rejection", json=rejection, media=BETA), 422)
    line = form["lineItems"][0]
    refund = {
        "payment": {"id": form["payment"]["id"]},
        "order": {"id": form_id},
        "commandId": str(uuid.uuid4()),
        "reason": "REFUND",
        "lineItems": [{"id": line["id"], "type": "QUANTITY", "quantity": 1}],
    }
    first = _ok(api("POST", "/payments/refunds", json=refund))
    assert _ok(api("POST", "/payments/refunds", json=refund))["id"] == first["id"]
    found = _ok(api("GET", "/payments/refunds", query={"order.id": form_id}))
    assert [item["status"] for item in found["refunds"]] == ["SUCCESS"]
    claim = {"lineItem": {"id": line["id"]}, "quantity": 1}
    claim_id = _ok(api("POST", "/order/refund-claims", json=claim), 201)["id"]
    _ok(api("GET", "/order/refund-claims", query={"status": "IN_PROGRESS"}))
    _ok(api("GET", f"/order/refund-claims/{claim_id}"))
    _ok(api("DELETE", f"/order/refund-claims/{claim_id}"), 204)
    _ok(api("DELETE", f"/order/refund-claims/{claim_id}"), 422)
    entries = _ok(api("GET", "/billing/billing-entries", query={"order.id": form_id}))
    assert len(entries["billingEntries"]) == 2


def _journals(sandbox: SandboxServer, api: Api) -> None:
    stats = _ok(api("GET", "/order/event-stats"))
    events = _ok(api("GET", "/order/events", query={"limit": 1000}))["events"]
    assert events[-1]["id"] == stats["latestEvent"]["id"]
    offer_events = _ok(api("GET", "/sale/offer-events", query={"limit": 1000}))["offerEvents"]
    kinds = {event["type"] for event in offer_events}
    assert {"OFFER_STOCK_CHANGED", "OFFER_PRICE_CHANGED", "OFFER_ENDED"} <= kinds
