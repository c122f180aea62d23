"""Both sides edited at a real sandbox whose listing is minutes old and which fails now and then.

The small form of `make soak ARGS=agreement`: the same edits, the same judge.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone

from connectors.allegro.errors import AllegroError
from core.models import OutboxDelivery
from core.outbox import deliver_due
from imports import operations as imports
from offers.models import ValuePush
from offers.operations.writing import write_account
from products.models import Product
from settings_app.models import Integration
from syncs.enums import ConflictResolution, SyncKind, SyncMode, SyncTrigger
from syncs.models import Conflict, PlannedChange, SyncRun
from syncs.operations import run_due, start_run
from syncs.operations.conflicts import resolve_many
from syncs.operations.plans import apply_plan, start_plan, undo_run
from tests.both_sides import Edits, different, drawn, shoptet_file
from tests.imports.files import Upload
from tests.syncs.planning import rule
from webhooks.models import InboundEvent
from webhooks.operations import poll_offers, process_changes

pytestmark = pytest.mark.django_db(transaction=True)

WORK: tuple[Any, ...] = (SyncRun, ValuePush, OutboxDelivery, InboundEvent)
FAULTS = {"kind": "mixed", "probability": 0.04, "seed": 3}


class Shop:
    """An account in step with its catalogue, price by price."""

    def __init__(self, allegro: Any, login: str, account: Integration, owner: Any) -> None:
        self.allegro, self.login, self.account, self.owner = allegro, login, account, owner
        offers = [
            one
            for one in allegro.seller(login)["offers"]
            if one["status"] == "ACTIVE" and one["externalId"]
        ]
        self.offers = {one["externalId"]: one["id"] for one in offers}
        self.former = {one["externalId"]: one["price"]["amount"] for one in offers}
        self.goods = [
            {"code": o["externalId"], "name": o["name"], "ean": o["ean"], "stock": "9"}
            for o in offers
        ]
        self.edits = Edits()

    def upload(self, prices: Mapping[str, str]) -> None:
        """The catalogue from a file."""
        job = imports.upload(
            organization=self.account.organization,
            actor=self.owner,
            file=Upload(shoptet_file(self.goods, prices)),
            file_name="katalog.csv",
            now=timezone.now(),
        )
        imports.run_due()
        job.refresh_from_db()
        imports.confirm(job=job, actor=self.owner, now=timezone.now())
        imports.run_due()
        job.refresh_from_db()
        assert job.stage == "APPLIED"
        deliver_due()

    def edit_at_allegro(self, prices: Mapping[str, str]) -> None:
        edits = [{"id": self.offers[code], "price": price} for code, price in prices.items()]
        self.allegro.control("PATCH", "/offers", {"edits": edits})

    def edit_both(self) -> None:
        """Groups drawn at random, edited on both sides; some edited there and put back."""
        self.edits = drawn(
            self.former, random.Random(5), ours=6, theirs=6, alike=3, apart=5, back=3
        )
        self.upload(self.edits.catalogue(self.former))
        self.edit_at_allegro(self.edits.at_allegro(self.former))
        self.edit_at_allegro(dict.fromkeys(self.edits.back, "7.77"))
        self.edit_at_allegro({code: self.former[code] for code in self.edits.back})

    def run(self, mode: SyncMode) -> SyncRun:
        """A run both ways, worked on until nothing is due."""
        run = start_plan(
            integration=self.account,
            kind=SyncKind.BOTH,
            mode=mode,
            actor=self.owner,
            now=timezone.now(),
        )
        return self.quiet(run)

    def quiet(self, run: SyncRun) -> SyncRun:
        """Everything that is due is done, and what waits for another try is tried again."""
        for _turn in range(40):
            for model in WORK:
                model.objects.filter(state="PENDING").update(next_attempt_at=timezone.now())
            self.read_journal()
            deliver_due()
            run_due()
            write_account(integration_id=self.account.pk, seconds=5)
            open_ones = [
                model.objects.filter(state__in=["PENDING", "RUNNING"]).exists() for model in WORK
            ]
            if not any(open_ones):
                break
        run.refresh_from_db()
        assert run.state == "DONE", (run.state, run.last_error, run.stop_reason)
        return run

    def read_journal(self) -> None:
        """What the beat does every minute; a failure is made good by the next."""
        with contextlib.suppress(AllegroError):
            poll_offers(integration=self.account, now=timezone.now())
        process_changes()

    # -- both sides as they are ---------------------------------------------------------------------
    def there(self) -> dict[str, str]:
        truth = self.allegro.control("GET", "/truth")[self.login]["offers"]
        found = {one["externalId"]: one["price"] for one in truth.values() if one["externalId"]}
        return {code: found[code] for code in self.former}

    def here(self) -> dict[str, str]:
        rows = Product.objects.filter(code__in=self.former).values_list("code", "selling_price")
        return {code: f"{price:.2f}" for code, price in rows}

    def open_conflicts(self) -> dict[str, tuple[str, str]]:
        rows = Conflict.objects.filter(state="OPEN").select_related("offer")
        return {
            one.offer.external_id: (one.ours.split(" ")[0], one.theirs.split(" ")[0])
            for one in rows
        }

    def writes(self) -> dict[str, int]:
        found: dict[str, int] = self.allegro.control("GET", "/requests")["writes"]
        return found

    def forget(self) -> None:
        self.allegro.control("DELETE", "/requests")


@pytest.fixture
def shop(
    settings: Any, tmp_path: Any, allegro: Any, login: str, account: Integration, owner: Any
) -> Shop:
    """In step at first; then the listing lags five minutes and some requests fail."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    Integration.objects.filter(pk=account.pk).update(
        may_write_price=True, brake_changed_percent=100, conflict_strategy="MANUAL"
    )
    account.refresh_from_db()
    for field in ("STOCK", "STATUS"):
        rule(account, field, enabled=False)
    rule(account, "PRICE", strategy="MANUAL")
    made = Shop(allegro, login, account, owner)
    made.upload(made.former)
    made.read_journal()
    pull = start_run(
        integration=account,
        kind=SyncKind.PULL_OFFERS,
        trigger=SyncTrigger.PERSON,
        actor=owner,
        now=timezone.now(),
    )
    made.quiet(pull)
    made.run(SyncMode.APPLY)
    assert made.open_conflicts() == {}
    allegro.control("POST", "/settings", {"listingLagSeconds": 300})
    allegro.control("POST", "/faults", {**FAULTS, "seller": login})
    made.edit_both()
    return made


