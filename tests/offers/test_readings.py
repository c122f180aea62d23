from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from offers.documents import document_hash
from offers.models import FieldState, Offer, OfferChange, OfferContent, OfferProblem
from offers.operations import (
    OfferReading,
    note_theirs,
    record_document,
    record_offers,
    record_readings,
)
from settings_app.models import Integration
from tests.factories import IntegrationFactory
from tests.offers.full_offers import elsewhere, full_offer, objection
from tests.offers.listings import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Integration:
    made: Integration = IntegrationFactory()  # type: ignore[assignment]
    return made


def read(account: Integration, **values: Any) -> Offer:
    document = full_offer(**values)
    record_document(integration=account, document=document, now=timezone.now())  # type: ignore[arg-type]
    return Offer.objects.get(allegro_id=document["id"])


def theirs(offer: Offer) -> dict[str, str | None]:
    return dict(FieldState.objects.filter(offer=offer).values_list("field", "theirs"))


def test_a_document_gives_values_fields_and_content(account: Integration) -> None:
    offer = read(account, additionalMarketplaces={"allegro-cz": elsewhere("299", "CZK")})

    assert (str(offer.price), offer.stock_available, offer.external_id) == ("49.90", 7, "MUG-1")
    assert offer.read_at is not None
    assert offer.read_wanted_at is None
    fields = theirs(offer)
    content = offer.content
    assert fields.pop("DESCRIPTION") == content.description_hash != ""
    assert fields.pop("IMAGES") == content.images_hash != ""
    assert fields == {
        "PRICE": "49.90 PLN",
        "PRICE@allegro-cz": "299.00 CZK",
        "STOCK": "7",
        "TITLE": "Kubek termiczny czerwony 500 ml",
        "STATUS": "ACTIVE",
    }
    place = offer.marketplaces.get()
    assert (place.marketplace, str(place.price), place.state) == (
        "allegro-cz",
        "299.00",
        "APPROVED",
    )
    # Nothing was known before, so nothing has changed.
    assert not OfferChange.objects.exists()


def test_reading_the_same_again_writes_only_when_it_was_read(account: Integration) -> None:
    first = read(account)
    kept = OfferContent.objects.get()
    before = FieldState.objects.get(offer=first, field="PRICE")

    again = read(account, validation={"errors": [], "warnings": [], "validatedAt": "2026-11-21"})

    assert OfferContent.objects.get().changed_at == kept.changed_at
    assert OfferContent.objects.get().read_at > kept.read_at
    assert again.read_at is not None
    assert first.read_at is not None
    assert again.read_at > first.read_at
    assert FieldState.objects.get(pk=before.pk).theirs_at == before.theirs_at
    assert not OfferChange.objects.exists()


def test_what_changed_at_allegro_is_noted_and_remembered(account: Integration) -> None:
    offer = read(account, additionalMarketplaces={"allegro-cz": elsewhere("299", "CZK")})
    read(account, sellingMode={"price": {"amount": "39.00", "currency": "PLN"}})

    assert theirs(offer)["PRICE"] == "39.00 PLN"
    # The offer left the Czech marketplace: no price is known there any more.
    assert theirs(offer)["PRICE@allegro-cz"] is None
    changes = OfferChange.objects.order_by("field").values_list("field", "before", "after")
    assert list(changes) == [
        ("PRICE", "49.90 PLN", "39.00 PLN"),
        ("PRICE@allegro-cz", "299.00 CZK", ""),
    ]
    assert not offer.marketplaces.exists()


def test_the_time_of_the_journal_is_when_the_value_changed(account: Integration) -> None:
    offer = read(account)
    now = timezone.now()
    occurred = now - timedelta(minutes=4)
    parts = {"id": "7000000001", "stock": {"available": 3}, "sellingMode": None}
    reading = OfferReading("7000000001", parts=parts, asked_at=now, changed_at=occurred)  # type: ignore[arg-type]

    record_readings(integration=account, readings=[reading], now=now)

    field = FieldState.objects.get(offer=offer, field="STOCK")
    assert (field.theirs, field.theirs_at) == ("3", occurred)


def test_stock_and_price_alone_keep_the_rest_and_tell_prices_elsewhere(
    account: Integration,
) -> None:
    refused = elsewhere("299", "CZK", "REFUSED", {"code": "VQR009", "userMessage": "Too far"})
    offer = read(account, additionalMarketplaces={"allegro-cz": refused})
    parts = {
        "id": "7000000001",
        "stock": {"available": 2},
        "sellingMode": {"price": {"amount": "45.00", "currency": "PLN"}},
        "additionalMarketplaces": {
            "allegro-cz": {"sellingMode": {"price": {"amount": "255", "currency": "CZK"}}}
        },
    }
    reading = OfferReading("7000000001", parts=parts, asked_at=timezone.now())  # type: ignore[arg-type]

    record_readings(integration=account, readings=[reading], now=timezone.now())

    place = offer.marketplaces.get()
    assert (str(place.price), place.state, place.refusal_codes) == ("255.00", "REFUSED", ["VQR009"])
    assert theirs(offer)["PRICE@allegro-cz"] == "255.00 CZK"
    assert theirs(offer)["TITLE"] == "Kubek termiczny czerwony 500 ml"
    assert OfferProblem.objects.get().code == "VQR009"


