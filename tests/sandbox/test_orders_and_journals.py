from __future__ import annotations

import uuid
from typing import Any

from tests.sandbox.conftest import Api
from tests.sandbox_server import SandboxServer


def _active(sandbox: SandboxServer, login: str) -> list[str]:
    offers = sandbox.seller(login)["offers"]
    return [item["id"] for item in offers if item["status"] == "ACTIVE" and item["available"] > 9]


def _events(api: Api, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api(
        "GET", "/order/events", query={"limit": 1000, **query}
    ).json()["events"]
    return found


def _new_events(api: Api, form_id: str) -> list[str]:
    return [e["type"] for e in _events(api) if e["order"]["checkoutForm"]["id"] == form_id]


def _form(api: Api, form_id: str) -> dict[str, Any]:
    response = api("GET", f"/order/checkout-forms/{form_id}")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_paid_purchase_passes_through_three_events(sandbox: SandboxServer, api: Api) -> None:
    first, second = _active(sandbox, api.login)[:2]
    form_id = sandbox.buy(api.login, {first: 2, second: 1})
    assert _new_events(api, form_id) == ["BOUGHT", "FILLED_IN", "READY_FOR_PROCESSING"]
    form = _form(api, form_id)
    assert [line["quantity"] for line in form["lineItems"]] == [2, 1]
    assert form["payment"]["paidAmount"] == form["summary"]["totalToPay"]
    assert form["delivery"]["address"]["city"]
    assert form["buyer"]["email"].endswith("@allegromail.pl")


def test_unpaid_purchase_hides_the_address(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api.login)[0]
    bought = _form(api, sandbox.buy(api.login, {offer: 1}, pay=False))
    assert (bought["status"], bought["payment"], bought["delivery"]) == ("BOUGHT", None, None)
    filled = _form(api, sandbox.buy(api.login, {offer: 1}, pay=False, fillIn=True))
    assert (filled["status"], filled["delivery"]["address"]) == ("FILLED_IN", None)
    assert filled["payment"]["paidAmount"] is None


def test_cash_on_delivery_is_ready_without_payment(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api.login)[0]
    form = _form(api, sandbox.buy(api.login, {offer: 1}, cashOnDelivery=True))
    assert form["status"] == "READY_FOR_PROCESSING"
    assert form["payment"]["type"] == "CASH_ON_DELIVERY"
    assert form["payment"]["paidAmount"] is None


def test_refused_purchase_takes_nothing(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api.login)[0]
    before = sandbox.seller(api.login)
    body = {"seller": api.login, "lines": [{"offerId": offer, "quantity": 10_000}]}
    response = api.session.post(f"{sandbox.base_url}/_control/purchases", json=body, timeout=10)
    assert response.status_code == 400
    assert sandbox.seller(api.login) == before


def test_foreign_marketplace_has_its_currency(sandbox: SandboxServer, api: Api) -> None:
    offers = sandbox.seller(api.login)["offers"]
    offer = next(x for x in offers if x["additionalPrices"] and x["status"] == "ACTIVE")
    form = _form(api, sandbox.buy(api.login, {offer["id"]: 1}, marketplace="allegro-cz"))
    assert form["marketplace"]["id"] == "allegro-cz"
    assert form["summary"]["totalToPay"]["currency"] == "CZK"
    assert form["delivery"]["method"]["name"].startswith("Allegro")


def test_cursor_is_exclusive_and_ids_grow(sandbox: SandboxServer, api: Api) -> None:
    everything = _events(api)
    ids = [int(event["id"]) for event in everything]
    assert ids == sorted(set(ids))
    cursor, seen = "0", []
    while page := _events(api, **{"from": cursor}, limit=7):
        seen += [event["id"] for event in page]
        cursor = page[-1]["id"]
    assert seen == [event["id"] for event in everything]
    bought = _events(api, type=["BOUGHT", "FILLED_IN"])
    assert {event["type"] for event in bought} == {"BOUGHT", "FILLED_IN"}


def test_journal_forgets_after_sixty_days(sandbox: SandboxServer, api: Api) -> None:
    assert _events(api)
    sandbox.advance(61 * 86_400)
    api.tokens = sandbox.tokens(api.login)
    assert _events(api) == []


def test_lost_event_leaves_the_form_alone_and_can_come_later(
    sandbox: SandboxServer, api: Api
) -> None:
    lost = {"kind": "lost_event", "eventType": "READY_FOR_PROCESSING", "seller": api.login}
    sandbox.control("POST", "/faults", lost)
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    assert _new_events(api, form_id) == ["BOUGHT", "FILLED_IN"]
    assert _form(api, form_id)["status"] == "READY_FOR_PROCESSING"
    recovered = sandbox.control("POST", "/events/recover", {"seller": api.login})
    assert recovered["orderEvents"] == 1
    assert _new_events(api, form_id)[-1] == "READY_FOR_PROCESSING"


def test_doubled_event_has_another_id_and_the_same_moment(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/faults", {"kind": "doubled_event", "eventType": "BOUGHT"})
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1}, pay=False)
    twins = [e for e in _events(api) if e["order"]["checkoutForm"]["id"] == form_id]
    assert len(twins) == 2
    assert twins[0]["id"] != twins[1]["id"]
    assert twins[0]["occurredAt"] == twins[1]["occurredAt"]


