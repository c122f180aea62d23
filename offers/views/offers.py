"""Pages of offers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from accounts.queries import saved_views
from core.errors import HubError
from core.paging import page_number
from offers import operations, queries
from offers.enums import Field, LinkState, PublicationStatus
from offers.forms import LinkForm, offer_filter, picked
from offers.freshness import news
from offers.models import Offer, OfferLink
from offers.queries import prices, stock, values
from offers.queries.publications import latest_publication
from offers.queries.sync_states import GROUPS
from offers.saved_views import SAVED_LIST


@member_required()
def offer_list(request: MemberRequest) -> HttpResponse:
    """All offers of all accounts, with why each is or is not tied to a product."""
    context = queries.offer_list(
        organization=request.organization,
        wanted=offer_filter(request.GET),
        number=page_number(request.GET.get("page")),
    )
    views = saved_views(
        membership=request.membership, page=SAVED_LIST, query=request.GET.urlencode()
    )
    context |= {
        "statuses": PublicationStatus.choices,
        "links": LinkState.choices,
        "groups": GROUPS,
        "fields": Field.choices,
        "news": news(organization=request.organization),
        "views": views,
        "tabs": views["defaults"],
        "may_work": may_work(request),
    }
    return render(request, "offers/list.html", context)


@member_required()
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One offer: the values last seen, its products, and a form to change those."""
    form = LinkForm(organization=request.organization)
    return _detail(request, _offer(request, pk), form)


@require_POST
@member_required(Role.STAFF)
def link(request: MemberRequest, pk: int) -> HttpResponse:
    """Tie a product to the offer."""
    offer = _offer(request, pk)
    form = LinkForm(request.POST, organization=request.organization)
    if not form.is_valid():
        return _detail(request, offer, form, status=422)
    try:
        operations.link_offer(
            offer=offer,
            product=form.product,
            units_per_offer=form.cleaned_data["units_per_offer"],
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        messages.error(request, error.told)
    else:
        messages.success(
            request, _("The offer now sells %(product)s.") % {"product": form.product.code}
        )
    return redirect("offers:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def unlink(request: MemberRequest, pk: int, link_pk: int) -> HttpResponse:
    """Take a product out of the offer."""
    offer_link = get_object_or_404(
        OfferLink.objects.for_organization(request.organization).select_related("offer", "product"),
        pk=link_pk,
        offer_id=pk,
    )
    operations.unlink_offer(link=offer_link, actor=request.user, now=timezone.now())
    messages.success(request, _("The product is no longer part of this offer."))
    return redirect("offers:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def recognise(request: MemberRequest, pk: int) -> HttpResponse:
    """Let the offer be recognised by code and EAN again."""
    report = operations.recognise_again(
        offer=_offer(request, pk), actor=request.user, now=timezone.now()
    )
    if report.linked_ids:
        messages.success(request, _("The offer was recognised and linked."))
    else:
        messages.warning(request, _("No product fits. Below is why, and what you can do."))
    return redirect("offers:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def read_again(request: MemberRequest, pk: int) -> HttpResponse:
    """Read the offer at Allegro now."""
    try:
        operations.read_again(offer=_offer(request, pk), actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, f"{error.detail} {error.remedy}")
    else:
        messages.success(request, _("Read at Allegro just now."))
    return redirect("offers:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def read_again_many(request: MemberRequest) -> HttpResponse:
    """Have the ticked offers read with the next sync, which is asked for."""
    count = operations.ask_reading(
        organization=request.organization,
        offer_ids=picked(request.POST),
        actor=request.user,
        now=timezone.now(),
    )
    if count:
        said = ngettext(
            "%(n)d offer is read again by a sync.", "%(n)d offers are read again by a sync.", count
        )
        messages.success(request, said % {"n": count})
    else:
        messages.error(request, _("Tick the offers first."))
    return redirect("offers:list")


def may_work(request: MemberRequest) -> bool:
    """Whether buttons are shown at all."""
    return Role(request.membership.role).allows(Role.STAFF)


def _offer(request: MemberRequest, pk: int) -> Offer:
    offers = Offer.objects.for_organization(request.organization)
    return get_object_or_404(offers.select_related("integration", "organization"), pk=pk)


def _detail(
    request: MemberRequest, offer: Offer, form: LinkForm, status: int = 200
) -> HttpResponse:
    context = queries.offer_detail(offer=offer) | {"form": form, "may_work": may_work(request)}
    context["stock"] = stock.offer_stock(offer=offer)
    context |= values.offer_values(offer=offer)
    context["price_words"] = prices.explained_prices(offer=offer, now=timezone.now())
    context["publication"] = latest_publication(offer_id=offer.pk)
    return render(request, "offers/detail.html", context, status=status)
