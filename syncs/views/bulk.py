"""Several discrepancies at once: first what would be written, then the writing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from syncs.enums import Resolution
from syncs.forms import ResolveForm, chosen_ids
from syncs.models import Discrepancy
from syncs.operations import discrepancies as operations
from syncs.operations.discrepancies import BulkReport
from syncs.queries.choices import SIDES, Choice, choice_of
from syncs.queries.discrepancies import chosen, row_view
from syncs.views.discrepancies import member

# So many refusals are told one by one.
SHOWN = 5


@require_POST
@member_required(Role.STAFF)
def bulk(request: MemberRequest) -> HttpResponse:
    """Assign the ticked ones at once; for a side show what it would write, and write when confirmed."""
    rows = chosen(organization=request.organization, pks=chosen_ids(request.POST))
    if not rows:
        messages.error(request, _("Tick the discrepancies first; settled ones are left out."))
        return redirect("syncs:discrepancies")
    side = request.POST.get("side", "")
    if side not in SIDES:
        return _assigned(request, rows)
    form = ResolveForm(
        request.POST if request.POST.get("confirmed") else None,
        side=side,
        initial={"side": side},
    )
    if form.is_bound and form.is_valid():
        report = operations.resolve_many(
            discrepancies=rows,
            resolution=Resolution(side),
            actor=request.user,
            now=timezone.now(),
            comment=form.cleaned_data["comment"],
            until=form.cleaned_data.get("until"),
        )
        return _told(request, report)
    return _preview(request, rows, Resolution(side), form)


def _preview(
    request: MemberRequest, rows: list[Discrepancy], side: Resolution, form: ResolveForm
) -> HttpResponse:
    lines = [(row_view(row), choice_of(row, side)) for row in rows]
    possible = [row.row.pk for row, choice in lines if choice.possible]
    context = {"lines": lines, "side": Choice(side), "form": form, "possible": possible}
    status = 422 if form.is_bound else 200
    return render(request, "syncs/discrepancies/bulk.html", context, status=status)


def _assigned(request: MemberRequest, rows: list[Discrepancy]) -> HttpResponse:
    person = member(request, request.POST.get("assignee", ""))
    count = operations.assign(
        discrepancies=rows, assignee=person, actor=request.user, now=timezone.now()
    )
    said = ngettext("%(n)d discrepancy assigned.", "%(n)d discrepancies assigned.", count)
    messages.success(request, said % {"n": count})
    return redirect("syncs:discrepancies")


def _told(request: MemberRequest, report: BulkReport) -> HttpResponse:
    done = len(report.done)
    if done:
        said = ngettext("%(n)d discrepancy settled.", "%(n)d discrepancies settled.", done)
        messages.success(request, said % {"n": done})
    for row, error in report.refused[:SHOWN]:
        messages.error(request, f"{row_view(row).title}: {error.told}")
    left = len(report.refused) - SHOWN
    if left > 0:
        said = ngettext("%(n)d more stays open.", "%(n)d more stay open.", left)
        messages.error(request, said % {"n": left})
    return redirect("syncs:discrepancies")
