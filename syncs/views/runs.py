"""Pages of sync runs."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from settings_app.models import Integration
from syncs import operations, queries
from syncs.enums import SyncKind, SyncTrigger
from syncs.models import SyncRun
from syncs.views.plans import plan_detail, plan_progress


@member_required()
def run_list(request: MemberRequest) -> HttpResponse:
    """The accounts with their newest runs, and every run there was."""
    return render(request, "syncs/list.html", _overview(request))


@member_required()
def overview(request: MemberRequest) -> HttpResponse:
    """The part of the list that shows runs under way."""
    return render(request, "syncs/_overview.html", _overview(request))


@member_required()
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One run: how far it is, what it found, and a reason for everything that did not go through."""
    run = _run(request, pk)
    if run.plans:
        return plan_detail(request, run)
    context = queries.run_detail(
        run=run,
        outcome=request.GET.get("outcome", ""),
        number=page_number(request.GET.get("page")),
    )
    return render(request, "syncs/detail.html", context | {"may_work": _may_work(request)})


@member_required()
def progress(request: MemberRequest, pk: int) -> HttpResponse:
    """The part of a run's page that moves while the run is under way."""
    run = _run(request, pk)
    if run.plans:
        return plan_progress(request, run)
    context = queries.run_progress(run=run)
    response = render(request, "syncs/_progress.html", context)
    if not context["view"].in_flight:
        # The list of lines below is complete now: show the whole page again.
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@member_required(Role.STAFF)
def start(request: MemberRequest, integration_pk: int) -> HttpResponse:
    """Sync an account now: both kinds, or the one the button names."""
    integration = get_object_or_404(
        Integration.objects.for_organization(request.organization), pk=integration_pk
    )
    kind = request.POST.get("kind", "")
    asked = kind in SyncKind.values and kind != SyncKind.ORDERS_BY_DATE  # that one needs days
    kinds = [SyncKind(kind)] if asked else operations.PULLS
    try:
        runs = operations.start_pulls(
            integrations=[integration],
            kinds=kinds,
            trigger=SyncTrigger.PERSON,
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        messages.error(request, error.told)
        return redirect("syncs:list")
    messages.success(
        request, _("The sync of %(account)s has begun.") % {"account": integration.label}
    )
    return redirect("syncs:detail", pk=runs[0].pk) if len(runs) == 1 else redirect("syncs:list")


@require_POST
@member_required(Role.STAFF)
def cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """Stop a run."""
    return _act(
        request, pk, operations.cancel_run, _("The run is stopped; what it did so far stays.")
    )


@require_POST
@member_required(Role.STAFF)
def retry(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a stopped run go on."""
    return _act(request, pk, operations.retry_run, _("The run goes on from where it was."))


def _act(request: MemberRequest, pk: int, act: Callable[..., object], success: str) -> HttpResponse:
    try:
        act(run=_run(request, pk), actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, error.told)
    else:
        messages.success(request, success)
    return redirect("syncs:detail", pk=pk)


def _may_work(request: MemberRequest) -> bool:
    return Role(request.membership.role).allows(Role.STAFF)


def _overview(request: MemberRequest) -> dict[str, object]:
    return {"may_work": _may_work(request)} | queries.sync_overview(
        organization=request.organization,
        kind=request.GET.get("kind", ""),
        account=request.GET.get("account", ""),
        number=page_number(request.GET.get("page")),
    )


def _run(request: MemberRequest, pk: int) -> SyncRun:
    runs = SyncRun.objects.for_organization(request.organization)
    return get_object_or_404(runs.select_related("integration", "requested_by"), pk=pk)
