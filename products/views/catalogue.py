"""The list of products."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from accounts.queries import saved_views
from core.paging import page_number
from products.actions import list_actions
from products.forms import ProductFilterForm
from products.queries import FILTERS, STATES, STOCKS, SYNCS, catalogue_choices, product_list

# The name under which views of this list are kept.
SAVED_LIST = "products"
MORE = ("only", "stock", "syncs", "supplier", "category", "brand", "tag", "price_from",
        "price_until")  # fmt: skip


@require_GET
@member_required()
def product_list_page(request: MemberRequest) -> HttpResponse:
    """The catalogue: search, filters, saved views, sorting, paging, what can be done with many."""
    form = ProductFilterForm(request.GET)
    wish = form.wish()
    found = product_list(
        organization=request.organization, wish=wish, page=page_number(request.GET.get("page"))
    )
    views = saved_views(
        membership=request.membership, page=SAVED_LIST, query=request.GET.urlencode()
    )
    context = {
        "page": found,
        "wish": wish,
        "given": {name: request.GET.get(name, "") for name in form.fields},
        "filtered": any(request.GET.get(name) for name in form.fields if name != "sort"),
        "more": any(request.GET.get(name) for name in MORE),
        "views": views,
        "tabs": views["defaults"],
        "states": STATES,
        "filters": FILTERS,
        "stocks": STOCKS,
        "syncs": SYNCS,
        "choices": catalogue_choices(organization=request.organization),
        "actions": list_actions(),
        "may_write": Role(request.membership.role).allows(Role.STAFF),
    }
    return render(request, "products/list.html", context)
