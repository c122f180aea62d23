"""Order pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.access import member_required
from core.paging import page_number
from orders import queries
from orders.enums import DisplayStatus
from orders.forms import OrderFilterForm
from orders.models import Order
from orders.queries.returns import returns_of_order


@member_required()
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders of every account, newest first."""
    form = OrderFilterForm(request.GET)
    wish = form.wish()
    page = queries.order_page(
        organization=request.organization, wish=wish, page=page_number(request.GET.get("page"))
    )
    context = {
        "page": page,
        "wish": wish,
        "filters": {name: request.GET.get(name, "") for name in form.fields},
        "filtered": any(request.GET.get(name) for name in form.fields),
        "tabs": _tabs(request, wish.status),
        "statuses": DisplayStatus.choices,
        "accounts": list(queries.accounts_of(organization=request.organization)),
    }
    return render(request, "orders/list.html", context)


@member_required()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order with its lines, its buyer and everything that happened to it."""
    orders = Order.objects.for_organization(request.organization)
    order = get_object_or_404(orders.select_related("integration", "superseded_by"), pk=pk)
    context = queries.order_detail(order=order)
    context["returns"] = returns_of_order(order=order)
    return render(request, "orders/detail.html", context)


def _tabs(request: HttpRequest, current: str) -> list[dict[str, object]]:
    def url(status: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["status"] = status
        return f"?{query.urlencode()}"

    tabs: list[dict[str, object]] = [
        {"label": _("All"), "url": url(""), "active": not current, "count": ""}
    ]
    tabs += [
        {"label": one.label, "url": url(one.value), "active": current == one.value, "count": ""}
        for one in queries.TABS
    ]
    return tabs
