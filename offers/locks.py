"""Row locks of offers, always in the order of their keys."""

from __future__ import annotations

from collections.abc import Sequence

from offers.models import Offer


def lock_offers(*, organization_id: int, offer_ids: Sequence[int]) -> list[int]:
    """Hold these offers until the transaction ends; gives the ids that exist.

    Without the key, so that order lines pointing at an offer can be written meanwhile.
    """
    return list(
        Offer.objects.filter(organization_id=organization_id, pk__in=offer_ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", flat=True)
    )
