"""An offer copied to another account of the seller."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from offers.copying import Copy, preview_copies
from offers.models import Offer, Publication
from offers.operations import read_offer, record_readings
from offers.operations.publishing import request_copies
from settings_app.connection import allegro_client
from settings_app.models import Integration
from tests.integrations import connect
from tests.offers.publishing.scene import ready_account, states, with_code, work
from tests.offers.scene import active_offers


@pytest.fixture
def offer(account: Integration, allegro: Any, login: str) -> Offer:
    """One of the first account's offers, read in full."""
    number = active_offers(allegro, login)[0]
    with allegro_client(integration=account) as client:
        reading = read_offer(client=client, allegro_id=number, in_full=True)
    record_readings(integration=account, readings=[reading], now=timezone.now())
    found: Offer = Offer.objects.get(allegro_id=number)
    return found


@pytest.fixture
def other(account: Integration, allegro: Any, organization: Any, owner: Any) -> Integration:
    """A second account of the organization, ready to publish."""
    login = allegro.sellers()[1]
    made = connect(organization=organization, user=owner, sandbox=allegro, login=login)
    return ready_account(made, owner)


def test_a_copy_has_the_content_of_the_offer_and_the_terms_of_its_account(
    offer: Offer, other: Integration, allegro: Any, owner: Any
) -> None:
    Offer.objects.filter(pk=offer.pk).update(external_id="KOPIA-1")
    picture = f"{allegro.url}/pictures/kopia.png"
    content = offer.content
    content.document = {**content.document, "images": [picture]}
    content.save()
    batch = request_copies(
        integration=other,
        copies=[Copy(offer.pk, quantity=3)],
        activate=True,
        actor=owner,
        now=timezone.now(),
    )
    work(other)
    assert states(batch) == [("DONE", "PUBLISHED")], batch.publications.get().problems.values()
    (truth,) = with_code(allegro, other.seller_login, "KOPIA-1")
    assert (truth["available"], truth["status"]) == (3, "ACTIVE")
    made = batch.publications.get().offer
    assert (made.title, made.category_id) == (offer.title, offer.category_id)
    assert batch.publications.get().cause == "CLONE"

    again = preview_copies(integration=other, copies=[Copy(offer.pk)], activate=True)
    assert again.candidates[0].stands_in_the_way


def test_an_offer_that_was_not_read_in_full_is_not_copied(offer: Offer, other: Integration) -> None:
    offer.content.delete()
    found = preview_copies(integration=other, copies=[Copy(offer.pk)], activate=True)
    assert [one.code for one in found.candidates[0].obstacles] == ["NOT_READ"]


def test_an_account_copies_nothing_of_its_own(offer: Offer, account: Integration) -> None:
    assert not preview_copies(
        integration=account, copies=[Copy(offer.pk)], activate=True
    ).candidates


def test_the_page_shows_what_it_would_be_and_then_copies(
    offer: Offer, other: Integration, allegro: Any, staff: Any, page: Any
) -> None:
    browser, address = page(staff), f"/offers/{offer.pk}/copy/"
    choice = {"account_id": other.pk, "on_sale": "active", "price": "12.50", "quantity": "2"}
    assert "12.50" in browser.post(address, choice).content.decode()
    assert not Publication.objects.exists()
    answer = browser.post(address, {**choice, "confirm": "1"})
    assert answer.status_code == 303
    made = Publication.objects.get()
    assert (made.source_offer, str(made.price), made.quantity) == (offer, "12.50", 2)


def test_a_copy_is_asked_for_by_a_program(
    offer: Offer, other: Integration, api: Any, staff: Any
) -> None:
    path = f"/api/v1/allegro/offers/{offer.pk}/copy"
    answer = api(staff).post(path, {"integrationId": other.pk, "price": "15.00"}, format="json")
    assert answer.status_code == 202, answer.json()
    assert answer.json()["price"] == "15.00"
    assert answer.json()["integrationId"] == other.pk
