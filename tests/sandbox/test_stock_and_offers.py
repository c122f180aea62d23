from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.sandbox.conftest import BETA, Api, ready_offer
from tests.sandbox_server import SandboxServer


@pytest.fixture
def offer(sandbox: SandboxServer, login: str) -> dict[str, Any]:
    """An active offer with ten pieces at 50 zloty."""
    described = {"externalId": "MY-SKU", "available": 10, "price": "50.00"}
    made = sandbox.control("POST", "/offers", {"seller": login, "offers": [described]})
    found: dict[str, Any] = made["offers"][0]
    return found


def _truth(sandbox: SandboxServer, offer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.control("GET", f"/offers/{offer['id']}")
    return found


def _listed(api: Api, offer: dict[str, Any]) -> dict[str, Any] | None:
    found = api("GET", "/sale/offers", query={"offer.id": offer["id"]}).json()["offers"]
    return found[0] if found else None


def _parts(api: Api, offer: dict[str, Any]) -> int:
    path = f"/sale/product-offers/{offer['id']}/parts"
    return int(api("GET", path, query={"include": "stock"}).json()["stock"]["available"])


def _events(api: Api, offer: dict[str, Any]) -> list[str]:
    events = api("GET", "/sale/offer-events").json()["offerEvents"]
    return [event["type"] for event in events if event["offer"]["id"] == offer["id"]]


def _patch(api: Api, offer: dict[str, Any], body: dict[str, Any]) -> int:
    return api("PATCH", f"/sale/product-offers/{offer['id']}", json=body).status_code


def test_purchase_takes_stock(sandbox: SandboxServer, api: Api, offer: dict[str, Any]) -> None:
    sandbox.buy(api.login, {offer["id"]: 3})
    assert _truth(sandbox, offer)["available"] == 7
    assert _truth(sandbox, offer)["sold"] == 3
    assert _events(api, offer) == ["OFFER_STOCK_CHANGED"]


def test_last_piece_ends_the_offer(sandbox: SandboxServer, api: Api, offer: dict[str, Any]) -> None:
    sandbox.buy(api.login, {offer["id"]: 10})
    ended = _truth(sandbox, offer)
    assert (ended["status"], ended["endedBy"]) == ("ENDED", "EMPTY_STOCK")
    assert _events(api, offer) == ["OFFER_STOCK_CHANGED", "OFFER_ENDED"]


def test_stock_zero_ends_an_active_offer(api: Api, sandbox: SandboxServer, offer: Any) -> None:
    assert _patch(api, offer, {"stock": {"available": 0}}) == 200
    assert _truth(sandbox, offer)["status"] == "ENDED"


def test_listing_lags_while_parts_are_fresh(
    sandbox: SandboxServer, api: Api, offer: dict[str, Any]
) -> None:
    sandbox.control("POST", "/settings", {"listingLagSeconds": 30})
    sandbox.buy(api.login, {offer["id"]: 4})
    stale = _listed(api, offer)
    assert stale is not None
    assert stale["stock"]["available"] == 10
    assert _parts(api, offer) == 6
    sandbox.advance(31)
    fresh = _listed(api, offer)
    assert fresh is not None
    assert fresh["stock"]["available"] == 6


def test_new_offer_appears_in_the_listing_late(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"listingLagSeconds": 30})
    body = ready_offer(api, external={"id": "LATE"})
    made = api("POST", "/sale/product-offers", json=body).json()
    assert made["publication"]["status"] == "ACTIVE"
    assert _listed(api, made) is None
    sandbox.advance(31)
    found = api("GET", "/sale/offers", query={"external.id": "LATE"}).json()
    assert [item["id"] for item in found["offers"]] == [made["id"]]


def test_pages_cover_every_offer_once(api: Api) -> None:
    seen: list[str] = []
    for offset in range(0, 60, 7):
        page = api("GET", "/sale/offers", query={"limit": 7, "offset": offset}).json()
        seen += [item["id"] for item in page["offers"]]
    assert len(seen) == len(set(seen)) == page["totalCount"] == 40


def test_arrays_are_replaced_whole(api: Api, offer: dict[str, Any]) -> None:
    for images in (
        ["https://img.example/1.jpg", "https://img.example/2.jpg"],
        ["https://i.example/3"],
    ):
        assert _patch(api, offer, {"images": images}) == 200
        path = f"/sale/product-offers/{offer['id']}"
        assert api("GET", path).json()["images"] == images


@pytest.mark.parametrize(
    "body",
    [
        {"stock": {"available": -1}},
        {"name": "Za krótki"},
        {"sellingMode": {"price": {"amount": "10.00", "currency": "EUR"}}},
        {"sellingMode": {"price": {"amount": "10.001", "currency": "PLN"}}},
        {"additionalMarketplaces": {
            "allegro-cz": {"sellingMode": {"price": {"amount": "9.50", "currency": "CZK"}}}}},
        {"external": {"id": "x" * 101}, "stock": {"available": 3}},
    ],
)  # fmt: skip
def test_refused_change_changes_nothing(
    sandbox: SandboxServer, api: Api, offer: dict[str, Any], body: dict[str, Any]
) -> None:
    before = _truth(sandbox, offer)
    assert _patch(api, offer, body) == 422
    assert _truth(sandbox, offer) == before
    assert _events(api, offer) == []


