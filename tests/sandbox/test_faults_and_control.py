from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Api
from tests.sandbox_server import SandboxServer


def _fault(sandbox: SandboxServer, **rule: Any) -> None:
    sandbox.control("POST", "/faults", rule)


def test_status_fault_strikes_its_route_and_count(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="status", status=429, retryAfter=7, route="GET /order/*", count=1)
    assert api("GET", "/me").status_code == 200
    struck = api("GET", "/order/events")
    assert (struck.status_code, struck.headers["Retry-After"]) == (429, "7")
    assert struck.json()["errors"][0]["code"] == "TOO_MANY_REQUESTS"
    assert api("GET", "/order/events").status_code == 200


def test_fault_of_one_seller_spares_the_other(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="status", status=503, seller=api.login)
    assert api("GET", "/me").status_code == 503
    assert Api(sandbox, sandbox.sellers()[1], None)("GET", "/me").status_code == 200
    assert sandbox.control("DELETE", "/faults") == {"removed": 1}
    assert api("GET", "/me").status_code == 200


def test_probability_is_kept_roughly(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="status", status=500, probability=0.5)
    failed = sum(api("GET", "/me").status_code == 500 for _ in range(60))
    assert 15 < failed < 45


def test_dropped_connection(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="drop", count=1)
    with pytest.raises(requests.ConnectionError):
        api("GET", "/me")
    assert api("GET", "/me").status_code == 200
    assert sandbox.control("GET", "/requests")["byStatus"]["0"] == 1


def test_dropped_answer_of_work_that_was_done(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="drop", route="POST /sale/product-offers", afterEffect=True, count=1)
    body = {
        "name": "Kubek którego nikt nie widział",
        "stock": {"available": 1},
        "external": {"id": "TWICE"},
    }
    with pytest.raises(requests.ConnectionError):
        api("POST", "/sale/product-offers", json=body)
    found = [o for o in sandbox.seller(api.login)["offers"] if o["externalId"] == "TWICE"]
    assert len(found) == 1


def test_truncated_and_garbled_bodies(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="truncate", count=1)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        api("GET", "/sale/offers")
    _fault(sandbox, kind="garbage", count=1)
    with pytest.raises(ValueError, match="Expecting value"):
        api("GET", "/me").json()


def test_latency(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="latency", latencyMs=300, count=1)
    started = time.monotonic()
    assert api("GET", "/me").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_revoked_token_fault_ends_the_grant(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="revoked_token", count=1)
    assert api("GET", "/me").status_code == 401
    assert api("GET", "/me").status_code == 401
    refresh = api.tokens["refresh_token"]
    answer = sandbox.token_request(grant_type="refresh_token", refresh_token=refresh)
    assert answer.json()["error"] == "invalid_grant"


def test_stale_listing_stands_still(sandbox: SandboxServer, api: Api) -> None:
    offer = next(o for o in sandbox.seller(api.login)["offers"] if o["available"] > 5)
    _fault(sandbox, kind="stale_listing", seller=api.login)
    sandbox.control("PATCH", f"/offers/{offer['id']}", {"available": 3})
    query = {"offer.id": offer["id"]}
    shown = api("GET", "/sale/offers", query=query).json()["offers"][0]
    assert shown["stock"]["available"] == offer["available"]
    sandbox.control("DELETE", "/faults")
    shown = api("GET", "/sale/offers", query=query).json()["offers"][0]
    assert shown["stock"]["available"] == 3


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/faults", {"kind": "earthquake"}),
        ("POST", "/faults", {"kind": "drop", "probability": 2}),
        ("POST", "/faults", {"kind": "drop", "seller": "nobody"}),
        ("POST", "/faults", {"kind": "drop", "colour": "red"}),
        ("POST", "/settings", {"listingLagSeconds": "long"}),
        ("POST", "/settings", {"noSuch": 1}),
        ("POST", "/settings", {"limits": {"client": 3}}),
        ("POST", "/clock", {"advance": -1}),
        ("POST", "/purchases", {"seller": "sklep_lipowa", "lines": []}),
        ("POST", "/purchases", {"seller": "sklep_lipowa", "lines": [{"offerId": "1"}]}),
        ("POST", "/purchases", {"seller": "sklep_lipowa", "lines": [{"quantity": 1}]}),
        ("POST", "/offers", {"seller": "sklep_lipowa", "offers": [{"price": "free"}]}),
        ("POST", "/offers", {"seller": "sklep_lipowa", "count": 0}),
        ("POST", "/sellers", {"login": "sklep_lipowa"}),
        ("GET", "/requests?since=whenever", None),
    ],
)
def test_wrong_control_input_is_refused(
    sandbox: SandboxServer, method: str, path: str, body: Any
) -> None:
    before = sandbox.control("GET", "/state")
    url = f"{sandbox.base_url}/_control{path}"
    response = requests.request(method, url, json=body, timeout=10)
    assert response.status_code == 400
    assert response.json()["error"]
    after = sandbox.control("GET", "/state")
    assert {**after, "clock": None} == {**before, "clock": None}


