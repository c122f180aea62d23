"""Locks of offers: rows always in the order of their keys, and the one pusher of an account."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from core.locks import session_lock
from offers.models import FieldState, Offer

PUSHING = 720_110
PUBLISHING = 720_115
WRITING = 720_111


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


def lock_fields(*, organization_id: int, offer_ids: Sequence[int]) -> None:
    """Hold these offers and the values of their fields, on both sides, until the transaction ends."""
    lock_offers(organization_id=organization_id, offer_ids=offer_ids)
    states = FieldState.objects.filter(organization_id=organization_id, offer_id__in=offer_ids)
    list(
        states.order_by("offer_id", "field")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", flat=True)
    )


def account_pusher(*, integration_id: int) -> AbstractContextManager[bool]:
    """Whether this process is the one that writes the account's stock; it is until the block ends."""
    return session_lock(space=PUSHING, number=integration_id)


def account_publisher(*, integration_id: int) -> AbstractContextManager[bool]:
    """Whether this process is the one that creates the account's offers; it is until the block ends."""
    return session_lock(space=PUBLISHING, number=integration_id)


def account_writer(*, integration_id: int) -> AbstractContextManager[bool]:
    """The same for everything but stock."""
    return session_lock(space=WRITING, number=integration_id)
