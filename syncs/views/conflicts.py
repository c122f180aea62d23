"""The inbox of conflicts: look, choose, see what would be written, take back."""

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
from syncs.enums import ConflictResolution, ConflictState
from syncs.forms import ConflictForm, chosen_ids, conflict_filter
from syncs.models import Conflict
from syncs.operations import conflicts as operations
from syncs.operations.conflicts import ConflictReport, Seen
from syncs.queries import conflicts as queries
from syncs.views.discrepancies import may_work

# Sides that many conflicts can be resolved by at once; a value is typed for one.
AT_ONCE = (ConflictResolution.OURS, ConflictResolution.ALLEGRO)
# So many refusals are told one by one.
SHOWN = 5


@member_required()
def inbox(request: MemberRequest) -> HttpResponse:
    """What both sides changed, each to something else: open, on its way, settled."""
    wanted = conflict_filter(request.GET)
    context = queries.inbox(
        organization=request.organization,
        wanted=wanted,
        number=page_number(request.GET.get("page")),
    )
    works = may_work(request)
    context |= {
        "may_work": works,
        "may_pick": works and wanted.tab == "open",
        "views": saved_views(
            membership=request.membership, page="conflicts", query=request.GET.urlencode()
        ),
    }
    return render(request, "syncs/conflicts/list.html", context)


@member_required()
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One conflict: three values, and what each choice writes where."""
    return _detail(request, conflict_of(request, pk))


@member_required()
def state(request: MemberRequest, pk: int) -> HttpResponse:
    """The part of a conflict's page that changes by itself while a value is on its way."""
    context = queries.conflict_detail(conflict=conflict_of(request, pk))
    response = render(request, "syncs/conflicts/_state.html", context)
    if not context["in_flight"]:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@member_required(Role.STAFF)
def resolve(request: MemberRequest, pk: int) -> HttpResponse:
    """Write what was chosen. The page before it said what that is."""
    row = conflict_of(request, pk)
    form = ConflictForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the values."))
        return redirect("syncs:conflict", pk=pk)
    chosen = form.cleaned_data
    try:
        row = operations.resolve(
            conflict=row,
            resolution=ConflictResolution(chosen["resolution"]),
            value=chosen["value"],
            seen=Seen(chosen["ours"], chosen["theirs"]),
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        messages.error(request, error.told)
        return redirect("syncs:conflict", pk=pk)
    messages.success(request, _said(row))
    return redirect("syncs:conflict", pk=pk)


@require_POST
@member_required(Role.STAFF)
def bulk(request: MemberRequest) -> HttpResponse:
    """The ticked ones at once: first what would be written, then, confirmed, the writing."""
    rows = queries.chosen(organization=request.organization, pks=chosen_ids(request.POST))
    side = request.POST.get("resolution", "")
    if not rows or side not in AT_ONCE:
        messages.error(request, _("Tick open conflicts first, then choose whose values hold."))
        return redirect("syncs:conflicts")
    resolution = ConflictResolution(side)
    if not request.POST.get("confirmed"):
        shown = queries.preview(conflicts=rows, resolution=resolution)
        return render(request, "syncs/conflicts/bulk.html", {"preview": shown})
    report = operations.resolve_many(
        conflicts=rows,
        resolution=resolution,
        seen=_seen(request, rows),
        actor=request.user,
        now=timezone.now(),
    )
    _tell(request, report)
    return redirect("syncs:conflicts")


@member_required(Role.STAFF)
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then give back what a choice wrote."""
    row = conflict_of(request, pk)
    if request.method != "POST":
        return render(request, "confirm.html", queries.take_back_page(conflict=row))
    try:
        row = operations.take_back(conflict=row, actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, error.told)
    else:
        messages.success(request, _taken_back(row))
    return redirect("syncs:conflict", pk=pk)


def conflict_of(request: MemberRequest, pk: int) -> Conflict:
    """The organization's conflict, or 404."""
    rows = queries.conflicts_of(organization=request.organization)
    return get_object_or_404(rows.select_related("organization"), pk=pk)


def _detail(request: MemberRequest, row: Conflict) -> HttpResponse:
    context = queries.conflict_detail(conflict=row) | {
        "may_work": may_work(request),
        "may_take_back": may_work(request) and operations.can_be_taken_back(row),
    }
    return render(request, "syncs/conflicts/detail.html", context)


def _seen(request: MemberRequest, rows: list[Conflict]) -> dict[int, Seen]:
    """The values of the page before, which is what the person agreed to."""
    return {
        row.pk: Seen(request.POST[f"ours-{row.pk}"], request.POST[f"theirs-{row.pk}"])
        for row in rows
        if f"ours-{row.pk}" in request.POST and f"theirs-{row.pk}" in request.POST
    }


def _said(row: Conflict) -> str:
    if row.state == ConflictState.WRITING:
        return _("The value is on its way to Allegro; the conflict ends when Allegro shows it.")
    return _("Allegro's value is taken over.")


def _taken_back(row: Conflict) -> str:
    if row.state == ConflictState.WRITING:
        return _("The former value is on its way to Allegro; then the conflict is open again.")
    return _("Taken back; the conflict is open again.")


def _tell(request: MemberRequest, report: ConflictReport) -> None:
    done = len(report.done)
    if done:
        said = ngettext("%(n)d conflict resolved.", "%(n)d conflicts resolved.", done)
        messages.success(request, said % {"n": done})
    for row, error in report.refused[:SHOWN]:
        messages.error(
            request, f"{queries.conflict_view(row).title}: {error.detail} {error.remedy}"
        )
    left = len(report.refused) - SHOWN
    if left > 0:
        said = ngettext("%(n)d more stays open.", "%(n)d more stay open.", left)
        messages.error(request, said % {"n": left})
