"""Pages that tell where our categories lie at Allegro."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
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
from offers import category_choice
from offers.models import CategoryMapping
from offers.operations import mapping as operations
from offers.publish_forms import fillings_of
from offers.queries import mappings as queries
from settings_app.views.answers import may, see_other, tell


@require_GET
@member_required()
def mappings(request: MemberRequest) -> HttpResponse:
    """Our categories with their number of products and their place at Allegro."""
    context = queries.mapping_page(
        organization=request.organization,
        search=request.GET.get("q", "")[:200].replace("\x00", ""),
        state=request.GET.get("state", ""),
        number=page_number(request.GET.get("page")),
    )
    return render(request, "offers/mappings.html", context | may(request))


@require_GET
@member_required(Role.STAFF)
def choose(request: MemberRequest) -> HttpResponse:
    """Choose an Allegro category for the ticked ones: suggested, found by words, or down the tree."""
    context = category_choice.choice_page(
        organization=request.organization,
        category_ids=[row_id(one) for one in request.GET.getlist("category")],
        search=request.GET.get("q", "")[:200].replace("\x00", ""),
        parent_id=request.GET.get("in", "")[:40],
    )
    return render(request, "offers/mapping_choose.html", context | may(request))


@require_POST
@member_required(Role.STAFF)
def assign(request: MemberRequest) -> HttpResponse:
    """Set the Allegro category of the ticked categories, or take it away."""
    ids = [row_id(one) for one in request.POST.getlist("category")]
    given: dict[str, Any] = {
        "organization": request.organization,
        "category_ids": ids,
        "actor": request.user,
        "now": timezone.now(),
    }
    try:
        if chosen := request.POST.get("allegro", "")[:40]:
            account = category_choice.account_to_ask(organization=request.organization)
            count = operations.map_categories(
                **given, allegro_category_id=chosen, integration=account
            )
        else:
            count = operations.unmap_categories(**given)
    except HubError as error:
        tell(request, error)
        return see_other("offers:mappings")
    text = ngettext("%(n)d category was set.", "%(n)d categories were set.", count)
    messages.success(request, text % {"n": count})
    if len(ids) == 1 and chosen:
        found = CategoryMapping.objects.for_organization(request.organization)
        return see_other("offers:mapping", get_object_or_404(found, category_id=ids[0]).pk)
    return see_other("offers:mappings")


@member_required()
def mapping(request: MemberRequest, pk: int) -> HttpResponse:
    """What Allegro asks in a mapped category, and what of ours answers it."""
    found = get_object_or_404(
        CategoryMapping.objects.for_organization(request.organization).select_related("category"),
        pk=pk,
    )
    if request.method == "POST":
        return _fill(request, found)
    context = category_choice.mapping_page(organization=request.organization, mapping=found)
    return render(request, "offers/mapping.html", context | may(request))


@member_required(Role.STAFF)
def _fill(request: MemberRequest, found: CategoryMapping) -> HttpResponse:
    parameters = category_choice.parameters_for(organization=request.organization, mapping=found)
    try:
        operations.set_fillings(
            mapping=found,
            parameters=parameters,
            fillings=fillings_of(request.POST, parameters),
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        tell(request, error)
    else:
        messages.success(request, _("Saved: it holds for every product of this category."))
    return see_other("offers:mapping", found.pk)
