"""Reservations that shops, scripts and people made."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.paging import page_number
from inventory import operations, queries
from inventory.enums import HoldState
from inventory.views.answers import attempt, room, see_other

HERE = "holds"


@require_GET
@member_required()
def holds(request: MemberRequest) -> HttpResponse:
    """The reservations, newest first."""
    state = request.GET.get("state", "")
    page = queries.hold_page(
        organization=request.organization,
        state=state,
        page=page_number(request.GET.get("page")),
    )
    context = {"page": page, "state": state, "states": HoldState.choices}
    return render(request, "inventory/holds.html", context | room(request, HERE))


@require_POST
@member_required(Role.STAFF)
def hold_release(request: MemberRequest, pk: int) -> HttpResponse:
    """Give the pieces of a reservation back."""
    hold = get_object_or_404(queries.holds_of(organization=request.organization), pk=pk)
    attempt(
        request,
        lambda: operations.release_hold(hold=hold, actor=request.user, now=timezone.now()),
        _("The pieces are free again."),
    )
    return see_other("holds")
