"""Pages of what suppliers ask and have."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from products import operations
from products.forms import SupplierProductForm
from products.models import SupplierProduct
from products.queries.suppliers import ONLY, supplier_page
from products.views.products import product_or_404
from settings_app.models import Supplier


@require_GET
@member_required()
def supplier_products(request: MemberRequest, pk: int) -> HttpResponse:
    """What one supplier asks and has."""
    suppliers = Supplier.objects.for_organization(request.organization)
    supplier = get_object_or_404(suppliers, pk=pk)
    search, only = request.GET.get("q", "").strip()[:100], request.GET.get("only", "")
    context = {
        "supplier": supplier,
        "page": supplier_page(
            organization=request.organization,
            supplier=supplier,
            search=search,
            only=only,
            page=page_number(request.GET.get("page")),
        ),
        "chosen": {"search": search, "only": only},
        "filters": ONLY,
        "may_write": Role(request.membership.role).allows(Role.STAFF),
    }
    return render(request, "products/supplier.html", context)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def add_supplier_product(request: MemberRequest, pk: int) -> HttpResponse:
    """Another supplier's price and stock of a product."""
    return _kept(request, SupplierProduct(product=product_or_404(request, pk)))


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def change_supplier_product(request: MemberRequest, pk: int) -> HttpResponse:
    """A supplier's price and stock, typed by hand."""
    return _kept(request, _row_or_404(request, pk))


@require_POST
@member_required(Role.STAFF)
def remove_supplier_product(request: MemberRequest, pk: int) -> HttpResponse:
    """Forget what a supplier asks of a product."""
    row = _row_or_404(request, pk)
    operations.remove_supplier_product(row=row, actor=request.user, now=timezone.now())
    messages.success(request, _("Removed."))
    if row.product_id is None:
        return redirect("products:supplier_products", pk=row.supplier_id)
    return redirect("products:detail", pk=row.product_id)


def _kept(request: MemberRequest, row: SupplierProduct) -> HttpResponse:
    form = SupplierProductForm(
        request.POST or None, organization=request.organization, instance=row
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.keep_supplier_product(
                row=row if row.pk else None,
                product=row.product,
                values=form.cleaned_data,
                organization=request.organization,
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            form.take_refusal(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("products:detail", pk=row.product_id)
    context = {"form": form, "row": row, "product": row.product}
    status = 422 if form.errors else 200
    return render(request, "products/supplier_product.html", context, status=status)


def _row_or_404(request: MemberRequest, pk: int) -> SupplierProduct:
    rows = SupplierProduct.objects.for_organization(request.organization)
    found: SupplierProduct = get_object_or_404(
        rows.select_related("product", "supplier").exclude(product=None), pk=pk
    )
    return found
