"""Packing one order after the other: every line ticked, then Allegro is told."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.row_ids import row_id
from orders import operations, queries
from orders.enums import Fulfilment
from orders.models import Order
from orders.views.writes import seen_revision

# What a packer can say of a packed parcel.
ENDS = (Fulfilment.READY_FOR_SHIPMENT, Fulfilment.SENT)


@member_required(Role.STAFF)
def pack(request: MemberRequest, pk: int) -> HttpResponse:
    """The lines to tick, large enough for a thumb; ticked all, the parcel is packed or sent."""
    orders = queries.with_lines(Order.objects.for_organization(request.organization))
    order = get_object_or_404(orders, pk=pk)
    lines = list(order.lines.all())
    ticked = set(request.POST.getlist("line"))
    missing = [line for line in lines if str(line.pk) not in ticked]
    if request.method == "POST" and not missing:
        return _done(request, order)
    if request.method == "POST":
        messages.warning(request, _("Not everything is ticked yet."))
    (sheet,) = queries.packing_sheets(orders=[order])
    context = {
        "order": order,
        "sheet": sheet,
        "rows": list(zip(lines, sheet["lines"], strict=True)),
        "ticked": {line.pk for line in lines} - {line.pk for line in missing},
        "refusal": operations.why_not_sent(order=order),
    }
    return render(request, "orders/pack.html", context)


def _done(request: MemberRequest, order: Order) -> HttpResponse:
    status = request.POST.get("status", "")
    try:
        operations.request_fulfilment(
            order=order,
            status=status if status in ENDS else Fulfilment.READY_FOR_SHIPMENT.value,
            actor=request.user,
            now=timezone.now(),
            seen_revision=seen_revision(request),
        )
    except HubError as refusal:
        messages.error(request, f"{refusal.detail} {refusal.remedy}")
        return redirect("orders:detail", order.pk)
    messages.success(
        request, _("Packed: %(buyer)s. Allegro is being told.") % {"buyer": order.buyer_login}
    )
    return _onward(request, after=order.pk)


@require_GET
@member_required(Role.STAFF)
def pack_next(request: MemberRequest) -> HttpResponse:
    """Go on with the most urgent order that is left."""
    return _onward(request, after=row_id(request.GET.get("after", "")))


def _onward(request: MemberRequest, *, after: int) -> HttpResponse:
    """To the most urgent order that is left, or to the list when all is packed."""
    order = queries.next_to_pack(organization=request.organization, after=after)
    if order is not None:
        return redirect("orders:pack", order.pk)
    messages.success(request, _("Nothing is left to pack."))
    return redirect("orders:list")
