"""Reads of people and organizations."""

from __future__ import annotations

from accounts.models import Membership, User


def membership_of(*, user: User, organization_id: int | None = None) -> Membership | None:
    """The user's membership in ``organization_id``; without one, their oldest membership."""
    memberships = Membership.objects.filter(user=user).select_related("organization")
    if organization_id is not None:
        memberships = memberships.filter(organization_id=organization_id)
    found: Membership | None = memberships.order_by("pk").first()
    return found
