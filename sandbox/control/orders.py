"""What buyers do, on demand: purchases and everything that may follow one."""

from __future__ import annotations

from typing import Any

from sandbox import purchases
from sandbox.billing_book import give_back
from sandbox.claims import STATUSES as CLAIM_STATUSES
from sandbox.claims import add_claim
from sandbox.control.request import Control, ControlError, Endpoint
from sandbox.journals import recover_lost, write_order_event
from sandbox.orders import FULFILMENT
from sandbox.payments import STATUSES as REFUND_STATUSES
from sandbox.purchases import Wish
from sandbox.returns import STATUSES as RETURN_STATUSES
from sandbox.returns import open_return
from sandbox.seeding import add_orders
from sandbox.state.sellers import Seller
from sandbox.stock import checked_amount

Form = dict[str, Any]


def purchase(control: Control) -> Any:
    """A buyer buys. ``pay`` false leaves the order BOUGHT, with ``fillIn`` FILLED_IN."""
    seller = control.seller()
    lines = control.body.get("lines")
    if not isinstance(lines, list) or not lines:
        raise ControlError('lines must be a list such as [{"offerId": "1", "quantity": 1}]')
    wanted = [_line(item) for item in lines]
    until = "READY_FOR_PROCESSING" if control.flag("pay", default=True) else "BOUGHT"
    if until == "BOUGHT" and control.flag("fillIn", default=False):
        until = "FILLED_IN"
    wish = Wish(
        until=until,
        cash_on_delivery=control.flag("cashOnDelivery", default=False),
        invoice=control.one_of("invoice", ("none", "company", "person"), "none"),
        message=control.optional("message"),
        smart=control.flag("smart", default=True) if "smart" in control.body else None,
    )
    form = purchases.buy(
        control.world,
        seller,
        wanted,
        wish,
        marketplace=control.optional("marketplace"),
        buyer=_same_buyer(control, seller),
    )
    return {"checkoutFormId": form["id"], "status": form["status"]}


def _line(item: Any) -> tuple[str, int]:
    if not isinstance(item, dict) or not isinstance(item.get("offerId"), str | int):
        raise ControlError("every line needs an offerId")
    return str(item["offerId"]), _quantity(item)


def _quantity(item: dict[str, Any]) -> int:
    quantity = item.get("quantity", 1)
    if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
        raise ControlError("quantity must be a whole number of 1 or more")
    return quantity


def _same_buyer(control: Control, seller: Seller) -> Form | None:
    """The buyer of an earlier order, when ``buyerOf`` names one."""
    earlier = control.optional("buyerOf")
    return _form(seller, earlier)["buyer"] if earlier else None


def _form(seller: Seller, form_id: str) -> Form:
    form = seller.forms.by_id.get(form_id)
    if form is None:
        raise ControlError(f"{seller.login} has no order {form_id}", 404)
    return form


def _located(control: Control) -> tuple[Seller, Form]:
    """The order of the path, whoever sold it."""
    form_id = control.params["id"]
    for seller in control.world.sellers.values():
        if form_id in seller.forms.by_id:
            return seller, seller.forms.by_id[form_id]
    raise ControlError(f"no such order: {form_id}", 404)


def in_bulk(control: Control) -> Any:
    """Past orders with their events; stock does not fall."""
    seller = control.seller()
    count = control.whole("count", low=1)
    return {"count": add_orders(control.world, seller, count)}


def one(control: Control) -> Any:
    return _located(control)[1]


def pay(control: Control) -> Any:
    seller, form = _located(control)
    purchases.pay(control.world, seller, form)
    return form


def cancel(control: Control) -> Any:
    seller, form = _located(control)
    by = control.one_of("by", ("buyer", "auto"), "buyer")
    purchases.cancel(control.world, seller, form, by)
    return form


_ADDRESS = ("firstName", "lastName", "street", "city", "zipCode", "countryCode", "companyName",
            "phoneNumber")  # fmt: skip


def change_address(control: Control) -> Any:
    seller, form = _located(control)
    wrong = [name for name in control.body if name not in _ADDRESS]
    if wrong or not control.body:
        raise ControlError(f"give some of: {', '.join(_ADDRESS)}")
    values = {name: control.text(name) for name in control.body}
    purchases.change_address(control.world, seller, form, values)
    return form


def surcharge(control: Control) -> Any:
    seller, form = _located(control)
    currency = form["summary"]["totalToPay"]["currency"]
    amount = checked_amount(control.text("amount"), currency)
    purchases.surcharge(control.world, seller, form, amount)
    return form


def fulfil(control: Control) -> Any:
    """Move the fulfilment status as Allegro itself does, RETURNED included."""
    seller, form = _located(control)
    form["fulfillment"]["status"] = control.one_of("status", FULFILMENT)
    write_order_event(control.world, seller, form, "FULFILLMENT_STATUS_CHANGED")
    return form


