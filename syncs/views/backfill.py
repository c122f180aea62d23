"""The page on which orders of chosen days are asked for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from syncs import operations, queries
from syncs.forms import DaysForm


@member_required(Role.STAFF)
def backfill(request: MemberRequest) -> HttpResponse:
    """Choose days, then follow the run."""
    accounts = queries.working_accounts(organization=request.organization)
    form = DaysForm(request.POST or None, accounts=accounts)
    if request.method == "POST" and form.is_valid():
        try:
            runs = operations.start_backfill(
                integrations=form.chosen(),
                first_day=form.cleaned_data["first_day"],
                last_day=form.cleaned_data["last_day"],
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            form.add_error(None, error.told)
        else:
            messages.success(request, _("Orders of these days are being read."))
            return (
                redirect("syncs:detail", runs[0].pk) if len(runs) == 1 else redirect("syncs:list")
            )
    status = 422 if form.is_bound else 200
    return render(
        request, "syncs/backfill.html", {"form": form, "accounts": accounts}, status=status
    )
