"""Pages of what may be wrong in the catalogue: EANs, and products that may be the same thing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from products import operations
from products.enums import Likeness
from products.fields import label_of
from products.joining import obstacles_of
from products.models import Product
from products.operations.duplicates import lacking
from products.queries.duplicates import (
    count_groups,
    ean_findings,
    groups_page,
    wrong_eans_page,
)

MOST_JOINED = 20


@require_GET
@member_required()
def checks(request: MemberRequest) -> HttpResponse:
    """Products whose EAN needs a look."""
    context = _tabs(request, "")
    context["findings"] = ean_findings(organization=request.organization)
    context["page"] = wrong_eans_page(
        organization=request.organization, page=page_number(request.GET.get("page"))
    )
    return render(request, "products/checks.html", context)


@require_GET
@member_required()
def duplicates(request: MemberRequest) -> HttpResponse:
    """Groups of products that are alike in something."""
    kind = _kind(request.GET.get("kind", ""))
    context = _tabs(request, kind)
    context["kind"] = kind
    context["page"] = groups_page(
        organization=request.organization,
        kind=kind,
        page=page_number(request.GET.get("page")),
    )
    return render(request, "products/duplicates.html", context)


@require_POST
@member_required(Role.STAFF)
def dismiss(request: MemberRequest) -> HttpResponse:
    """Say that the products of a group are different things."""
    kind = _kind(request.POST.get("kind", ""))
    try:
        operations.dismiss_likeness(
            organization=request.organization,
            kind=kind,
            key=request.POST.get("key", ""),
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        messages.error(request, error.detail)
    else:
        messages.success(request, _("They are not shown any more, unless another one joins them."))
    return redirect(f"{reverse('products:duplicates')}?kind={kind}")


@require_POST
@member_required(Role.STAFF)
def join(request: MemberRequest) -> HttpResponse:
    """Make one of several products: shown first, done when it is confirmed."""
    products = Product.objects.for_organization(request.organization)
    keep = get_object_or_404(products, pk=row_id(request.POST.get("keep", "")))
    picked = [row_id(text) for text in request.POST.getlist("pick")[:MOST_JOINED]]
    others = list(products.filter(pk__in=picked).exclude(pk=keep.pk).order_by("pk"))
    if request.POST.get("confirmed"):
        return _joined(request, keep, others)
    context = {
        "title": _("Make one product of them"),
        "question": _("%(code)s stays.") % {"code": keep.code},
        "consequences": _consequences(keep, others),
        "action_label": _("Join them"),
        "cancel_url": reverse("products:detail", args=[keep.pk]),
        "tone": "warn",
        "keep": keep,
        "others": others,
        "hindered": [(one, obstacle) for one in others for obstacle in obstacles_of(one)],
    }
    return render(request, "products/join.html", context)


def _joined(request: MemberRequest, keep: Product, others: list[Product]) -> HttpResponse:
    try:
        operations.join_products(keep=keep, others=others, actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, f"{error.detail} {error.remedy}")
    else:
        messages.success(request, _("They are one product now; the others are archived."))
    return redirect("products:detail", pk=keep.pk)


def _consequences(keep: Product, others: list[Product]) -> list[str]:
    said = []
    for old in others:
        names = [label_of(name) for name in lacking(keep, old)]
        what = ", ".join(names) or _("nothing, it has everything")
        said.append(
            _("From %(code)s it takes what it has none of: %(what)s.")
            % {"code": old.code, "what": what}
        )
    return [
        *said,
        _("Offers and suppliers' prices of the others become those of the one that stays."),
        _("The others are archived; what they have keeps its history."),
    ]


def _kind(text: str) -> Likeness:
    return Likeness(text) if text in Likeness.values else Likeness.EAN


def _tabs(request: MemberRequest, kind: str) -> dict[str, Any]:
    organization = request.organization
    wrong = sum(count for _finding, count in ean_findings(organization=organization))
    tabs = [
        {
            "label": _("EANs to look at"),
            "url": reverse("products:checks"),
            "active": not kind,
            "count": wrong,
        }
    ]
    tabs += [
        {
            "label": one.label,
            "url": f"{reverse('products:duplicates')}?kind={one.value}",
            "active": kind == one.value,
            "count": count_groups(organization=organization, kind=one),
        }
        for one in Likeness
    ]
    return {"tabs": tabs, "may_write": Role(request.membership.role).allows(Role.STAFF)}