def _command(api: Api, path: str, body: dict[str, Any], offer: dict[str, Any]) -> dict[str, Any]:
    criteria = [{"type": "CONTAINS_OFFERS", "offers": [{"id": offer["id"]}]}]
    command = f"{path}/{uuid.uuid4()}"
    response = api("PUT", command, json={**body, "offerCriteria": criteria})
    assert response.status_code == 201, response.text
    tasks: list[dict[str, Any]] = api("GET", f"{command}/tasks").json()["tasks"]
    return tasks[0] if tasks else {}


QUANTITY = "/sale/offer-quantity-change-commands"


def test_command_counts_start_at_zero(
    sandbox: SandboxServer, api: Api, offer: dict[str, Any]
) -> None:
    sandbox.control("POST", "/settings", {"commandDelaySeconds": 10})
    path = f"{QUANTITY}/{uuid.uuid4()}"
    criteria = [{"type": "CONTAINS_OFFERS", "offers": [{"id": offer["id"]}]}]
    modification = {"changeType": "FIXED", "value": 3}
    api("PUT", path, json={"modification": modification, "offerCriteria": criteria})
    assert api("GET", path).json()["taskCount"]["total"] == 0
    assert _truth(sandbox, offer)["available"] == 10
    sandbox.advance(6)
    assert api("GET", path).json()["taskCount"] == {"total": 1, "success": 0, "failed": 0}
    sandbox.advance(6)
    report = api("GET", path).json()
    assert report["taskCount"] == {"total": 1, "success": 1, "failed": 0}
    assert report["completedAt"] is not None
    assert _truth(sandbox, offer)["available"] == 3


def test_fixed_zero_is_refused(sandbox: SandboxServer, api: Api, offer: dict[str, Any]) -> None:
    criteria = [{"type": "CONTAINS_OFFERS", "offers": [{"id": offer["id"]}]}]
    body = {"modification": {"changeType": "FIXED", "value": 0}, "offerCriteria": criteria}
    assert api("PUT", f"{QUANTITY}/{uuid.uuid4()}", json=body).status_code == 422
    assert _truth(sandbox, offer)["available"] == 10


def test_gain_is_relative(sandbox: SandboxServer, api: Api, offer: dict[str, Any]) -> None:
    body = {"modification": {"changeType": "GAIN", "value": -4}}
    assert _command(api, QUANTITY, body, offer)["status"] == "SUCCESS"
    assert _truth(sandbox, offer)["available"] == 6


def test_command_for_another_sellers_offer_does_nothing(sandbox: SandboxServer, api: Api) -> None:
    theirs = sandbox.seller(sandbox.sellers()[1])["offers"][0]
    body = {"modification": {"changeType": "FIXED", "value": 77}}
    assert _command(api, QUANTITY, body, theirs) == {}
    assert _truth(sandbox, theirs) == theirs


@pytest.mark.parametrize(
    ("modification", "expected"),
    [
        ({"type": "INCREASE_PRICE", "value": {"amount": "1.50", "currency": "PLN"}}, "51.50"),
        ({"type": "DECREASE_PERCENTAGE", "percentage": "10"}, "45.00"),
    ],
)
def test_price_commands(
    sandbox: SandboxServer,
    api: Api,
    offer: dict[str, Any],
    modification: dict[str, Any],
    expected: str,
) -> None:
    path = "/sale/offer-price-change-commands"
    assert _command(api, path, {"modification": modification}, offer)["status"] == "SUCCESS"
    assert _truth(sandbox, offer)["price"]["amount"] == expected
    assert _events(api, offer) == ["OFFER_PRICE_CHANGED"]


def test_ended_offer_needs_stock_to_come_back(
    sandbox: SandboxServer, api: Api, offer: dict[str, Any]
) -> None:
    _patch(api, offer, {"stock": {"available": 0}})
    path, body = "/sale/offer-publication-commands", {"publication": {"action": "ACTIVATE"}}
    failed = _command(api, path, body, offer)
    assert (failed["status"], failed["errors"][0]["code"]) == ("FAIL", "EMPTY_STOCK")
    _patch(api, offer, {"stock": {"available": 2}})
    assert _command(api, path, body, offer)["status"] == "SUCCESS"
    assert _truth(sandbox, offer)["status"] == "ACTIVE"


def test_bulk_takes_25_offers_at_most(api: Api, offer: dict[str, Any]) -> None:
    change = {"offerId": offer["id"], "stock": {"changeType": "FIXED", "value": 1}}
    body = {"commandId": str(uuid.uuid4()), "modifications": [change] * 26}
    path = "/sale/offer-bulk-modification-commands"
    assert api("POST", path, json=body, media=BETA).status_code == 422


def test_only_drafts_are_deleted(sandbox: SandboxServer, api: Api, offer: dict[str, Any]) -> None:
    assert api("DELETE", f"/sale/offers/{offer['id']}").status_code == 403
    assert _truth(sandbox, offer)["status"] == "ACTIVE"
