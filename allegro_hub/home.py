"""The landing page and the home page: what needs you now, and the next step of the set-up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import MemberRequest, member_required
from allegro_hub.queries import home_context


def front(request: HttpRequest) -> HttpResponse:
    """The public page; signed-in people go to their home page."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "landing.html")


@member_required()
def home(request: MemberRequest) -> HttpResponse:
    """What needs a person now, the set-up checklist and the health of each account."""
    context = home_context(organization=request.organization, user=request.user, now=timezone.now())
    return render(request, "home.html", context)
