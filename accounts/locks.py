"""Row locks of this app; always in order of primary key, evaluated at once."""

from __future__ import annotations

from accounts.models import Membership


def lock_memberships(*, organization_id: int) -> list[Membership]:
    """Lock every membership of an organization, so that its last owner cannot slip away."""
    return list(
        Membership.objects.select_for_update()
        .filter(organization_id=organization_id)
        .order_by("pk")
    )
