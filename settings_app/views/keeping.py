"""What is kept in step with an account, who wins, and when its runs start by themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from settings_app import operations, queries
from settings_app.forms import FieldRuleForm, KeepingForm, ScheduleForm, all_valid
from settings_app.models import Integration
from settings_app.views.answers import see_other


@member_required(Role.OWNER)
def kept_in_step(request: MemberRequest, pk: int) -> HttpResponse:
    """Which fields are kept in step, which side is overwritten, and what stops a run."""
    account = _own(request, pk)
    data = request.POST or None
    form = KeepingForm(data, instance=account)
    rows = queries.kept_fields(integration=account)
    for row in rows:
        row["form"] = FieldRuleForm(
            data,
            field=row["field"],
            rule=row["rule"],
            said=row["said"],
            account=account.conflict_strategy,
        )
    if data is not None and all_valid([form, *(row["form"] for row in rows)]):
        operations.keep_in_step(
            integration=account,
            settings=form.cleaned_data,
            rules={row["field"]: row["form"].cleaned_data for row in rows},
            actor=request.user,
            now=timezone.now(),
        )
        messages.success(
            request, _("Saved. The next run goes by it; nothing was written by saving.")
        )
        return see_other("settings_app:kept_in_step", pk)
    context = {"form": form, "rows": rows, "integration": _own(request, pk)}
    status = 200 if data is None else 422
    return render(request, "settings_app/kept_in_step.html", context, status=status)


@member_required(Role.OWNER)
def schedules(request: MemberRequest, pk: int) -> HttpResponse:
    """When each direction starts by itself, in words, with the next three times."""
    account, data, now = _own(request, pk), request.POST or None, timezone.now()
    rows = queries.schedule_rows(integration=account, now=now)
    for row in rows:
        row["form"] = ScheduleForm(data, schedule=row["schedule"])
    if data is not None and all_valid([row["form"] for row in rows]):
        operations.set_schedules(
            integration=account,
            schedules={row["schedule"].direction: row["form"].values() for row in rows},
            actor=request.user,
            now=now,
        )
        messages.success(request, _("Saved."))
        return see_other("settings_app:schedules", pk)
    context = {"rows": rows, "integration": account}
    status = 200 if data is None else 422
    return render(request, "settings_app/schedules.html", context, status=status)


def _own(request: MemberRequest, pk: int) -> Integration:
    accounts = Integration.objects.for_organization(request.organization)
    found: Integration = get_object_or_404(accounts.select_related("organization"), pk=pk)
    return found
