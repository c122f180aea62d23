"""Offers from Allegro: the whole listing page by page, then each offer that is to be read in full."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro.client import AllegroClient
from connectors.allegro.types import OffersPage
from offers.operations import OfferReport, link_offers, mark_missing, record_offers
from offers.spans import contains, count, with_ids
from syncs.enums import ItemOutcome
from syncs.models import SyncRun
from syncs.operations.read_documents import READS_PER_RUN, documents_are_read, read_documents
from syncs.operations.steps import Step, step

# Pages shift while offers change (allegro-api#3740): each one looks back a little.
OVERLAP = 20


def pull_offers(
    *, run: SyncRun, client: AllegroClient, deadline: datetime, most_reads: int = READS_PER_RUN
) -> bool:
    """Bring our offers in step with Allegro's; True when done, False when time was up.

    Listing pages go through ``offers.record_offers`` and ``link_offers``. What is not listed is
    marked, never deleted. The listing lags, so offers that are new or that it shows otherwise are
    then read in full, ``most_reads`` in one run; the next run goes on with the rest.
    """
    while "listed" not in run.position:
        if timezone.now() >= deadline:
            return False
        _page(run, client)
    while not documents_are_read(run):
        if timezone.now() >= deadline:
            return False
        read_documents(run, client, most_reads)
    return True


def _page(run: SyncRun, client: AllegroClient) -> None:
    offset = int(run.position.get("offset", 0))
    since = run.position.get("since") or timezone.now().isoformat()
    page = client.offers.list(offset=offset)
    now = timezone.now()
    with step(run) as taken:
        report = record_offers(integration=run.integration, listings=page.offers, now=now)
        links = link_offers(
            organization_id=run.organization_id, offer_ids=report.written_ids, now=now
        )
        _account(taken, report)
        taken.count(linked=len(links.linked_ids))
        end = offset + len(page.offers)
        taken.position |= {"since": since, "offset": max(offset + 1, end - OVERLAP)}
        taken.values["expected"] = page.total_count
        if not page.offers or end >= page.total_count:
            _listing_ends(taken, page, now)


def _account(taken: Step, report: OfferReport) -> None:
    """Count every offer once per run, also one that overlapping pages showed twice."""
    seen = taken.position.get("seen", [])
    for outcome, offers in (
        (ItemOutcome.CREATED, report.created),
        (ItemOutcome.UPDATED, report.updated),
        # Whether these did change, their reading tells.
        (ItemOutcome.UNCHANGED, [*report.unchanged, *report.doubted]),
    ):
        fresh = [one for one in offers if not contains(seen, one.id)]
        taken.count(scanned=len(fresh), **{outcome.lower(): len(fresh)})
        if outcome == ItemOutcome.UNCHANGED:
            continue
        for one in fresh:
            taken.note(
                object_type="offer", object_id=one.allegro_id, label=one.title, outcome=outcome
            )
    _account_unreadable(taken, report)
    taken.position["seen"] = with_ids(seen, report.seen_ids)


def _account_unreadable(taken: Step, report: OfferReport) -> None:
    counted = set(taken.position.get("unreadable", []))
    for one in report.unreadable:
        if one.allegro_id in counted:
            continue
        counted.add(one.allegro_id)
        taken.count(scanned=1, failed=1)
        taken.note(
            object_type="offer",
            object_id=one.allegro_id,
            label=one.title,
            outcome=ItemOutcome.FAILED,
            reason_code=one.error.code,
            message=one.error.detail,
            remedy=one.error.remedy,
        )
    taken.position["unreadable"] = sorted(counted)


def _listing_ends(taken: Step, page: OffersPage, now: datetime) -> None:
    seen = taken.position.get("seen", [])
    unreadable = len(taken.position.get("unreadable", []))
    taken.position["listed"] = True
    if not page.offers and taken.position["offset"] < page.total_count:
        return
    if count(seen) + unreadable < page.total_count:
        return
    gone = mark_missing(
        integration=taken.run.integration,
        seen=seen,
        since=datetime.fromisoformat(taken.position["since"]),
        now=now,
    )
    taken.count(skipped=len(gone))
    for one in gone:
        taken.note(
            object_type="offer",
            object_id=one.allegro_id,
            label=one.title,
            outcome=ItemOutcome.SKIPPED,
            reason_code="not_listed",
            message=_("Allegro's list did not show this offer. The list lags, so it is kept."),
            remedy=_("If you deleted it at Allegro, nothing needs to be done."),
        )
