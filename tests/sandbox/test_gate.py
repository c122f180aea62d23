from __future__ import annotations

import pytest

from tests.sandbox.conftest import Api
from tests.sandbox_server import PUBLIC, USER_AGENT, SandboxServer


@pytest.mark.parametrize(
    "agent",
    [
        "python-requests/2.34",
        "AllegroHub/1.0.0",
        "AllegroHub (+https://allegro-hub.example)",
        "Another/1.0.0 (+https://allegro-hub.example)",
    ],
)
def test_user_agent_must_name_the_app(api: Api, agent: str) -> None:
    response = api("GET", "/me", headers={"User-Agent": agent})
    assert response.status_code == 403
    assert response.json()["errors"][0]["code"] == "UserAgentForbidden"


def test_every_answer_has_a_trace_id(api: Api) -> None:
    traces = {api("GET", path).headers["Trace-Id"] for path in ("/me", "/no/such", "/order/events")}
    assert len(traces) == 3


def test_unknown_path_is_not_available(api: Api) -> None:
    response = api("GET", "/sale/everything")
    assert response.status_code == 404
    assert response.json()["errors"][0]["message"] == "Function is not available"


def test_media_type_is_checked_per_operation(api: Api) -> None:
    assert api("GET", "/me", headers={"Accept": "application/json"}).status_code == 406
    assert api("GET", "/order/customer-returns", media=PUBLIC).status_code == 406
    response = api("POST", "/sale/images", json={}, headers={"Content-Type": "application/json"})
    assert response.status_code == 415


def test_missing_token_is_unauthorized(api: Api) -> None:
    response = api("GET", "/me", headers={"Authorization": ""})
    assert (response.status_code, response.json()["error"]) == (401, "unauthorized")


def test_user_message_follows_accept_language(api: Api) -> None:
    answer = api("GET", "/sale/product-offers/1", headers={"Accept-Language": "pl-PL"})
    assert answer.json()["errors"][0]["userMessage"] == "Nie znaleziono zasobu."


def test_body_of_the_wrong_kind_is_refused(api: Api) -> None:
    path = "/sale/offer-quantity-change-commands/1"
    assert api("PUT", path, json={"modification": "x"}).status_code == 422
    broken = api("PUT", path, data=b"{", headers={"Content-Type": PUBLIC})
    assert (broken.status_code, broken.json()["errors"][0]["code"]) == (400, "JsonMappingException")


def test_client_over_its_limit_is_blocked_for_a_minute(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"limits": {"client": [3, 60]}})
    statuses = [api("GET", "/me").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    sandbox.advance(50)
    assert api("GET", "/me").status_code == 429  # asking starts the block anew
    sandbox.advance(50)
    assert api("GET", "/me").status_code == 429
    sandbox.advance(61)
    assert api("GET", "/me").status_code == 200


def test_seller_limit_spares_other_sellers(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"limits": {"offerParts": [1, 60]}})
    own = sandbox.seller(api.login)["offers"][0]["id"]
    path, query = f"/sale/product-offers/{own}/parts", {"include": "stock"}
    assert [api("GET", path, query=query).status_code for _ in range(2)] == [200, 429]
    other = Api(sandbox, sandbox.sellers()[1], None)
    theirs = sandbox.seller(other.login)["offers"][0]["id"]
    path = f"/sale/product-offers/{theirs}/parts"
    assert other("GET", path, query=query).status_code == 200
    assert api("GET", "/me").status_code == 200


def test_commands_are_limited_by_offers(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"limits": {"quantityCommands": [3, 60]}})
    offers = [{"id": item["id"]} for item in sandbox.seller(api.login)["offers"][:2]]
    body = {
        "modification": {"changeType": "GAIN", "value": 1},
        "offerCriteria": [{"type": "CONTAINS_OFFERS", "offers": offers}],
    }
    path = "/sale/offer-quantity-change-commands"
    statuses = [api("PUT", f"{path}/{n}", json=body).status_code for n in range(2)]
    assert statuses == [201, 429]


def test_limits_can_be_switched_off(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"limits": {"client": [0, 60]}})
    assert api("GET", "/me").status_code == 429
    sandbox.control("POST", "/settings", {"limitsEnabled": False})
    assert api("GET", "/me").status_code == 200


def test_another_sellers_things_stay_hidden(sandbox: SandboxServer, api: Api) -> None:
    theirs = sandbox.seller(sandbox.sellers()[1])
    offer = f"/sale/product-offers/{theirs['offers'][0]['id']}"
    assert api("GET", offer).status_code == 403
    assert api("PATCH", offer, json={"stock": {"available": 1}}).status_code == 403
    form = f"/order/checkout-forms/{theirs['orders'][0]['id']}"
    assert api("GET", form).status_code == 404
    assert sandbox.seller(theirs["login"])["offers"] == theirs["offers"]


def test_default_user_agent_is_accepted(api: Api) -> None:
    assert api("GET", "/me", headers={"User-Agent": USER_AGENT}).status_code == 200
