"""The list of offers as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q

from accounts.models import Organization
from core.paging import paged
from offers.models import Offer, OfferLink, OfferProblem
from offers.problem_codes import meaning_of
from offers.queries.filters import OfferFilter, additional_marketplaces, offers_matching
from offers.queries.offers import connected_accounts
from offers.queries.sync_states import SyncState, sync_states
from offers.reasons import Reason, link_reason, status_label, status_tone

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Problems:
    """How many objections Allegro has to an offer, and how many keep it from being shown."""

    count: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as the list shows it."""

    offer: Offer
    links: list[OfferLink]
    reason: Reason
    status_label: str
    status_tone: str
    sync: SyncState
    problems: Problems


def offer_list(*, organization: Organization, wanted: OfferFilter, number: int) -> dict[str, Any]:
    """What the page of offers shows: the rows, and what the filters offer."""
    page = paged(
        offers_matching(organization=organization, wanted=wanted), number=number, size=PAGE_SIZE
    )
    accounts = list(connected_accounts(organization=organization))
    return {
        "page": replace(page, items=offer_rows(page.items)),
        "wanted": wanted,
        "accounts": accounts,
        "marketplaces": additional_marketplaces(organization=organization),
        "problem": meaning_of(wanted.problem) if wanted.problem else None,
        "has_offers": bool(page.items) or wanted.is_set,
        "working": [one for one in accounts if one.is_working],
    }


def offer_rows(offers: Sequence[Offer]) -> list[OfferRow]:
    """Rows with everything they show. Two queries, whatever their number."""
    states = sync_states(offers=offers)
    problems = _problems(offers)
    return [
        OfferRow(
            offer=offer,
            links=list(offer.links.all()),
            reason=link_reason(offer),
            status_label=status_label(offer.publication_status),
            status_tone=status_tone(offer.publication_status),
            sync=states[offer.pk],
            problems=problems.get(offer.pk, Problems()),
        )
        for offer in offers
    ]


def _problems(offers: Sequence[Offer]) -> dict[int, Problems]:
    counted = (
        OfferProblem.objects.filter(offer_id__in=[one.pk for one in offers])
        .values("offer_id")
        .annotate(count=Count("pk"), errors=Count("pk", filter=Q(is_error=True)))
    )
    return {one["offer_id"]: Problems(one["count"], one["errors"]) for one in counted}
