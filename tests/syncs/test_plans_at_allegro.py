"""Runs that plan against the sandbox: prices changed on both sides, written there for real."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from offers.models import Offer
from offers.operations import link_offer
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode
from syncs.models import Conflict, SyncRun
from syncs.operations import run_due
from syncs.operations.plans import apply_plan, start_plan, undo_run
from tests.factories import ProductFactory
from tests.offers.scene import active_offers, calls, forget_calls
from tests.offers.value_scene import allow_values, known, price_there, there, write
from tests.syncs.planning import finished, note, plan_of, set_price, sides, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(account: Integration) -> Integration:
    return allow_values(account)


@pytest.fixture
def offers(shop: Integration, allegro: Any, login: str, owner: Any) -> list[Offer]:
    """Three offers on sale with a product each, at one price on both sides, agreed upon."""
    found = known(shop, *active_offers(allegro, login)[:3])
    for offer in found:
        product = ProductFactory.create(
            organization=shop.organization, selling_price=offer.price, selling_currency="PLN"
        )
        link_offer(offer=offer, product=product, units_per_offer=1, actor=owner, now=timezone.now())
    note(shop, *found)
    _run(shop, found)
    return found


def _run(shop: Integration, offers: list[Offer], mode: SyncMode = SyncMode.APPLY) -> SyncRun:
    """A run both ways over these offers, which reads them at Allegro first."""
    run = start_plan(
        integration=shop,
        kind=SyncKind.BOTH,
        mode=mode,
        actor=None,
        now=timezone.now(),
        offer_ids=[one.pk for one in offers],
    )
    return worked(run)


def _edit_there(allegro: Any, offer: Offer, amount: str) -> None:
    allegro.control("PATCH", f"/offers/{offer.allegro_id}", {"price": amount})


def _cheaper(offer: Offer, percent: int) -> str:
    assert offer.price is not None
    return f"{offer.price * (100 - percent) / 100:.2f}"


def _writes(allegro: Any) -> dict[str, int]:
    return {route: n for route, n in calls(allegro).items() if not route.startswith("GET ")}


def test_both_sides_move_and_end_up_alike_or_with_the_person(
    allegro: Any, shop: Integration, offers: list[Offer]
) -> None:
    ours, theirs, both = offers
    set_price(ours, _cheaper(ours, 5))
    _edit_there(allegro, theirs, _cheaper(theirs, 6))
    set_price(both, _cheaper(both, 7))
    _edit_there(allegro, both, _cheaper(both, 8))

    forget_calls(allegro)
    shown = _run(shop, offers, SyncMode.DRY_RUN)
    assert _writes(allegro) == {}
    assert plan_of(shown) == {
        ("PUSH", "OURS_CHANGED", "PLANNED"): 1,
        ("PULL", "THEIRS_CHANGED", "PLANNED"): 1,
        ("CONFLICT", "BOTH_CHANGED", "PLANNED"): 1,
    }

    run = _run(shop, offers)
    write(shop)
    run = finished(run)
    assert (run.state, run.updated, run.failed) == ("DONE", 3, 0)
    assert price_there(there(allegro, shop, ours.allegro_id)) == f"{_cheaper(ours, 5)} PLN"
    assert sides(ours) == (f"{_cheaper(ours, 5)} PLN",) * 3
    assert sides(theirs) == (f"{_cheaper(theirs, 6)} PLN",) * 3
    [conflict] = Conflict.objects.all()
    assert (conflict.offer, conflict.theirs) == (both, f"{_cheaper(both, 8)} PLN")

    forget_calls(allegro)
    again = _run(shop, offers)
    write(shop)
    assert plan_of(again) == {("CONFLICT", "BOTH_CHANGED", "DONE"): 1}
    assert _writes(allegro) == {}


def test_what_moved_there_after_the_plan_is_not_written_over(
    allegro: Any, shop: Integration, offers: list[Offer]
) -> None:
    offer, *_others = offers
    set_price(offer, _cheaper(offer, 5))
    run = _run(shop, [offer])
    _edit_there(allegro, offer, _cheaper(offer, 9))
    forget_calls(allegro)
    write(shop)
    run = finished(run)
    assert plan_of(run) == {("PUSH", "OURS_CHANGED", "CHANGED"): 1}
    assert _writes(allegro) == {}
    assert plan_of(_run(shop, [offer])) == {("CONFLICT", "BOTH_CHANGED", "DONE"): 1}


def test_a_run_taken_back_returns_the_former_prices(
    allegro: Any, shop: Integration, offers: list[Offer], owner: Any
) -> None:
    ours, theirs, _third = offers
    before = {one.pk: sides(one)[0] for one in offers}
    set_price(ours, _cheaper(ours, 5))
    _edit_there(allegro, theirs, _cheaper(theirs, 6))
    run = _run(shop, offers)
    write(shop)
    run = finished(run)

    forget_calls(allegro)
    back = worked(undo_run(run=run, actor=owner, now=timezone.now()))
    assert _writes(allegro) == {}
    apply_plan(run=back, actor=owner, now=timezone.now())
    worked(back)
    write(shop)
    back = finished(back)
    assert plan_of(back) == {("PUSH", "UNDONE", "DONE"): 1, ("PULL", "UNDONE", "DONE"): 1}
    assert price_there(there(allegro, shop, ours.allegro_id)) == before[ours.pk]
    assert sides(theirs)[1] == before[theirs.pk]

    forget_calls(allegro)
    again = _run(shop, offers)
    write(shop)
    assert plan_of(again) == {("NOTHING", "TAKEN_BACK", "SKIPPED"): 2}
    assert _writes(allegro) == {}


def test_a_run_over_the_account_reads_its_list_first(
    allegro: Any, shop: Integration, offers: list[Offer]
) -> None:
    offer, *_others = offers
    _edit_there(allegro, offer, _cheaper(offer, 6))
    run = start_plan(
        integration=shop, kind=SyncKind.PULL, mode=SyncMode.APPLY, actor=None, now=timezone.now()
    )
    run_due()
    run = finished(run)
    assert (run.state, plan_of(run)["PULL", "THEIRS_CHANGED", "DONE"]) == ("DONE", 1)
    assert sides(offer) == (f"{_cheaper(offer, 6)} PLN",) * 3
