"""One offer or order that makes no sense: noted with reason and remedy, and the others are kept."""

from __future__ import annotations

from typing import Any

from offers.models import Offer
from orders.models import Order
from syncs.enums import SyncKind
from tests.offers.listings import listing
from tests.syncs.conftest import Run, numbers
from tests.syncs.wire import answering


def _point_to(settings: Any, address: str) -> None:
    changed = {**settings.ALLEGRO_ENVIRONMENTS["sandbox"], "api": address}
    settings.ALLEGRO_ENVIRONMENTS = {**settings.ALLEGRO_ENVIRONMENTS, "sandbox": changed}


def test_an_offer_that_cannot_be_read_stops_no_run(
    account: Any, settings: Any, run_now: Run
) -> None:
    bad = listing(2, sellingMode={"price": {"amount": "1.999", "currency": "PLN"}})
    page = {"offers": [listing(1), bad, listing(3)], "count": 3, "totalCount": 3}
    with answering({"/sale/offers": page}) as address:
        _point_to(settings, address)
        run = run_now()

    assert run.state == "DONE", run.last_error
    assert numbers(run) == {"scanned": 3, "created": 2, "failed": 1}
    item = run.items.get(outcome="FAILED")
    assert (item.object_id, item.reason_code) == (bad["id"], "unreadable_listing")
    assert "fractions of a cent" in item.message
    assert item.remedy
    assert Offer.objects.count() == 2
    assert not run.nothing_changed


def test_an_order_that_cannot_be_read_stops_no_run(
    account: Any, allegro: Any, login: str, settings: Any, run_now: Run
) -> None:
    good = allegro.seller(login)["orders"][:2]
    bad = {**good[0], "id": "11111111-2222-3333-4444-555555555555", "lineItems": [{"quantity": 1}]}
    page = {"checkoutForms": [good[0], bad, good[1]], "count": 3, "totalCount": 3}
    with answering({"/order/checkout-forms": page}) as address:
        _point_to(settings, address)
        run = run_now(SyncKind.PULL_ORDERS)

    assert run.state == "DONE", run.last_error
    assert numbers(run) == {"scanned": 3, "created": 2, "failed": 1}
    item = run.items.get(outcome="FAILED")
    assert item.object_id == bad["id"]
    assert item.reason_code
    assert item.message
    buyer = good[0]["buyer"]
    shown = f"{item.label} {item.message} {item.remedy} {run.last_error}"
    assert buyer["email"] not in shown
    assert buyer["login"] not in shown
    assert set(Order.objects.values_list("checkout_form_id", flat=True)) == {
        one["id"] for one in good
    }
