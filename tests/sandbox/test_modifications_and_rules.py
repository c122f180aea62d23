"""Modification and price automation commands: what they change, and what they refuse."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sandbox.catalogue.price_rules import EXCHANGE_RATE, RULES
from tests.sandbox.conftest import Api
from tests.sandbox_server import SandboxServer

MODIFICATION = "/sale/offer-modification-commands"
AUTOMATION = "/sale/offer-price-automation-commands"
LOWEST = next(rule.id for rule in RULES.values() if rule.kind == "FOLLOW_BY_ALLEGRO_MIN_PRICE")
EXCHANGE = next(rule.id for rule in RULES.values() if rule.kind == EXCHANGE_RATE)


@pytest.fixture
def offer(sandbox: SandboxServer, login: str, api: Api) -> str:
    """An active offer at 50 zloty, in Poland and in Czechia; gives its id."""
    described = {"externalId": "MY-SKU", "available": 10, "price": "50.00"}
    made = sandbox.control("POST", "/offers", {"seller": login, "offers": [described]})
    offer_id = str(made["offers"][0]["id"])
    abroad = {"allegro-cz": {"sellingMode": {"price": {"amount": "299", "currency": "CZK"}}}}
    body = {"additionalMarketplaces": abroad}
    assert api("PATCH", f"/sale/product-offers/{offer_id}", json=body).status_code == 200
    return offer_id


def _criteria(offer: str) -> list[dict[str, Any]]:
    return [{"type": "CONTAINS_OFFERS", "offers": [{"id": offer}]}]


def _modify(api: Api, offer: str, modification: Any) -> Any:
    body = {"modification": modification, "offerCriteria": _criteria(offer)}
    return _sent(api, "PUT", f"{MODIFICATION}/{uuid.uuid4()}", "", body)


def _automate(api: Api, offer: str, modification: Any) -> Any:
    command = str(uuid.uuid4())
    body = {"id": command, "modification": modification, "offerCriteria": _criteria(offer)}
    return _sent(api, "POST", AUTOMATION, f"/{command}", body)


def _sent(api: Api, method: str, path: str, rest: str, body: dict[str, Any]) -> Any:
    """The only task of the command, or the status with which it was refused."""
    answer = api(method, path, json=body)
    if answer.status_code != 201:
        return answer.status_code
    return api("GET", f"{path}{rest}/tasks").json()["tasks"][0]


def _document(api: Api, offer: str) -> dict[str, Any]:
    found: dict[str, Any] = api("GET", f"/sale/product-offers/{offer}").json()
    return found


def _rules(api: Api, offer: str) -> dict[str, str]:
    found = api("GET", f"/sale/price-automation/offers/{offer}/rules").json()["rules"]
    return {rule["marketplace"]["id"]: rule["rule"]["id"] for rule in found}


def _events(api: Api, offer: str) -> list[str]:
    events = api("GET", "/sale/offer-events").json()["offerEvents"]
    return [event["type"] for event in events if event["offer"]["id"] == offer]


def test_a_field_alone_is_changed_beside_the_others(api: Api, offer: str) -> None:
    before = _document(api, offer)["delivery"]
    task = _modify(api, offer, {"delivery": {"handlingTime": "PT72H"}})
    assert (task["status"], task["field"]) == ("SUCCESS", "delivery.handlingTime")
    assert _document(api, offer)["delivery"] == {**before, "handlingTime": "PT72H"}
    assert "OFFER_CHANGED" not in _events(api, offer)


def test_tax_replaces_the_rate_of_poland_alone(api: Api, offer: str) -> None:
    rates = [{"rate": "23.00", "countryCode": "PL"}, {"rate": "21.00", "countryCode": "CZ"}]
    written = {"taxSettings": {"rates": rates, "subject": "GOODS", "exemption": None}}
    assert api("PATCH", f"/sale/product-offers/{offer}", json=written).status_code == 200
    task = _modify(api, offer, {"payments": {"tax": {"percentage": "5"}, "invoice": "VAT_MARGIN"}})
    assert (task["status"], task["field"]) == ("SUCCESS", "payments")
    shown = _document(api, offer)
    assert shown["payments"]["invoice"] == "VAT_MARGIN"
    assert {one["countryCode"]: one["rate"] for one in shown["taxSettings"]["rates"]} == {
        "PL": "5.00",
        "CZ": "21.00",
    }
    assert _events(api, offer)[-1] == "OFFER_CHANGED"


@pytest.mark.parametrize(
    ("modification", "code"),
    [
        ({"delivery": {"shippingRates": {"id": "nobodys"}}}, "ShippingRatesNotFound"),
        ({"responsibleProducer": {"id": "nobodys"}}, "ResponsibleProducerNotFound"),
    ],
)
def test_what_the_seller_does_not_have_fails_the_task(
    api: Api, offer: str, modification: Any, code: str
) -> None:
    before = _document(api, offer)
    task = _modify(api, offer, modification)
    assert (task["status"], task["errors"][0]["code"]) == ("FAIL", code)
    assert _document(api, offer) == before


@pytest.mark.parametrize(
    "modification",
    [
        None,
        {},
        {"delivery": {"handlingTime": "PT24H"}, "payments": {"invoice": "VAT"}},
        {"stock": {"available": 3}},
        {"delivery": {}},
        {"delivery": {"handlingTime": "tomorrow"}},
        {"payments": {"invoice": "PARAGON"}},
        {"payments": {"tax": {"percentage": "many"}}},
        {"publication": {"duration": "P30D", "durationUnlimited": True}},
        {"safetyInformation": {"type": "TEXT"}},
    ],
)
def test_a_wrong_modification_is_refused(api: Api, offer: str, modification: Any) -> None:
    before = _document(api, offer)
    assert _modify(api, offer, modification) == 422
    assert _document(api, offer) == before


def _set(place: str, rule: str, **more: Any) -> dict[str, Any]:
    return {"set": [{"marketplace": {"id": place}, "rule": {"id": rule}, **more}]}


def _range(low: str, high: str, currency: str, kind: str = "MARKETPLACE_CURRENCY") -> Any:
    bounds = {
        "type": kind,
        "minPrice": {"amount": low, "currency": currency},
        "maxPrice": {"amount": high, "currency": currency},
    }
    return {"priceRange": bounds}


def test_rules_are_kept_for_each_marketplace(api: Api, offer: str) -> None:
    home = _set("allegro-pl", LOWEST, configuration=_range("40", "60.00", "PLN"))
    assert _automate(api, offer, home)["status"] == "SUCCESS"
    assert _automate(api, offer, _set("allegro-cz", EXCHANGE))["status"] == "SUCCESS"
    assert _rules(api, offer) == {"allegro-pl": LOWEST, "allegro-cz": EXCHANGE}
    shown = api("GET", "/sale/offers", query={"offer.id": offer}).json()["offers"][0]
    assert shown["sellingMode"]["priceAutomation"] == {"rule": {"id": LOWEST}}
    assert shown["sellingMode"]["price"]["amount"] == "50.00"
    removal = {"remove": [{"marketplace": {"id": "allegro-pl"}}]}
    assert _automate(api, offer, removal)["status"] == "SUCCESS"
    assert _rules(api, offer) == {"allegro-cz": EXCHANGE}


def test_a_range_abroad_may_be_in_the_sellers_currency(api: Api, offer: str) -> None:
    for currency, kind in (("CZK", "MARKETPLACE_CURRENCY"), ("PLN", "BASE_MARKETPLACE_CURRENCY")):
        bounds = _range("100", "300", currency, kind)
        task = _automate(api, offer, _set("allegro-cz", LOWEST, configuration=bounds))
        assert task["status"] == "SUCCESS"


def test_one_missing_marketplace_leaves_all_rules_as_they_are(api: Api, offer: str) -> None:
    both = {"set": [*_set("allegro-pl", LOWEST)["set"], *_set("allegro-hu", LOWEST)["set"]]}
    task = _automate(api, offer, both)
    assert (task["status"], task["errors"][0]["code"]) == ("FAIL", "MARKETPLACE_NOT_FOUND")
    assert _rules(api, offer) == {}


@pytest.mark.parametrize(
    "modification",
    [
        None,
        {},
        {"set": []},
        {**_set("allegro-pl", LOWEST), "remove": [{"marketplace": {"id": "allegro-pl"}}]},
        {"set": ["allegro-pl"]},
        {"remove": [{"marketplace": {"id": "allegro-xx"}}]},
        _set("allegro-pl", "000000000000000000000000"),
        _set("allegro-pl", EXCHANGE),
        _set("allegro-cz", EXCHANGE, configuration=_range("100", "300", "CZK")),
        _set("allegro-pl", LOWEST, configuration=_range("60", "40", "PLN")),
        _set("allegro-pl", LOWEST, configuration=_range("40", "60", "EUR")),
        _set("allegro-pl", LOWEST, configuration=_range("4.001", "60", "PLN")),
        _set("allegro-pl", LOWEST,
             configuration=_range("40", "60", "PLN", "BASE_MARKETPLACE_CURRENCY")),
    ],
)  # fmt: skip
def test_a_wrong_automation_is_refused(api: Api, offer: str, modification: Any) -> None:
    assert _automate(api, offer, modification) == 422
    assert _rules(api, offer) == {}


def test_a_command_id_that_is_no_uuid_is_refused(api: Api, offer: str) -> None:
    body = {
        "id": "1",
        "modification": _set("allegro-pl", LOWEST),
        "offerCriteria": _criteria(offer),
    }
    assert api("POST", AUTOMATION, json=body).status_code == 422
    assert _rules(api, offer) == {}
