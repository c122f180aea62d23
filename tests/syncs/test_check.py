from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from notifications.models import Notification
from offers.models import Offer, OfferPush
from offers.operations import unlink_offer
from settings_app.models import FieldRule
from syncs.enums import SyncKind
from syncs.models import Discrepancy, DiscrepancyEntry, SyncRun
from syncs.operations.check import check
from tests.factories import ProductFactory
from tests.syncs.agreeing import (
    grosze,
    make_products,
    on_sale,
    pieces_shown,
    product_of,
    set_stock,
    unsettled,
)
from tests.syncs.claiming import claimed_run
from tests.syncs.conftest import numbers

Run = Callable[..., SyncRun]


@pytest.fixture
def agreeing(account: Any, run_now: Run, owner: Any) -> Any:
    """An account in which both sides agree, with the first check behind it."""
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.PULL_ORDERS)
    make_products(account, owner)
    # Nothing was pushed: the account may not write. What stock asked for is no matter here.
    OfferPush.objects.all().delete()
    first = run_now(SyncKind.CHECK)
    assert first.state == "DONE", first.last_error
    assert unsettled(account) == set()
    return account


def _change(sandbox: Any, offer: Offer, **values: Any) -> None:
    sandbox.control("PATCH", f"/offers/{offer.allegro_id}", values)


def test_where_both_sides_agree_nothing_is_found(agreeing: Any, run_now: Run) -> None:
    run = run_now(SyncKind.CHECK)
    offers = Offer.objects.filter(integration=agreeing).count()
    assert numbers(run) == {"scanned": offers, "unchanged": offers}
    assert not Discrepancy.objects.exists()


