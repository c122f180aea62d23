"""Pages that change an order at Allegro: quick acts, and forms that show first what they will do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from orders import operations
from orders.models import Order, OrderWrite
from orders.queries import writes as queries
from orders.queries.panel import write_panel

ON_ITS_WAY = "#changes"


@member_required()
def write_list(request: MemberRequest) -> HttpResponse:
    """Changes of orders that need a person; all of them with ``?show=all``."""
    everything = request.GET.get("show") == "all"
    page = queries.write_page(
        organization=request.organization,
        everything=everything,
        number=page_number(request.GET.get("page")),
    )
    tabs = [
        {"label": _("Not done yet"), "url": "?", "active": not everything, "count": ""},
        {"label": _("Everything"), "url": "?show=all", "active": everything, "count": ""},
    ]
    context = {"page": page, "tabs": tabs, "everything": everything, "may_work": may_work(request)}
    return render(request, "orders/writes.html", context)


@member_required()
def writes_fragment(request: MemberRequest, pk: int) -> HttpResponse:
    """What is under way for one order; polls itself while something is."""
    order = order_of(request, pk)
    context = write_panel(order=order, now=timezone.now())
    context |= {"order": order, "may_work": may_work(request), "refreshed": True}
    return render(request, "orders/_writes_fragment.html", context)


@require_POST
@member_required(Role.STAFF)
def set_status(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask for a status of the parcel."""
    order = order_of(request, pk)
    return act(
        request,
        order,
        lambda: operations.request_fulfilment(
            order=order,
            status=request.POST.get("status", ""),
            seen_revision=seen_revision(request),
            despite_stop=request.POST.get("despite_stop") == "1",
            actor=request.user,
            now=timezone.now(),
        ),
    )


@require_POST
@member_required(Role.STAFF)
def ask_now(request: MemberRequest, pk: int) -> HttpResponse:
    """Read the order and all that belongs to it from Allegro at once."""
    order = order_of(request, pk)
    return act(
        request,
        order,
        lambda: operations.ask_allegro(order=order, now=timezone.now()),
        done=_("Read from Allegro just now."),
    )


@require_POST
@member_required(Role.STAFF)
def retry(request: MemberRequest, pk: int) -> HttpResponse:
    """Try a write again; ``force`` writes it although the order should stop."""
    write = write_of(request, pk)
    forced = request.POST.get("force") == "1"
    return act(
        request,
        write.order,
        lambda: operations.retry_write(
            write=write,
            actor=request.user,
            now=timezone.now(),
            seen_revision=seen_revision(request),
            despite_stop=True if forced else None,
        ),
        back=request.POST.get("back", ""),
    )


@member_required(Role.STAFF)
def let_go(request: MemberRequest, pk: int) -> HttpResponse:
    """The page between the button and giving a write up."""
    write = write_of(request, pk)
    if request.method == "POST":
        return act(
            request,
            write.order,
            lambda: operations.let_go(write=write, actor=request.user, now=timezone.now()),
            done=_("Let go. Nothing more is tried."),
        )
    consequences = [_("Nothing more is tried. What Allegro has done already stays as it is.")]
    if write.cancellation_id:
        consequences.append(_("The steps that wait for it go on."))
    context = {
        "title": _("Let go: %(what)s") % {"what": queries.what_is(write)},
        "question": _("Do this when it is settled another way, or was a mistake."),
        "consequences": consequences,
        "action_label": _("Let it go"),
        "cancel_url": reverse("orders:detail", args=[write.order_id]),
        "tone": "danger",
    }
    return render(request, "confirm.html", context)


def act(
    request: MemberRequest, order: Order, do: Any, *, done: str = "", back: str = ""
) -> HttpResponse:
    """Do it, say how it went, and go back to the order (or to the list)."""
    try:
        do()
    except HubError as error:
        messages.error(request, error.told)
    else:
        messages.success(request, done or _("On its way to Allegro. You see below how it goes."))
    if back == "list":
        return redirect("orders:writes")
    return redirect(reverse("orders:detail", args=[order.pk]) + ON_ITS_WAY)


def order_of(request: MemberRequest, pk: int) -> Order:
    """The organization's order; 404 when there is none."""
    orders = Order.objects.for_organization(request.organization)
    found: Order = get_object_or_404(orders.select_related("integration"), pk=pk)
    return found


def write_of(request: MemberRequest, pk: int) -> OrderWrite:
    """The organization's write; 404 when there is none."""
    writes = OrderWrite.objects.for_organization(request.organization)
    found: OrderWrite = get_object_or_404(writes.select_related("order__integration"), pk=pk)
    return found


def seen_revision(request: MemberRequest) -> str:
    """The form's revision the person has looked at, as the page sent it; no text longer than one."""
    return request.POST.get("revision", "").replace("\0", "")[:64]


def may_work(request: MemberRequest) -> bool:
    """Whether buttons are shown at all."""
    return Role(request.membership.role).allows(Role.STAFF)
