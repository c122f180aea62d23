"""Warehouses: list, add, rename, the default one, close and open."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.paging import page_number
from inventory import operations, queries
from inventory.forms import WarehouseForm
from inventory.models import Warehouse
from inventory.views.answers import accepted, attempt, confirm, room, see_other

HERE = "warehouses"


def _warehouse(request: MemberRequest, pk: int) -> Warehouse:
    places = queries.all_warehouses(organization=request.organization)
    found: Warehouse = get_object_or_404(places, pk=pk)
    return found


@require_GET
@member_required()
def warehouses(request: MemberRequest) -> HttpResponse:
    """Every place stock lies in."""
    operations.ensure_default_warehouse(organization_id=request.organization.pk)
    page = queries.warehouse_page(
        organization=request.organization, page=page_number(request.GET.get("page"))
    )
    return render(request, "inventory/warehouses.html", {"page": page} | room(request, HERE))


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def warehouse_add(request: MemberRequest) -> HttpResponse:
    """A new warehouse."""
    form = WarehouseForm(request.POST or None)
    if request.method == "POST":
        made = accepted(
            form,
            lambda: operations.add_warehouse(
                organization_id=request.organization.pk,
                actor=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            ),
            field="code",
        )
        if made is not None:
            messages.success(request, _("%(name)s is added.") % {"name": made.name})
            return see_other("warehouses")
    return _form(request, form, None)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def warehouse(request: MemberRequest, pk: int) -> HttpResponse:
    """Another name or code for a warehouse."""
    found = _warehouse(request, pk)
    form = WarehouseForm(request.POST or None, initial={"name": found.name, "code": found.code})
    if request.method == "POST":
        changed = accepted(
            form,
            lambda: operations.change_warehouse(
                warehouse=found, actor=request.user, now=timezone.now(), **form.cleaned_data
            ),
            field="code",
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return see_other("warehouses")
    return _form(request, form, found)


@require_POST
@member_required(Role.STAFF)
def warehouse_default(request: MemberRequest, pk: int) -> HttpResponse:
    """Have this warehouse take what names no place."""
    made = operations.make_default(
        warehouse=_warehouse(request, pk), actor=request.user, now=timezone.now()
    )
    messages.success(request, _("%(name)s is the default now.") % {"name": made.name})
    return see_other("warehouses")


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def warehouse_close(request: MemberRequest, pk: int) -> HttpResponse:
    """Close a warehouse, after it was said what that does."""
    found = _warehouse(request, pk)
    if request.method == "POST":
        attempt(
            request,
            lambda: operations.set_open(
                warehouse=found, is_open=False, actor=request.user, now=timezone.now()
            ),
            _("%(name)s is closed.") % {"name": found.name},
        )
        return see_other("warehouses")
    return confirm(
        request,
        here=HERE,
        cancel=reverse("inventory:warehouses"),
        title=_("Close %(name)s") % {"name": found.name},
        question=_("Nothing will be sold from this warehouse."),
        consequences=[
            _("What lies there stays on record, and is not counted as available."),
            _("What was promised from it is still dispatched from it."),
            _("Offers it feeds are lowered on accounts that may be written to."),
            _("You can open it again at any time."),
        ],
        action_label=_("Close it"),
        tone="danger",
    )


@require_POST
@member_required(Role.STAFF)
def warehouse_open(request: MemberRequest, pk: int) -> HttpResponse:
    """Open a closed warehouse again."""
    found = operations.set_open(
        warehouse=_warehouse(request, pk), is_open=True, actor=request.user, now=timezone.now()
    )
    messages.success(request, _("%(name)s is open.") % {"name": found.name})
    return see_other("warehouses")


def _form(request: MemberRequest, form: WarehouseForm, found: Warehouse | None) -> HttpResponse:
    context = {"form": form, "warehouse": found} | room(request, HERE)
    status = 422 if form.errors else 200
    return render(request, "inventory/warehouse_form.html", context, status=status)
