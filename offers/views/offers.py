"""Pages of offers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from offers import operations, queries
from offers.enums import LinkState, PublicationStatus
from offers.forms import LinkForm, offer_filter
from offers.models import Offer, OfferLink
from offers.queries import stock


@member_required()
def offer_list(request: MemberRequest) -> HttpResponse:
    """All offers of all accounts, with why each is or is not tied to a product."""
    context = queries.offer_list(
        organization=request.organization,
        wanted=offer_filter(request.GET),
        number=page_number(request.GET.get("page")),
    )
    context |= {"statuses": PublicationStatus.choices, "links": LinkState.choices}
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


def _offer(request: MemberRequest, pk: int) -> Offer:
    offers = Offer.objects.for_organization(request.organization)
    return get_object_or_404(offers.select_related("integration", "organization"), pk=pk)


def _detail(
    request: MemberRequest, offer: Offer, form: LinkForm, status: int = 200
) -> HttpResponse:
    may_work = Role(request.membership.role).allows(Role.STAFF)
    context = queries.offer_detail(offer=offer) | {"form": form, "may_work": may_work}
    context["stock"] = stock.offer_stock(offer=offer)
    return render(request, "offers/detail.html", context, status=status)