def test_disorder_writes_a_later_event_first(sandbox: SandboxServer, api: Api) -> None:
    fault = {"kind": "disorder", "eventType": "READY_FOR_PROCESSING"}
    sandbox.control("POST", "/faults", fault)
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    sandbox.control("POST", f"/orders/{form_id}/cancel", {"by": "buyer"})
    kinds = _new_events(api, form_id)
    assert kinds[-2:] == ["BUYER_CANCELLED", "READY_FOR_PROCESSING"]
    ids = [int(event["id"]) for event in _events(api)]
    assert ids == sorted(ids)


def test_late_events_hide_what_follows(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"eventLagSeconds": 30})
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    assert _new_events(api, form_id) == []
    sandbox.advance(31)
    assert len(_new_events(api, form_id)) == 3


def test_merged_orders_keep_their_lines(sandbox: SandboxServer, api: Api) -> None:
    first, second = _active(sandbox, api.login)[:2]
    one = sandbox.buy(api.login, {first: 1}, pay=False, fillIn=True)
    two = sandbox.buy(api.login, {second: 1}, pay=False, buyerOf=one)
    lines = {line["id"] for form in (one, two) for line in _form(api, form)["lineItems"]}
    body = {"seller": api.login, "checkoutFormIds": [one, two]}
    merged = sandbox.control("POST", "/orders/merge", body)["checkoutFormId"]
    for gone in (one, two):
        answer = api("GET", f"/order/checkout-forms/{gone}")
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["code"] == "CheckoutFormNotFoundException"
    form = _form(api, merged)
    assert {line["id"] for line in form["lineItems"]} == lines
    assert form["status"] == "READY_FOR_PROCESSING"
    assert "READY_FOR_PROCESSING" in _new_events(api, merged)


def test_buyer_changes_move_the_revision(sandbox: SandboxServer, api: Api) -> None:
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    before = _form(api, form_id)
    sandbox.control("POST", f"/orders/{form_id}/address", {"street": "Nowa 7"})
    after = _form(api, form_id)
    assert after["revision"] != before["revision"]
    assert after["delivery"]["address"]["street"] == "Nowa 7"
    assert after["delivery"]["address"]["modifiedAt"]
    assert _new_events(api, form_id)[-1] == "BUYER_MODIFIED"


def test_fulfilment_moves_neither_revision_nor_updated_at(sandbox: SandboxServer, api: Api) -> None:
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    before = _form(api, form_id)
    path = f"/order/checkout-forms/{form_id}/fulfillment"
    query = {"checkoutForm.revision": before["revision"]}
    assert api("PUT", path, query=query, json={"status": "SENT"}).status_code == 204
    after = _form(api, form_id)
    assert after["fulfillment"]["status"] == "SENT"
    assert after["revision"] == before["revision"]
    assert after["updatedAt"] == before["updatedAt"]
    assert _new_events(api, form_id)[-1] == "FULFILLMENT_STATUS_CHANGED"


