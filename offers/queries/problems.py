"""What Allegro objects to, offer by offer and code by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from accounts.models import Organization
from core.row_ids import row_id
from offers.enums import ProblemSource
from offers.models import Offer, OfferProblem
from offers.problem_codes import ProblemMeaning, meaning_of
from offers.queries.offers import connected_accounts


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """All offers with one objection. ``words`` are Allegro's own, of one of them."""

    meaning: ProblemMeaning
    offers: int
    errors: int
    since: Any
    words: str
    sources: tuple[str, ...]

    @property
    def tone(self) -> str:
        return "danger" if self.errors else "warn"


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One objection to one offer."""

    problem: OfferProblem
    meaning: ProblemMeaning
    tone: str


def problems_of(*, organization: Organization, integration: str = "") -> QuerySet[OfferProblem]:
    """The objections to an organization's offers, of one account when it is named."""
    problems: QuerySet[OfferProblem] = OfferProblem.objects.for_organization(organization)
    return problems.filter(integration_id=row_id(integration)) if integration else problems


def problem_groups(*, organization: Organization, integration: str = "") -> list[ProblemGroup]:
    """Objections by code: safety first, then by how many offers they concern. One query."""
    grouped = (
        problems_of(organization=organization, integration=integration)
        .order_by()
        .values("code")
        .annotate(
            offers=Count("offer", distinct=True),
            errors=Count("pk", filter=Q(is_error=True)),
            since=Min("first_seen_at"),
            words=Max("message"),
            refusals=Count("pk", filter=Q(source=ProblemSource.REFUSAL)),
            writes=Count("pk", filter=Q(source=ProblemSource.WRITE)),
            checks=Count("pk", filter=Q(source=ProblemSource.VALIDATION)),
        )
    )
    groups = [_group(one) for one in grouped]
    return sorted(groups, key=lambda one: (one.meaning.rank, -one.offers, one.meaning.code))


def _group(found: Mapping[str, Any]) -> ProblemGroup:
    sources = {
        ProblemSource.VALIDATION: found["checks"],
        ProblemSource.REFUSAL: found["refusals"],
        ProblemSource.WRITE: found["writes"],
    }
    return ProblemGroup(
        meaning=meaning_of(found["code"]),
        offers=found["offers"],
        errors=found["errors"],
        since=found["since"],
        words=found["words"],
        sources=tuple(str(source.label) for source, count in sources.items() if count),
    )


def problems_page(*, organization: Organization, integration: str) -> dict[str, Any]:
    """What the page of problems shows."""
    accounts = list(connected_accounts(organization=organization))
    groups = problem_groups(organization=organization, integration=integration)
    return {"groups": groups, "accounts": accounts, "account": integration}


def offer_problems(*, offer: Offer) -> list[ProblemRow]:
    """The objections to one offer, safety first."""
    rows = [
        ProblemRow(one, meaning_of(one.code), "danger" if one.is_error else "warn")
        for one in OfferProblem.objects.filter(offer=offer)
    ]
    return sorted(
        rows, key=lambda row: (row.meaning.rank, not row.problem.is_error, row.problem.code)
    )
