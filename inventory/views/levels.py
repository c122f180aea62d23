"""Levels, what is low, the ledger, the stock of one product."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from inventory import operations, queries
from inventory.forms import AdjustForm, LedgerForm, first_values
from inventory.views.answers import room
from products.models import Product

# A filter of more places than this would be no help; the search narrows instead.
MOST_PLACES = 200


@require_GET
@member_required()
def level_list(request: MemberRequest) -> HttpResponse:
    """Every level, with the filters short, low and zero, of one warehouse or all."""
    filters = {name: request.GET.get(name, "") for name in ("q", "only", "warehouse")}
    page = queries.level_page(
        organization=request.organization,
        search=filters["q"][:100],
        only=filters["only"],
        warehouse_id=row_id(filters["warehouse"]) if filters["warehouse"] else None,
        page=page_number(request.GET.get("page")),
    )
    context = {
        "page": page,
        "filters": filters,
        "choices": queries.FILTERS.items(),
        "places": list(queries.all_warehouses(organization=request.organization)[:MOST_PLACES]),
    }
    return render(request, "inventory/list.html", context | room(request, "list"))


@require_GET
@member_required()
def low(request: MemberRequest) -> HttpResponse:
    """Products at or below the number from which their stock counts as low."""
    page = queries.low_page(
        organization=request.organization, page=page_number(request.GET.get("page"))
    )
    return render(request, "inventory/low.html", {"page": page} | room(request, "low"))


@require_GET
@member_required()
def movements(request: MemberRequest) -> HttpResponse:
    """The ledger, of everything or of one product, place, kind, cause and time."""
    product, narrowed = _narrowed(request)
    form = LedgerForm(request.GET, organization=request.organization)
    page = queries.movement_page(
        organization=request.organization,
        page=page_number(request.GET.get("page")),
        **narrowed,
    )
    context = {
        "page": page,
        "product": product,
        "form": form,
        "is_narrowed": any(value for value in narrowed.values()),
        "csv_query": _query(request),
    }
    return render(request, "inventory/movements.html", context | room(request, "movements"))


@require_GET
@member_required()
def movements_csv(request: MemberRequest) -> StreamingHttpResponse:
    """The same lines as :func:`movements` as a file."""
    _product, narrowed = _narrowed(request)
    lines = queries.ledger_lines(
        queries.movements_of(organization=request.organization, **narrowed)
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="stock-movements.csv"'
    return response


def _narrowed(request: MemberRequest) -> tuple[Product | None, dict[str, Any]]:
    product = None
    if wanted := request.GET.get("product", ""):
        products = Product.objects.for_organization(request.organization)
        product = get_object_or_404(products, pk=row_id(wanted))
    form = LedgerForm(request.GET, organization=request.organization)
    return product, {"product_id": product.pk if product else None} | form.narrowed()


def _query(request: MemberRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


@require_http_methods(["GET", "POST"])
@member_required()
def adjust(request: MemberRequest, product_id: int) -> HttpResponse:
    """A product's stock; members who may write correct it here."""
    product = get_object_or_404(
        Product.objects.for_organization(request.organization), pk=product_id
    )
    if request.method == "POST":
        return _correct(request, product)
    context = queries.adjust_page(product=product) | room(request, "list")
    if context["may_write"] and not context["parts"]:
        chosen = request.GET.get("warehouse", "")
        initial = first_values(product=product, warehouse_id=row_id(chosen) if chosen else None)
        context["form"] = AdjustForm(product=product, initial=initial | {"form_key": uuid.uuid4()})
    return render(request, "inventory/adjust.html", context)


@member_required(Role.STAFF)
def _correct(request: MemberRequest, product: Product) -> HttpResponse:
    form = AdjustForm(request.POST, product=product)
    if form.is_valid():
        try:
            _apply(request, product, form.cleaned_data)
        except HubError as error:
            form.add_error(None, error.told)
        else:
            messages.success(request, _("The stock is set."))
            return redirect("inventory:adjust", product_id=product.pk)
    context = queries.adjust_page(product=product) | room(request, "list") | {"form": form}
    return render(request, "inventory/adjust.html", context, status=422)


def _apply(request: MemberRequest, product: Product, values: dict[str, Any]) -> None:
    operations.correct_stock(
        product=product,
        warehouse=values["warehouse"],
        on_hand=values["on_hand"],
        minimum=values["minimum"],
        reason=values["reason"],
        expected=values["seen"],
        actor=request.user,
        now=timezone.now(),
        key=f"page:{values['form_key']}",
    )
