"""Files fetched from a supplier's address: once each, only when new, applied by themselves within brakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.enums import WorkState
from core.outbox import deliver_due
from core.sealed import seal
from imports import operations
from imports.enums import HeldReason, ImportStage
from imports.models import ImportJob, SupplierFeed
from notifications.enums import Event
from notifications.models import Notification
from products.models import Product
from settings_app.models import Supplier
from tests.connectors.scripted_server import Reply, ScriptedServer

pytestmark = pytest.mark.django_db
MUG = "code;name:cs;purchasePrice\nA-1;Hrnek;100\n"
SET = {"minutes": 60, "applies_itself": False, "most_changed_percent": 50, "most_wrong_percent": 10}


@pytest.fixture
def server(settings: Any) -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        settings.FETCH_HOSTS = [running.url.removeprefix("http://")]
        yield running


@pytest.fixture
def supplier(organization: Any, server: ScriptedServer) -> Supplier:
    found: Supplier = Supplier.objects.create(
        organization=organization, name="Dodavatel A", feed_url=f"{server.url}/out/cen%C3%ADk.csv"
    )
    seal(found, "api_key", "s3cret")
    found.save()
    return found


def csv(text: str, etag: str = '"1"') -> Reply:
    return Reply(body=text.encode(), headers={"Content-Type": "text/csv", "ETag": etag})


def switched_on(supplier: Supplier, owner: Any, **values: Any) -> SupplierFeed:
    return operations.save_feed(
        supplier=supplier,
        switched_on=True,
        values={**SET, **values},
        actor=owner,
        now=timezone.now(),
    )


def looked(feed: SupplierFeed, server: ScriptedServer, *replies: Reply) -> SupplierFeed:
    """The feed after a look at once that meets these answers."""
    server.replies = list(replies)
    server.seen.clear()
    SupplierFeed.objects.filter(pk=feed.pk).update(next_attempt_at=timezone.now())
    operations.look_due()
    operations.run_due()
    feed.refresh_from_db()
    return feed


def test_new_file_becomes_an_import_that_waits_for_a_person(
    supplier: Supplier, owner: Any, server: ScriptedServer
) -> None:
    feed = looked(switched_on(supplier, owner), server, csv(MUG))

    job = ImportJob.objects.get()
    assert (job.stage, job.file_name, job.supplier, job.feed) == (
        ImportStage.PREVIEW,
        "ceník.csv",
        supplier,
        feed,
    )
    assert (feed.etag, feed.failures, feed.state) == ('"1"', 0, WorkState.PENDING)
    assert feed.next_attempt_at > timezone.now() + timedelta(minutes=50)
    assert server.seen[0].headers["authorization"] == "Bearer s3cret"
    assert not Product.objects.exists()


def test_unchanged_file_is_neither_fetched_nor_imported_again(
    supplier: Supplier, owner: Any, server: ScriptedServer
) -> None:
    feed = looked(switched_on(supplier, owner), server, csv(MUG))

    looked(feed, server, Reply(status=304))
    assert server.seen[0].headers["if-none-match"] == '"1"'
    looked(feed, server, csv(MUG, '"2"'))

    assert ImportJob.objects.count() == 1
    assert feed.etag == '"2"'


def test_file_within_the_brakes_is_applied_by_itself(
    supplier: Supplier, owner: Any, server: ScriptedServer
) -> None:
    feed = switched_on(supplier, owner, applies_itself=True, most_changed_percent=100)

    looked(feed, server, csv(MUG))
    looked(feed, server, csv(MUG.replace("100", "120"), '"2"'))

    assert [job.stage for job in ImportJob.objects.order_by("pk")] == [ImportStage.APPLIED] * 2
    assert Product.objects.get().purchase_price == 120
    deliver_due()
    told = Notification.objects.filter(event=Event.IMPORT_FINISHED, user=owner)
    assert told.count() == 2


def many(count: int, price: str, bad: int = 0) -> str:
    rows = [f"P-{n};Hrnek {n};{'x' if n < bad else price}" for n in range(count)]
    return "code;name:cs;purchasePrice\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        (many(10, "20"), HeldReason.TOO_MANY_CHANGED),
        (many(10, "10", bad=2), HeldReason.TOO_MANY_WRONG),
        (many(4, "10"), HeldReason.FEWER_ROWS),
        ("code;name:cs;stock:x:a\nP-1;Hrnek 1;5\n", HeldReason.STOCK_NOT_SAID),
    ],
    ids=["changed", "wrong", "fewer", "stock"],
)
def test_brake_holds_a_file_and_people_are_told(
    supplier: Supplier, owner: Any, server: ScriptedServer, text: str, held: str
) -> None:
    feed = switched_on(supplier, owner, applies_itself=True)
    looked(feed, server, csv(many(10, "10")))
    before = list(Product.objects.order_by("pk").values_list("code", "purchase_price", "version"))

    looked(feed, server, csv(text, '"2"'))

    job = ImportJob.objects.latest("pk")
    assert (job.stage, job.held_because) == (ImportStage.PREVIEW, held)
    after = list(Product.objects.order_by("pk").values_list("code", "purchase_price", "version"))
    assert after == before
    told = Notification.objects.get(event=Event.IMPORT_HELD, user=owner)
    assert told.link == f"/imports/{job.pk}/"


def test_meaning_of_stock_that_was_said_once_is_used_by_itself(
    supplier: Supplier, owner: Any, server: ScriptedServer
) -> None:
    text = "code;name:cs;stock:x:a\nP-1;Hrnek;{pieces}\n"
    feed = switched_on(supplier, owner, applies_itself=True, most_changed_percent=100)
    looked(feed, server, csv(text.format(pieces=5)))
    job = ImportJob.objects.get()
    operations.confirm(job=job, actor=owner, now=timezone.now(), stock_meanings="ON_HAND")
    operations.run_due()

    looked(feed, server, csv(text.format(pieces=7), '"2"'))

    job = ImportJob.objects.latest("pk")
    assert (job.stage, job.held_because) == (ImportStage.APPLIED, "")
    assert Product.objects.get().stock_levels.get().on_hand == 7


def test_host_that_is_away_is_asked_again_and_told_of_once(
    supplier: Supplier, owner: Any, server: ScriptedServer
) -> None:
    feed = switched_on(supplier, owner)

    for _n in range(5):
        looked(feed, server, Reply(status=503))

    assert (feed.failures, feed.state) == (5, WorkState.PENDING)
    assert Notification.objects.filter(event=Event.FEED_FAILED, user=owner).count() == 1
    looked(feed, server, csv(MUG))
    assert (feed.failures, ImportJob.objects.count()) == (0, 1)


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(status=403), Reply(body=b"")])
def test_answer_that_waiting_does_not_mend_waits_for_a_person(
    supplier: Supplier, owner: Any, server: ScriptedServer, reply: Reply
) -> None:
    feed = looked(switched_on(supplier, owner), server, reply)

    assert feed.state == WorkState.WAITING_FOR_PERSON
    assert feed.last_error
    assert Notification.objects.filter(event=Event.FEED_FAILED, user=owner).count() == 1
    assert not ImportJob.objects.exists()
    operations.look_now(feed=feed, actor=owner, now=timezone.now())
    looked(feed, server, csv(MUG))
    assert (feed.state, ImportJob.objects.count()) == (WorkState.PENDING, 1)


def test_address_in_our_own_network_is_refused(
    supplier: Supplier, owner: Any, server: ScriptedServer, settings: Any
) -> None:
    settings.FETCH_HOSTS = []
    feed = looked(switched_on(supplier, owner), server, csv(MUG))

    assert feed.state == WorkState.WAITING_FOR_PERSON
    assert server.seen == []


def test_file_beyond_the_limit_is_refused(
    supplier: Supplier, owner: Any, server: ScriptedServer, settings: Any
) -> None:
    settings.IMPORT_CSV_MAX_SIZE = 10
    feed = looked(switched_on(supplier, owner), server, csv(MUG))

    assert (feed.state, ImportJob.objects.count()) == (WorkState.WAITING_FOR_PERSON, 0)


def test_feed_without_an_address_cannot_be_switched_on(supplier: Supplier, owner: Any) -> None:
    Supplier.objects.filter(pk=supplier.pk).update(feed_url="")
    supplier.refresh_from_db()

    with pytest.raises(operations.NoAddress):
        switched_on(supplier, owner)

    assert not SupplierFeed.objects.exists()


def test_pages_and_routes_set_and_show_it(
    supplier: Supplier, owner: Any, client: Any, api: Any
) -> None:
    client.force_login(owner)
    assert "Dodavatel A" in client.get("/imports/feeds/").content.decode()
    form = {"switched_on": "on", "minutes": 30, "most_changed_percent": 5, "most_wrong_percent": 1}
    client.post(f"/imports/feeds/{supplier.pk}/", form)
    feed = SupplierFeed.objects.get()
    assert (feed.minutes, feed.state) == (30, WorkState.PENDING)
    wrong = client.post(f"/imports/feeds/{supplier.pk}/", {**form, "minutes": 1})
    assert wrong.status_code == 422
    client.post(f"/imports/feeds/{supplier.pk}/look/")

    answer = api(owner).put(
        f"/api/v1/import/feeds/{supplier.pk}", {"switchedOn": False}, format="json"
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "DONE")
    assert "s3cret" not in answer.content.decode()
    listed = api(owner).get("/api/v1/import/feeds").json()
    assert listed["items"][0]["supplier"] == supplier.pk
