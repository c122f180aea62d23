"""What long runs and the order's afterlife need: late events, bursts, partial merges, claims, the truth."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.sandbox.conftest import Api
from tests.sandbox.test_orders_and_journals import _active, _events, _form, _new_events
from tests.sandbox_server import SandboxServer


def test_a_delayed_event_comes_later_with_a_new_number_and_its_old_moment(
    sandbox: SandboxServer, api: Api
) -> None:
    late = {"kind": "delayed_event", "eventType": "FILLED_IN", "delaySeconds": 60}
    sandbox.control("POST", "/faults", late)
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    assert _new_events(api, form_id) == ["BOUGHT", "READY_FOR_PROCESSING"]
    sandbox.advance(61)
    assert _new_events(api, form_id) == ["BOUGHT", "READY_FOR_PROCESSING", "FILLED_IN"]
    mine = [e for e in _events(api) if e["order"]["checkoutForm"]["id"] == form_id]
    ids = [int(event["id"]) for event in mine]
    assert ids == sorted(ids)
    assert mine[2]["occurredAt"] <= mine[1]["occurredAt"]
    assert ids[2] - ids[1] > 59 * 1_000_000


def test_a_burst_strikes_so_many_times_in_a_row(sandbox: SandboxServer, api: Api) -> None:
    burst = {"kind": "status", "status": 429, "burst": 3, "count": 4}
    sandbox.control("POST", "/faults", {**burst, "route": "GET /order/events"})
    answers = [api("GET", "/order/events").status_code for _call in range(6)]
    assert answers == [429, 429, 429, 429, 200, 200]


@pytest.mark.parametrize("wrong", [{"burst": 0}, {"delaySeconds": 0}, {"delaySeconds": "soon"}])
def test_faults_described_wrongly_are_refused(sandbox: SandboxServer, wrong: Any) -> None:
    with pytest.raises(AssertionError, match=rf"400.*{next(iter(wrong))}"):
        sandbox.control("POST", "/faults", {"kind": "status", **wrong})


def test_a_partial_merge_leaves_the_other_lines_where_they_were(
    sandbox: SandboxServer, api: Api
) -> None:
    first, second, third = _active(sandbox, api.login)[:3]
    one = sandbox.buy(api.login, {first: 1, second: 2}, pay=False, fillIn=True)
    two = sandbox.buy(api.login, {third: 1}, pay=False, buyerOf=one)
    before = _form(api, one)
    moved, kept = before["lineItems"]
    other = _form(api, two)["lineItems"][0]["id"]
    body = {
        "seller": api.login,
        "checkoutFormIds": [one, two],
        "lineItemIds": [moved["id"], other],
    }
    merged = sandbox.control("POST", "/orders/merge", body)["checkoutFormId"]
    assert {line["id"] for line in _form(api, merged)["lineItems"]} == {moved["id"], other}
    rest = _form(api, one)
    assert [line["id"] for line in rest["lineItems"]] == [kept["id"]]
    assert rest["revision"] != before["revision"]
    assert float(rest["summary"]["totalToPay"]["amount"]) < float(
        before["summary"]["totalToPay"]["amount"]
    )
    assert api("GET", f"/order/checkout-forms/{two}").status_code == 404
    wrong = {**body, "checkoutFormIds": [one], "lineItemIds": ["unknown"]}
    with pytest.raises(AssertionError, match=r"400.*lineItemIds"):
        sandbox.control("POST", "/orders/merge", wrong)
    assert [line["id"] for line in _form(api, one)["lineItems"]] == [kept["id"]]


def _paid(sandbox: SandboxServer, api: Api) -> tuple[str, dict[str, Any]]:
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    return form_id, _form(api, form_id)


def _claim(api: Api, line: str) -> Any:
    return api("POST", "/order/refund-claims", json={"lineItem": {"id": line}, "quantity": 1})


def _claims(api: Api) -> dict[str, str]:
    found = api("GET", "/order/refund-claims").json()["refundClaims"]
    return {claim["lineItem"]["id"]: f"{claim['type']} {claim['status']}" for claim in found}


def _refund(api: Api, form: dict[str, Any]) -> None:
    body = {
        "payment": {"id": form["payment"]["id"]},
        "order": {"id": form["id"]},
        "commandId": str(uuid.uuid4()),
        "reason": "PRODUCT_NOT_AVAILABLE",
        "lineItems": [{"id": form["lineItems"][0]["id"], "type": "QUANTITY", "quantity": 1}],
    }
    assert api("POST", "/payments/refunds", json=body).status_code == 200


def test_a_claim_made_too_early_is_declined_for_good(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"decideClaims": True})
    form_id, form = _paid(sandbox, api)
    line = form["lineItems"][0]["id"]
    assert _claim(api, line).status_code == 201
    sandbox.advance(2)
    assert _claims(api)[line] == "MANUAL REJECTED"
    sandbox.control("POST", f"/orders/{form_id}/cancel", {"by": "buyer"})
    assert _claim(api, line).status_code == 422


def test_a_claim_waits_for_the_refund_and_is_granted_with_it(
    sandbox: SandboxServer, api: Api
) -> None:
    sandbox.control("POST", "/settings", {"decideClaims": True, "refundDelaySeconds": 10})
    _form_id, form = _paid(sandbox, api)
    line = form["lineItems"][0]["id"]
    _refund(api, form)
    _claim(api, line)
    sandbox.advance(2)
    assert _claims(api)[line] == "MANUAL WAITING_FOR_PAYMENT_REFUND"
    sandbox.advance(20)
    assert _claims(api)[line] == "MANUAL GRANTED"


def test_allegro_claims_by_itself_what_was_paid_back(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"automaticClaims": True})
    _form_id, form = _paid(sandbox, api)
    line = form["lineItems"][0]["id"]
    _refund(api, form)
    sandbox.advance(2)
    assert _claims(api)[line] == "AUTOMATIC GRANTED"
    assert _claim(api, line).status_code == 422


def test_a_refund_can_be_brought_to_any_end(sandbox: SandboxServer, api: Api) -> None:
    _form_id, form = _paid(sandbox, api)
    _refund(api, form)
    body = {"seller": api.login, "status": "PARTIAL"}
    sandbox.control("POST", f"/refunds/{form['id']}", body)
    sandbox.advance(5)
    found = api("GET", "/payments/refunds", query={"order.id": form["id"]}).json()
    assert [refund["status"] for refund in found["refunds"]] == ["PARTIAL"]


def test_the_truth_tells_orders_offers_and_what_was_bought(
    sandbox: SandboxServer, api: Api
) -> None:
    first, second = _active(sandbox, api.login)[:2]
    before = sandbox.control("GET", "/truth")[api.login]
    one = sandbox.buy(api.login, {first: 2}, pay=False)
    two = sandbox.buy(api.login, {second: 1}, pay=False, buyerOf=one)
    body = {"seller": api.login, "checkoutFormIds": [one, two]}
    merged = sandbox.control("POST", "/orders/merge", body)["checkoutFormId"]
    after = sandbox.control("GET", "/truth")[api.login]
    assert after["bought"] - before["bought"] == 3
    assert after["mergedInto"] == {one: merged, two: merged}
    assert [line[1:3] for line in after["orders"][merged]["lines"]] == [[first, 2], [second, 1]]
    stock = {offer: after["offers"][offer]["available"] for offer in (first, second)}
    assert stock[first] == before["offers"][first]["available"] - 2
    assert "buyer" not in str(after)
