"""Why is this not syncing? The reasons of an account, and the offers behind one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import MemberRequest, member_required
from core.paging import page_number
from core.row_ids import row_id
from settings_app.models import Integration
from syncs.queries.reasons import reason_page, reasons_page


@member_required()
def reasons(request: MemberRequest) -> HttpResponse:
    """Every reason with its count and its remedy."""
    context = reasons_page(
        organization=request.organization, account=request.GET.get("account", "")
    )
    return render(request, "syncs/reasons/list.html", context)


@member_required()
def reason(request: MemberRequest, code: str) -> HttpResponse:
    """The fields that stand at one reason."""
    account = get_object_or_404(
        Integration.objects.for_organization(request.organization),
        pk=row_id(request.GET.get("account", "")),
    )
    context = reason_page(
        integration=account, code=code[:40], number=page_number(request.GET.get("page"))
    )
    return render(request, "syncs/reasons/detail.html", context)
