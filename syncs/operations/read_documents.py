"""The offers of an account that are to be read in full: new ones, and those the listing doubts."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro import AllegroError, Lane, Rejected
from connectors.allegro.client import AllegroClient
from offers.models import Offer
from offers.operations import (
    OfferReading,
    OfferReport,
    RecordedOffer,
    give_up_reading,
    read_offer,
    record_readings,
)
from offers.queries import offers_to_read
from offers.reading import is_for_all, read_each
from offers.spans import contains
from syncs.enums import ItemOutcome
from syncs.models import SyncItem, SyncRun
from syncs.operations.steps import Step, step

# So many are read and written in one step: a killed worker repeats no more.
AT_ONCE = 120
# Allegro lets 3,500 offers of a seller be read in a minute, of which a sync takes half.
READS_PER_RUN = 20_000


def documents_are_read(run: SyncRun) -> bool:
    """Whether the run has read what it may."""
    return bool(run.position.get("documents", {}).get("done"))


def read_documents(run: SyncRun, client: AllegroClient, most: int) -> None:
    """Read the next offers that are to be read, those on sale first, and keep what they say.

    An offer Allegro cannot show now is left for the next run; one it refuses to show is not asked
    for again until the listing shows it otherwise. Raises what ends the reading of all of them (a
    used-up budget, a refused sign-in) once what was read is kept.
    """
    where = {"on_sale": True, "after": 0, "read": 0, "done": False}
    where |= run.position.get("documents", {})
    batch = list(
        offers_to_read(
            integration=run.integration, on_sale=bool(where["on_sale"]), after=int(where["after"])
        )[: min(AT_ONCE, max(0, most - int(where["read"])))]
    )
    if not batch:
        _pass_ends(run, where, most)
        return
    answers = read_each(
        integration=run.integration,
        client=client,
        allegro_ids=[offer.allegro_id for offer in batch],
        read=_read,
        lane=Lane.SYNC,
    )
    errors = {key: one for key, one in answers.items() if isinstance(one, AllegroError)}
    ending = next((one for one in errors.values() if is_for_all(one)), None)
    readings = [one for one in answers.values() if isinstance(one, OfferReading)]
    with step(run) as taken:
        report = record_readings(integration=run.integration, readings=readings, now=timezone.now())
        _account(taken, report)
        _account_errors(taken, batch, errors)
        where["read"] = int(where["read"]) + len(readings)
        if ending is None:
            where["after"] = batch[-1].pk
        taken.position["documents"] = where
    if ending is not None:
        raise ending


def _read(client: AllegroClient, allegro_id: str) -> OfferReading:
    return read_offer(client=client, allegro_id=allegro_id, in_full=True)


def _pass_ends(run: SyncRun, where: dict[str, int | bool], most: int) -> None:
    more = where["on_sale"] and int(where["read"]) < most
    with step(run) as taken:
        taken.position["documents"] = (
            {**where, "on_sale": False, "after": 0} if more else {**where, "done": True}
        )


def _account(taken: Step, report: OfferReport) -> None:
    taken.count(linked=len(report.linked_ids))
    for one in _unchanged_so_far(taken, report.updated):
        taken.count(updated=1, unchanged=-1)
        taken.note(
            object_type="offer",
            object_id=one.allegro_id,
            label=one.title,
            outcome=ItemOutcome.UPDATED,
        )


def _account_errors(taken: Step, batch: Sequence[Offer], errors: dict[str, AllegroError]) -> None:
    refused = [key for key, one in errors.items() if isinstance(one, Rejected)]
    give_up_reading(integration=taken.run.integration, allegro_ids=refused)
    single = [
        RecordedOffer(offer.pk, offer.allegro_id, offer.title)
        for offer in batch
        if offer.allegro_id in errors and not is_for_all(errors[offer.allegro_id])
    ]
    for one in _unchanged_so_far(taken, single):
        taken.count(skipped=1, unchanged=-1)
        code, message, remedy = _why_not(errors[one.allegro_id])
        taken.note(
            object_type="offer",
            object_id=one.allegro_id,
            label=one.title,
            outcome=ItemOutcome.SKIPPED,
            reason_code=code,
            message=message,
            remedy=remedy,
        )


def _why_not(error: AllegroError) -> tuple[str, str, str]:
    if isinstance(error, Rejected):
        words = error.user_message or _("Allegro refused to show this offer in full.")
        return "not_readable", words, _("Link the offer to its product yourself.")
    return (
        "not_read",
        _("Allegro did not show this offer in full this time."),
        _("Nothing needs to be done; the next sync reads it."),
    )


def _unchanged_so_far(taken: Step, offers: Sequence[RecordedOffer]) -> list[RecordedOffer]:
    """An offer counts once in a run; these the listing counted as unchanged, without a line."""
    told = set(
        SyncItem.objects.filter(
            run=taken.run, object_type="offer", object_id__in=[one.allegro_id for one in offers]
        ).values_list("object_id", flat=True)
    )
    seen = taken.position.get("seen", [])
    return [one for one in offers if one.allegro_id not in told and contains(seen, one.id)]
