"""A run that plans, from one phase to the next; each phase resumes where a killed worker left it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from connectors.allegro.client import AllegroClient
from core.work import postpone
from syncs.enums import ChangeState, SyncKind, SyncScope
from syncs.models import PlannedChange, SyncRun
from syncs.operations.conflicts.telling import tell_of_conflicts
from syncs.operations.plans.brakes import brake_plan, wait_for_person
from syncs.operations.plans.carrying import BATCH, agree_upon_equals, carry_out
from syncs.operations.plans.planning import WINDOW, plan_fields
from syncs.operations.plans.reading import read_targets
from syncs.operations.plans.settling import settle_sent, write_numbers
from syncs.operations.plans.undoing import plan_undo
from syncs.operations.pull_offers import pull_offers
from syncs.operations.steps import step

# Allegro's commands usually take seconds; what takes longer ends after the run is over.
PATIENCE = timedelta(minutes=10)
LOOK_AGAIN = timedelta(seconds=3)


def work_on_plan(
    run: SyncRun,
    client: AllegroClient,
    deadline: datetime,
    *,
    window: int = WINDOW,
    batch: int = BATCH,
) -> bool | None:
    """Take a run through its phases; True when it is over, False when time was up.

    None: it has put itself aside, because a person is asked or results are waited for.
    The phases: read what Allegro lists (when something may be taken from there), plan, brake;
    of an APPLY run also agree upon equals, write, wait for results.
    ``window`` fields are decided about, ``batch`` changes written in one transaction.
    """
    if "phase" not in run.position:
        _begin(run)
    if not _planned(run, client, deadline, window):
        return False
    if run.position["phase"] == "agree":
        agree_upon_equals(run)
    if run.position["phase"] == "apply":
        if not carry_out(run, deadline=deadline, batch=batch):
            return False
        if not _carried(run):
            return None
    if run.position["phase"] == "wait" and not _results_are_in(run):
        return None
    write_numbers(run_id=run.pk)
    tell_of_conflicts(run)
    return True


def _begin(run: SyncRun) -> None:
    settle_sent(integration_id=run.integration_id, now=timezone.now())
    with step(run) as taken:
        takes = run.kind in (SyncKind.PULL, SyncKind.BOTH)
        first = "undo" if run.scope == SyncScope.UNDO else "read" if takes else "plan"
        taken.position["phase"] = first


def _planned(run: SyncRun, client: AllegroClient, deadline: datetime, window: int) -> bool:
    if run.position["phase"] == "read" and not _read(run, client, deadline):
        return False
    if run.position["phase"] == "undo" and not plan_undo(run, deadline=deadline):
        return False
    if run.position["phase"] == "plan" and not plan_fields(run, deadline=deadline, window=window):
        return False
    if run.position["phase"] == "brakes":
        brake_plan(run)
    return True


def _read(run: SyncRun, client: AllegroClient, deadline: datetime) -> bool:
    """The whole list of the account, or the targets one by one. The counts are those of the plan."""
    done = (
        pull_offers(run=run, client=client, deadline=deadline)
        if run.looks_everywhere
        else read_targets(run, client, deadline=deadline)
    )
    if done:
        with step(run) as taken:
            taken.position = {"phase": "plan"}
            taken.values |= dict.fromkeys(("scanned", "created", "updated", "unchanged"), 0)
            taken.values |= {"skipped": 0, "failed": 0}
    return done


def _carried(run: SyncRun) -> bool:
    """On to waiting for results, unless a person is asked first about what is held."""
    held = PlannedChange.objects.filter(run=run, state=ChangeState.PLANNED)
    if held.exists():
        wait_for_person(run)
        return False
    with step(run) as taken:
        taken.position |= {"phase": "wait", "waits_since": timezone.now().isoformat()}
    return True


def _results_are_in(run: SyncRun) -> bool:
    now = timezone.now()
    settle_sent(integration_id=run.integration_id, now=now)
    on_their_way = PlannedChange.objects.filter(run=run, state=ChangeState.SENT)
    since = datetime.fromisoformat(run.position["waits_since"])
    if not on_their_way.exists() or now - since > PATIENCE:
        return True
    postpone(run, until=now + LOOK_AGAIN)
    return False