def test_a_reading_asked_for_before_the_kept_one_is_left_out(account: Integration) -> None:
    early = timezone.now() - timedelta(minutes=1)
    offer = read(account)
    late_answer = OfferReading(
        "7000000001",
        full=full_offer(stock={"available": 99}),  # type: ignore[arg-type]
        asked_at=early,
    )

    record_readings(integration=account, readings=[late_answer], now=timezone.now())

    assert theirs(offer)["STOCK"] == "7"


def test_the_listing_lags_so_it_only_has_a_read_offer_read_again(account: Integration) -> None:
    record_offers(
        integration=account,
        listings=[listing(1)],
        now=timezone.now(),
    )
    offer = read(account, stock={"available": 5, "unit": "UNIT"}, name="Kubek po zmianie nazwy")
    stale = listing(1, stock={"available": 10, "sold": 3})

    report = record_offers(integration=account, listings=[stale], now=timezone.now())

    offer.refresh_from_db()
    assert (offer.stock_available, offer.stock_sold) == (5, 3)
    assert offer.title == "Kubek po zmianie nazwy"
    assert theirs(offer)["STOCK"] == "5"
    # It is the row already known from before the reading: the index has not caught up.
    assert (report.doubted, offer.read_wanted_at) == ([], None)

    moved = listing(1, stock={"available": 8, "sold": 3})
    report = record_offers(integration=account, listings=[moved], now=timezone.now())

    offer.refresh_from_db()
    assert [one.id for one in report.doubted] == [offer.pk]
    assert offer.read_wanted_at is not None
    assert offer.stock_available == 5


def test_problems_come_with_the_document_and_go_with_it(account: Integration) -> None:
    gpsr = objection("RESPONSIBLE_PRODUCER_REQUIRED", "productSet", "Podaj producenta")
    twice = [
        objection("MISSING", "parameters", "Marka"),
        objection("MISSING", "parameters", "Stan"),
    ]
    refused = elsewhere(
        "299", "CZK", "REFUSED",
        {"code": "VQR009", "userMessage": "too big", "parameters": {"maxPercent": ["20"]}},
    )  # fmt: skip
    offer = read(
        account,
        validation={"errors": [gpsr, *twice], "warnings": [objection("HINT")]},
        additionalMarketplaces={"allegro-cz": refused},
    )

    found = {
        (one.code, one.source, one.path, one.is_error): one.message for one in offer.problems.all()
    }
    assert found == {
        ("RESPONSIBLE_PRODUCER_REQUIRED", "VALIDATION", "productSet", True): "Podaj producenta",
        ("MISSING", "VALIDATION", "parameters", True): "Marka\nStan",
        ("HINT", "VALIDATION", "", False): "Wrong",
        ("VQR009", "REFUSAL", "additionalMarketplaces.allegro-cz", False): "too big (maxPercent: 20)",
    }  # fmt: skip
    since = offer.problems.get(code="HINT").first_seen_at

    read(account, validation={"errors": [], "warnings": [objection("HINT")]})

    left = offer.problems.get()
    assert (left.code, left.first_seen_at) == ("HINT", since)
    assert left.last_seen_at > since


def test_noting_again_writes_nothing_and_other_accounts_are_left_alone(
    account: Integration,
) -> None:
    offer = read(account)
    other = IntegrationFactory()
    now = timezone.now()

    assert note_theirs(integration=account, offer_ids=None, at=now) == 0
    assert note_theirs(integration=other, offer_ids=[offer.pk], at=now) == 0
    Offer.objects.filter(pk=offer.pk).update(price="12.00")
    assert note_theirs(integration=account, offer_ids=[offer.pk], at=now) == 1
    field = FieldState.objects.get(offer=offer, field="PRICE")
    assert (field.theirs, field.theirs_at) == ("12.00 PLN", now)


def test_the_look_before_a_write_counts_when_it_is_later(account: Integration) -> None:
    offer = read(account)
    looked_at = timezone.now()
    Offer.objects.filter(pk=offer.pk).update(stock_shown=4, stock_shown_at=looked_at)
    note_theirs(integration=account, offer_ids=[offer.pk], at=looked_at)
    assert theirs(offer)["STOCK"] == "4"
    read(account)
    assert theirs(offer)["STOCK"] == "7"


def test_what_postgresql_cannot_store_does_not_stop_a_page(account: Integration) -> None:
    broken = {"sections": [{"items": [{"type": "TEXT", "content": "<p>a\x00b</p>"}]}]}
    offer = read(account, description=broken, images=[None, {"url": "https://x.example/1.jpg"}, 7])
    text = offer.content.document["description"]["sections"][0]["items"][0]["content"]
    assert text == "<p>ab</p>"


def test_a_price_that_is_none_is_not_known_elsewhere(account: Integration) -> None:
    nonsense = {
        "sellingMode": {"price": {"amount": "many", "currency": "CZK"}},
        "publication": None,
    }
    offer = read(account, additionalMarketplaces={"allegro-cz": nonsense, "allegro-sk": None})
    places = offer.marketplaces.order_by("marketplace").values_list("marketplace", "price", "state")
    assert list(places) == [
        ("allegro-cz", None, "NOT_REQUESTED"),
        ("allegro-sk", None, "NOT_REQUESTED"),
    ]
    assert "PRICE@allegro-cz" not in theirs(offer)


def test_the_fingerprint_of_a_document_leaves_out_when_it_was_checked() -> None:
    one = full_offer(validation={"errors": [], "validatedAt": "2026-11-20T10:00:00Z"})
    other = full_offer(validation={"errors": [], "validatedAt": "2026-11-21T10:00:00Z"})
    third = full_offer(validation={"errors": [objection("X")]})
    assert document_hash(one) == document_hash(other) != document_hash(third)
