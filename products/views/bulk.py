"""Pages of editing many products at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from products import operations
from products.forms import BulkEditForm, wish_of
from products.models import BulkEdit
from products.queries.bulk import edit_page, edits_page


@require_GET
@member_required()
def edits(request: MemberRequest) -> HttpResponse:
    """Earlier edits, and those that wait."""
    page = edits_page(organization=request.organization, page=page_number(request.GET.get("page")))
    return render(request, "products/edits.html", {"page": page})


@require_POST
@member_required(Role.STAFF)
def bulk_new(request: MemberRequest) -> HttpResponse:
    """Asks what is to be done with the products chosen in the list."""
    if not request.POST.get("all") and not request.POST.getlist("pick"):
        messages.warning(request, _("Choose products in the list first."))
        query = request.POST.get("filter", "")[:1000]
        return redirect(f"{reverse('products:list')}?{query}")
    form = BulkEditForm(organization=request.organization)
    return render(request, "products/edit_new.html", _form_context(request, form))


@require_POST
@member_required(Role.STAFF)
def bulk_start(request: MemberRequest) -> HttpResponse:
    """Checks what was asked for; nothing changes before it is confirmed."""
    form = BulkEditForm(request.POST, organization=request.organization)
    if form.is_valid():
        query = request.POST.get("filter", "")[:1000]
        try:
            edit = operations.start_edit(
                organization=request.organization,
                given=form.steps(),
                ids=[pk for text in request.POST.getlist("pick") if (pk := row_id(text))],
                wish=wish_of(query) if request.POST.get("all") else None,
                selection=query,
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            form.take_refusal(error)
        else:
            return redirect("products:edit_many", pk=edit.pk)
    return render(request, "products/edit_new.html", _form_context(request, form), status=422)


@require_GET
@member_required()
def edit_many(request: MemberRequest, pk: int) -> HttpResponse:
    """An edit: being checked, its preview, its progress, its outcome."""
    context = edit_page(edit=_edit_or_404(request, pk))
    context["may_write"] = Role(request.membership.role).allows(Role.STAFF)
    return render(request, "products/edit_many.html", context)


@require_POST
@member_required(Role.STAFF)
def confirm_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Apply what the preview shows."""
    return _decide(request, pk, operations.confirm_edit)


@require_POST
@member_required(Role.STAFF)
def cancel_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Drop an edit that was not confirmed."""
    return _decide(request, pk, operations.cancel_edit)


@require_POST
@member_required(Role.STAFF)
def undo_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Give every product its former values back."""
    return _decide(request, pk, operations.undo_edit)


@require_POST
@member_required(Role.STAFF)
def retry_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Go on with an edit that gave up."""

    def again(*, edit: BulkEdit, actor: Any, now: datetime) -> int:
        return operations.try_again(work=BulkEdit.objects.filter(pk=edit.pk), actor=actor, now=now)

    return _decide(request, pk, again)


def _decide(request: MemberRequest, pk: int, act: Callable[..., Any]) -> HttpResponse:
    try:
        act(edit=_edit_or_404(request, pk), actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, f"{error.detail} {error.remedy}")
    return redirect("products:edit_many", pk=pk)


def _edit_or_404(request: MemberRequest, pk: int) -> BulkEdit:
    edits = BulkEdit.objects.for_organization(request.organization)
    found: BulkEdit = get_object_or_404(edits.select_related("organization", "started_by"), pk=pk)
    return found


def _form_context(request: MemberRequest, form: BulkEditForm) -> dict[str, Any]:
    return {
        "form": form,
        "picked": request.POST.getlist("pick"),
        "all": request.POST.get("all", ""),
        "filter": request.POST.get("filter", "")[:1000],
    }
