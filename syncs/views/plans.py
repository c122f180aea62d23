"""Runs that plan: compare, show, carry out, take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from settings_app.models import Integration
from syncs.enums import SyncMode
from syncs.forms import CompareForm, plan_filter
from syncs.models import SyncRun
from syncs.operations import plans as operations
from syncs.queries import plan_pages as queries
from syncs.queries.plans.rows import plan_lines
from syncs.queries.runs import has_planned_before
from syncs.views.discrepancies import may_work


def plan_detail(request: MemberRequest, run: SyncRun) -> HttpResponse:
    """The page of a run that plans; :func:`syncs.views.runs.detail` leads here."""
    context = queries.plan_page(
        run=run, wanted=plan_filter(request.GET), number=page_number(request.GET.get("page"))
    )
    return render(request, "syncs/plans/detail.html", context | {"may_work": may_work(request)})


def plan_progress(request: MemberRequest, run: SyncRun) -> HttpResponse:
    """Its part that moves while the run is under way."""
    context = queries.plan_progress(run=run)
    response = render(request, "syncs/plans/_progress.html", context)
    if not context["view"].in_flight:
        response.headers["HX-Refresh"] = "true"
    return response


@member_required(Role.STAFF)
def compare(request: MemberRequest, integration_pk: int) -> HttpResponse:
    """Choose the direction, and whether it is only shown first. The first time that is the default."""
    account = get_object_or_404(
        Integration.objects.for_organization(request.organization), pk=integration_pk
    )
    form = CompareForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            run = operations.start_plan(
                integration=account,
                kind=form.cleaned_data["kind"],
                mode=form.cleaned_data["mode"],
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            messages.error(request, error.told)
            return redirect("syncs:compare", integration_pk=account.pk)
        return redirect("syncs:detail", pk=run.pk)
    context = {
        "form": form,
        "account": account,
        "is_first": not has_planned_before(integration=account),
        "show_only": SyncMode.DRY_RUN,
        "apply": SyncMode.APPLY,
    }
    status = 422 if form.is_bound else 200
    return render(request, "syncs/plans/compare.html", context, status=status)


@member_required()
def plan_file(request: MemberRequest, pk: int) -> StreamingHttpResponse:
    """The lines of a plan as CSV, narrowed as the page is."""
    run = _run(request, pk)
    lines = queries.lines_matching(run, plan_filter(request.GET))
    return StreamingHttpResponse(
        plan_lines(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="sync-{run.pk}.csv"'},
    )


@member_required(Role.STAFF)
def apply(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then carry out a plan that was only shown."""
    return _step(
        request, pk, queries.apply_page, operations.apply_plan, _("The plan is carried out.")
    )


@member_required(Role.STAFF)
def release(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then let go what a brake holds."""
    return _step(
        request,
        pk,
        lambda *, run: queries.brake_page(run=run, release=True),
        operations.release_brakes,
        _("Released."),
    )


@member_required(Role.STAFF)
def drop(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then give up what a brake holds."""
    return _step(
        request,
        pk,
        lambda *, run: queries.brake_page(run=run, release=False),
        operations.drop_brakes,
        _("Dropped; nothing of it is written."),
    )


@member_required(Role.STAFF)
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then make the plan that takes a run back; it is shown before it is carried out."""
    return _step(
        request,
        pk,
        queries.undo_page,
        operations.undo_run,
        _("This is what taking it back would write. Nothing is written yet."),
    )


@member_required(Role.STAFF)
def retry_failed(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask first, then try again what failed, and nothing else."""
    return _step(
        request, pk, queries.retry_page, operations.retry_failed, _("What failed is tried again.")
    )


def _step(
    request: MemberRequest,
    pk: int,
    asked: Callable[..., dict[str, Any]],
    act: Callable[..., Any],
    success: str,
) -> HttpResponse:
    run = _run(request, pk)
    if request.method != "POST":
        return render(request, "confirm.html", asked(run=run))
    try:
        done = act(run=run, actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, error.told)
        return redirect("syncs:detail", pk=pk)
    messages.success(request, success)
    return redirect("syncs:detail", pk=done.pk if isinstance(done, SyncRun) else pk)


def _run(request: MemberRequest, pk: int) -> SyncRun:
    runs = SyncRun.objects.for_organization(request.organization)
    return get_object_or_404(runs.select_related("integration", "requested_by"), pk=pk)
