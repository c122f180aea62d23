"""Whether an account sells a product already, before another offer of it is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.row_ids import among
from offers.enums import PublicationStatus
from offers.models import Offer, OfferLink, Publication


@dataclass(frozen=True, slots=True)
class Duplicate:
    """What sells the product already, or may be about to: in words, and where it is seen."""

    words: str
    link: str
    allegro_id: str = ""


def duplicates_of(
    *, integration_id: int, codes: Mapping[int, str], but: Collection[int] = ()
) -> dict[int, Duplicate]:
    """Offers of the account that sell these products, {product id: the first found}. Three queries.

    ``codes`` are the external ids the new offers would have. Counted are offers with that id in any
    state but lost ones, offers that hold the product and have not ended, and publications that run or
    whose result nobody knows; ``but`` are publications that are not counted.
    """
    found = _under_way(integration_id, codes, but)
    found |= _linked(integration_id, codes)
    return found | _with_code(integration_id, codes)


def _with_code(integration_id: int, codes: Mapping[int, str]) -> dict[int, Duplicate]:
    by_code = {code: product_id for product_id, code in codes.items()}
    offers = (
        Offer.objects.filter(
            integration_id=integration_id, external_id__in=list(by_code), missing_since=None
        )
        .exclude(external_id="")
        .order_by("-pk")
    )
    return {by_code[one.external_id]: _offer(one, by_code=True) for one in offers}


def _linked(integration_id: int, codes: Mapping[int, str]) -> dict[int, Duplicate]:
    links = (
        OfferLink.objects.filter(
            offer__integration_id=integration_id,
            product_id__in=among(codes),
            offer__missing_since=None,
        )
        .exclude(offer__publication_status=PublicationStatus.ENDED)
        .select_related("offer")
        .order_by("-pk")
    )
    return {one.product_id: _offer(one.offer, by_code=False) for one in links}


def _under_way(
    integration_id: int, codes: Mapping[int, str], but: Collection[int]
) -> dict[int, Duplicate]:
    unknown = Q(state__in=["WAITING_FOR_PERSON", "DEAD"], allegro_id="") & ~Q(sent_at=None)
    rows = Publication.objects.filter(
        Q(state__in=["PENDING", "RUNNING"]) | unknown,
        integration_id=integration_id,
        product_id__in=among(codes),
    ).exclude(pk__in=but)
    return {one.product_id: _publication(one) for one in rows.order_by("-pk")}


def _offer(offer: Offer, *, by_code: bool) -> Duplicate:
    words = (
        _("Offer %(number)s of this account has the same code.")
        if by_code
        else _("Offer %(number)s of this account sells this product.")
    )
    return Duplicate(
        words % {"number": offer.allegro_id},
        reverse("offers:detail", args=[offer.pk]),
        offer.allegro_id,
    )


def _publication(publication: Publication) -> Duplicate:
    words = (
        _("It is being published already.")
        if publication.is_open
        else _("It was sent before, and nobody knows yet whether Allegro took it.")
    )
    return Duplicate(words, reverse("offers:publication", args=[publication.pk]))
