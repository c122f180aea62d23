"""Copying an offer to another account: choose, see what it would be there, confirm."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from offers.copy_choice import copy_page
from offers.models import Offer
from offers.operations.publishing import request_copies
from offers.publish_forms import CopyForm
from settings_app.views.answers import may, see_other, tell


@member_required(Role.STAFF)
def copy(request: MemberRequest, pk: int) -> HttpResponse:
    """The page of one copy; sent with ``confirm`` it has the offer created."""
    offer = get_object_or_404(
        Offer.objects.for_organization(request.organization).select_related("integration"), pk=pk
    )
    form = CopyForm(request.POST or None, offer=offer, organization=request.organization)
    valid = request.method == "POST" and form.is_valid()
    if valid and request.POST.get("confirm"):
        try:
            batch = request_copies(
                integration=form.account,
                copies=[form.copy],
                activate=form.activate,
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            tell(request, error)
        else:
            return see_other("offers:batch", batch.pk)
    context = {"offer": offer, "form": form, **copy_page(form=form if valid else None)}
    status = 422 if request.method == "POST" and not valid else 200
    return render(request, "offers/copy.html", context | may(request), status=status)
