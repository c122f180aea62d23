"""Row locks of discrepancies, always in the order of their keys."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from syncs.models import Discrepancy


def lock_discrepancies(
    *,
    organization_id: int,
    pks: Collection[int] = (),
    fingerprints: Collection[str] = (),
    offer_ids: Collection[int] = (),
) -> list[Discrepancy]:
    """Hold these discrepancies, and all about these offers, until the transaction ends."""
    wanted = Q(pk__in=pks) | Q(fingerprint__in=fingerprints) | Q(offer_id__in=offer_ids)
    return list(
        Discrepancy.objects.filter(wanted, organization_id=organization_id)
        .order_by("pk")
        .select_for_update(of=("self",))
    )


def lock_discrepancy(discrepancy: Discrepancy) -> Discrepancy:
    """Hold one discrepancy until the transaction ends, and return it as it is now."""
    found = lock_discrepancies(organization_id=discrepancy.organization_id, pks=[discrepancy.pk])
    return found[0]