def test_the_inbox_holds_exactly_the_true_conflicts_and_resolving_writes_exactly_those(
    shop: Shop, owner: Any
) -> None:
    shop.run(SyncMode.APPLY)
    shop.run(SyncMode.APPLY)
    wanted = shop.edits.conflicts(shop.former)
    assert different(shop.open_conflicts(), wanted) == []
    agreed = shop.edits.agreed(shop.former)
    theirs = agreed | {code: there for code, (_here, there) in wanted.items()}
    ours = agreed | {code: here for code, (here, _there) in wanted.items()}
    assert different(shop.there(), theirs) == []
    assert different(shop.here(), ours) == []

    shop.forget()
    again = shop.run(SyncMode.APPLY)
    moved = PlannedChange.objects.filter(run=again, action__in=["PUSH", "PULL"])
    assert (shop.writes(), moved.count()) == ({}, 0)

    rows = list(Conflict.objects.filter(state="OPEN").order_by("pk"))
    for side, chosen in (
        (ConflictResolution.OURS, rows[:3]),
        (ConflictResolution.ALLEGRO, rows[3:]),
    ):
        report = resolve_many(conflicts=chosen, resolution=side, actor=owner, now=timezone.now())
        assert report.refused == []
    run = shop.run(SyncMode.APPLY)
    codes = [row.offer.external_id for row in rows]
    theirs |= {code: wanted[code][0] for code in codes[:3]}
    ours |= {code: wanted[code][1] for code in codes[3:]}
    assert different(shop.there(), theirs) == []
    assert different(shop.here(), ours) == []
    assert shop.open_conflicts() == {}
    assert run.state == "DONE"


def test_a_dry_run_writes_nothing_and_an_undo_brings_back_what_was_there(
    shop: Shop, owner: Any
) -> None:
    there, here = shop.there(), shop.here()
    shop.forget()
    shown = shop.run(SyncMode.DRY_RUN)
    assert shop.writes() == {}
    assert (different(shop.there(), there), different(shop.here(), here)) == ([], [])
    assert shown.planned >= len(shop.edits.ours)

    applied = shop.run(SyncMode.APPLY)
    assert different(shop.there(), there) == sorted(shop.edits.ours)
    assert different(shop.here(), here) == sorted(shop.edits.theirs)

    shop.forget()
    back = shop.quiet(undo_run(run=applied, actor=owner, now=timezone.now()))
    assert shop.writes() == {}
    apply_plan(run=back, actor=owner, now=timezone.now())
    shop.quiet(back)
    assert (different(shop.there(), there), different(shop.here(), here)) == ([], [])
