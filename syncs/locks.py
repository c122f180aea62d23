"""Row locks of discrepancies and conflicts, always in the order of their keys."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from syncs.models import Conflict, Discrepancy


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


def lock_conflicts(
    *, integration_id: int, offer_ids: Collection[int], state: str
) -> list[Conflict]:
    """Hold the conflicts of these offers in one state until the transaction ends.

    Whoever also needs the fields of the offers takes ``offers.locks.lock_fields`` first.
    """
    rows = Conflict.objects.filter(
        integration_id=integration_id, offer_id__in=offer_ids, state=state
    )
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))


def lock_conflict(conflict: Conflict) -> Conflict:
    """Hold one conflict until the transaction ends, and return it as it is now."""
    rows = Conflict.objects.select_related("offer", "integration", "resolved_by")
    found: Conflict = rows.select_for_update(of=("self",), no_key=True).get(pk=conflict.pk)
    return found
