"""The page of what Allegro objects to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import MemberRequest, member_required
from offers.queries.problems import problems_page


@member_required()
def problems(request: MemberRequest) -> HttpResponse:
    """Objections grouped by code: safety first, each with its remedy and the offers concerned."""
    account = str(request.GET.get("account", ""))[:20]
    context = problems_page(organization=request.organization, integration=account)
    return render(request, "offers/problems.html", context)
