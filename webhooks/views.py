"""Pages of the inbox: events, and the addresses for signed ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from webhooks import operations, queries
from webhooks.enums import EventSource
from webhooks.forms import EndpointForm
from webhooks.models import InboundEvent, WebhookEndpoint

RECEIVER = "/api/v1/webhooks/allegro"


@member_required()
def event_list(request: HttpRequest) -> HttpResponse:
    """What was received, and how far each journal was read."""
    filters = {name: request.GET.get(name, "") for name in ("state", "source", "q")}
    page = queries.event_page(
        organization=request.organization,
        state=filters["state"],
        source=filters["source"],
        search=filters["q"],
        page=page_number(request.GET.get("page")),
    )
    tabs = [{"label": _("All"), "url": "?", "active": not filters["state"], "count": ""}]
    tabs += [
        {"label": label, "url": f"?state={name}", "active": filters["state"] == name, "count": ""}
        for name, (label, _states) in queries.GROUPS.items()
    ]
    context = {
        "page": page,
        "filters": filters,
        "tabs": tabs,
        "sources": EventSource.choices,
        "journals": queries.journals_of(organization=request.organization),
    }
    return render(request, "webhooks/events.html", context)


@member_required()
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: its content, what was tried, what came of it."""
    context = queries.event_detail(event=_event(request, pk))
    context["may_write"] = Role(request.membership.role).allows(Role.STAFF)
    return render(request, "webhooks/event.html", context)


@require_POST
@member_required(Role.STAFF)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an event worked on again."""
    try:
        operations.retry_event(event=_event(request, pk), actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, f"{error.detail} {error.remedy}")
    else:
        messages.success(request, _("The event is worked on again."))
    return redirect("webhooks:event", pk=pk)


@member_required()
def endpoints(request: HttpRequest) -> HttpResponse:
    """The addresses for signed events."""
    return render(request, "webhooks/endpoints.html", _endpoint_context(request, EndpointForm()))


@require_POST
@member_required(Role.OWNER)
def create_endpoint(request: HttpRequest) -> HttpResponse:
    """Make an address and show its secret once."""
    form = EndpointForm(request.POST)
    if not form.is_valid():
        context = _endpoint_context(request, form)
        return render(request, "webhooks/endpoints.html", context, status=422)
    endpoint, secret = operations.create_endpoint(
        organization=request.organization,
        name=form.cleaned_data["name"],
        actor=request.user,
        now=timezone.now(),
    )
    return _show_once(request, endpoint, secret)


@require_POST
@member_required(Role.OWNER)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an address a new secret and show it once."""
    endpoint, secret = operations.rotate_endpoint(
        endpoint=_endpoint(request, pk), actor=request.user, now=timezone.now()
    )
    return _show_once(request, endpoint, secret)


@require_POST
@member_required(Role.OWNER)
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Open or close an address."""
    active = request.POST.get("active") == "1"
    operations.set_endpoint_active(
        endpoint=_endpoint(request, pk), active=active, actor=request.user, now=timezone.now()
    )
    messages.success(request, _("The address is open.") if active else _("The address is closed."))
    return redirect("webhooks:endpoints")


def _event(request: HttpRequest, pk: int) -> InboundEvent:
    events = InboundEvent.objects.for_organization(request.organization)
    return get_object_or_404(events.select_related("integration"), pk=pk)


def _endpoint(request: HttpRequest, pk: int) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.for_organization(request.organization), pk=pk)


def _endpoint_context(request: HttpRequest, form: EndpointForm) -> dict[str, Any]:
    return {
        "endpoints": queries.endpoints_of(organization=request.organization),
        "form": form,
        "is_owner": request.membership.role == Role.OWNER,
        "receiver": f"{settings.HUB_BASE_URL}{RECEIVER}",
        "now": timezone.now(),
    }


def _show_once(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "receiver": f"{settings.HUB_BASE_URL}{RECEIVER}",
    }
    response = render(request, "webhooks/secret.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
