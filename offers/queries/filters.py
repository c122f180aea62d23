"""What a list of offers can be narrowed to, each way by an index of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Upper

from accounts.models import Organization
from core.row_ids import row_id
from offers.enums import LinkState, base_field
from offers.models import FieldState, Offer, OfferLink, OfferMarketplace, OfferProblem
from offers.queries.sync_states import DECISIONS
from settings_app.models import Integration

# So many rows a search looks at; somebody looking for one offer types more letters.
SEARCH_CAP = 5_000
TRIGRAM = 3
ANY = "any"
NOT_LINKED = tuple(state for state in LinkState.values if state != LinkState.LINKED)


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """What a list of offers is narrowed to; empty means all.

    ``sync`` is a group of :mod:`offers.queries.sync_states`, ``differs`` the code of a field,
    ``problem`` a code of Allegro's or ``any``, ``marketplace`` an additional one.
    """

    search: str = ""
    integration: str = ""
    status: str = ""
    link: str = ""
    sync: str = ""
    differs: str = ""
    problem: str = ""
    marketplace: str = ""

    @property
    def is_set(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)

    @property
    def is_narrow(self) -> bool:
        """Whether more than the everyday filters are in use."""
        return bool(self.differs or self.problem or self.marketplace)


def offers_matching(*, organization: Organization, wanted: OfferFilter) -> QuerySet[Offer]:
    """The offers of a list, newest first, ready to be paged."""
    offers: QuerySet[Offer] = Offer.objects.for_organization(organization)
    if wanted.integration:
        offers = offers.filter(integration_id=row_id(wanted.integration))
    if wanted.status:
        offers = offers.filter(publication_status=wanted.status)
    if wanted.link == "open":
        offers = offers.filter(link_state__in=NOT_LINKED)
    elif wanted.link:
        offers = offers.filter(link_state=wanted.link)
    if wanted.search.strip():
        found = _found(organization=organization, search=wanted.search)
        offers = offers.filter(pk__in=found)
    offers = _by_problem(_by_sync(offers, organization, wanted), organization, wanted)
    links = OfferLink.objects.select_related("product").order_by("pk")
    return (
        offers.select_related("integration")
        .prefetch_related(Prefetch("links", queryset=links))
        .order_by("-pk")
    )


def _by_sync(
    offers: QuerySet[Offer], organization: Organization, wanted: OfferFilter
) -> QuerySet[Offer]:
    if wanted.sync == "unread":
        offers = offers.filter(read_wanted_at__isnull=False, missing_since=None)
    elif wanted.sync == "apart":
        offers = offers.filter(pk__in=_apart(organization).values("offer_id"))
    elif wanted.sync == "in_step":
        linked = offers.filter(link_state=LinkState.LINKED)
        offers = linked.exclude(pk__in=_apart(organization).values("offer_id"))
    elif wanted.sync in DECISIONS:
        decided = FieldState.objects.filter(
            organization=organization, in_step=False, decision__in=DECISIONS[wanted.sync]
        )
        offers = offers.filter(pk__in=decided.values("offer_id"))
    if wanted.differs:
        apart = _apart(organization).filter(field=wanted.differs)
        offers = offers.filter(pk__in=apart.values("offer_id"))
    return offers


def _apart(organization: Organization) -> QuerySet[FieldState]:
    """Fields whose two values differ, by the index that plans walk."""
    accounts = Integration.objects.filter(organization=organization).values("pk")
    return FieldState.objects.filter(
        integration__in=accounts, in_step=False, ours__isnull=False, theirs__isnull=False
    ).exclude(ours=F("theirs"))


def _by_problem(
    offers: QuerySet[Offer], organization: Organization, wanted: OfferFilter
) -> QuerySet[Offer]:
    if wanted.problem:
        problems = OfferProblem.objects.filter(organization=organization)
        if wanted.problem != ANY:
            problems = problems.filter(code=wanted.problem)
        offers = offers.filter(pk__in=problems.values("offer_id"))
    if wanted.marketplace:
        places = OfferMarketplace.objects.filter(
            organization=organization, marketplace=wanted.marketplace
        )
        offers = offers.filter(pk__in=places.values("offer_id"))
    return offers


def _found(*, organization: Organization, search: str) -> list[int]:
    """Ids first, by the trigram index and unordered: ordering at once would walk all rows instead."""
    words = [word for word in search.upper().split() if len(word) >= TRIGRAM]
    offers: QuerySet[Offer] = Offer.objects.for_organization(organization)
    if words:
        for word in words:
            offers = offers.filter(search__contains=word)
    else:
        # Too short for trigrams: the beginning of the seller's own code.
        offers = offers.annotate(code=Upper("external_id")).filter(
            code__startswith=search.strip().upper()
        )
    return list(offers.order_by().values_list("pk", flat=True)[:SEARCH_CAP])


# One step of the index per marketplace, however many offers there are.
_MARKETPLACES = """
    WITH RECURSIVE place (name) AS (
        (SELECT marketplace FROM offers_offermarketplace WHERE organization_id = %(organization)s
         ORDER BY marketplace LIMIT 1)
        UNION ALL
        SELECT (SELECT marketplace FROM offers_offermarketplace
                WHERE organization_id = %(organization)s AND marketplace > place.name
                ORDER BY marketplace LIMIT 1)
        FROM place WHERE place.name IS NOT NULL
    )
    SELECT name FROM place WHERE name IS NOT NULL
"""


def additional_marketplaces(*, organization: Organization) -> list[str]:
    """The marketplaces beside their own on which offers were seen."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKETPLACES, {"organization": organization.pk})
        return [row[0] for row in cursor.fetchall()]


def field_label(code: str) -> str:
    """The name of a field for people: "Price", or "Price, allegro-cz"."""
    label = str(base_field(code).label)
    place = code.partition("@")[2]
    return f"{label}, {place}" if place else label