def test_requests_are_counted_by_route_and_seller(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("DELETE", "/requests")
    for _ in range(3):
        api("GET", "/sale/product-offers/13000000001")
    api("GET", "/me")
    counts = sandbox.control("GET", "/requests")
    assert counts["byRoute"]["GET /sale/product-offers/{offerId}"] == 3
    assert counts["bySeller"] == {api.login: 4}
    assert counts["byStatus"] == {"200": 1, "404": 3}
    now = sandbox.control("GET", "/clock")["now"]
    sandbox.advance(5)
    api("GET", "/me")
    assert sandbox.control("GET", f"/requests?since={now}")["byRoute"] == {"GET /me": 1}


def test_the_same_seed_gives_the_same_world(sandbox: SandboxServer, login: str) -> None:
    first = [offer["id"] for offer in sandbox.seller(login)["offers"]]
    sandbox.reset()
    assert [offer["id"] for offer in sandbox.seller(login)["offers"]] == first
    sandbox.reset(seed=8)
    assert [offer["id"] for offer in sandbox.seller(login)["offers"]] != first
    sandbox.reset(seed=7)


def test_bulk_creation(sandbox: SandboxServer) -> None:
    made = sandbox.control("POST", "/sellers", {"login": "nowy", "offers": 30, "orders": 12})
    assert (made["offers"], made["orders"]) == (30, 12)
    sandbox.control("POST", "/offers", {"seller": "nowy", "count": 70})
    sandbox.control("POST", "/orders", {"seller": "nowy", "count": 8})
    page = sandbox.control("GET", "/sellers/nowy?offset=95&limit=10")
    assert (page["offerCount"], len(page["offers"])) == (100, 5)
    assert page["orderCount"] == 20


def test_person_buys_with_a_browser_only(sandbox: SandboxServer, login: str) -> None:
    offer = next(o for o in sandbox.seller(login)["offers"] if o["status"] == "ACTIVE")
    home = requests.get(sandbox.base_url, timeout=10)
    assert f"/shop/{login}" in home.text
    form = {"offer": offer["id"], "quantity": "1"}
    bought = requests.post(f"{sandbox.base_url}/shop/{login}/buy", data=form, timeout=10)
    assert "Bought." in bought.text
    left = sandbox.control("GET", f"/offers/{offer['id']}")["available"]
    assert left == offer["available"] - 1


def test_sandbox_stops_within_seconds() -> None:
    server = SandboxServer(sellers=1, offers=5, orders=2).start()
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < 3
    with pytest.raises(requests.ConnectionError):
        requests.get(server.base_url, timeout=2)


def test_a_rule_for_everything_spares_the_token_endpoint(sandbox: SandboxServer, api: Api) -> None:
    _fault(sandbox, kind="status", status=503)
    assert api("GET", "/me").status_code == 503
    refresh = api.tokens["refresh_token"]
    answer = sandbox.token_request(grant_type="refresh_token", refresh_token=refresh)
    assert answer.status_code == 200
