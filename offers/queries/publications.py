"""Reads of offers being created: one batch, one of them, and all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from core.enums import WorkState
from core.paging import Page, paged
from core.row_ids import row_id
from offers.enums import PublicationReason
from offers.models import Publication, PublicationBatch
from offers.problem_codes import meaning_of
from offers.publishing.obstacles import label_of, remedy_of
from offers.queries.offers import connected_accounts
from products.models import Product

PAGE_SIZE = 50
STUCK = [WorkState.WAITING_FOR_PERSON, WorkState.DEAD]
OPEN = [WorkState.PENDING, WorkState.RUNNING]
GROUPS = {
    "stuck": (gettext_lazy("Needs you"), STUCK),
    "open": (gettext_lazy("On its way"), OPEN),
    "done": (gettext_lazy("Done"), [WorkState.DONE]),
}
# What to do about a reason when no problem says it better.
_REMEDIES = {
    PublicationReason.DUPLICATE: gettext_lazy(
        "Look at the offer that sells it. To have another one, publish it although."
    ),
    PublicationReason.REFUSED: gettext_lazy("Mend what Allegro names, then try again."),
    PublicationReason.FORBIDDEN: gettext_lazy(
        "Connect the account again and allow everything that is asked for."
    ),
    PublicationReason.NO_RESULT: gettext_lazy(
        "Look for the offer at Allegro. Trying again looks for it once more before anything is sent."
    ),
    PublicationReason.FAILED: gettext_lazy("Try again; if it stays, ask the operator."),
    PublicationReason.SIGN_IN: gettext_lazy(
        "Connect the account again; then it goes on by itself."
    ),
    PublicationReason.STOPPED: gettext_lazy(
        "Switch on “may write offers” for the account, or end the stop; then it goes on by itself."
    ),
}


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One thing in the way: what, what to do, and where."""

    words: str
    remedy: str
    link: str


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """A publication with everything a person wants to know of it."""

    publication: Publication
    problems: list[ProblemRow]
    remedy: str

    @property
    def is_stuck(self) -> bool:
        return self.publication.state in STUCK

    @property
    def tone(self) -> str:
        """The code of its colour: a problem shows as such, whatever the state of the work."""
        if self.publication.reason == PublicationReason.CANCELLED:
            return "CANCELLED"
        return str(self.publication.state)


@dataclass(frozen=True, slots=True)
class PublicationFilter:
    """What a list is narrowed to; empty means all."""

    state: str = ""
    account: str = ""
    reason: str = ""
    search: str = ""

    @property
    def is_set(self) -> bool:
        return any((self.state, self.account, self.reason, self.search))


def publications_matching(
    *, organization: Organization, wanted: PublicationFilter
) -> QuerySet[Publication]:
    """The publications of a list, the latest first."""
    rows: QuerySet[Publication] = Publication.objects.for_organization(organization)
    if wanted.state in GROUPS:
        rows = rows.filter(state__in=GROUPS[wanted.state][1])
    if wanted.account:
        rows = rows.filter(integration_id=row_id(wanted.account))
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if word := wanted.search.strip():
        rows = rows.filter(Q(external_id=word) | Q(allegro_id=word))
    return rows.order_by("-pk")


def publication_list(
    *, organization: Organization, wanted: PublicationFilter, number: int
) -> dict[str, Any]:
    """What the page of all publications shows."""
    rows = publications_matching(organization=organization, wanted=wanted)
    return {
        "page": _page(rows, number),
        "wanted": wanted,
        "accounts": list(connected_accounts(organization=organization)),
        "reasons": PublicationReason.choices,
        "any_stuck": rows.filter(state__in=STUCK).exists(),
    }


def batch_page(*, batch: PublicationBatch, state: str, number: int) -> dict[str, Any]:
    """What a batch's page shows: how far it is, and its rows."""
    rows = batch.publications.order_by("pk")
    if state in GROUPS:
        rows = rows.filter(state__in=GROUPS[state][1])
    return {
        "batch": batch,
        "state": state,
        "page": _page(rows, number),
        **batch_progress(batch=batch),
    }


def batch_progress(*, batch: PublicationBatch) -> dict[str, Any]:
    """Counts of a batch: all, settled, published, needing a person; and which obstacles how often."""
    counts = batch.publications.aggregate(
        total=Count("pk"),
        in_flight=Count("pk", filter=Q(state__in=OPEN)),
        published=Count("pk", filter=Q(state=WorkState.DONE) & ~Q(offer=None)),
        cancelled=Count("pk", filter=Q(reason=PublicationReason.CANCELLED)),
        stuck=Count("pk", filter=Q(state__in=STUCK)),
        waiting=Count("pk", filter=Q(state=WorkState.PENDING, sent_at=None)),
    )
    return {
        **counts,
        "settled": counts["total"] - counts["in_flight"],
        "obstacles": _obstacles(batch) if counts["stuck"] else [],
    }


def _obstacles(batch: PublicationBatch) -> list[dict[str, Any]]:
    """Each kind of obstacle with how many products it stops, the most frequent first."""
    found = (
        batch.publications.filter(state__in=STUCK)
        .values_list("problems__code")
        .annotate(count=Count("pk", distinct=True))
        .order_by("-count")
    )
    return [
        {
            "code": code,
            "label": label_of(code),
            "count": count,
            "remedy": remedy_of(code, product_id=None, integration_id=batch.integration_id)[0],
            "link": remedy_of(code, product_id=None, integration_id=batch.integration_id)[1],
        }
        for code, count in found
        if code
    ]


def publication_detail(*, publication: Publication) -> dict[str, Any]:
    """What one publication's page shows."""
    return {"row": rows_of([publication])[0], "publication": publication}


def is_being_published(product: Product) -> bool:
    """Whether an offer is being made of the product at this moment."""
    return bool(product.publications.filter(state__in=OPEN).exists())


def latest_publication(*, offer_id: int) -> Publication | None:
    """The publication an offer came from; None for one that was not made here."""
    found: Publication | None = (
        Publication.objects.filter(offer_id=offer_id)
        .select_related("batch", "requested_by")
        .order_by("-pk")
        .first()
    )
    return found


def _page(rows: QuerySet[Publication], number: int) -> Page[PublicationRow]:
    read = rows.select_related("product", "integration", "offer").prefetch_related("problems")
    page = paged(read, number=number, size=PAGE_SIZE)
    return Page(
        items=rows_of(page.items),
        number=page.number,
        size=page.size,
        total=page.total,
        total_is_exact=page.total_is_exact,
        has_next=page.has_next,
    )


def rows_of(publications: Sequence[Publication]) -> list[PublicationRow]:
    """Publications with their problems in words; ``problems`` should be prefetched."""
    return [
        PublicationRow(
            one, problem_rows(one), str(_REMEDIES.get(PublicationReason(one.reason), ""))
        )
        for one in publications
    ]


def problem_rows(publication: Publication) -> list[ProblemRow]:
    """What is in the way of one publication, each with its remedy."""
    return [
        ProblemRow(one.words or one.code, *_remedy(one.code, one.path, publication))
        for one in sorted(publication.problems.all(), key=lambda problem: problem.pk)
    ]


def _remedy(code: str, path: str, publication: Publication) -> tuple[str, str]:
    if code == "DUPLICATE":
        return _("Look at that offer."), path
    remedy, link = remedy_of(
        code, product_id=publication.product_id, integration_id=publication.integration_id
    )
    meaning = meaning_of(code)
    return (meaning.remedy, "") if not remedy and meaning.is_known else (remedy, link)
