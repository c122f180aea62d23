"""A check: both sides compared, suspects confirmed at Allegro, findings kept, rules applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from connectors.allegro.client import AllegroClient
from offers.draining import drain_orders
from offers.enums import LinkState
from offers.models import Offer
from offers.targets import targets_for
from syncs.models import SyncRun
from syncs.operations.check_counts import count_report
from syncs.operations.check_ends import end_check
from syncs.operations.check_missing import check_strays, check_unlinked, check_unoffered
from syncs.operations.discrepancies.automatic import apply_rules
from syncs.operations.discrepancies.confirming import Looked, look_at
from syncs.operations.discrepancies.findings import record_findings
from syncs.operations.steps import Step, step
from syncs.queries.rules import rules_in_force
from syncs.queries.suspects import (
    Suspect,
    gone_before,
    known_of,
    linked_window,
    pushes_under_way,
    remember,
    suspects_among,
)

WINDOW = 2_000
# So many suspects are looked at in one step, so that a killed worker repeats few reads.
AT_ONCE = 40
# More would starve other work of the seller's requests; the next run goes on where this one stopped.
READS_PER_RUN = 2_000

Phase = Callable[[SyncRun, AllegroClient], None]


def check(
    *, run: SyncRun, client: AllegroClient, deadline: datetime, most_reads: int = READS_PER_RUN
) -> bool:
    """Compare an account with what Allegro shows; True when done, False when time was up.

    Linked offers first, window by window, beginning where the last run ran out of its ``most_reads``
    requests; then offers
    without products and products without offers; then rules settle what they may; then people are
    told once of what is bad.
    """
    _begin(run)
    while (phase := run.position["phase"]) != "over":
        if timezone.now() >= deadline:
            return False
        if phase == "linked":
            _linked(run, client, most_reads)
        else:
            LATER_PHASES[phase](run, client)
    return True


def _begin(run: SyncRun) -> None:
    if "phase" in run.position:
        return
    offers = Offer.objects.filter(integration=run.integration, link_state=LinkState.LINKED)
    first = _left_over(run)
    with step(run) as taken:
        taken.position |= {"phase": "linked", "first": first, "after": first, "wrapped": not first}
        taken.values["expected"] = offers.count()


def _left_over(run: SyncRun) -> int:
    """Where the last run stopped looking closely; 0 when it looked at everything."""
    before = (
        SyncRun.objects.filter(integration_id=run.integration_id, kind=run.kind, pk__lt=run.pk)
        .order_by("-pk")
        .first()
    )
    return int(before.position.get("unread_from", 0)) if before else 0


def _linked(run: SyncRun, client: AllegroClient, most_reads: int) -> None:
    """One window of linked offers: as many suspects as one step holds."""
    integration, position = run.integration, run.position
    ids = linked_window(integration=integration, after=position["after"], limit=WINDOW)
    if position["wrapped"] and position["first"]:
        ids = [pk for pk in ids if pk <= position["first"]]
    if not ids:
        _next_lap(run)
        return
    goals = _goals(run, ids)
    suspects = suspects_among(
        integration=integration, goals=goals, gone=gone_before(integration=integration)
    )
    if len(suspects) > AT_ONCE:
        suspects = suspects[:AT_ONCE]
        ids = [pk for pk in ids if pk <= suspects[-1].offer_id]
    left = most_reads - int(position.get("reads", 0))
    looked = look_at(
        client=client,
        suspects=suspects,
        known=known_of(offer_ids=[one.offer_id for one in suspects]),
        reads=left,
        now=timezone.now(),
    )
    if looked.reads:
        # A purchase made before we read would look like a difference until its order is known.
        drain_orders(integration)
    _keep(run, ids, goals, suspects, looked)


def _goals(run: SyncRun, ids: list[int]) -> dict[int, int | None]:
    targets = targets_for(integration=run.integration, offer_ids=ids)
    return {pk: targets[pk].quantity if pk in targets else None for pk in ids}


def _keep(
    run: SyncRun,
    ids: list[int],
    goals: dict[int, int | None],
    suspects: list[Suspect],
    looked: Looked,
) -> None:
    with step(run) as taken:
        steady = _steady(run, suspects, goals)
        judged = [one for one in suspects if one.offer_id in steady and looked.told(one)]
        now = timezone.now()
        found = [finding for one in judged for finding in looked.found(one)]
        report = record_findings(
            organization_id=run.organization_id,
            integration_id=run.integration_id,
            found=found,
            looked_at={one.offer_id for one in judged},
            rules=rules_in_force(organization_id=run.organization_id),
            now=now,
        )
        doubtful = {one.offer_id for one in suspects} - {one.offer_id for one in judged}
        remember(goals={pk: goals[pk] for pk in ids if pk not in doubtful}, now=now)
        labels = {f"offer:{one.offer_id}": (one.allegro_id, one.title) for one in suspects}
        count_report(taken, report, labels)
        taken.count(
            scanned=len(ids),
            skipped=len(doubtful),
            unchanged=len(ids) - len(doubtful) - len({one.offer_id for one in found}),
        )
        _advance(taken, ids[-1], looked)


def _steady(run: SyncRun, suspects: list[Suspect], goals: dict[int, int | None]) -> set[int]:
    """Suspects whose target stood still while Allegro was read, and no push of whose is under way."""
    ids = [one.offer_id for one in suspects]
    if not ids:
        return set()
    again = _goals(run, ids)
    moving = pushes_under_way(offer_ids=ids)
    return {pk for pk in ids if again[pk] == goals[pk] and pk not in moving}


def _advance(taken: Step, last: int, looked: Looked) -> None:
    position = taken.position
    position["after"] = last
    position["reads"] = int(position.get("reads", 0)) + looked.reads
    if looked.unread:
        position["unread"] = int(position.get("unread", 0)) + len(looked.unread)
        position.setdefault("unread_from", min(looked.unread) - 1)


def _next_lap(run: SyncRun) -> None:
    """The end of the offers: back to those before the one this run began at, or on to the next phase."""
    with step(run) as taken:
        if taken.position["wrapped"]:
            taken.position |= {"phase": "strays", "after": 0}
        else:
            taken.position |= {"wrapped": True, "after": 0}


LATER_PHASES: dict[str, Phase] = {
    "strays": check_strays,
    "unlinked": check_unlinked,
    "unoffered": check_unoffered,
    "rules": apply_rules,
    "end": end_check,
}
