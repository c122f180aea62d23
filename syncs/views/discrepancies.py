"""The inbox of discrepancies, and one of them."""

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
from accounts.models import Membership, User
from core.errors import HubError
from core.paging import page_number
from core.row_ids import row_id
from settings_app.models import Integration
from syncs.enums import Resolution, SyncKind, SyncTrigger
from syncs.forms import CommentForm, ResolveForm, discrepancy_filter
from syncs.models import Discrepancy
from syncs.operations import discrepancies as operations
from syncs.operations import start_pulls
from syncs.queries import discrepancies as queries
from syncs.queries import working_accounts
from syncs.queries.choices import SIDES, choice_of


@member_required()
def inbox(request: MemberRequest) -> HttpResponse:
    """What Allegro and we disagree about: open, mine, resolved, ignored."""
    wanted = discrepancy_filter(request.GET)
    context = queries.inbox(
        organization=request.organization,
        wanted=wanted,
        person=request.user,
        number=page_number(request.GET.get("page")),
    )
    works = may_work(request)
    context |= {"may_work": works, "may_pick": works and wanted.is_open}
    return render(request, "syncs/discrepancies/list.html", context)


@member_required()
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One discrepancy: both sides, the ways to settle it, its history."""
    return _detail(request, discrepancy_of(request, pk), CommentForm())


@require_POST
@member_required(Role.STAFF)
def check_now(request: MemberRequest) -> HttpResponse:
    """Start a check of one account, or of all that work."""
    accounts = working_accounts(organization=request.organization)
    if wanted := request.POST.get("account", ""):
        accounts = [
            get_object_or_404(
                Integration.objects.for_organization(request.organization), pk=row_id(wanted)
            )
        ]
    try:
        runs = start_pulls(
            integrations=accounts,
            kinds=[SyncKind.CHECK],
            trigger=SyncTrigger.PERSON,
            actor=request.user,
            now=timezone.now(),
        )
    except HubError as error:
        messages.error(request, error.told)
        return redirect("syncs:discrepancies")
    messages.success(request, _("The check has begun."))
    return redirect("syncs:detail", pk=runs[0].pk) if len(runs) == 1 else redirect("syncs:list")


@require_POST
@member_required(Role.STAFF)
def comment(request: MemberRequest, pk: int) -> HttpResponse:
    """Say something about it."""
    row = discrepancy_of(request, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form, status=422)
    return _act(
        request,
        pk,
        lambda: operations.comment(
            discrepancy=row,
            text=form.cleaned_data["comment"],
            actor=request.user,
            now=timezone.now(),
        ),
        _("Your comment is in the history."),
    )


@require_POST
@member_required(Role.STAFF)
def assign(request: MemberRequest, pk: int) -> HttpResponse:
    """Give it to a member, or to nobody."""
    row = discrepancy_of(request, pk)
    person = member(request, request.POST.get("assignee", ""))
    return _act(
        request,
        pk,
        lambda: operations.assign(
            discrepancies=[row], assignee=person, actor=request.user, now=timezone.now()
        ),
        _("Assigned to %(person)s.") % {"person": person.get_full_name()}
        if person
        else _("Assigned to nobody."),
    )


@require_POST
@member_required(Role.STAFF)
def investigate(request: MemberRequest, pk: int) -> HttpResponse:
    """Mark that somebody looks into it."""
    row = discrepancy_of(request, pk)
    return _act(
        request,
        pk,
        lambda: operations.investigate(discrepancy=row, actor=request.user, now=timezone.now()),
        _("Marked as looked into."),
    )


@member_required(Role.STAFF)
def resolve(request: MemberRequest, pk: int) -> HttpResponse:
    """What a side would write, and after the confirmation the writing of it."""
    row = discrepancy_of(request, pk)
    data = request.POST if request.method == "POST" else request.GET
    side = data.get("side", "")
    if side not in SIDES or row.is_settled:
        return redirect("syncs:discrepancy", pk=pk)
    form = ResolveForm(request.POST or None, side=side, initial={"side": side, "seen": row.theirs})
    if request.method != "POST" or not form.is_valid():
        context = {
            "row": row,
            "view": queries.row_view(row),
            "choice": choice_of(row, Resolution(side)),
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return render(request, "syncs/discrepancies/resolve.html", context, status=status)
    return _act(
        request,
        pk,
        lambda: operations.resolve(
            discrepancy=row,
            resolution=Resolution(side),
            actor=request.user,
            now=timezone.now(),
            comment=form.cleaned_data["comment"],
            until=form.cleaned_data.get("until"),
            seen=form.cleaned_data["seen"],
        ),
        _("Settled: %(how)s.") % {"how": Resolution(side).label},
    )


@member_required(Role.STAFF)
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Open it again, with what its settling changed here given back."""
    row = discrepancy_of(request, pk)
    if request.method != "POST":
        context = {
            "row": row,
            "view": queries.row_view(row),
            "possible": operations.can_be_taken_back(row),
        }
        return render(request, "syncs/discrepancies/take_back.html", context)
    return _act(
        request,
        pk,
        lambda: operations.take_back(discrepancy=row, actor=request.user, now=timezone.now()),
        _("Taken back; the discrepancy is open again."),
    )


def discrepancy_of(request: MemberRequest, pk: int) -> Discrepancy:
    """The organization's discrepancy, or 404."""
    rows = queries.discrepancies_of(organization=request.organization)
    return get_object_or_404(rows.select_related("organization"), pk=pk)


def member(request: MemberRequest, user_id: str) -> User | None:
    """A member by the id a form names; None for nobody, 404 for somebody else's."""
    if not user_id:
        return None
    members = Membership.objects.for_organization(request.organization).select_related("user")
    found: User = get_object_or_404(members, user_id=row_id(user_id)).user
    return found


def may_work(request: MemberRequest) -> bool:
    """Whether the person sees buttons."""
    return Role(request.membership.role).allows(Role.STAFF)


def _act(request: MemberRequest, pk: int, act: Callable[[], object], success: str) -> HttpResponse:
    try:
        act()
    except HubError as error:
        messages.error(request, error.told)
    else:
        messages.success(request, success)
    return redirect("syncs:discrepancy", pk=pk)


def _detail(
    request: MemberRequest, row: Discrepancy, form: CommentForm, status: int = 200
) -> HttpResponse:
    context = queries.discrepancy_detail(discrepancy=row) | {
        "form": form,
        "may_work": may_work(request),
        "may_take_back": operations.can_be_taken_back(row),
    }
    return render(request, "syncs/discrepancies/detail.html", context, status=status)
