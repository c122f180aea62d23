"""Offers from Allegro: the whole listing page by page, then the EANs it does not show."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro.client import AllegroClient
from connectors.allegro.errors import NotFound, Rejected
from connectors.allegro.types import OffersPage
from offers.operations import (
    OfferReport,
    ean_of,
    link_offers,
    mark_missing,
    record_eans,
    record_offers,
)
from offers.queries import eans_are_known, unread_offers
from offers.spans import contains, count, with_ids
from syncs.enums import ItemOutcome
from syncs.models import SyncRun
from syncs.operations.steps import Step, step

# Pages shift while offers change (allegro-api#3740): each one looks back a little.
OVERLAP = 20
EAN_BATCH = 25
# One run reads so many offers in full; at 3,500 a minute and seller more would starve the rest.
EANS_PER_RUN = 5_000


def pull_offers(*, run: SyncRun, client: AllegroClient, deadline: datetime) -> bool:
    """Bring our offers in step with Allegro's; True when done, False when time was up.

    Listing pages go through ``offers.record_offers`` and ``link_offers``. What is not listed is
    marked, never deleted. Then offers that nothing recognised are read in full for their EAN.
    """
    while "listed" not in run.position:
        if timezone.now() >= deadline:
            return False
        _page(run, client)
    while not run.position.get("eans_done"):
        if timezone.now() >= deadline:
            return False
        _eans(run, client)
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
        (ItemOutcome.UNCHANGED, report.unchanged),
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


def _eans(run: SyncRun, client: AllegroClient) -> None:
    read = int(run.position.get("eans_read", 0))
    wanted = unread_offers(integration=run.integration)
    batch = list(islice(wanted[:EAN_BATCH], max(0, EANS_PER_RUN - read)))
    if not batch or not eans_are_known(organization_id=run.organization_id):
        with step(run) as taken:
            taken.position["eans_done"] = True
        return
    eans: dict[int, str] = {}
    refused: list[tuple[str, str, Rejected]] = []
    for offer in batch:
        try:
            eans[offer.pk] = ean_of(client.offers.get(offer.allegro_id))
        except NotFound:
            eans[offer.pk] = ""
        except Rejected as error:
            eans[offer.pk] = ""
            refused.append((offer.allegro_id, offer.title, error))
    with step(run) as taken:
        links = record_eans(integration=run.integration, eans=eans, now=timezone.now())
        taken.position["eans_read"] = read + len(batch)
        taken.count(linked=len(links.linked_ids), skipped=len(refused))
        for allegro_id, title, refusal in refused:
            taken.note(
                object_type="offer",
                object_id=allegro_id,
                label=title,
                outcome=ItemOutcome.SKIPPED,
                reason_code="not_readable",
                message=refusal.user_message or _("Allegro refused to show this offer in full."),
                remedy=_("Link the offer to its product yourself."),
            )
