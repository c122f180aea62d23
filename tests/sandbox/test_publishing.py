"""What a new offer must have, how long it takes, and how other marketplaces judge it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Api, ready_offer
from tests.sandbox_server import SandboxServer

CREATE = "/sale/product-offers"


def _codes(response: Any) -> list[str]:
    assert response.status_code == 422, response.text
    return [error["code"] for error in response.json()["errors"]]


def _element(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**body, "productSet": [{**body["productSet"][0], **changes}]}


LACKING = [
    ({"parameters": []}, "ConstraintViolationException.MissingRequiredParameters"),
    ({"parameters": [{"id": "11323", "valuesIds": ["x"]}]}, "DictionaryParameterIdNotFound"),
    ({"delivery": {}}, "DefaultShippingRatesNotFoundException"),
    ({"delivery": {"shippingRates": {"id": "other"}}}, "ShippingRatesNotFoundException"),
    ({"afterSalesServices": {}}, "DefaultReturnPolicyNotFoundException"),
    ({"images": []}, "VALIDATION_ERROR"),
    ({"images": ["https://a.allegroimg.example/original/gone"]}, "IMAGE_NOT_FOUND"),
    ({"category": {"id": "257930"}}, "CATEGORY_MISMATCH"),
    ({"category": {"id": "1"}}, "CATEGORY_NOT_EXISTS"),
]


@pytest.mark.parametrize(("changes", "code"), LACKING)
def test_an_offer_that_lacks_something_is_refused_and_not_made(
    sandbox: SandboxServer, judged: Api, changes: dict[str, Any], code: str
) -> None:
    before = len(sandbox.seller(judged.login)["offers"])
    assert code in _codes(judged("POST", CREATE, json=ready_offer(judged, **changes)))
    assert len(sandbox.seller(judged.login)["offers"]) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"responsibleProducer": None}, "RESPONSIBLE_PRODUCER_NOT_SPECIFIED"),
        ({"responsibleProducer": {"type": "ID", "id": "other"}}, "ResponsibleProducerNotFound"),
        ({"safetyInformation": None}, "SAFETY_INFO_NOT_DEFINED"),
        (
            {"marketedBeforeGPSRObligation": True},
            "PRODUCT_MARKETED_BEFORE_GPSR_OBLIGATION_OPTION_NOT_ALLOWED",
        ),
        ({"product": {"id": "11111111-1111-4111-a111-111111111111"}}, "ProductNotFoundException"),
    ],
)
def test_an_offer_without_safety_data_is_refused(
    api: Api, changes: dict[str, Any], code: str
) -> None:
    assert code in _codes(api("POST", CREATE, json=_element(ready_offer(api), **changes)))


def test_a_product_of_ones_own_needs_what_its_category_requires(api: Api) -> None:
    brand = {"id": "248811", "values": ["Lipowa"]}
    size = {"id": "129033", "valuesIds": ["129033_2"]}
    product = {
        "name": "Bluza z kapturem Lipowa",
        "category": {"id": "11501"},
        "images": ["https://img.example/1.jpg"],
        "parameters": [brand],
    }
    body = ready_offer(api, category={"id": "11501"})
    refused = api("POST", CREATE, json=_element(body, product=product))
    assert _codes(refused) == ["ConstraintViolationException.MissingRequiredParameters"]
    assert refused.json()["errors"][0]["metadata"]["missingParameterIds"] == "129033"
    product["parameters"] = [brand, size]
    made = api("POST", CREATE, json=_element(body, product=product))
    assert made.status_code == 201, made.text
    shown = made.json()["productSet"][0]["product"]
    assert shown["publication"]["status"] == "PROPOSED"
    assert {item["id"] for item in shown["parameters"]} == {"248811", "129033"}


def test_a_draft_may_lack_everything_and_says_so(api: Api) -> None:
    body = {"name": "Zupełnie nowy kubek", "stock": {"available": 1}}
    made = api("POST", CREATE, json=body)
    assert made.status_code == 201
    codes = {error["code"] for error in made.json()["validation"]["errors"]}
    assert "ConstraintViolationException.MissingRequiredParameters" in codes
    assert "DefaultShippingRatesNotFoundException" in codes
    answer = api(
        "PATCH", f"{CREATE}/{made.json()['id']}", json={"publication": {"status": "ACTIVE"}}
    )
    assert answer.status_code == 422


def test_an_operation_waits_runs_and_ends(sandbox: SandboxServer, judged: Api) -> None:
    sandbox.control("POST", "/settings", {"operationDelaySeconds": 7200})
    accepted = judged("POST", CREATE, json=ready_offer(judged))
    assert accepted.status_code == 202
    assert accepted.headers["Retry-After"] == "7200"
    where = accepted.headers["Location"].removeprefix(sandbox.base_url)
    states = []
    for _half in range(2):
        states.append(judged("GET", where).json()["operation"]["status"])
        sandbox.advance(3601)
    done = judged("GET", where)
    assert states == ["PENDING", "IN_PROGRESS"]
    assert (done.status_code, done.content) == (303, b"")
    offer = judged("GET", done.headers["Location"].removeprefix(sandbox.base_url)).json()
    assert offer["publication"]["status"] == "ACTIVE"
    sandbox.advance(8 * 86_400)
    judged.tokens = sandbox.tokens(judged.login)
    assert judged("GET", where).status_code == 404


def test_an_operation_that_fails_says_why_and_leaves_a_draft(
    sandbox: SandboxServer, judged: Api
) -> None:
    sandbox.control("POST", "/settings", {"operationDelaySeconds": 60})
    accepted = judged("POST", CREATE, json=ready_offer(judged, parameters=[]))
    where = accepted.headers["Location"].removeprefix(sandbox.base_url)
    sandbox.advance(61)
    assert _codes(judged("GET", where)) == [
        "ConstraintViolationException.MissingRequiredParameters"
    ]
    offer = judged("GET", f"{CREATE}/{accepted.json()['id']}").json()
    assert offer["publication"]["status"] == "INACTIVE"
    assert offer["validation"]["errors"]


def test_a_change_that_waits_does_not_undo_what_the_seller_did_meanwhile(
    sandbox: SandboxServer, api: Api
) -> None:
    offer = _active(sandbox, api)
    sandbox.control("POST", "/settings", {"operationDelaySeconds": 60})
    text = {"type": "TEXT", "content": "<p>Nowy opis</p>"}
    body = {"description": {"sections": [{"items": [text]}]}}
    assert api("PATCH", f"{CREATE}/{offer}", json=body).status_code == 202
    sandbox.control("PATCH", f"/offers/{offer}", {"name": "Nazwa nadana w panelu"})
    sandbox.advance(61)
    shown = api("GET", f"{CREATE}/{offer}").json()
    assert shown["name"] == "Nazwa nadana w panelu"
    assert shown["description"] == body["description"]


def test_an_image_nobody_uses_expires(sandbox: SandboxServer, api: Api) -> None:
    used, unused = (
        api("POST", "/sale/images", json={"url": f"https://img.example/{n}.jpg"}).json()["location"]
        for n in range(2)
    )
    made = api("POST", CREATE, json=ready_offer(api, images=[used]))
    assert made.status_code == 201
    sandbox.advance(4 * 3600)
    refused = api("POST", CREATE, json=ready_offer(api, images=[unused]))
    assert _codes(refused) == ["IMAGE_NOT_FOUND"]
    assert api("GET", f"{CREATE}/{made.json()['id']}").json()["validation"]["errors"] == []


def test_another_marketplace_is_asked_and_decides(sandbox: SandboxServer, judged: Api) -> None:
    sandbox.control("POST", "/settings", {"qualificationDelaySeconds": 30})
    wished = {
        "allegro-cz": {"sellingMode": {"price": {"amount": "800", "currency": "CZK"}}},
        "allegro-sk": {"sellingMode": {"price": {"amount": "1.00", "currency": "EUR"}}},
    }
    made = judged("POST", CREATE, json=ready_offer(judged, additionalMarketplaces=wished)).json()
    path = f"{CREATE}/{made['id']}"
    assert _states(made) == {"allegro-cz": "IN_PROGRESS", "allegro-sk": "IN_PROGRESS"}
    sandbox.advance(31)
    decided = judged("GET", path).json()
    assert _states(decided) == {"allegro-cz": "APPROVED", "allegro-sk": "REFUSED"}
    reasons = decided["additionalMarketplaces"]["allegro-sk"]["publication"]["refusalReasons"]
    assert [one["code"] for one in reasons] == ["VQR009_PRICE_IN_ADDITIONAL_MARKETPLACE_MISMATCH"]
    price = {"sellingMode": {"price": {"amount": "29.00", "currency": "EUR"}}}
    judged("PATCH", path, json={"additionalMarketplaces": {"allegro-sk": price}})
    sandbox.advance(31)
    assert _states(judged("GET", path).json())["allegro-sk"] == "APPROVED"


def test_a_draft_waits_with_other_marketplaces_until_it_is_sold(
    sandbox: SandboxServer, api: Api
) -> None:
    wished = {"allegro-cz": {"sellingMode": {"price": {"amount": "800", "currency": "CZK"}}}}
    body = ready_offer(api, additionalMarketplaces=wished, publication={"status": "INACTIVE"})
    made = api("POST", CREATE, json=body).json()
    assert _states(made) == {"allegro-cz": "PENDING"}
    api("PATCH", f"{CREATE}/{made['id']}", json={"publication": {"status": "ACTIVE"}})
    assert _states(api("GET", f"{CREATE}/{made['id']}").json()) == {"allegro-cz": "APPROVED"}


def _states(offer: dict[str, Any]) -> dict[str, str]:
    places = offer["additionalMarketplaces"]
    return {place: shown["publication"]["state"] for place, shown in places.items()}


def _active(sandbox: SandboxServer, api: Api) -> str:
    offers = sandbox.seller(api.login)["offers"]
    return next(offer["id"] for offer in offers if offer["status"] == "ACTIVE")
