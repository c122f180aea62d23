from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.models import OutboxMessage
from offers.models import Offer
from offers.operations import mark_missing, record_offers
from offers.spans import with_ids
from tests.factories import IntegrationFactory
from tests.offers.listings import listing, listings


def _rows() -> dict[str, tuple[int, str]]:
    """Transaction and place of every row: both change with any write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allegro_id, xmin::text, ctid::text FROM offers_offer")
        return {row[0]: row[1:] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_second_recording_writes_no_row() -> None:
    integration = IntegrationFactory()
    now = timezone.now()
    first = record_offers(integration=integration, listings=listings(300), now=now)
    assert (len(first.created), len(first.updated), len(first.unchanged)) == (300, 0, 0)
    before, told = _rows(), OutboxMessage.objects.count()

    later = now + timedelta(minutes=5)
    second = record_offers(integration=integration, listings=listings(300), now=later)

    assert (len(second.created), len(second.updated), len(second.unchanged)) == (0, 0, 300)
    assert _rows() == before
    assert OutboxMessage.objects.count() == told
    assert sorted(second.seen_ids) == sorted(first.seen_ids)


def test_only_what_differs_is_updated_and_told(db: None) -> None:
    integration = IntegrationFactory()
    now = timezone.now()
    record_offers(integration=integration, listings=listings(5), now=now)
    changed = [
        *listings(3),
        listing(3, name="Nowa nazwa"),
        listing(4, stock={"available": 0, "sold": 9}),
        listing(5),
    ]

    report = record_offers(integration=integration, listings=changed, now=now)

    assert [one.allegro_id for one in report.created] == ["7000000005"]
    assert {one.allegro_id for one in report.updated} == {"7000000003", "7000000004"}
    assert len(report.unchanged) == 3
    assert Offer.objects.get(allegro_id="7000000003").title == "Nowa nazwa"
    assert Offer.objects.get(allegro_id="7000000004").stock_available == 0
    message = OutboxMessage.objects.filter(topic="offer.changed").latest("pk")
    assert message.organization_id == integration.organization_id
    assert sorted(message.payload["offer_ids"]) == sorted(report.written_ids)


def test_the_same_number_in_two_accounts_is_two_offers(db: None) -> None:
    one, other = IntegrationFactory(), IntegrationFactory()
    now = timezone.now()
    record_offers(integration=one, listings=listings(2), now=now)
    report = record_offers(integration=other, listings=listings(2), now=now)
    assert len(report.created) == 2
    assert Offer.objects.for_organization(one.organization).count() == 2


def test_unreadable_rows_are_told_and_the_others_kept(db: None) -> None:
    integration = IntegrationFactory()
    now = timezone.now()
    record_offers(integration=integration, listings=[listing(2)], now=now)
    bad_price = {"price": {"amount": "1.999", "currency": "PLN"}}
    page: list[Any] = [listing(1), listing(2, sellingMode=bad_price), listing(3, id=None)]

    report = record_offers(integration=integration, listings=page, now=now)

    assert [one.allegro_id for one in report.created] == ["7000000001"]
    assert [one.allegro_id for one in report.unreadable] == ["7000000002", "?"]
    assert report.kept_ids == [Offer.objects.get(allegro_id="7000000002").pk]
    assert str(Offer.objects.get(allegro_id="7000000002").price) == "49.90"


def test_an_offer_shown_twice_on_a_page_is_written_once(db: None) -> None:
    integration = IntegrationFactory()
    page = [listing(1), listing(1, name="The later one")]
    report = record_offers(integration=integration, listings=page, now=timezone.now())
    assert len(report.created) == 1
    assert Offer.objects.get().title == "The later one"


def test_what_a_full_listing_does_not_show_is_marked_and_comes_back(db: None) -> None:
    integration = IntegrationFactory()
    start = timezone.now()
    first = record_offers(integration=integration, listings=listings(4), now=start)
    other = record_offers(integration=IntegrationFactory(), listings=listings(1), now=start)
    seen = with_ids([], first.seen_ids[:3])
    since = start + timedelta(minutes=1)
    report = record_offers(integration=integration, listings=[listing(9)], now=since)

    gone = mark_missing(integration=integration, seen=seen, since=since, now=since)

    assert [one.id for one in gone] == first.seen_ids[3:]
    assert not mark_missing(integration=integration, seen=seen, since=since, now=since)
    assert Offer.objects.get(pk=report.created[0].id).missing_since is None
    assert Offer.objects.get(pk=other.created[0].id).missing_since is None
    back = record_offers(integration=integration, listings=listings(4), now=since)
    assert [one.id for one in back.updated] == first.seen_ids[3:]
    assert not Offer.objects.exclude(missing_since=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_page_make_each_offer_once() -> None:
    integration = IntegrationFactory()
    reports: list[Any] = []
    gate = threading.Barrier(2)

    def write() -> None:
        gate.wait()
        now = timezone.now()
        reports.append(record_offers(integration=integration, listings=listings(400), now=now))
        connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Offer.objects.count() == 400
    assert sum(len(one.created) for one in reports) == 400
    assert sum(len(one.updated) for one in reports) == 0
    assert sum(len(one.unchanged) for one in reports) == 400
