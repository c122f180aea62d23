"""Each way of settling really brings agreement, seen at the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from offers.models import Offer, OfferPush
from offers.operations.pushing import push_account
from products.models import Product
from syncs.enums import Resolution, SyncKind
from syncs.models import Discrepancy, SyncRun
from syncs.operations.discrepancies import resolve
from tests.offers.scene import allow_stock
from tests.syncs.agreeing import (
    grosze,
    make_products,
    on_sale,
    pieces_shown,
    product_of,
    set_stock,
    unsettled,
)
from tests.syncs.factories import DiscrepancyRuleFactory

Run = Callable[..., SyncRun]


@pytest.fixture
def agreeing(account: Any, run_now: Run, owner: Any) -> Any:
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.PULL_ORDERS)
    make_products(account, owner)
    allow_stock(account)
    OfferPush.objects.all().delete()
    return account


def _truth(sandbox: Any, offer: Offer) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.control("GET", f"/offers/{offer.allegro_id}")
    return found


def _disagree(sandbox: Any, run_now: Run, offer: Offer, **values: Any) -> Discrepancy:
    sandbox.control("PATCH", f"/offers/{offer.allegro_id}", values)
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    return Discrepancy.objects.get(offer=offer, status="OPEN")


def _settle(row: Discrepancy, side: Resolution, actor: Any) -> None:
    resolve(discrepancy=row, resolution=side, actor=actor, now=timezone.now(), seen=row.theirs)


def _agrees(account: Any, run_now: Run) -> None:
    run_now(SyncKind.PULL_OFFERS)
    run = run_now(SyncKind.CHECK)
    assert unsettled(account) == set()
    assert (run.created, run.updated, run.skipped) == (0, 0, 0)


def test_our_number_goes_to_allegro(agreeing: Any, run_now: Run, sandbox: Any, staff: Any) -> None:
    offer = on_sale(agreeing)
    pieces = pieces_shown(offer)
    row = _disagree(sandbox, run_now, offer, available=pieces + 40)
    _settle(row, Resolution.OURS, staff)
    assert run_now(SyncKind.CHECK).skipped == 1  # on its way: no difference, and no agreement yet
    push_account(integration_id=agreeing.pk, seconds=15)
    assert _truth(sandbox, offer)["available"] == pieces
    _agrees(agreeing, run_now)


def test_nothing_left_here_is_sent_as_zero(
    agreeing: Any, run_now: Run, sandbox: Any, staff: Any
) -> None:
    offer = on_sale(agreeing)
    set_stock(product_of(offer), 0)
    OfferPush.objects.all().delete()
    run_now(SyncKind.CHECK)
    row = Discrepancy.objects.get(offer=offer)
    assert row.cause == "SELLS_WITHOUT_STOCK"
    _settle(row, Resolution.OURS, staff)
    push_account(integration_id=agreeing.pk, seconds=15)
    truth = _truth(sandbox, offer)
    assert truth["available"] == 0 or truth["status"] == "ENDED"
    _agrees(agreeing, run_now)


def test_allegros_number_becomes_ours(
    agreeing: Any, run_now: Run, sandbox: Any, staff: Any
) -> None:
    offer = on_sale(agreeing)
    pieces = pieces_shown(offer)
    row = _disagree(sandbox, run_now, offer, available=pieces + 2)
    _settle(row, Resolution.ALLEGRO, staff)
    assert product_of(offer).stock_levels.get().on_hand == pieces + 2
    push_account(integration_id=agreeing.pk, seconds=15)
    assert _truth(sandbox, offer)["available"] == pieces + 2
    _agrees(agreeing, run_now)


def test_allegros_number_is_read_again_before_it_is_taken(
    agreeing: Any, run_now: Run, sandbox: Any, staff: Any
) -> None:
    offer = on_sale(agreeing)
    pieces = pieces_shown(offer)
    row = _disagree(sandbox, run_now, offer, available=pieces + 2)
    Discrepancy.objects.update(confirmed_at="2026-01-01T00:00Z")
    sandbox.control("PATCH", f"/offers/{offer.allegro_id}", {"available": pieces + 9})
    row.refresh_from_db()
    with pytest.raises(Exception, match=rf"Allegro shows {pieces + 9} now"):
        _settle(row, Resolution.ALLEGRO, staff)
    assert product_of(offer).stock_levels.get().on_hand == pieces
    row.refresh_from_db()
    assert row.theirs == str(pieces + 9)
    _settle(row, Resolution.ALLEGRO, staff)
    _agrees(agreeing, run_now)


def test_allegros_price_becomes_ours(agreeing: Any, run_now: Run, sandbox: Any, staff: Any) -> None:
    type(agreeing).objects.filter(pk=agreeing.pk).update(conflict_strategy="DB_WINS")
    offer = on_sale(agreeing)
    theirs = grosze(offer, "3.00")
    row = _disagree(sandbox, run_now, offer, price=str(theirs))
    assert row.kind == "PRICE"
    _settle(row, Resolution.ALLEGRO, staff)
    assert Product.objects.get(pk=row.product_id).selling_price == theirs
    _agrees(agreeing, run_now)


def test_a_rule_brings_agreement_by_itself(agreeing: Any, run_now: Run, sandbox: Any) -> None:
    DiscrepancyRuleFactory(organization=agreeing.organization, auto_resolve="OURS")
    offer = on_sale(agreeing)
    pieces = pieces_shown(offer)
    sandbox.control("PATCH", f"/offers/{offer.allegro_id}", {"available": pieces + 1})
    run_now(SyncKind.PULL_OFFERS)
    run = run_now(SyncKind.CHECK)
    assert run.position["settled"] == 1
    push_account(integration_id=agreeing.pk, seconds=15)
    assert _truth(sandbox, offer)["available"] == pieces
    _agrees(agreeing, run_now)
