"""Publishing products: choose, see what would happen, confirm, watch, try again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from offers import choices
from offers.models import Publication, PublicationBatch
from offers.operations import publishing as operations
from offers.publish_forms import choice_of, publication_filter
from offers.queries import publications as queries
from products.forms import wish_of
from products.queries import products_of
from settings_app.models import Integration
from settings_app.views.answers import may, see_other, tell


@member_required(Role.STAFF)
def preview(request: MemberRequest) -> HttpResponse:
    """What would become of the chosen products in an account: ready, or not and why. Writes nothing."""
    data = request.POST if request.method == "POST" else request.GET
    choice = choice_of(data)
    if request.method == "POST" and data.get("all"):
        choice = replace(choice, product_ids=_whole_list(request))
    context = choices.preview_page(organization=request.organization, choice=choice)
    return render(request, "offers/publish.html", context | may(request))


def _whole_list(request: MemberRequest) -> tuple[int, ...]:
    """The products of the list they were chosen in, as many as may be published at once."""
    wish = wish_of(request.POST.get("filter", ""))
    found = products_of(organization=request.organization, wish=wish)
    return tuple(found.values_list("pk", flat=True)[: operations.AT_MOST])


@require_POST
@member_required(Role.STAFF)
def confirm(request: MemberRequest) -> HttpResponse:
    """Have the chosen products published, as the preview showed."""
    choice = choice_of(request.POST)
    integration = get_object_or_404(
        Integration.objects.for_organization(request.organization), pk=choice.account
    )
    try:
        batch = operations.request_publications(
            integration=integration,
            wanted=choices.wishes(choice=choice),
            activate=choice.activate,
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        tell(request, error)
        return see_other("offers:publish", query={"ids": choice.ids, "account": choice.account})
    return see_other("offers:batch", batch.pk)


@require_GET
@member_required()
def batch(request: MemberRequest, pk: int) -> HttpResponse:
    """What becomes of each product of one wish, as it happens."""
    found = _batch(request, pk)
    context = queries.batch_page(
        batch=found,
        state=request.GET.get("state", ""),
        number=page_number(request.GET.get("page")),
    )
    return render(request, "offers/batch.html", context | may(request))


@require_GET
@member_required()
def batch_progress(request: MemberRequest, pk: int) -> HttpResponse:
    """The part of a batch's page that changes by itself."""
    found = _batch(request, pk)
    context = {"batch": found, **queries.batch_progress(batch=found)}
    return render(request, "offers/_batch_progress.html", context | may(request))


@require_GET
@member_required()
def publications(request: MemberRequest) -> HttpResponse:
    """Every offer that was to be created, with its state, its reason and the next step."""
    context = queries.publication_list(
        organization=request.organization,
        wanted=publication_filter(request.GET),
        number=page_number(request.GET.get("page")),
    )
    return render(request, "offers/publications.html", context | may(request))


@require_GET
@member_required()
def publication(request: MemberRequest, pk: int) -> HttpResponse:
    """One of them: what was sent, what Allegro said, what can be done."""
    found = get_object_or_404(
        Publication.objects.for_organization(request.organization)
        .select_related("product", "integration", "offer", "batch", "requested_by", "source_offer")
        .prefetch_related("problems", "prices"),
        pk=pk,
    )
    context = queries.publication_detail(publication=found)
    return render(request, "offers/publication.html", context | may(request))


@require_POST
@member_required(Role.STAFF)
def retry(request: MemberRequest) -> HttpResponse:
    """Try the ticked publications again, or all that fit the list they were ticked in."""
    count = operations.retry_publications(
        publications=_chosen(request),
        actor=request.user,
        now=timezone.now(),
        although=request.POST.get("although") == "1",
    )
    if count:
        text = ngettext("%(n)d product is tried again.", "%(n)d products are tried again.", count)
        messages.success(request, text % {"n": count})
    else:
        messages.warning(request, _("Nothing to try again: choose what needs you."))
    return _back(request)


@require_POST
@member_required(Role.STAFF)
def cancel(request: MemberRequest) -> HttpResponse:
    """Call off what was not sent yet."""
    count = operations.cancel_publications(
        publications=_chosen(request), actor=request.user, now=timezone.now()
    )
    if count:
        text = ngettext("%(n)d product was called off.", "%(n)d products were called off.", count)
        messages.success(request, text % {"n": count})
    else:
        messages.warning(request, _("Nothing to call off: all of it was sent already."))
    return _back(request)


def _chosen(request: MemberRequest) -> QuerySet[Any]:
    """One batch, the rows that fit a filter, or the ticked rows."""
    rows = Publication.objects.for_organization(request.organization)
    if batch_id := row_id(request.POST.get("batch", "")):
        return rows.filter(batch_id=batch_id)
    if request.POST.get("which") == "all":
        wanted = publication_filter(request.POST)
        return queries.publications_matching(organization=request.organization, wanted=wanted)
    return rows.filter(pk__in=[row_id(one) for one in request.POST.getlist("publication")])


def _back(request: MemberRequest) -> HttpResponse:
    if batch_id := row_id(request.POST.get("batch", "")):
        return see_other("offers:batch", batch_id)
    if one := row_id(request.POST.get("back", "")):
        return see_other("offers:publication", one)
    return see_other("offers:publications")


def _batch(request: MemberRequest, pk: int) -> PublicationBatch:
    batches = PublicationBatch.objects.for_organization(request.organization)
    return get_object_or_404(batches.select_related("integration", "requested_by"), pk=pk)
