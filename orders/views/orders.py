"""Order pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import MemberRequest, member_required
from accounts.queries import saved_views
from core.paging import page_number
from orders import queries
from orders.enums import DisplayStatus
from orders.forms import DUE, ONLY, OrderFilterForm
from orders.models import Order
from orders.queries.panel import write_panel
from orders.queries.returns import returns_of_order
from orders.views.writes import may_work

# The name under which views of this list are kept.
SAVED_LIST = "orders"


@member_required()
def order_list(request: MemberRequest) -> HttpResponse:
    """Orders of every account, newest first."""
    form = OrderFilterForm(request.GET)
    wish = form.wish()
    page = queries.order_page(
        organization=request.organization,
        wish=wish,
        now=timezone.now(),
        page=page_number(request.GET.get("page")),
    )
    views = saved_views(
        membership=request.membership, page=SAVED_LIST, query=request.GET.urlencode()
    )
    context = {
        "page": page,
        "wish": wish,
        "filters": {name: request.GET.get(name, "") for name in form.fields},
        "filtered": any(request.GET.get(name) for name in form.fields),
        "views": views,
        "tabs": views["defaults"],
        "dues": DUE,
        "only": ONLY,
        "marketplaces": queries.marketplaces_of(organization=request.organization),
        "more": any(request.GET.get(name) for name in ("marketplace", "only", "since", "until")),
        "may_work": may_work(request),
        "statuses": DisplayStatus.choices,
        "accounts": list(queries.accounts_of(organization=request.organization)),
    }
    return render(request, "orders/list.html", context)


@member_required()
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One order with its lines, its buyer and everything that happened to it."""
    orders = Order.objects.for_organization(request.organization)
    order = get_object_or_404(orders.select_related("integration", "superseded_by"), pk=pk)
    context = queries.order_detail(order=order)
    context["next_step"] = queries.next_step(order=order, now=timezone.now())
    context["returns"] = returns_of_order(order=order)
    context |= write_panel(order=order, now=timezone.now())
    context["may_work"] = may_work(request)
    return render(request, "orders/detail.html", context)
