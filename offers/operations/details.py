"""What only reading an offer in full tells: its EAN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from offers.models import Offer
from offers.operations.linking import LinkReport, link_offers
from settings_app.models import Integration

# "EAN (GTIN)" in Allegro's catalogue; categories of our time all share this parameter.
GTIN_PARAMETER = "225693"
GTIN_LENGTHS = (8, 12, 13, 14)


def ean_of(offer: Mapping[str, Any]) -> str:
    """The EAN of an offer read in full; empty without one, and for sets of several products.

    It lies among the parameters of the catalogue product, older offers have it among their own.
    """
    products = [
        one.get("product") for one in offer.get("productSet") or [] if isinstance(one, Mapping)
    ]
    if len(products) > 1:
        return ""
    places = [*(one for one in products if isinstance(one, Mapping)), offer]
    return next((ean for place in places if (ean := _gtin(place.get("parameters")))), "")


def _gtin(parameters: object) -> str:
    for one in parameters if isinstance(parameters, list) else []:
        if isinstance(one, Mapping) and _is_gtin(one):
            for value in one.get("values") or []:
                digits = str(value).strip()
                if digits.isascii() and digits.isdigit() and len(digits) in GTIN_LENGTHS:
                    return digits
    return ""


def _is_gtin(parameter: Mapping[str, Any]) -> bool:
    name = str(parameter.get("name") or "").upper()
    return str(parameter.get("id")) == GTIN_PARAMETER or name in ("EAN", "EAN (GTIN)", "GTIN")


@transaction.atomic
def record_eans(*, integration: Integration, eans: Mapping[int, str], now: datetime) -> LinkReport:
    """Keep the EANs read (empty: there is none), by our offer id, and link the offers they identify."""
    offers = list(
        Offer.objects.filter(integration=integration, pk__in=eans)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    for offer in offers:
        offer.ean, offer.details_read_at, offer.updated_at = eans[offer.pk], now, now
    Offer.objects.bulk_update(offers, ["ean", "details_read_at", "updated_at"])
    return link_offers(
        organization_id=integration.organization_id,
        offer_ids=_ids(offers),
        now=now,
    )


def _ids(offers: Sequence[Offer]) -> list[int]:
    return [offer.pk for offer in offers]
