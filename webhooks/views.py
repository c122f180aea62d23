"""Pages of the inbox."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import member_required


@member_required()
def event_list(request: HttpRequest) -> HttpResponse:
    """What was received."""
    return render(request, "webhooks/events.html", {})


event_detail = retry = endpoints = create_endpoint = rotate = set_active = event_list
