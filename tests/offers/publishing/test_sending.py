"""Creating offers at the running sandbox: once each, whatever happens to the answers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.models import AuditEntry
from offers.models import FieldState, Offer, OfferLink, Publication, UploadedImage
from offers.operations.publishing import (
    CannotPublish,
    cancel_publications,
    publish_account,
    retry_publications,
)
from products.models import Category, Product
from settings_app.models import Integration
from tests.offers.publishing.scene import (
    make_due,
    ready_product,
    states,
    wish,
    with_code,
    work,
)
from tests.offers.scene import calls, forget_calls

POST = "POST /sale/product-offers"


def lose_answers(sandbox: Any, **more: Any) -> None:
    """The offer is created, and the answer never arrives."""
    fault = {"kind": "drop", "route": POST, "afterEffect": True, **more}
    sandbox.control("POST", "/faults", fault)


def test_a_ready_product_becomes_an_offer_that_is_linked_and_agreed(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    batch = wish(account, [product], owner)
    assert work(account) >= 1

    publication = batch.publications.get()
    assert (publication.state, publication.reason) == ("DONE", "PUBLISHED")
    (truth,) = with_code(allegro, login, product.code)
    assert (truth["available"], truth["status"]) == (5, "ACTIVE")
    assert truth["price"] == {"amount": "39.90", "currency": "PLN"}
    offer = Offer.objects.get(allegro_id=truth["id"])
    assert publication.offer == offer
    link = OfferLink.objects.get(offer=offer)
    assert (link.product, link.source, link.linked_by) == (product, "PERSON", owner)
    bases = dict(FieldState.objects.filter(offer=offer).values_list("field", "base"))
    assert bases["PRICE"] == "39.90 PLN"
    assert bases["STOCK"] == "5"
    assert bases["TITLE"] == product.name
    assert AuditEntry.objects.filter(action="offer.published").count() == 1
    document = allegro.control("GET", f"/offers/{truth['id']}")
    assert document["externalId"] == product.code


def test_a_draft_needs_no_stock(
    account: Integration, category: Category, allegro: Any, login: str, owner: Any
) -> None:
    product = ready_product(allegro, category, on_hand=0)
    put = wish(account, [product], owner)
    assert states(put) == [("WAITING_FOR_PERSON", "NOT_READY")]
    draft = wish(account, [product], owner, activate=False)
    work(account)
    assert states(draft) == [("DONE", "PUBLISHED")]
    assert with_code(allegro, login, product.code)[0]["status"] == "INACTIVE"


def test_an_operation_is_followed_across_restarts(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    allegro.control("POST", "/settings", {"operationDelaySeconds": 3600})
    batch = wish(account, [product], owner)
    work(account, seconds=3)
    publication = batch.publications.get()
    assert (publication.state, publication.reason) == ("PENDING", "ACCEPTED")
    assert publication.operation_id
    assert publication.allegro_id

    make_due()
    work(account, seconds=1)
    publication.refresh_from_db()
    assert publication.next_attempt_at > timezone.now()
    assert publication.attempts == 0

    allegro.advance(3700)
    make_due()
    work(account, seconds=3)
    publication.refresh_from_db()
    assert (publication.state, publication.reason) == ("DONE", "PUBLISHED")
    assert len(with_code(allegro, login, product.code)) == 1


def test_an_offer_whose_answer_was_lost_is_found_and_not_sent_again(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    lose_answers(allegro, count=1)
    batch = wish(account, [product], owner)
    work(account, seconds=2)
    publication = batch.publications.get()
    assert (publication.state, publication.reason) == ("PENDING", "IN_DOUBT")
    make_due()
    work(account, seconds=5)
    publication.refresh_from_db()
    assert (publication.state, publication.reason) == ("DONE", "FOUND")
    assert [one["id"] for one in with_code(allegro, login, product.code)] == [
        publication.allegro_id
    ]
    assert calls(allegro)[POST] == 1


def test_a_stale_listing_is_waited_out(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    allegro.control("POST", "/settings", {"listingLagSeconds": 600})
    lose_answers(allegro, count=1)
    batch = wish(account, [product], owner, activate=False)  # drafts are in no journal
    for _look in range(3):
        make_due()
        work(account, seconds=1)
    assert states(batch) == [("PENDING", "IN_DOUBT")]
    allegro.advance(700)
    make_due()
    work(account, seconds=3)
    assert states(batch) == [("DONE", "FOUND")]
    assert len(with_code(allegro, login, product.code)) == 1


def test_the_journal_helps_while_the_listing_is_stale(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    allegro.control("POST", "/settings", {"listingLagSeconds": 600})
    lose_answers(allegro, count=1)
    batch = wish(account, [product], owner)
    work(account, seconds=1)
    make_due()
    work(account, seconds=2)
    assert states(batch) == [("DONE", "FOUND")]


def test_what_never_arrived_is_sent_again_after_the_doubt_and_only_then(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    allegro.control("POST", "/faults", {"kind": "drop", "route": POST, "count": 1})
    batch = wish(account, [product], owner)
    work(account, seconds=1)
    make_due()
    work(account, seconds=1)
    assert states(batch) == [("PENDING", "IN_DOUBT")]
    assert calls(allegro)[POST] == 1
    sent = timezone.now() - timedelta(hours=2, seconds=1)
    Publication.objects.update(sent_at=sent)
    make_due()
    work(account, seconds=5)
    assert states(batch) == [("DONE", "PUBLISHED")]
    assert len(with_code(allegro, login, product.code)) == 1


def test_a_limit_is_waited_out_and_nothing_is_in_doubt(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    fault = {"kind": "status", "status": 429, "retryAfter": 30, "route": POST, "count": 1}
    allegro.control("POST", "/faults", fault)
    batch = wish(account, [product], owner)
    work(account, seconds=1)
    assert states(batch) == [("PENDING", "LIMIT")]
    assert batch.publications.get().sent_at is None


def test_a_refusal_is_told_field_by_field_and_can_be_tried_again(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    from offers.models import PublishSettings

    PublishSettings.objects.update(shipping_rates_id="00000000-0000-0000-0000-000000000000")
    batch = wish(account, [product], owner)
    work(account, seconds=3)
    publication = batch.publications.get()
    assert (publication.state, publication.reason) == ("WAITING_FOR_PERSON", "REFUSED")
    problem = publication.problems.get()
    assert problem.path.startswith("delivery")
    assert problem.words
    known = allegro.seller(login)
    assert not [one for one in with_code(allegro, login, product.code) if one["status"] == "ACTIVE"]
    assert known

    from offers.dictionaries import dictionaries_of

    rates = dictionaries_of(integration=account).shipping_rates[0][0]
    PublishSettings.objects.update(shipping_rates_id=rates)
    rows = Publication.objects.filter(pk=publication.pk)
    assert retry_publications(publications=rows, actor=owner, now=timezone.now()) == 1
    work(account, seconds=3)
    assert states(batch) == [("DONE", "PUBLISHED")]
    assert len(with_code(allegro, login, product.code)) == 1


def test_an_offer_of_the_same_product_holds_it_back_unless_wanted_although(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    first = wish(account, [product], owner)
    work(account)
    second = wish(account, [product], owner)
    assert states(second) == [("WAITING_FOR_PERSON", "DUPLICATE")]
    assert (
        second.publications.get().problems.get().path
        == f"/offers/{first.publications.get().offer_id}/"
    )
    forget_calls(allegro)
    third = wish(account, [product], owner, although=True)
    work(account)
    assert states(third) == [("DONE", "PUBLISHED")]
    assert len(with_code(allegro, login, product.code)) == 2


def test_an_offer_only_allegro_knows_holds_it_back_too(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    other = {"externalId": product.code, "name": "Kubek ze starego systemu", "price": "10.00"}
    allegro.control("POST", "/offers", {"seller": login, "offers": [other]})
    batch = wish(account, [product], owner)
    work(account)
    assert states(batch) == [("WAITING_FOR_PERSON", "DUPLICATE")]
    assert calls(allegro).get(POST, 0) == 0


def test_a_second_wish_for_the_same_product_does_not_send_it_twice(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    wish(account, [product], owner)
    again = wish(account, [product], owner, although=True)
    assert states(again) == [("WAITING_FOR_PERSON", "DUPLICATE")]
    work(account)
    assert len(with_code(allegro, login, product.code)) == 1


def test_pictures_are_uploaded_once_for_their_content(
    account: Integration, category: Category, allegro: Any, owner: Any
) -> None:
    products = [ready_product(allegro, category, number) for number in (1, 2, 3)]
    same = f"{allegro.url}/pictures/one.png"
    for product in products:
        product.images.update(url=same)
    wish(account, products, owner)
    work(account)
    assert calls(allegro)["POST /sale/images"] == 1
    assert UploadedImage.objects.get().source_url == same


@pytest.mark.parametrize(
    ("path", "code"),
    [("/pictures/13000000001.svg", "IMAGE_NOT_FETCHED"), ("/nowhere.png", "IMAGE_NOT_FETCHED")],
)
def test_a_picture_that_cannot_be_used_is_named(
    account: Integration, product: Product, allegro: Any, owner: Any, path: str, code: str
) -> None:
    product.images.update(url=f"{allegro.url}{path}")
    batch = wish(account, [product], owner)
    work(account)
    assert states(batch) == [("WAITING_FOR_PERSON", "NOT_READY")]
    assert batch.publications.get().problems.get().code == code
    assert calls(allegro).get(POST, 0) == 0


def test_a_picture_in_a_private_network_is_not_fetched(
    account: Integration, product: Product, allegro: Any, owner: Any, settings: Any
) -> None:
    settings.FETCH_HOSTS = []
    batch = wish(account, [product], owner)
    work(account)
    problem = batch.publications.get().problems.get()
    assert problem.code == "IMAGE_NOT_FETCHED"
    assert "private" in problem.words


def test_stock_that_is_gone_meanwhile_is_not_offered(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    from tests.offers.scene import put_on_shelf

    batch = wish(account, [product], owner)
    put_on_shelf(product, 0)
    work(account)
    assert states(batch) == [("WAITING_FOR_PERSON", "NOT_READY")]
    assert with_code(allegro, login, product.code) == []


def test_the_confirmed_price_goes_out(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    wish(account, [product], owner)
    Product.objects.filter(pk=product.pk).update(selling_price=Decimal("99.00"))
    work(account)
    assert with_code(allegro, login, product.code)[0]["price"]["amount"] == "39.90"


def test_a_switch_that_is_off_refuses_and_stops_what_waits(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    batch = wish(account, [product], owner)
    Integration.objects.update(may_write_offers=False)
    work(account, seconds=1)
    assert states(batch) == [("PENDING", "STOPPED")]
    assert with_code(allegro, login, product.code) == []
    with pytest.raises(CannotPublish):
        wish(account, [product], owner)
    Integration.objects.update(may_write_offers=True)
    make_due()
    work(account)
    assert states(batch) == [("DONE", "PUBLISHED")]


def test_what_was_not_sent_can_be_called_off(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    batch = wish(account, [product], owner)
    rows = Publication.objects.filter(batch=batch)
    assert cancel_publications(publications=rows, actor=owner, now=timezone.now()) == 1
    work(account)
    assert states(batch) == [("DONE", "CANCELLED")]
    assert with_code(allegro, login, product.code) == []
    assert wish(account, [product], owner).publications.get().state == "PENDING"


def test_a_worker_that_died_after_sending_leaves_no_second_offer(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    lose_answers(allegro, count=1)
    batch = wish(account, [product], owner)
    work(account, seconds=1)
    # As a killed worker leaves it: claimed, its call noted, nothing known of the answer.
    batch.publications.update(
        state="RUNNING",
        claimed_until=timezone.now() + timedelta(minutes=9),
        reason="SENDING",
        doubted_at=None,
    )
    publish_account(integration_id=account.pk, seconds=3)
    assert states(batch) == [("DONE", "FOUND")]
    assert len(with_code(allegro, login, product.code)) == 1


def test_prices_on_other_marketplaces_go_out(
    account: Integration, product: Product, allegro: Any, login: str, owner: Any
) -> None:
    from core.money import Money

    wish(account, [product], owner, elsewhere={"allegro-cz": Money(Decimal(249), "CZK")})
    work(account)
    number = with_code(allegro, login, product.code)[0]["id"]
    offer = Offer.objects.get(allegro_id=number)
    assert allegro.control("GET", f"/offers/{number}")
    marketplace = offer.marketplaces.get(marketplace="allegro-cz")
    assert (marketplace.price, marketplace.currency) == (Decimal("249.00"), "CZK")
