"""Pages with forms for tracking, refunds, commission and "cannot fulfil": seen first, then done."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.enums import WorkState
from core.errors import HubError
from orders import operations
from orders.forms import CancelForm, ClaimForm, RefundForm, TrackingForm, token_of
from orders.models import Carrier, Order, OrderLine
from orders.money_back import all_that_is_left, paid_for, preview_refund, refunded_of
from orders.queries.cancellations import cancel_steps, newest_cancellation, plan_cancellation
from orders.queries.panel import write_panel
from orders.queries.refunds import claim_rows, claims_of
from orders.queries.shipments import kept_carriers, usual_carrier
from orders.queries.writes import is_in_flight, rows_of
from orders.views.writes import act, may_work, order_of


@member_required(Role.STAFF)
def tracking(request: MemberRequest, pk: int) -> HttpResponse:
    """Add a tracking number; the page a packer works on."""
    order = order_of(request, pk)
    panel = write_panel(order=order, now=timezone.now())
    form = TrackingForm(
        request.POST or None,
        order=order,
        lines=_lines(order),
        carriers=panel["carriers"] or _carriers(request, order),
        stopped=panel["stopped"] is not None,
        usual=usual_carrier(order=order),
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_tracking(
                order=order, actor=request.user, now=timezone.now(), **form.wish()
            )
        except HubError as error:
            _tell(form, error)
        else:
            messages.success(request, _("On its way to Allegro. You see below how it goes."))
            return _to_order(order)
    return render(
        request,
        "orders/tracking.html",
        panel | {"order": order, "form": form},
        status=_status(form),
    )


@member_required(Role.STAFF)
def refund(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose what goes back, see the sum, order it: three steps on one address."""
    order = order_of(request, pk)
    lines = _lines(order)
    initial = None
    if request.method != "POST" and paid_for(order) > refunded_of(order):
        wish = all_that_is_left(order=order, reason="REFUND")
        initial = RefundForm.initial_of(order, wish, lines)
    form = RefundForm(request.POST or None, order=order, lines=lines, initial=initial)
    context = {
        "order": order,
        "form": form,
        "paid": paid_for(order),
        "refunded": refunded_of(order),
    }
    if request.method == "POST" and form.is_valid() and request.POST.get("step") != "edit":
        try:
            preview = preview_refund(order=order, wish=form.wish())
            if request.POST.get("step") == "confirm":
                return _order_refund(request, order, form)
        except HubError as error:
            form.add_error(None, error.told)
        else:
            context |= {"preview": preview, "token": uuid4(), "wish": form.wish()}
            return render(request, "orders/refund_confirm.html", context)
    return render(request, "orders/refund.html", context, status=_status(form))


def _order_refund(request: MemberRequest, order: Order, form: RefundForm) -> HttpResponse:
    operations.request_refund(
        order=order,
        wish=form.wish(),
        token=token_of(form, order),
        actor=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("The refund is ordered. It is paid when Allegro says so, below."))
    return _to_order(order)


@member_required(Role.STAFF)
def cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """Cannot fulfil: choose the pieces, see the steps, start them, follow them."""
    order = order_of(request, pk)
    newest = newest_cancellation(order=order)
    if newest is not None and request.method != "POST" and "again" not in request.GET:
        return _progress(request, order, newest)
    form = CancelForm(request.POST or None, lines=_lines(order))
    context: dict[str, Any] = {"order": order, "form": form}
    if request.method == "POST" and form.is_valid() and request.POST.get("step") != "edit":
        try:
            plan = plan_cancellation(order=order, quantities=form.quantities(), now=timezone.now())
            if request.POST.get("step") == "confirm":
                return _start_cancellation(request, order, form)
        except HubError as error:
            form.add_error(None, error.told)
        else:
            context |= {"plan": plan, "token": uuid4(), "paid": paid_for(order)}
            return render(request, "orders/cancel_confirm.html", context)
    return render(request, "orders/cancel.html", context, status=_status(form))


def _start_cancellation(request: MemberRequest, order: Order, form: CancelForm) -> HttpResponse:
    operations.request_cancellation(
        order=order,
        quantities=form.quantities(),
        comment=form.cleaned_data["comment"],
        token=token_of(form, order),
        actor=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("Started. Each step waits for the one before."))
    return redirect("orders:cancel", pk=order.pk)


def _progress(request: MemberRequest, order: Order, newest: Any) -> HttpResponse:
    writes = newest.writes.select_related("after_write").order_by("pk")
    rows = rows_of(writes, order=order)
    now = timezone.now()
    context = {
        "order": order,
        "steps": cancel_steps(cancellation=newest),
        "is_over": all(row.write.state == WorkState.DONE for row in rows),
        "was_whole": newest.whole,
        "write_rows": rows,
        "writes_in_flight": any(is_in_flight(row.write, now=now) for row in rows),
        "may_work": may_work(request),
    }
    return render(request, "orders/cancel_progress.html", context)


@member_required()
def commission(request: MemberRequest, pk: int) -> HttpResponse:
    """Commission of each line: what stands, what may be claimed, when it is too early or too late."""
    order = order_of(request, pk)
    context = {
        "order": order,
        "rows": claim_rows(order=order, now=timezone.now()),
        "may_work": may_work(request),
    }
    return render(request, "orders/commission.html", context)


@require_POST
@member_required(Role.STAFF)
def claim(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask for the commission of one line."""
    order = order_of(request, pk)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a number of pieces the buyer bought."))
        return redirect("orders:commission", pk=order.pk)
    values = form.cleaned_data
    line = get_object_or_404(
        OrderLine.objects.select_related("order"), order=order, line_item_id=values["line_item_id"]
    )
    return act(
        request,
        order,
        lambda: operations.request_claim(
            order=order,
            line=line,
            quantity=values["quantity"],
            when_possible=values["when_possible"],
            actor=request.user,
            now=timezone.now(),
        ),
    )


@member_required(Role.STAFF)
def withdraw(request: MemberRequest, pk: int, claim_id: str) -> HttpResponse:
    """The page between the button and withdrawing a claim."""
    order = order_of(request, pk)
    claims = claims_of(order=order).select_related("order")
    found = get_object_or_404(claims, remote_id=claim_id)
    if request.method == "POST":
        return act(
            request,
            order,
            lambda: operations.withdraw_claim(claim=found, actor=request.user, now=timezone.now()),
        )
    context = {
        "title": _("Withdraw the commission claim"),
        "question": _("The commission stays with Allegro then."),
        "consequences": [_("A withdrawn claim cannot be brought back.")],
        "action_label": _("Withdraw it"),
        "cancel_url": reverse("orders:commission", args=[order.pk]),
        "tone": "danger",
    }
    return render(request, "confirm.html", context)


def _lines(order: Order) -> list[OrderLine]:
    return list(order.lines.select_related("order").order_by("position", "pk"))


def _carriers(request: MemberRequest, order: Order) -> list[Carrier]:
    """Allegro's list, asked for when none is kept; without an answer the page says so."""
    try:
        operations.carriers_for(integration=order.integration, now=timezone.now())
    except HubError:
        messages.warning(request, _("Allegro's list of carriers cannot be read just now."))
    return kept_carriers(order=order)


def _tell(form: TrackingForm, error: HubError) -> None:
    """Put a refusal beside the field it is about."""
    names = {"carrierId": "carrier_id", "carrierName": "carrier_name", "waybill": "waybill"}
    told = error.told
    field = next((names[name] for name in error.fields if name in names), None)
    form.add_error(field, told)


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _to_order(order: Order) -> HttpResponse:
    return redirect(reverse("orders:detail", args=[order.pk]) + "#changes")
