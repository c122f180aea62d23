from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.paging import page_number, paged
from core.row_ids import row_id
from notifications import operations, queries
from notifications.enums import DigestRhythm, Event, Severity
from notifications.forms import PreferencesForm
from notifications.models import Mail

PAGE_SIZE = 30


@member_required()
def notice_list(request: MemberRequest) -> HttpResponse:
    """A person's notices, by day."""
    filters = {name: request.GET.get(name, "") for name in ("read", "event", "severity")}
    notices = queries.notices_of(user=request.user, organization=request.organization, **filters)
    page = paged(notices, number=page_number(request.GET.get("page")), size=PAGE_SIZE)
    context = {
        "page": page,
        "days": queries.by_day(page.items, organization=request.organization),
        "filters": filters,
        "is_filtered": any(filters.values()),
        "events": Event.choices,
        "severities": Severity.choices,
        "here": request.get_full_path(),
        "trouble": queries.mail_trouble(organization=request.organization),
        "may_write": _may_write(request),
    }
    return render(request, "notifications/list.html", context)


@require_POST
@member_required()
def read(request: MemberRequest) -> HttpResponse:
    """Mark one notice (``pk``) or all as read; back to where it was pressed."""
    pk = request.POST.get("pk", "")
    operations.mark_read(
        user=request.user,
        organization_id=request.organization.pk,
        now=timezone.now(),
        pk=row_id(pk) if pk else None,
    )
    back = request.POST.get("next", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("notifications:list")


@require_http_methods(["GET", "POST"])
@member_required()
def preferences(request: MemberRequest) -> HttpResponse:
    """How the person wants to hear of what; notices go to owners and staff, so those choose."""
    may_write = _may_write(request)
    rhythm, at = queries.digest_time_of(user=request.user, organization=request.organization)
    form = PreferencesForm(
        request.POST or None,
        wishes=queries.wishes_of(user=request.user, organization=request.organization),
        rhythm=rhythm,
        at=at,
    )
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        if form.is_valid():
            _keep(request, form)
            messages.success(request, _("Saved."))
            return redirect("notifications:preferences")
    context = {"form": form, "rows": list(form.rows()), "may_write": may_write}
    status = 422 if form.errors else 200
    return render(request, "notifications/preferences.html", context, status=status)


@member_required()
def mail_list(request: MemberRequest) -> HttpResponse:
    """Mails of notices: what was sent, what waits, what gave up."""
    state = request.GET.get("state", "")
    mails = queries.mails_of(organization=request.organization, state=state)
    context = {
        "page": paged(mails, number=page_number(request.GET.get("page")), size=PAGE_SIZE),
        "tabs": queries.mail_tabs(state),
        "may_write": _may_write(request),
    }
    return render(request, "notifications/mails.html", context)


@require_POST
@member_required(Role.STAFF)
def retry_mail(request: MemberRequest, pk: int) -> HttpResponse:
    """Send a mail that gave up again."""
    mails = Mail.objects.for_organization(request.organization).filter(pk=pk)
    get_object_or_404(mails)
    if operations.retry_mails(mails=mails, actor=request.user, now=timezone.now()):
        messages.success(request, _("The mail is sent again."))
    else:
        messages.info(request, _("The mail is done with or on its way already."))
    return redirect("notifications:mails")


def _keep(request: MemberRequest, form: PreferencesForm) -> None:
    who = {"organization": request.organization, "user": request.user, "actor": request.user}
    now = timezone.now()
    operations.set_preferences(choices=form.choices, now=now, **who)
    operations.set_digest_time(
        rhythm=DigestRhythm(form.cleaned_data["rhythm"]), at=form.cleaned_data["at"], now=now, **who
    )


def _may_write(request: MemberRequest) -> bool:
    return Role(request.membership.role).allows(Role.STAFF)
