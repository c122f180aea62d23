"""The pages of suppliers: list, add, change, remove."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.paging import page_number
from settings_app import operations, queries
from settings_app.forms import SupplierPageForm
from settings_app.models import Supplier
from settings_app.views.answers import may, see_other, tell

UPLOAD = "upload"


@require_GET
@member_required()
def suppliers(request: MemberRequest) -> HttpResponse:
    """Every supplier of the organization by name."""
    context = queries.suppliers_page(
        organization=request.organization,
        search=request.GET.get("q", ""),
        page=page_number(request.GET.get("page")),
    )
    return render(request, "settings_app/suppliers.html", context | may(request))


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def supplier_add(request: MemberRequest) -> HttpResponse:
    """Add a supplier; ``?then=upload`` leads on to the upload of a file of theirs."""
    form = SupplierPageForm(
        request.POST or None, initial={"currency": request.organization.currency}
    )
    if request.method == "POST" and form.is_valid():
        try:
            added = operations.add_supplier(
                organization=request.organization,
                values=form.supplier_values(),
                api_key=form.key or "",
                actor=request.user,
                now=timezone.now(),
            )
        except operations.SupplierExists as error:
            form.add_error("name", error.told)
        else:
            messages.success(request, _("%(name)s is added.") % {"name": added.name})
            return _on(request, added)
    uploading = request.GET.get("then") == UPLOAD
    back = reverse("imports:upload" if uploading else "settings_app:suppliers")
    return _form(request, form, {"back": back})


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def supplier(request: MemberRequest, pk: int) -> HttpResponse:
    """One supplier: its settings, and what hangs on it."""
    found = _own(request, pk)
    form = SupplierPageForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.update_supplier(
                supplier=found,
                values=form.supplier_values(),
                api_key=form.key,
                actor=request.user,
                now=timezone.now(),
            )
        except operations.SupplierExists as error:
            form.add_error("name", error.told)
        else:
            messages.success(request, _("Saved."))
            return see_other("settings_app:suppliers")
    context = queries.supplier_page(supplier=_own(request, pk))
    return _form(request, form, context | {"back": reverse("settings_app:suppliers")})


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def supplier_remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then delete the supplier."""
    found = _own(request, pk)
    if request.method == "POST":
        name = found.name
        try:
            operations.remove_supplier(supplier=found, actor=request.user, now=timezone.now())
        except operations.SupplierInUse as error:
            tell(request, error)
            return see_other("settings_app:supplier", pk)
        messages.success(request, _("%(name)s is removed.") % {"name": name})
        return see_other("settings_app:suppliers")
    return render(request, "confirm.html", queries.remove_supplier_page(supplier=found))


def _own(request: MemberRequest, pk: int) -> Supplier:
    found: Supplier = get_object_or_404(
        Supplier.objects.for_organization(request.organization), pk=pk
    )
    return found


def _form(
    request: MemberRequest, form: SupplierPageForm, context: dict[str, object]
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "settings_app/supplier.html", context | {"form": form}, status=status)


def _on(request: MemberRequest, added: Supplier) -> HttpResponse:
    if request.GET.get("then") != UPLOAD:
        return see_other("settings_app:suppliers")
    return see_other("imports:upload", query={"supplier": added.pk})
