"""A conflict resolved for real: the choice is written to the sandbox, overtaken there, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from core.outbox import deliver_due
from offers.models import Offer
from offers.operations import link_offer
from settings_app.models import Integration
from syncs.enums import ConflictResolution, SyncKind, SyncMode
from syncs.models import Conflict, SyncRun
from syncs.operations import conflicts as operations
from syncs.operations.plans import start_plan
from tests.factories import ProductFactory
from tests.offers.scene import active_offers, calls, forget_calls
from tests.offers.value_scene import allow_values, known, price_there, there, write
from tests.syncs.planning import finished, note, set_price, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(account: Integration) -> Integration:
    return allow_values(account)


@pytest.fixture
def conflict(shop: Integration, allegro: Any, login: str, owner: Any) -> Conflict:
    """The price of one offer, agreed upon, then changed on both sides, and found by a run."""
    (offer,) = known(shop, *active_offers(allegro, login)[:1])
    product = ProductFactory.create(
        organization=shop.organization, selling_price=offer.price, selling_currency="PLN"
    )
    link_offer(offer=offer, product=product, units_per_offer=1, actor=owner, now=timezone.now())
    note(shop, offer)
    run_over(shop, offer)
    set_price(offer, percent_of(offer, 95))
    allegro.control("PATCH", f"/offers/{offer.allegro_id}", {"price": percent_of(offer, 92)})
    run_over(shop, offer)
    return Conflict.objects.get()


def percent_of(offer: Offer, percent: int) -> str:
    assert offer.price is not None
    return f"{offer.price * percent / 100:.2f}"


def run_over(shop: Integration, offer: Offer) -> SyncRun:
    """A run both ways over the offer, worked on to its end."""
    run = start_plan(
        integration=shop,
        kind=SyncKind.BOTH,
        mode=SyncMode.APPLY,
        actor=None,
        now=timezone.now(),
        offer_ids=[offer.pk],
    )
    return finished(worked(run))


def choose(conflict: Conflict, side: str, owner: Any) -> Conflict:
    return operations.resolve(
        conflict=conflict,
        resolution=ConflictResolution(side),
        actor=owner,
        now=timezone.now(),
    )


def written(conflict: Conflict) -> Conflict:
    """The writer has worked, and its messages have arrived."""
    write(conflict.integration)
    deliver_due()
    conflict.refresh_from_db()
    return conflict


def shown(allegro: Any, offer: Offer) -> str:
    """The price as the sandbox has it now."""
    return price_there(there(allegro, offer.integration, offer.allegro_id))


def test_resolving_writes_exactly_that_and_the_next_run_nothing(
    shop: Integration, conflict: Conflict, allegro: Any, owner: Any
) -> None:
    offer, ours = conflict.offer, conflict.ours
    choose(conflict, "OURS", owner)
    run_over(shop, offer)
    conflict.refresh_from_db()
    assert conflict.state == "WRITING"

    assert written(conflict).state == "RESOLVED"
    assert shown(allegro, offer) == ours

    forget_calls(allegro)
    run_over(shop, offer)
    write(shop)
    assert [route for route in calls(allegro) if not route.startswith("GET ")] == []
    assert Conflict.objects.filter(state="OPEN").count() == 0


def test_what_moved_at_allegro_after_the_choice_is_not_overwritten(
    shop: Integration, conflict: Conflict, allegro: Any, owner: Any
) -> None:
    offer = conflict.offer
    choose(conflict, "OURS", owner)
    allegro.control("PATCH", f"/offers/{offer.allegro_id}", {"price": percent_of(offer, 90)})

    row = written(conflict)

    assert (row.state, row.problem) == ("OPEN", "Changed at Allegro meanwhile")
    assert shown(allegro, offer) == f"{percent_of(offer, 90)} PLN"


def test_a_choice_taken_back_returns_the_former_price_there(
    shop: Integration, conflict: Conflict, allegro: Any, owner: Any
) -> None:
    offer, theirs = conflict.offer, conflict.theirs
    choose(conflict, "OURS", owner)
    written(conflict)

    operations.take_back(conflict=conflict, actor=owner, now=timezone.now())

    assert written(conflict).state == "OPEN"
    assert shown(allegro, offer) == theirs
    run_over(shop, offer)
    write(shop)
    assert shown(allegro, offer) == theirs
    conflict.refresh_from_db()
    assert conflict.state == "OPEN"