def test_outdated_revision_conflicts_and_changes_nothing(sandbox: SandboxServer, api: Api) -> None:
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    query = {"checkoutForm.revision": _form(api, form_id)["revision"]}
    sandbox.control("POST", f"/orders/{form_id}/address", {"city": "Toruń"})
    path = f"/order/checkout-forms/{form_id}/fulfillment"
    assert api("PUT", path, query=query, json={"status": "SENT"}).status_code == 409
    assert _form(api, form_id)["fulfillment"]["status"] == "NEW"


def test_cancellation_restores_stock_only_when_told_so(sandbox: SandboxServer, api: Api) -> None:
    offer = _active(sandbox, api.login)[0]
    left = sandbox.control("GET", f"/offers/{offer}")["available"]
    for restore, expected in ((False, left - 2), (True, left - 2)):
        sandbox.control("POST", "/settings", {"restoreStockOnCancel": restore})
        form_id = sandbox.buy(api.login, {offer: 2}, pay=False)
        sandbox.control("POST", f"/orders/{form_id}/cancel", {"by": "auto"})
        assert _form(api, form_id)["status"] == "CANCELLED"
        assert sandbox.control("GET", f"/offers/{offer}")["available"] == expected


def test_surcharge_adds_up_to_the_total(sandbox: SandboxServer, api: Api) -> None:
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    sandbox.control("POST", f"/orders/{form_id}/surcharge", {"amount": "7.50"})
    assert _form(api, form_id)["surcharges"][0]["paidAmount"]["amount"] == "7.50"
    assert _new_events(api, form_id).count("READY_FOR_PROCESSING") == 2


def test_forms_are_windowed_and_sorted(sandbox: SandboxServer, api: Api) -> None:
    path = "/order/checkout-forms"
    forms = api("GET", path, query={"sort": "updatedAt"}).json()["checkoutForms"]
    moments = [form["updatedAt"] for form in forms]
    assert moments == sorted(moments)
    window = {"updatedAt.gte": moments[3], "updatedAt.lte": moments[7]}
    found = api("GET", path, query=window).json()
    assert found["totalCount"] == 5
    assert api("GET", path, query={"limit": 101}).status_code == 422
    assert api("GET", path, query={"offset": 9_999, "limit": 2}).status_code == 422
    assert api("GET", path, query={"updatedAt.gte": "yesterday"}).status_code == 422
    assert api("GET", f"{path}/not-a-uuid").status_code == 422
    assert api("GET", f"{path}/{uuid.uuid4()}").status_code == 404


def test_refund_is_canceled_when_the_balance_is_short(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("PATCH", f"/sellers/{api.login}", {"balance": "0.01"})
    sandbox.control("POST", "/settings", {"refundDelaySeconds": 4})
    form = _form(api, sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1}))
    line = {"id": form["lineItems"][0]["id"], "type": "QUANTITY", "quantity": 1}
    body = {
        "payment": {"id": form["payment"]["id"]},
        "order": {"id": form["id"]},
        "commandId": str(uuid.uuid4()),
        "reason": "REFUND",
        "lineItems": [line],
    }
    assert api("POST", "/payments/refunds", json=body).json()["status"] == "NEW"
    sandbox.advance(5)
    found = api("GET", "/payments/refunds", query={"order.id": form["id"]}).json()["refunds"]
    assert [refund["status"] for refund in found] == ["CANCELED"]


def test_second_invoice_waits_for_the_scan(sandbox: SandboxServer, api: Api) -> None:
    sandbox.control("POST", "/settings", {"invoiceScanSeconds": 20})
    form_id = sandbox.buy(api.login, {_active(sandbox, api.login)[0]: 1})
    path = f"/order/checkout-forms/{form_id}/invoices"
    body = {"file": {"name": "a.pdf"}}
    invoice = api("POST", path, json=body).json()["id"]
    pdf = {"Content-Type": "application/pdf"}
    assert api("PUT", f"{path}/{invoice}/file", data=b"%PDF-1.7", headers=pdf).status_code == 200
    assert api("POST", path, json=body).status_code == 422
    sandbox.advance(21)
    assert api("POST", path, json=body).status_code == 409
    status = api("GET", path).json()["invoices"][0]["file"]["securityVerification"]["status"]
    assert status == "ACCEPTED"
