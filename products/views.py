"""Pages of the catalogue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from products import operations
from products.forms import ProductForm
from products.models import Product
from products.queries import FILTERS, SORTS, STATES, product_list, product_page


def _product(request: HttpRequest, pk: int) -> Product:
    products = Product.objects.for_organization(request.organization)  # type: ignore[attr-defined]
    found: Product = get_object_or_404(
        products.select_related("supplier", "default_category"), pk=pk
    )
    return found


@require_GET
@member_required()
def product_list_page(request: HttpRequest) -> HttpResponse:
    """The catalogue: search, filters, sorting, paging."""
    state = request.GET.get("state", "active")
    chosen = {
        "search": request.GET.get("q", "").strip()[:100],
        "state": state if state in STATES else "active",
        "only": request.GET.get("only", "") if request.GET.get("only") in FILTERS else "",
        "sort": request.GET.get("sort", "") if request.GET.get("sort") in SORTS else "recent",
    }
    found = product_list(
        organization=request.organization,  # type: ignore[attr-defined]
        page=page_number(request.GET.get("page")),
        **chosen,
    )
    context = {"page": found, "chosen": chosen, "states": STATES, "filters": FILTERS}
    return render(request, "products/list.html", context)


@require_GET
@member_required()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One product: values, stock, offers, history."""
    return render(request, "products/detail.html", product_page(product=_product(request, pk)))


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def create(request: HttpRequest) -> HttpResponse:
    """A new product."""
    organization = request.organization  # type: ignore[attr-defined]
    form = ProductForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        try:
            product = operations.create_product(
                organization=organization,
                values=form.values(),
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except HubError as error:
            form.take_refusal(error)
        else:
            messages.success(request, _("%(code)s was created.") % {"code": product.code})
            return redirect("products:detail", pk=product.pk)
    return render(request, "products/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a product; a change made by somebody else meanwhile is not overwritten."""
    product = _product(request, pk)
    form = ProductForm(
        request.POST or None,
        instance=_product(request, pk),
        organization=request.organization,  # type: ignore[attr-defined]
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.update_product(
                product=product,
                values=form.values(),
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                expected_version=form.expected_version,
            )
        except HubError as error:
            form.take_refusal(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("products:detail", pk=product.pk)
    context = {"form": form, "product": product}
    return render(request, "products/form.html", context, status=422 if form.errors else 200)


@require_POST
@member_required(Role.STAFF)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Archive a product."""
    operations.archive_product(
        product=_product(request, pk),
        actor=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
    )
    messages.success(request, _("Archived. Its stock, offers and history stay."))
    return redirect("products:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore an archived product."""
    operations.restore_product(
        product=_product(request, pk),
        actor=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
    )
    messages.success(request, _("Restored."))
    return redirect("products:detail", pk=pk)
