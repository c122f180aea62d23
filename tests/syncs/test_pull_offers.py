"""Against the sandbox over real HTTP: 40 offers a seller, of which the 25th has no external id."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.outbox import deliver_due
from core.work import finish
from offers.models import Offer, OfferContent, OfferLink
from offers.operations import read_offer, record_readings
from settings_app.connection import allegro_client
from settings_app.operations import pause, resume
from syncs.enums import SyncKind, SyncTrigger
from syncs.models import SyncItem, SyncRun
from syncs.operations import run_due, start_run
from syncs.operations.pull_offers import pull_offers
from tests.factories import ProductFactory
from tests.syncs.conftest import Run, numbers

LISTING = "GET /sale/offers"
DOCUMENT = "GET /sale/product-offers/{offerId}"


def _rows() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text, ctid::text FROM offers_offer ORDER BY id")
        return list(cursor.fetchall())


def _requests(sandbox: Any, route: str) -> int:
    return int(sandbox.control("GET", "/requests")["byRoute"].get(route, 0))


def test_the_first_import_brings_every_offer_and_the_second_changes_nothing(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    first = run_now()
    assert first.state == "DONE", first.last_error
    assert numbers(first) == {"scanned": 40, "created": 40}
    assert first.expected == 40
    theirs = {one["id"]: one for one in allegro.seller(login)["offers"]}
    ours = {one.allegro_id: one for one in Offer.objects.all()}
    assert set(ours) == set(theirs)
    for allegro_id, offer in ours.items():
        assert offer.external_id == (theirs[allegro_id]["externalId"] or "")
        assert str(offer.price) == theirs[allegro_id]["price"]["amount"]
        assert offer.stock_available == theirs[allegro_id]["available"]
        assert offer.publication_status == theirs[allegro_id]["status"]
    before = _rows()

    second = run_now()

    assert numbers(second) == {"scanned": 40, "unchanged": 40}
    assert second.nothing_changed
    assert not second.items.exists()
    assert _rows() == before
    account.refresh_from_db()
    assert account.last_synced_at is not None
    assert account.sync_error_count == 0


def test_what_changed_at_allegro_is_updated_with_a_line_each(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    run_now()
    one, two, *_rest = allegro.seller(login)["offers"]
    allegro.control("PATCH", f"/offers/{one['id']}", {"price": "12.34"})
    allegro.control("PATCH", f"/offers/{two['id']}", {"available": 77})

    run = run_now()

    assert numbers(run) == {"scanned": 40, "updated": 2, "unchanged": 38}
    assert set(run.items.values_list("object_id", "outcome")) == {
        (one["id"], "UPDATED"), (two["id"], "UPDATED"),
    }  # fmt: skip
    assert str(Offer.objects.get(allegro_id=one["id"]).price) == "12.34"
    assert Offer.objects.get(allegro_id=two["id"]).stock_available == 77


def test_offers_are_linked_by_code_and_the_rest_by_the_ean_of_the_full_offer(
    account: Any, allegro: Any, login: str, run_now: Run, organization: Any
) -> None:
    offers = allegro.seller(login)["offers"]
    by_code, by_ean = offers[0], offers[24]
    assert by_ean["externalId"] is None
    ProductFactory(organization=organization, code=by_code["externalId"])
    ProductFactory(organization=organization, code="OWN", ean=by_ean["ean"])

    run = run_now()

    assert run.linked == 2
    links = OfferLink.objects.values_list("offer__allegro_id", "product__code", "source")
    assert set(links) == {
        (by_code["id"], by_code["externalId"], "EXTERNAL_ID"),
        (by_ean["id"], "OWN", "EAN"),
    }
    # Every offer was read once, and never again.
    assert OfferContent.objects.count() == 40
    allegro.control("DELETE", "/requests")
    assert run_now().nothing_changed
    assert _requests(allegro, DOCUMENT) == 0


def test_a_run_reads_no_more_than_it_may_and_the_next_goes_on(
    account: Any, allegro: Any, login: str
) -> None:
    for read in (30, 10):
        allegro.control("DELETE", "/requests")
        run = start_run(
            integration=account,
            kind=SyncKind.PULL_OFFERS,
            trigger=SyncTrigger.PERSON,
            actor=None,
            now=timezone.now(),
        )
        SyncRun.objects.filter(pk=run.pk).update(
            state="RUNNING", claimed_until=timezone.now() + timedelta(minutes=5)
        )
        run.refresh_from_db()
        with allegro_client(integration=account) as client:
            until = timezone.now() + timedelta(minutes=1)
            assert pull_offers(run=run, client=client, deadline=until, most_reads=30)
        finish(run, now=timezone.now())
        assert _requests(allegro, DOCUMENT) == read
        if read == 30:
            # Those on sale come first.
            left = Offer.objects.filter(content=None, publication_status="ACTIVE")
            on_sale = [one for one in allegro.seller(login)["offers"] if one["status"] == "ACTIVE"]
            assert left.count() == max(0, len(on_sale) - 30)
    assert OfferContent.objects.count() == 40


def test_while_the_list_lags_what_the_journal_told_stands(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    run_now()
    first = allegro.seller(login)["offers"][0]
    allegro.control("POST", "/faults", {"kind": "stale_listing", "seller": login})
    allegro.control("PATCH", f"/offers/{first['id']}", {"price": "55.55"})
    with allegro_client(integration=account) as client:
        reading = read_offer(client=client, allegro_id=first["id"], in_full=True)
    record_readings(integration=account, readings=[reading], now=timezone.now())

    run = run_now()

    assert run.nothing_changed
    offer = Offer.objects.get(allegro_id=first["id"])
    assert str(offer.price) == "55.55"
    assert offer.fields.get(field="PRICE").theirs == "55.55 PLN"
    allegro.control("DELETE", "/faults")
    allegro.control("PATCH", f"/offers/{first['id']}", {"price": "44.44"})
    assert numbers(run_now()) == {"scanned": 40, "updated": 1, "unchanged": 39}
    assert offer.fields.get(field="PRICE").theirs == "44.44 PLN"


def test_an_offer_that_cannot_be_read_now_is_named_and_read_by_the_next_run(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    number = allegro.seller(login)["offers"][3]["id"]
    fault = {"route": f"GET /sale/product-offers/{number}", "kind": "status", "status": 500}
    allegro.control("POST", "/faults", fault)

    assert numbers(run_now()) == {"scanned": 40, "created": 40}
    assert OfferContent.objects.count() == 39
    run = run_now()

    assert numbers(run) == {"scanned": 40, "unchanged": 39, "skipped": 1}
    item = run.items.get()
    assert (item.object_id, item.reason_code) == (number, "not_read")
    assert item.remedy
    allegro.control("DELETE", "/faults")
    assert run_now().nothing_changed
    assert OfferContent.objects.count() == 40


def test_an_offer_the_list_does_not_show_is_marked_and_kept(account: Any, run_now: Run) -> None:
    run_now()
    ghost = Offer.objects.order_by("pk").first()
    assert ghost is not None
    Offer.objects.filter(pk=ghost.pk).update(allegro_id="1", content_hash="")

    run = run_now()

    assert numbers(run) == {"scanned": 40, "created": 1, "unchanged": 39, "skipped": 1}
    item = run.items.get(outcome="SKIPPED")
    assert (item.object_id, item.reason_code) == ("1", "not_listed")
    assert item.remedy
    assert Offer.objects.get(allegro_id="1").missing_since is not None
    assert numbers(run_now()) == {"scanned": 40, "unchanged": 40}


def test_a_stale_listing_changes_nothing_and_loses_nothing(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    run_now()
    allegro.control("POST", "/faults", {"kind": "stale_listing", "seller": login})
    first = allegro.seller(login)["offers"][0]
    allegro.control("PATCH", f"/offers/{first['id']}", {"available": 55})
    assert run_now().nothing_changed
    allegro.control("DELETE", "/faults")
    allegro.control("POST", "/offers", {"seller": login, "count": 3})
    assert numbers(run_now()) == {"scanned": 43, "created": 3, "updated": 1, "unchanged": 39}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "drop"},
        {"kind": "truncate"},
        {"kind": "garbage"},
    ],
    ids=lambda fault: str(fault.get("status", fault["kind"])),
)
def test_a_failing_allegro_is_tried_again_and_nothing_is_counted_twice(
    account: Any, allegro: Any, run_now: Run, fault: dict[str, Any]
) -> None:
    allegro.control("POST", "/faults", {"route": LISTING, **fault})

    run = run_now()

    assert run.state == "PENDING"
    assert run.next_attempt_at > timezone.now()
    assert run.last_error
    assert "tries again by itself" in run.stop_reason
    assert not Offer.objects.exists()
    account.refresh_from_db()
    assert account.sync_error_count == 1
    allegro.control("DELETE", "/faults")
    SyncRun.objects.update(next_attempt_at=timezone.now())
    run_due()
    run.refresh_from_db()
    assert (run.state, run.stop_reason) == ("DONE", "")
    assert numbers(run) == {"scanned": 40, "created": 40}
    account.refresh_from_db()
    assert account.sync_error_count == 0


def test_a_used_up_limit_postpones_and_is_no_failure(
    account: Any, allegro: Any, run_now: Run
) -> None:
    fault = {"kind": "status", "status": 429, "retryAfter": 40, "route": LISTING}
    allegro.control("POST", "/faults", fault)

    run = run_now()

    assert (run.state, run.attempts) == ("PENDING", 0)
    wait = (run.next_attempt_at - timezone.now()).total_seconds()
    assert 20 < wait <= 41
    assert "limit of requests" in run.stop_reason
    account.refresh_from_db()
    assert account.sync_error_count == 0


def test_revoked_access_makes_the_run_wait_until_the_account_works_again(
    account: Any, allegro: Any, login: str, run_now: Run
) -> None:
    allegro.control("POST", "/tokens/revoke", {"seller": login})

    run = run_now()

    account.refresh_from_db()
    assert account.state == "NEEDS_REAUTH"
    assert run.is_open
    assert "Connect the account again" in run.stop_reason
    assert run.attempts == 0


def test_a_paused_account_holds_its_run_and_goes_on_when_resumed(
    account: Any, owner: Any, run_now: Run
) -> None:
    SyncRun.objects.create(
        organization=account.organization,
        integration=account,
        kind="PULL_OFFERS",
        trigger="SCHEDULE",
        requested_at=timezone.now(),
    )
    pause(integration=account, actor=owner, now=timezone.now())
    run_due()
    run = SyncRun.objects.get()
    assert (run.state, run.scanned) == ("PENDING", 0)
    assert "Paused" in run.stop_reason
    resume(integration=account, actor=owner, now=timezone.now())
    account.refresh_from_db()

    run = run_now()  # asking for it brings the waiting run forward

    assert SyncRun.objects.filter(kind="PULL_OFFERS").count() == 1
    assert numbers(run) == {"scanned": 40, "created": 40}


def test_connecting_an_account_starts_both_runs_once(account: Any) -> None:
    deliver_due()
    deliver_due()
    run_due()
    runs = SyncRun.objects.order_by("kind")
    assert [(run.kind, run.trigger, run.state) for run in runs] == [
        ("PULL_OFFERS", "CONNECT", "DONE"),
        ("PULL_ORDERS", "CONNECT", "DONE"),
    ]
    assert SyncItem.objects.filter(run=runs[0]).count() == 40
