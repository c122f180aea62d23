"""Pages of customer returns, and lifting the flag that stops an order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from orders import operations, queries
from orders.enums import ReturnStage
from orders.forms import (
    ALL,
    LiftForm,
    RejectionForm,
    ReturnFilterForm,
    decisions_in,
    drafts_of,
    typed,
)
from orders.models import CustomerReturn, Order
from orders.queries import returns as return_queries


@member_required()
def return_list(request: HttpRequest) -> HttpResponse:
    """Returns of every account; those to decide stand first, on a tab of their own."""
    form = ReturnFilterForm(request.GET)
    wish = form.wish()
    page = return_queries.return_page(
        organization=request.organization, wish=wish, page=page_number(request.GET.get("page"))
    )
    context = {
        "page": page,
        "wish": wish,
        "filters": {name: request.GET.get(name, "") for name in form.fields},
        "tabs": _tabs(request, wish.stage),
        "accounts": list(queries.accounts_of(organization=request.organization)),
    }
    return render(request, "orders/returns.html", context)


@member_required()
def return_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One return; members who may write decide about its lines here."""
    row = _found(request, pk)
    if request.method == "POST":
        return _decide(request, row)
    context = return_queries.return_detail(row=row)
    context["drafts"] = drafts_of(context["lines"])
    return render(request, "orders/return.html", context)


@member_required(Role.STAFF)
def _decide(request: HttpRequest, row: CustomerReturn) -> HttpResponse:
    context = return_queries.return_detail(row=row)
    drafts = typed(context["lines"], request.POST)
    try:
        operations.decide_return(
            customer_return=row,
            decisions=decisions_in(drafts, request.POST),
            warehouse_id=_warehouse(request),
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        if error.status == 404:
            raise
        context |= {"drafts": drafts, "refused": error, "chosen_warehouse": _warehouse(request)}
        return render(request, "orders/return.html", context, status=422)
    messages.success(request, _("Your decisions are kept."))
    return redirect("returns:detail", pk=row.pk)


@member_required(Role.STAFF)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """The page between the button and Allegro: why the refund is refused, and what that means."""
    row = _found(request, pk)
    form = RejectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.request_rejection(
                customer_return=row, actor=request.user, now=timezone.now(), **form.cleaned_data
            )
        except HubError as error:
            form.add_error(None, error.told)
        else:
            messages.success(request, _("The rejection is on its way to Allegro."))
            return redirect("returns:detail", pk=row.pk)
    context = {
        "title": _("Reject return %(number)s") % {"number": row},
        "question": _("Refuse to give the buyer the money back?"),
        "consequences": [
            _("Allegro tells the buyer that you refuse, and why."),
            _("It cannot be taken back here; you may still refund of your own will."),
            _("The return is read once more before it is sent. Stock is not changed."),
        ],
        "action_label": _("Reject the return"),
        "cancel_url": reverse("returns:detail", args=[row.pk]),
        "tone": "danger",
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "confirm.html", context, status=status)


@member_required(Role.STAFF)
def lift_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an order be shipped although it should stop, for a reason."""
    orders = Order.objects.for_organization(request.organization)
    order = get_object_or_404(orders.select_related("integration"), pk=pk)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.lift_stop(
                order=order,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            form.add_error(None, error.told)
        else:
            messages.success(request, _("The order may be shipped."))
            return redirect("orders:detail", pk=order.pk)
    context = {
        "title": _("Ship it all the same?"),
        "question": order.get_stop_reason_display(),
        "consequences": [
            _("The order goes back among those to pack."),
            _("Your name and your reason are kept with it."),
        ],
        "action_label": _("Let it be shipped"),
        "cancel_url": reverse("orders:detail", args=[order.pk]),
        "tone": "warn",
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


def _found(request: HttpRequest, pk: int) -> CustomerReturn:
    returns = CustomerReturn.objects.for_organization(request.organization)
    found: CustomerReturn = get_object_or_404(returns.select_related("integration", "order"), pk=pk)
    return found


def _warehouse(request: HttpRequest) -> int | None:
    chosen = request.POST.get("warehouse", "")
    return row_id(chosen) if chosen else None


def _tabs(request: HttpRequest, current: str) -> list[dict[str, object]]:
    def url(stage: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["stage"] = stage
        return f"?{query.urlencode()}"

    waiting = return_queries.to_decide(organization=request.organization)
    counts = {ReturnStage.TO_DECIDE: waiting.order_by()[:100].count()}
    tabs: list[dict[str, object]] = [
        {
            "label": one.label,
            "url": url(one.value),
            "active": current == one.value,
            "count": counts.get(one, 0) or "",
        }
        for one in return_queries.TABS
    ]
    return [*tabs, {"label": _("All"), "url": url(ALL), "active": not current, "count": ""}]
