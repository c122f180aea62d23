from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_required
from core.paging import page_number, paged
from core.row_ids import row_id
from notifications import operations, queries

PAGE_SIZE = 30


@member_required()
def notice_list(request: MemberRequest) -> HttpResponse:
    """A person's notices."""
    notices = queries.notices_of(user=request.user, organization=request.organization)
    page = paged(notices, number=page_number(request.GET.get("page")), size=PAGE_SIZE)
    return render(request, "notifications/list.html", {"page": page})


@require_POST
@member_required()
def read(request: MemberRequest) -> HttpResponse:
    """Mark one notice (``pk``) or all as read."""
    pk = request.POST.get("pk", "")
    operations.mark_read(
        user=request.user,
        organization_id=request.organization.pk,
        now=timezone.now(),
        pk=row_id(pk) if pk else None,
    )
    return redirect("notifications:list")
