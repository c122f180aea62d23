"""Offers edited in Allegro's panel, faults by share, tasks that fail, offers a listing leaves out."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Api
from tests.sandbox_server import SandboxServer

BULK = "/sale/offer-bulk-modification-commands"


def _active(sandbox: SandboxServer, api: Api, count: int = 1) -> list[str]:
    offers = sandbox.seller(api.login)["offers"]
    return [offer["id"] for offer in offers if offer["status"] == "ACTIVE"][:count]


def _types(api: Api, offer_id: str) -> list[str]:
    found = api("GET", "/sale/offer-events", query={"limit": 1000}).json()["offerEvents"]
    return [event["type"] for event in found if event["offer"]["id"] == offer_id]


def test_an_edit_in_the_panel_is_seen_everywhere_and_told_in_the_journal(
    sandbox: SandboxServer, judged: Api
) -> None:
    offer = _active(sandbox, judged)[0]
    edit = {
        "price": "77.70",
        "available": 3,
        "name": "Nazwa nadana w panelu",
        "description": "<p>Opis z panelu</p>",
        "images": ["https://img.example/panel.jpg"],
        "marketplaces": {
            "allegro-cz": {"price": "999", "state": "REFUSED", "reasons": ["VQR001_CURRENCY_NOT_AVAILABLE"]}
        },
    }  # fmt: skip
    sandbox.control("PATCH", f"/offers/{offer}", edit)
    shown = judged("GET", f"/sale/product-offers/{offer}").json()
    assert shown["sellingMode"]["price"]["amount"] == "77.70"
    assert shown["stock"]["available"] == 3
    assert shown["name"] == edit["name"]
    assert shown["images"] == edit["images"]
    place = shown["additionalMarketplaces"]["allegro-cz"]
    assert place["sellingMode"]["price"]["amount"] == "999.00"
    assert place["publication"]["state"] == "REFUSED"
    assert place["publication"]["refusalReasons"][0]["code"] == "VQR001_CURRENCY_NOT_AVAILABLE"
    expected = {"OFFER_CHANGED", "OFFER_PRICE_CHANGED", "OFFER_STOCK_CHANGED"}
    assert expected <= set(_types(judged, offer))
    judged("GET", "/sale/offers", query={"offer.id": offer})


def test_many_are_edited_at_once_or_none(sandbox: SandboxServer, api: Api) -> None:
    one, two = _active(sandbox, api, 2)
    edits = [{"id": one, "price": "11.00"}, {"id": two, "available": 5}]
    assert sandbox.control("PATCH", "/offers", {"edits": edits}) == {"edited": 2}
    assert sandbox.control("GET", f"/offers/{one}")["price"]["amount"] == "11.00"
    assert sandbox.control("GET", f"/offers/{two}")["available"] == 5
    wrong = [{"id": one, "price": "12.00"}, {"id": two, "price": "nothing"}]
    with pytest.raises(AssertionError, match="400"):
        sandbox.control("PATCH", "/offers", {"edits": wrong})
    assert sandbox.control("GET", f"/offers/{one}")["price"]["amount"] == "11.00"


def test_an_offer_that_lost_its_safety_data_says_so(sandbox: SandboxServer, judged: Api) -> None:
    offer = _active(sandbox, judged)[0]
    sandbox.control("PATCH", f"/offers/{offer}", {"producer": None, "safety": None})
    found = judged("GET", f"/sale/product-offers/{offer}").json()["validation"]["errors"]
    codes = [error["code"] for error in found]
    assert codes == ["RESPONSIBLE_PRODUCER_NOT_SPECIFIED", "SAFETY_INFO_NOT_DEFINED"]
    cheap = {"stock": {"available": 4}}
    assert judged("PATCH", f"/sale/product-offers/{offer}", json=cheap).status_code == 200
    dear = {"name": "Kubek termiczny z nową nazwą"}
    assert judged("PATCH", f"/sale/product-offers/{offer}", json=dear).status_code == 422


def _fates(sandbox: SandboxServer, api: Api, offers: list[str]) -> dict[str, list[int]]:
    fates: dict[str, list[int]] = {}
    for offer in offers:
        try:
            status = api("GET", f"/sale/product-offers/{offer}").status_code
        except requests.ConnectionError:
            status = 0
        fates.setdefault(offer, []).append(status)
    return fates


def test_a_share_of_requests_fails_and_the_same_ones_again(
    sandbox: SandboxServer, api: Api
) -> None:
    offers = _active(sandbox, api, 30)
    rule = {"kind": "mixed", "probability": 0.3, "seed": 5, "route": "GET /sale/product-offers/*"}
    sandbox.control("POST", "/faults", rule)
    first = _fates(sandbox, api, offers)
    failed = [fate for (fate,) in first.values() if fate != 200]
    assert 3 <= len(failed) <= 16
    assert set(failed) <= {0, 429, 500, 503, 504}
    sandbox.control("DELETE", "/faults")
    sandbox.control("POST", "/faults", rule)
    assert _fates(sandbox, api, offers[::-1]) == first


def test_no_answer_comes_after_the_work_is_done(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api)[0]
    rule = {"kind": "timeout", "afterEffect": True, "latencyMs": 200, "count": 1}
    sandbox.control("POST", "/faults", {**rule, "route": "PATCH *"})
    with pytest.raises(requests.ConnectionError):
        api("PATCH", f"/sale/product-offers/{offer}", json={"stock": {"available": 7}})
    assert sandbox.control("GET", f"/offers/{offer}")["available"] == 7


def _bulk(api: Api, offers: list[str]) -> str:
    command_id = str(uuid.uuid4())
    changes = [{"offerId": offer, "stock": {"changeType": "FIXED", "value": 9}} for offer in offers]
    body = {"commandId": command_id, "modifications": changes}
    media = "application/vnd.allegro.beta.v1+json"
    assert api("POST", BULK, json=body, media=media).status_code == 201
    return command_id


def test_tasks_fail_and_stay_new_per_offer(sandbox: SandboxServer, api: Api) -> None:
    fine, failing, stuck = _active(sandbox, api, 3)
    failed = {"kind": "task_failed", "offerId": failing, "code": "OFFER_LOCKED"}
    sandbox.control("POST", "/faults", {**failed, "route": "*bulk*"})
    sandbox.control("POST", "/faults", {"kind": "task_stuck", "offerId": stuck})
    command_id = _bulk(api, [fine, failing, stuck])
    tasks = api("GET", f"{BULK}/{command_id}/tasks").json()["tasks"]
    found = {task["subject"]["offerId"]: task for task in tasks}
    assert [found[o]["status"] for o in (fine, failing, stuck)] == ["SUCCESS", "FAIL", "NEW"]
    assert found[failing]["errors"][0]["code"] == "OFFER_LOCKED"
    report = api("GET", f"{BULK}/{command_id}").json()
    assert report["completedAt"] is None
    assert report["taskCount"] == {"total": 3, "success": 1, "failed": 1}
    assert sandbox.control("GET", f"/offers/{failing}")["available"] != 9


def test_a_listing_leaves_out_always_the_same_offers(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/faults", {"kind": "missing_from_listing", "probability": 0.2})
    pages = [api("GET", "/sale/offers", query={"limit": 1000}).json() for _twice in range(2)]
    shown = [[offer["id"] for offer in page["offers"]] for page in pages]
    assert shown[0] == shown[1]
    assert 25 <= len(shown[0]) < 40
    assert pages[0]["totalCount"] == len(shown[0])


def test_writes_are_counted_apart_from_reads(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api)[0]
    sandbox.control("DELETE", "/requests")
    api("GET", f"/sale/product-offers/{offer}")
    assert sandbox.control("GET", "/requests")["writes"] == {}
    api("PATCH", f"/sale/product-offers/{offer}", json={"stock": {"available": 2}})
    counted: Any = sandbox.control("GET", "/requests")["writes"]
    assert counted == {"PATCH /sale/product-offers/{offerId}": 1}


def test_the_journal_forgets_after_a_day(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api)[0]
    sandbox.control("PATCH", f"/offers/{offer}", {"price": "12.34"})
    assert _types(api, offer) == ["OFFER_PRICE_CHANGED"]
    sandbox.advance(25 * 3600)
    api.tokens = sandbox.tokens(api.login)
    assert _types(api, offer) == []


def test_a_person_edits_an_offer_on_its_page(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api)[0]
    address = f"{sandbox.base_url}/shop/{api.login}/offers/{offer}"
    shown = sandbox.control("GET", f"/offers/{offer}")
    assert shown["name"] in requests.get(address, timeout=10).text
    form = {
        "name": shown["name"],
        "price": "61.20",
        "available": str(shown["available"]),
        "status": "ACTIVE",
    }
    saved = requests.post(address, data=form, timeout=10)
    assert "Saved." in saved.text
    assert sandbox.control("GET", f"/offers/{offer}")["price"]["amount"] == "61.20"
    assert _types(api, offer) == ["OFFER_PRICE_CHANGED"]
    for wrong in ({"price": "<b>"}, {"available": "-1"}, {"status": "GONE"}):
        refused = requests.post(address, data={**form, **wrong}, timeout=10)
        assert refused.status_code == 400
        assert "<b>" not in refused.text
    assert sandbox.control("GET", f"/offers/{offer}")["price"]["amount"] == "61.20"