def test_a_quantity_changed_behind_our_back_is_found_once_and_exactly(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    one, two = on_sale(agreeing), on_sale(agreeing, 1)
    _change(sandbox, one, available=pieces_shown(one) + 7)
    run_now(SyncKind.PULL_OFFERS)
    run = run_now(SyncKind.CHECK)
    want = {(one.allegro_id, "DIFFERS", str(pieces_shown(one)), str(pieces_shown(one) + 7))}
    assert unsettled(agreeing) == want
    assert (run.created, run.skipped, run.failed) == (1, 0, 0)
    assert [item.object_id for item in run.items.all()] == [one.allegro_id]
    run_now(SyncKind.CHECK)
    found = Discrepancy.objects.get()
    assert (found.occurrences, found.severity, found.difference) == (2, 2, 7)
    assert found.confirmed_at is not None
    assert [entry.kind for entry in found.entries.all()] == ["FOUND"]
    assert found.product == product_of(one)
    assert two.allegro_id not in {row[0] for row in unsettled(agreeing)}


def test_stock_run_out_here_is_a_difference_because_zero_is_a_value(
    agreeing: Any, run_now: Run
) -> None:
    offer = on_sale(agreeing)
    set_stock(product_of(offer), 0)
    OfferPush.objects.all().delete()
    run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == {
        (offer.allegro_id, "SELLS_WITHOUT_STOCK", "0", str(pieces_shown(offer)))
    }
    found = Discrepancy.objects.get()
    assert found.severity >= 3


def test_a_stale_listing_alone_is_no_difference(agreeing: Any, run_now: Run, sandbox: Any) -> None:
    """The list shows the former stock; the offer itself shows ours."""
    offer = on_sale(agreeing)
    _change(sandbox, offer, available=99)
    set_stock(product_of(offer), 99)
    OfferPush.objects.all().delete()
    assert Offer.objects.get(pk=offer.pk).stock_available != 99
    sandbox.control("DELETE", "/requests")
    run = run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == set()
    assert (run.created, run.skipped) == (0, 0)
    asked = sandbox.control("GET", "/requests")
    assert "parts" in str(asked)


def test_a_stale_listing_that_hides_a_difference_hides_it_no_longer_than_it_is_stale(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    offer = on_sale(agreeing)
    sandbox.control("POST", "/faults", {"kind": "stale_listing"})
    _change(sandbox, offer, available=pieces_shown(offer) + 1)
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == set()
    sandbox.control("DELETE", "/faults")
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    assert len(unsettled(agreeing)) == 1


def test_stock_on_its_way_is_no_difference(agreeing: Any, run_now: Run) -> None:
    offer = on_sale(agreeing)
    set_stock(product_of(offer), 1)
    OfferPush.objects.all().delete()
    OfferPush.objects.create(
        organization=agreeing.organization,
        integration=agreeing,
        offer=offer,
        cause="STOCK",
        requested_at=timezone.now(),
    )
    run = run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == set()
    assert run.skipped == 1
    OfferPush.objects.update(state="DEAD")
    run_now(SyncKind.CHECK)
    assert len(unsettled(agreeing)) == 1


def test_a_purchase_just_made_is_no_difference(
    agreeing: Any, run_now: Run, sandbox: Any, login: str
) -> None:
    """Allegro lowers its number at the purchase; the order is read before numbers are compared."""
    offer = on_sale(agreeing)
    sandbox.buy(login, {offer.allegro_id: 1})
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.PULL_ORDERS)
    OfferPush.objects.all().delete()
    run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == set()


def test_an_offer_ended_behind_our_back_is_found_and_one_we_have_nothing_of_is_not(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    ours, empty = on_sale(agreeing), on_sale(agreeing, 1)
    pieces = str(ours.stock_available)
    for offer in (ours, empty):
        _change(sandbox, offer, status="ENDED")
    set_stock(product_of(empty), 0)
    OfferPush.objects.all().delete()
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    want = {(ours.allegro_id, "ENDED_UNEXPECTEDLY", pieces, "ENDED")}
    assert unsettled(agreeing) == want
    run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == want
    _change(sandbox, ours, status="ACTIVE")
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == set()


def test_prices_are_compared_only_where_the_seller_said_they_are_ours(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    offer = on_sale(agreeing)
    _change(sandbox, offer, price=str(grosze(offer, "1.50")))
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == set()
    FieldRule.objects.create(
        organization=agreeing.organization, integration=agreeing, field="PRICE", strategy="DB_WINS"
    )
    run_now(SyncKind.CHECK)
    assert unsettled(agreeing) == {
        (offer.allegro_id, "DIFFERS", f"{offer.price:.2f}", f"{grosze(offer, '1.50'):.2f}")
    }
    found = Discrepancy.objects.get()
    assert (found.kind, found.currency, found.our_source) == ("PRICE", offer.currency, "PRODUCT")


def test_what_agrees_again_closes_itself_and_what_returns_opens_again(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    offer = on_sale(agreeing)
    pieces = pieces_shown(offer)
    for available in (pieces + 2, pieces, pieces + 30):
        _change(sandbox, offer, available=available)
        run_now(SyncKind.PULL_OFFERS)
        run_now(SyncKind.CHECK)
    found = Discrepancy.objects.get()
    assert (found.status, found.severity, found.occurrences) == ("OPEN", 3, 2)
    kinds = list(found.entries.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["FOUND", "AGREED", "REOPENED"]


def test_an_offer_gone_at_allegro_is_found_after_several_listings_only(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    """An offer of ours that Allegro does not know, as if it had been deleted there."""
    offer = on_sale(agreeing)
    Offer.objects.filter(pk=offer.pk).update(allegro_id="77000000001")
    for _listing in range(2):
        run_now(SyncKind.PULL_OFFERS)
        run_now(SyncKind.CHECK)
        assert not Discrepancy.objects.filter(kind="MISSING_AT_ALLEGRO").exists()
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    found = Discrepancy.objects.get(kind="MISSING_AT_ALLEGRO")
    assert (found.offer_id, found.cause, found.theirs) == (offer.pk, "NOT_LISTED", "")
    assert Offer.objects.filter(pk=offer.pk).exists()


def test_an_offer_on_sale_without_a_product_and_a_product_without_an_offer(
    agreeing: Any, run_now: Run, owner: Any
) -> None:
    offer = on_sale(agreeing)
    link = offer.links.get()
    product = link.product
    unlink_offer(link=link, actor=owner, now=timezone.now())
    Offer.objects.filter(pk=offer.pk).update(link_state="UNLINKED")
    unsold = ProductFactory(organization=agreeing.organization)
    ProductFactory(organization=agreeing.organization)  # no stock: nothing to sell
    set_stock(unsold, 4)
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    found = {(one.kind, one.offer_id, one.product_id) for one in Discrepancy.objects.all()}
    assert found == {
        ("MISSING_HERE", offer.pk, None),
        ("MISSING_AT_ALLEGRO", None, product.pk),
        ("MISSING_AT_ALLEGRO", None, unsold.pk),
    }
    set_stock(unsold, 0)
    run_now(SyncKind.CHECK)
    assert Discrepancy.objects.get(product=unsold).status == "RESOLVED"
    assert Discrepancy.objects.get(product=product).status == "OPEN"


def test_people_are_told_once_a_run_of_all_that_is_grave(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    for number, more in enumerate((1, 60, 200)):
        offer = on_sale(agreeing, number)
        _change(sandbox, offer, available=pieces_shown(offer) + more)
    run_now(SyncKind.PULL_OFFERS)
    run_now(SyncKind.CHECK)
    notice = Notification.objects.get(event="discrepancy.found")
    assert "2 grave differences" in notice.title
    assert notice.severity == "danger"
    run_now(SyncKind.CHECK)
    assert Notification.objects.filter(event="discrepancy.found").count() == 1


def test_a_run_out_of_reads_says_so_and_the_next_goes_on_there(
    agreeing: Any, run_now: Run, sandbox: Any
) -> None:
    for number in range(5):
        offer = on_sale(agreeing, number)
        _change(sandbox, offer, available=pieces_shown(offer) + 1)
    run_now(SyncKind.PULL_OFFERS)
    run = _check_with_two_reads(agreeing)
    assert (run.created, run.skipped) == (2, 3)
    assert run.position["unread"] == 3
    _check_with_two_reads(agreeing)
    assert Discrepancy.objects.count() == 4
    _check_with_two_reads(agreeing)
    assert Discrepancy.objects.count() == 5
    assert DiscrepancyEntry.objects.filter(kind="AGREED").count() == 0


def _check_with_two_reads(account: Any) -> SyncRun:
    with claimed_run(account, SyncKind.CHECK) as (run, client, deadline):
        assert check(run=run, client=client, deadline=deadline, most_reads=2)
    return run
