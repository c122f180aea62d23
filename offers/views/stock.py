"""Pages of stock on its way to Allegro."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from offers import operations
from offers.enums import PushReason
from offers.forms import feed_order, push_filter
from offers.models import Offer, OfferPush, StockBrake
from offers.queries import stock as queries
from settings_app.models import Integration
from settings_app.operations import stop_organization_stock
from settings_app.views.answers import may, see_other, tell


@require_GET
@member_required()
def pushes(request: MemberRequest) -> HttpResponse:
    """Every push of stock with its state, its reason and the next step."""
    context = queries.push_list(
        organization=request.organization,
        wanted=push_filter(request.GET),
        number=page_number(request.GET.get("page")),
    )
    return render(
        request,
        "offers/pushes.html",
        context | {"reasons": PushReason.choices} | may(request),
    )


@require_POST
@member_required(Role.STAFF)
def retry(request: MemberRequest) -> HttpResponse:
    """Try the ticked pushes again, or all that fit the filter they were ticked in."""
    found = queries.pushes_matching(
        organization=request.organization, wanted=push_filter(request.POST)
    )
    if request.POST.get("which") != "all":
        ids = [row_id(one) for one in request.POST.getlist("push")]
        found = OfferPush.objects.for_organization(request.organization).filter(pk__in=ids)
    count = operations.retry_pushes(
        pushes=found.filter(state__in=queries.STUCK), actor=request.user, now=timezone.now()
    )
    if count:
        text = ngettext("%(n)d offer is tried again.", "%(n)d offers are tried again.", count)
        messages.success(request, text % {"n": count})
    else:
        messages.warning(
            request,
            _("Nothing to try again: choose offers that need you, of accounts that may write."),
        )
    return see_other("offers:pushes")


@require_POST
@member_required(Role.STAFF)
def push_now(request: MemberRequest, pk: int) -> HttpResponse:
    """Send one offer's stock now."""
    try:
        operations.push_now(offer=_offer(request, pk), actor=request.user, now=timezone.now())
    except HubError as error:
        tell(request, error)
    else:
        messages.success(request, _("The stock is being sent."))
    return see_other("offers:detail", pk)


@require_GET
@member_required()
def brakes(request: MemberRequest) -> HttpResponse:
    """Brakes that hold, and what people decided about earlier ones."""
    context = queries.brake_page(
        organization=request.organization, number=page_number(request.GET.get("page"))
    )
    return render(request, "offers/brakes.html", context | may(request))


@require_GET
@member_required()
def brake(request: MemberRequest, pk: int) -> HttpResponse:
    """What a brake holds: the offers that would be set to zero."""
    context = queries.brake_detail(
        brake=_brake(request, pk), number=page_number(request.GET.get("page"))
    )
    return render(request, "offers/brake.html", context | may(request))


@member_required(Role.STAFF)
def brake_release(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then let the zeros go."""
    found = _brake(request, pk)
    if request.method == "POST":
        return _decide(request, found, operations.release_brake, _("Released: it is being sent."))
    return _confirm(
        request,
        found,
        title=_("Release the brake"),
        action=_("Send them"),
        consequences=[
            _("Everything held for %(account)s is sent with the numbers of this moment.")
            % {"account": found.integration.label},
            _("Offers whose stock is 0 are set to 0 or ended, as the account's settings say."),
            _("An offer that ended comes back when its stock does."),
        ],
    )


@member_required(Role.STAFF)
def brake_drop(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then give the zeros up."""
    found = _brake(request, pk)
    if request.method == "POST":
        return _decide(request, found, operations.drop_brake, _("The zeros were dropped."))
    return _confirm(
        request,
        found,
        title=_("Drop the zeros"),
        action=_("Drop them"),
        consequences=[
            _("The offers keep the number they show, although your stock says 0."),
            _("Each is sent again when its stock changes, or by “Send now”."),
            _("Everything else that was held is sent."),
        ],
    )


@member_required(Role.OWNER)
def stop(request: MemberRequest) -> HttpResponse:
    """Ask first, then stop, or allow again, all stock of the organization."""
    stopping = request.GET.get("allow") != "1"
    if request.method == "POST":
        stop_organization_stock(
            organization=request.organization,
            stopped=stopping,
            actor=request.user,
            now=timezone.now(),
        )
        done = _("All stock to Allegro is stopped.") if stopping else _("Stock is sent again.")
        messages.success(request, done)
        return see_other("offers:pushes")
    return render(request, "confirm.html", _stop_words(stopping))


@member_required(Role.OWNER)
def feeds(request: MemberRequest, pk: int) -> HttpResponse:
    """Which warehouses feed an account, and in which order."""
    integration = _integration(request, pk)
    if request.method == "POST":
        try:
            operations.set_feeds(
                integration=integration,
                warehouse_ids=feed_order(request.POST),
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            tell(request, error)
        else:
            messages.success(request, _("Saved. The offers of the account follow."))
        return see_other("offers:feeds", pk)
    return render(request, "offers/feeds.html", queries.feed_page(integration=integration))


@require_GET
@member_required()
def preview(request: MemberRequest, pk: int) -> HttpResponse:
    """What would be sent to an account now; a look that changes nothing."""
    context = queries.preview_page(
        integration=_integration(request, pk), number=page_number(request.GET.get("page"))
    )
    return render(request, "offers/preview.html", context | may(request))


def _decide(request: MemberRequest, found: StockBrake, step: Any, done: str) -> HttpResponse:
    try:
        step(brake=found, actor=request.user, now=timezone.now())
    except HubError as error:
        tell(request, error)
    else:
        messages.success(request, done)
    return see_other("offers:brakes")


def _confirm(
    request: MemberRequest, found: StockBrake, *, title: str, action: str, consequences: list[str]
) -> HttpResponse:
    context = {
        "title": title,
        "question": found.integration.label,
        "consequences": consequences,
        "action_label": action,
        "cancel_url": reverse("offers:brake", args=[found.pk]),
        "tone": "danger",
    }
    return render(request, "confirm.html", context)


def _stop_words(stopping: bool) -> dict[str, Any]:
    if stopping:
        words = {
            "title": _("Stop all stock to Allegro"),
            "question": _("For every account of the organization."),
            "consequences": [
                _("Nothing more is written to any offer, from the next write on."),
                _("What changes meanwhile waits; the newest numbers are sent when you allow it."),
                _("Offers may sell pieces you no longer have while this lasts."),
            ],
            "action_label": _("Stop"),
            "tone": "danger",
        }
    else:
        words = {
            "title": _("Send stock to Allegro again"),
            "question": _("For every account that may write stock."),
            "consequences": [_("What waited is sent with the newest numbers.")],
            "action_label": _("Send again"),
            "tone": "warn",
        }
    return words | {"cancel_url": reverse("offers:pushes")}


def _offer(request: MemberRequest, pk: int) -> Offer:
    offers = Offer.objects.for_organization(request.organization)
    return get_object_or_404(offers.select_related("integration", "organization"), pk=pk)


def _brake(request: MemberRequest, pk: int) -> StockBrake:
    found: StockBrake = get_object_or_404(
        StockBrake.objects.for_organization(request.organization).select_related("integration"),
        pk=pk,
    )
    return found


def _integration(request: MemberRequest, pk: int) -> Integration:
    found: Integration = get_object_or_404(
        Integration.objects.for_organization(request.organization).select_related("organization"),
        pk=pk,
    )
    return found
