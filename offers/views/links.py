"""The link inbox: offers without a product, settled one by one or many at once."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from offers import operations
from offers.enums import SuggestedBy
from offers.forms import inbox_filter, picked
from offers.models import LinkBatch, Offer
from offers.queries import link_inbox
from offers.views.offers import may_work
from products.models import Product

TABS = {
    "suggested": gettext_lazy("Suggested"),
    "unlinked": gettext_lazy("No product found"),
    "ambiguous": gettext_lazy("Several products fit"),
    "no_identity": gettext_lazy("No code, no EAN"),
    "duplicates": gettext_lazy("Double codes"),
    "ignored": gettext_lazy("Left out"),
}


@member_required()
def inbox(request: MemberRequest) -> HttpResponse:
    """Offers of one kind with the products that may be meant."""
    organization, wanted = request.organization, inbox_filter(request.GET)
    counts = link_inbox.counts(organization=organization)
    context = {
        "wanted": wanted,
        "tabs": [
            {
                "label": label,
                "url": f"{reverse('offers:links')}?kind={kind}",
                "active": kind == wanted.kind,
                "count": counts.get(kind, ""),
            }
            for kind, label in TABS.items()
        ],
        "may_work": may_work(request),
        "batches": list(link_inbox.latest_batches(organization=organization)),
    }
    number = page_number(request.GET.get("page"))
    if wanted.kind == "duplicates":
        context["page"] = link_inbox.shared_codes(organization=organization, number=number)
        context["by_case"] = link_inbox.codes_by_case(organization=organization)
        return render(request, "offers/double_codes.html", context)
    context["page"] = link_inbox.inbox_rows(organization=organization, wanted=wanted, number=number)
    context["kinds"] = link_inbox.suggestions_by_kind(organization=organization)
    return render(request, "offers/links.html", context)


@require_POST
@member_required(Role.STAFF)
def settle(request: MemberRequest) -> HttpResponse:
    """What the pressed button says: link one candidate, or settle the ticked ones."""
    act = request.POST.get("act", "")
    try:
        said = _link_one(request, act) if ":" in act else _many(request, act)
    except HubError as error:
        messages.error(request, f"{error.detail} {error.remedy}")
    else:
        messages.success(request, said)
    return _back(request)


def _link_one(request: MemberRequest, act: str) -> str:
    """``act`` is ``<offer>:<product>``."""
    offer_id, _colon, product_id = act.partition(":")
    offer = get_object_or_404(
        Offer.objects.for_organization(request.organization), pk=row_id(offer_id)
    )
    product = get_object_or_404(
        Product.objects.for_organization(request.organization), pk=row_id(product_id)
    )
    operations.link_offer(
        offer=offer, product=product, units_per_offer=1, actor=request.user, now=timezone.now()
    )
    return _("The offer now sells %(product)s.") % {"product": product.code}


def _many(request: MemberRequest, act: str) -> str:
    ids, now = picked(request.POST), timezone.now()
    if act == "link":
        batches = operations.link_picked(
            organization=request.organization, offer_ids=ids, actor=request.user, now=now
        )
        count = sum(one.links for one in batches)
        return ngettext("%(n)d offer linked.", "%(n)d offers linked.", count) % {"n": count}
    if act == "ignore":
        count = operations.ignore_offers(
            organization=request.organization, offer_ids=ids, actor=request.user, now=now
        )
        said = ngettext("%(n)d offer left out.", "%(n)d offers left out.", count)
        return said % {"n": count}
    if act == "make":
        count = _made(request, ids)
        return ngettext("%(n)d product made.", "%(n)d products made.", count) % {"n": count}
    raise Http404


def _made(request: MemberRequest, ids: list[int]) -> int:
    made = 0
    offers = Offer.objects.for_organization(request.organization).filter(
        pk__in=ids[: link_inbox.PAGE_SIZE]
    )
    for offer in offers.select_related("organization").order_by("pk"):
        try:
            operations.make_product(offer=offer, actor=request.user, now=timezone.now())
        except HubError as error:
            messages.error(request, f"{offer.allegro_id}: {error.detail} {error.remedy}")
        else:
            made += 1
    return made


@member_required(Role.STAFF)
def link_all(request: MemberRequest) -> HttpResponse:
    """What linking all suggestions of the kind ``why`` does; done when confirmed."""
    why = inbox_filter(request.POST or request.GET).why
    if request.method == "POST" and why:
        return _linked_all(request, SuggestedBy(why))
    context = link_inbox.bulk_preview(organization=request.organization, why=why)
    if not context["count"]:
        messages.error(request, _("There is no such suggestion any more."))
        return redirect("offers:links")
    return render(request, "offers/link_all.html", context)


def _linked_all(request: MemberRequest, why: SuggestedBy) -> HttpResponse:
    try:
        batch = operations.link_suggested(
            organization=request.organization,
            why=why,
            upto=row_id(request.POST.get("upto", "")),
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        messages.error(request, f"{error.detail} {error.remedy}")
    else:
        said = ngettext("%(n)d offer linked.", "%(n)d offers linked.", batch.links)
        messages.success(request, said % {"n": batch.links})
    return redirect("offers:links")


@require_POST
@member_required(Role.STAFF)
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Take the links of a batch back."""
    batch = get_object_or_404(LinkBatch.objects.for_organization(request.organization), pk=pk)
    try:
        count = operations.undo_batch(batch=batch, actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, f"{error.detail} {error.remedy}")
    else:
        said = ngettext("%(n)d link taken back.", "%(n)d links taken back.", count)
        messages.success(request, said % {"n": count})
    return redirect("offers:links")


def _back(request: MemberRequest) -> HttpResponseRedirect:
    wanted = inbox_filter(request.POST)
    query = {"kind": wanted.kind, "why": wanted.why, "account": wanted.integration}
    kept = urlencode({name: value for name, value in query.items() if value})
    return redirect(f"{reverse('offers:links')}?{kept}")
