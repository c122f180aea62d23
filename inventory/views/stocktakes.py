"""Stocktakes: list, begin, count on a phone, look at the differences, post or give up."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from inventory import operations, queries
from inventory.forms import CountForm, PostForm, StocktakeForm
from inventory.models import Stocktake
from inventory.views.answers import accepted, confirm, room, see_other, tell

HERE = "stocktakes"


def _stocktake(request: MemberRequest, pk: int) -> Stocktake:
    found: Stocktake = get_object_or_404(
        queries.stocktakes_of(organization=request.organization).select_related("organization"),
        pk=pk,
    )
    return found


@require_GET
@member_required()
def stocktakes(request: MemberRequest) -> HttpResponse:
    """Every count, newest first."""
    page = queries.stocktake_page(
        organization=request.organization, page=page_number(request.GET.get("page"))
    )
    return render(request, "inventory/stocktakes.html", {"page": page} | room(request, HERE))


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def stocktake_add(request: MemberRequest) -> HttpResponse:
    """Begin a count."""
    form = StocktakeForm(request.POST or None, organization=request.organization)
    if request.method == "POST":
        begun = accepted(
            form,
            lambda: operations.start_stocktake(
                actor=request.user, now=timezone.now(), **form.chosen()
            ),
        )
        if begun is not None:
            return see_other("count", begun.pk)
    context = {"form": form} | room(request, HERE)
    status = 422 if form.errors else 200
    return render(request, "inventory/stocktake_form.html", context, status=status)


@require_GET
@member_required()
def stocktake(request: MemberRequest, pk: int) -> HttpResponse:
    """One count: how far it is, its lines, and the step that is next."""
    filters = {"only": request.GET.get("only", ""), "q": request.GET.get("q", "")[:100]}
    context = queries.stocktake_detail(
        stocktake=_stocktake(request, pk),
        only=filters["only"],
        search=filters["q"],
        page=page_number(request.GET.get("page")),
    )
    context |= {"filters": filters, "choices": queries.LINE_FILTERS.items()}
    return render(request, "inventory/stocktake.html", context | room(request, HERE))


@require_GET
@member_required()
def stocktake_progress(request: MemberRequest, pk: int) -> HttpResponse:
    """How far the posting is, for a page that looks again by itself."""
    found = _stocktake(request, pk)
    context = {"stocktake": found, "sums": queries.line_sums(stocktake=found)}
    return render(request, "inventory/_posting.html", context | room(request, HERE))


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def count(request: MemberRequest, pk: int) -> HttpResponse:
    """Count: scan or type a code, say how many, go on. Works with a scanner's Enter alone."""
    found = _stocktake(request, pk)
    form = CountForm(request.POST or None, initial={"form_key": uuid.uuid4(), "pieces": 1})
    if request.method == "POST" and form.is_valid():
        try:
            _note(request, found, form.cleaned_data)
        except HubError as error:
            form.add_error("code", error.told)
        else:
            return see_other("count", pk)
    context: dict[str, Any] = {
        "stocktake": found,
        "form": form,
        "sums": queries.line_sums(stocktake=found),
        "latest": queries.latest_counts(stocktake=found),
    }
    status = 422 if form.errors else 200
    return render(request, "inventory/count.html", context | room(request, HERE), status=status)


def _note(request: MemberRequest, found: Stocktake, values: dict[str, Any]) -> None:
    line = operations.count_line(
        stocktake=found,
        product=queries.product_by_code(organization=request.organization, text=values["code"]),
        pieces=values["pieces"],
        add="set" not in request.POST,
        actor=request.user,
        now=timezone.now(),
        key=str(values["form_key"]),
    )
    text = ngettext(
        "%(code)s: %(count)d piece counted.", "%(code)s: %(count)d pieces counted.", line.counted
    )
    messages.success(request, text % {"code": line.product.code, "count": line.counted})


@require_POST
@member_required(Role.STAFF)
def count_forget(request: MemberRequest, pk: int, line_pk: int) -> HttpResponse:
    """Take back what was counted on a line."""
    line = get_object_or_404(_stocktake(request, pk).lines.select_related("stocktake"), pk=line_pk)
    try:
        operations.forget_count(line=line, actor=request.user, now=timezone.now())
    except HubError as error:
        tell(request, error)
    return see_other("stocktake", pk)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def stocktake_post(request: MemberRequest, pk: int) -> HttpResponse:
    """Post the differences, after they were shown."""
    found = _stocktake(request, pk)
    form = PostForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.request_post(
                stocktake=found,
                uncounted_is_zero=form.cleaned_data["uncounted_is_zero"],
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            tell(request, error)
        return see_other("stocktake", pk)
    sums = queries.line_sums(stocktake=found)
    return confirm(
        request,
        here=HERE,
        cancel=reverse("inventory:stocktake", args=[pk]),
        title=_("Post %(number)s") % {"number": found.label},
        question=_("The differences become lines of the ledger."),
        consequences=_consequences(sums),
        action_label=_("Post the differences"),
        form=form,
        tone="warn",
    )


def _consequences(sums: dict[str, int]) -> list[str]:
    left = sums["lines"] - sums["done"]
    lines = [
        ngettext(
            "%(count)d line differs: %(more)d pieces more, %(fewer)d fewer.",
            "%(count)d lines differ: %(more)d pieces more, %(fewer)d fewer.",
            sums["differing"],
        )
        % {"count": sums["differing"], "more": sums["more"], "fewer": -sums["fewer"]},
        _("Sales since a line was counted are kept: only the difference is booked."),
    ]
    if left:
        lines.append(
            ngettext(
                "%(count)d line was not counted and stays as it is, unless you say otherwise.",
                "%(count)d lines were not counted and stay as they are, unless you say otherwise.",
                left,
            )
            % {"count": left}
        )
    if sums["unsettled"]:
        lines.append(
            ngettext(
                "%(count)d line moved while it was counted; count it again to be sure.",
                "%(count)d lines moved while they were counted; count them again to be sure.",
                sums["unsettled"],
            )
            % {"count": sums["unsettled"]}
        )
    return lines


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def stocktake_discard(request: MemberRequest, pk: int) -> HttpResponse:
    """Give a count up, after it was said what that does."""
    found = _stocktake(request, pk)
    if request.method == "POST":
        try:
            operations.discard_stocktake(stocktake=found, actor=request.user, now=timezone.now())
        except HubError as error:
            tell(request, error)
        return see_other("stocktake", pk)
    return confirm(
        request,
        here=HERE,
        cancel=reverse("inventory:stocktake", args=[pk]),
        title=_("Give up %(number)s") % {"number": found.label},
        question=_("The count ends without changing any stock."),
        consequences=[_("What was counted stays to be looked at, and cannot be posted any more.")],
        action_label=_("Give the count up"),
        tone="danger",
    )