def merge(control: Control) -> Any:
    """Unpaid orders of one buyer become one; the old ids answer 404 from now on.

    With ``lineItemIds`` only these lines move, and an order with others left stays.
    """
    seller = control.seller()
    ids = control.body.get("checkoutFormIds")
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise ControlError("checkoutFormIds must be a list of ids")
    parts = [_form(seller, form_id) for form_id in dict.fromkeys(ids)]
    lines = control.body.get("lineItemIds") or []
    if not isinstance(lines, list) or not all(isinstance(item, str) for item in lines):
        raise ControlError("lineItemIds must be a list of ids")
    form = purchases.merge(
        control.world,
        seller,
        parts,
        paid=control.flag("pay", default=True),
        line_ids=frozenset(lines),
    )
    return {"checkoutFormId": form["id"], "status": form["status"]}


def send_back(control: Control) -> Any:
    """The buyer sends lines back; all of the order when ``lines`` is left out."""
    seller, form = _located(control)
    quantities = {}
    lines = control.body.get("lines") or []
    if not isinstance(lines, list):
        raise ControlError("lines must be a list")
    for item in lines:
        if not isinstance(item, dict) or not isinstance(item.get("lineItemId"), str):
            raise ControlError("every line needs a lineItemId")
        quantities[item["lineItemId"]] = _quantity(item)
    reason = control.text("reason", "NOT_AS_EXPECTED")
    return open_return(control.world, seller, form, quantities, reason)


def move_return(control: Control) -> Any:
    seller = control.seller()
    found = seller.returns.get(control.params["id"])
    if found is None:
        raise ControlError(f"no such return: {control.params['id']}", 404)
    found["status"] = control.one_of("status", RETURN_STATUSES)
    return found


def decide_claim(control: Control) -> Any:
    """Decide a claim as Allegro; GRANTED books the commission back."""
    seller = control.seller()
    claim = seller.claims.get(control.params["id"])
    if claim is None:
        raise ControlError(f"no such refund claim: {control.params['id']}", 404)
    claim["status"] = control.one_of("status", CLAIM_STATUSES)
    form_id = seller.forms.by_line.get(claim["lineItem"]["id"], "")
    form = seller.forms.by_id.get(form_id)
    if claim["status"] == "GRANTED" and form is not None:
        line = next(x for x in form["lineItems"] if x["id"] == claim["lineItem"]["id"])
        give_back(control.world, seller, form, line)
    return claim


def claim_by_allegro(control: Control) -> Any:
    """A claim Allegro makes by itself, ``type`` AUTOMATIC, as it does for most refunds now."""
    seller, form = _located(control)
    wanted = control.text("lineItemId")
    line = next((item for item in form["lineItems"] if item["id"] == wanted), None)
    if line is None:
        raise ControlError(f"the order has no line {wanted}", 404)
    quantity = control.whole("quantity", line["quantity"], low=1)
    return add_claim(control.world, seller, form, line, quantity, automatic=True)


def move_refund(control: Control) -> Any:
    """Bring a refund to a status, as Allegro does; money is not moved by this."""
    seller = control.seller()
    for refund in seller.refunds.values():
        if control.params["id"] in (refund["id"], refund["order"]["id"]):
            refund["status"] = control.one_of("status", REFUND_STATUSES)
            return refund
    raise ControlError(f"no such refund: {control.params['id']}", 404)


def recover(control: Control) -> Any:
    """Write the events that were lost, late, as after an incident."""
    seller = control.seller()
    now = control.world.now
    orders = recover_lost(seller.order_events, now)
    return {"orderEvents": orders, "offerEvents": recover_lost(seller.offer_events, now)}


ENDPOINTS = (
    Endpoint("POST", "/purchases", purchase),
    Endpoint("POST", "/orders", in_bulk),
    Endpoint("POST", "/orders/merge", merge),
    Endpoint("GET", "/orders/{id}", one),
    Endpoint("POST", "/orders/{id}/pay", pay),
    Endpoint("POST", "/orders/{id}/cancel", cancel),
    Endpoint("POST", "/orders/{id}/address", change_address),
    Endpoint("POST", "/orders/{id}/surcharge", surcharge),
    Endpoint("POST", "/orders/{id}/fulfillment", fulfil),
    Endpoint("POST", "/orders/{id}/return", send_back),
    Endpoint("POST", "/returns/{id}", move_return),
    Endpoint("POST", "/orders/{id}/claim", claim_by_allegro),
    Endpoint("POST", "/refunds/{id}", move_refund),
    Endpoint("POST", "/refund-claims/{id}", decide_claim),
    Endpoint("POST", "/events/recover", recover),
)
