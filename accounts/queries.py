"""Reads of people and organizations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse

from accounts.enums import Role
from accounts.models import ApiKey, Invitation, Membership, Organization, SavedView, User
from accounts.saved_views import list_called, settled
from accounts.secrets import digest


def membership_of(*, user: User, organization_id: int | None = None) -> Membership | None:
    """The user's membership in ``organization_id``; without one, their oldest membership."""
    memberships = Membership.objects.filter(user=user).select_related("organization")
    if organization_id is not None:
        memberships = memberships.filter(organization_id=organization_id)
    found: Membership | None = memberships.order_by("pk").first()
    return found


def organizations_of(*, user: User | AnonymousUser) -> list[Organization]:
    """Every organization the person belongs to, by name."""
    if not isinstance(user, User):
        return []
    return list(Organization.objects.filter(memberships__user=user).order_by("name", "pk"))


def organization_page(*, organization: Organization) -> dict[str, Any]:
    """Members, open invitations and working keys of an organization."""
    return {
        "members": list(
            Membership.objects.for_organization(organization)
            .select_related("user")
            .order_by("user__email")
        ),
        "invitations": list(
            Invitation.objects.for_organization(organization)
            .filter(accepted_at=None, revoked_at=None)
            .order_by("-pk")
        ),
        "keys": list(
            ApiKey.objects.for_organization(organization)
            .filter(revoked_at=None)
            .select_related("created_by")
            .order_by("-pk")
        ),
    }


def open_invitation(*, secret: str, now: datetime) -> Invitation | None:
    """The invitation behind a link while it can be accepted."""
    found: Invitation | None = (
        Invitation.objects.filter(
            token_sha256=digest(secret), accepted_at=None, revoked_at=None, expires_at__gt=now
        )
        .select_related("organization", "invited_by")
        .first()
    )
    return found


def working_key(*, prefix: str, secret: str, now: datetime) -> ApiKey | None:
    """The API key with this prefix and secret, unless it is revoked, expired or its maker is gone."""
    key: ApiKey | None = (
        ApiKey.objects.filter(
            prefix=prefix,
            secret_sha256=digest(secret),
            revoked_at=None,
            created_by__is_active=True,
        )
        .select_related("organization", "created_by")
        .first()
    )
    if key is None or (key.expires_at is not None and key.expires_at <= now):
        return None
    return key


def saved_views(*, membership: Membership, page: str, query: str) -> dict[str, Any]:
    """The views of a list as tabs: those it brings along, then the person's own and shared ones.

    ``query`` is the list's query string now; the view that says the same is active. One query.
    """
    known = list_called(page)
    here, address = settled(query), reverse(known.url_name)
    kept = (
        SavedView.objects.for_organization(membership.organization)
        .filter(Q(owner_id=membership.user_id) | Q(shared=True), page=page)
        .select_related("owner")
        .order_by("name", "pk")
    )
    is_owner = Role(membership.role).allows(Role.OWNER)
    own = [
        {
            "label": view.name,
            "url": f"{address}?{view.query}",
            "active": view.query == here,
            "pk": view.pk,
            "shared": view.shared,
            "removable": view.owner_id == membership.user_id or (view.shared and is_owner),
            "by": "" if view.owner_id == membership.user_id else view.owner.get_full_name(),
        }
        for view in kept
    ]
    defaults = [
        {
            "label": str(view.label),
            "url": f"{address}?{view.query}" if view.query else address,
            "active": settled(view.query) == here,
            "count": "",
        }
        for view in known.defaults
    ]
    return {
        "page": page,
        "query": here,
        "defaults": defaults,
        "own": own,
        "known": any(one["active"] for one in (*defaults, *own)),
        "may_share": Role(membership.role).allows(Role.STAFF),
    }
