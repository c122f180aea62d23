"""Filters people keep under a name."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Membership, SavedView
from accounts.saved_views import list_called, settled
from core import audit
from core.errors import HubError, NotYours


class ViewNameMissing(HubError):
    """A view was to be saved without a name."""

    code = "view_name_missing"


def save_view(
    *, membership: Membership, page: str, name: str, query: str, shared: bool, now: datetime
) -> SavedView:
    """Keep the filters of a list for the member; the same name again replaces them.

    A shared view is shown to everybody in the organization; viewers keep views for themselves only.
    Audited when it is shared. Raises :class:`ViewNameMissing`, :class:`~core.errors.NotYours` for a list
    that has no views.
    """
    list_called(page)
    name = " ".join(name.split())[:60]
    if not name:
        raise ViewNameMissing(_("Give the view a name."))
    shared = shared and Role(membership.role).allows(Role.STAFF)
    with transaction.atomic():
        view, _made = SavedView.objects.update_or_create(
            organization_id=membership.organization_id,
            page=page,
            owner_id=membership.user_id,
            name=name,
            defaults={"query": settled(query), "shared": shared},
        )
        if shared:
            _audit(view, "saved_view.shared", membership, now)
    return view


def remove_view(*, membership: Membership, view: SavedView, now: datetime) -> None:
    """Forget a view: one's own, or as an owner any shared one. Audited when it was shared.

    Raises :class:`~core.errors.NotYours` for other people's.
    """
    own = view.owner_id == membership.user_id
    if not own and not (view.shared and Role(membership.role).allows(Role.OWNER)):
        raise NotYours
    with transaction.atomic():
        if view.shared:
            _audit(view, "saved_view.removed", membership, now)
        view.delete()


def _audit(view: SavedView, action: str, membership: Membership, now: datetime) -> None:
    audit.record(
        action=action,
        target=view,
        actor=membership.user,
        organization_id=view.organization_id,
        now=now,
        after={"page": view.page, "name": view.name, "query": view.query},
    )
