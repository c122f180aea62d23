"""Stock pages: levels, the ledger, a correction."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from inventory import operations, queries
from inventory.enums import MovementKind
from inventory.forms import AdjustForm, first_values
from products.models import Product


@member_required()
def level_list(request: HttpRequest) -> HttpResponse:
    """Every level, with the filters short, low and zero."""
    filters = {"q": request.GET.get("q", ""), "only": request.GET.get("only", "")}
    page = queries.level_page(
        organization=request.organization,
        search=filters["q"],
        only=filters["only"],
        page=page_number(request.GET.get("page")),
    )
    return render(
        request,
        "inventory/list.html",
        {"page": page, "filters": filters, "choices": queries.FILTERS.items()},
    )


@member_required()
def movements(request: HttpRequest) -> HttpResponse:
    """The ledger, of everything or of one product."""
    product = None
    if wanted := request.GET.get("product", ""):
        product = get_object_or_404(
            Product.objects.for_organization(request.organization),
            pk=row_id(wanted),
        )
    filters = {
        "product": wanted,
        "kind": request.GET.get("kind", ""),
        "reference": request.GET.get("reference", "").strip(),
    }
    page = queries.movement_page(
        organization=request.organization,
        product_id=product.pk if product else None,
        kind=filters["kind"],
        reference=filters["reference"],
        page=page_number(request.GET.get("page")),
    )
    context = {"page": page, "filters": filters, "product": product, "kinds": MovementKind.choices}
    return render(request, "inventory/movements.html", context)


@member_required()
def adjust(request: HttpRequest, product_id: int) -> HttpResponse:
    """A product's stock; members who may write correct it here."""
    product = get_object_or_404(
        Product.objects.for_organization(request.organization), pk=product_id
    )
    may_write = Role(request.membership.role).allows(Role.STAFF)
    if request.method == "POST":
        return _correct(request, product)
    context = queries.adjust_page(product=product) | {"may_write": may_write}
    if may_write:
        chosen = request.GET.get("warehouse", "")
        initial = first_values(product=product, warehouse_id=row_id(chosen) if chosen else None)
        context["form"] = AdjustForm(product=product, initial=initial | {"form_key": uuid.uuid4()})
    return render(request, "inventory/adjust.html", context)


@member_required(Role.STAFF)
def _correct(request: HttpRequest, product: Product) -> HttpResponse:
    form = AdjustForm(request.POST, product=product)
    if form.is_valid():
        try:
            _apply(request, product, form.cleaned_data)
        except HubError as error:
            form.add_error(None, f"{error.detail} {error.remedy}")
        else:
            messages.success(request, _("The stock is set."))
            return redirect("inventory:adjust", product_id=product.pk)
    context = queries.adjust_page(product=product) | {"form": form, "may_write": True}
    return render(request, "inventory/adjust.html", context, status=422)


def _apply(request: HttpRequest, product: Product, values: dict[str, Any]) -> None:
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
