"""Pages of the inbox: events, and the addresses for signed ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from webhooks import operations, queries
from webhooks.enums import EventSource
from webhooks.forms import EndpointForm
from webhooks.health import journal_health
from webhooks.models import EventReplay, InboundEvent, WebhookEndpoint
from webhooks.selection import GROUPS, Selection

RECEIVER = "/api/v1/webhooks/allegro"


@member_required()
def event_list(request: HttpRequest) -> HttpResponse:
    """What was received, and how well each journal is read."""
    selection = Selection.read(request.GET)
    page = queries.event_page(
        organization=request.organization,
        selection=selection,
        page=page_number(request.GET.get("page")),
    )
    journals = journal_health(organization=request.organization, now=timezone.now())
    context = {
        "page": page,
        "selection": selection,
        "given": {name: request.GET.get(name, "") for name in ("from", "to")},
        "query": _query(request),
        "tabs": _tabs(request, selection),
        "sources": EventSource.choices,
        "accounts": queries.accounts_of(organization=request.organization),
        "journals": journals,
        "troubled": any(not one.healthy for one in journals),
        "lost": queries.lost_events_of(organization=request.organization),
        "may_write": _may_write(request),
    }
    return render(request, "webhooks/events.html", context)


def _tabs(request: HttpRequest, selection: Selection) -> list[dict[str, Any]]:
    rest = _query(request, leave_out="state")
    tabs = [{"label": _("All"), "url": f"?{rest}", "active": not selection.state, "count": ""}]
    return tabs + [
        {
            "label": label,
            "url": f"?state={name}" + (f"&{rest}" if rest else ""),
            "active": selection.state == name,
            "count": "",
        }
        for name, (label, _states) in GROUPS.items()
    ]


def _query(request: HttpRequest, *, leave_out: str = "") -> str:
    """The filter as it came, for links: without the page, and without one name."""
    query = request.GET.copy()
    for name in ("page", leave_out):
        query.pop(name, None)
    return query.urlencode()


def _may_write(request: HttpRequest) -> bool:
    return Role(request.membership.role).allows(Role.STAFF)


@member_required(Role.STAFF)
def replay(request: HttpRequest) -> HttpResponse:
    """How many events match, then all of them worked on again."""
    selection = Selection.read(request.GET)
    if request.method == "POST":
        try:
            made = operations.start_replay(
                organization=request.organization,
                selection=selection,
                actor=request.user,
                now=timezone.now(),
            )
        except HubError as error:
            messages.error(request, error.told)
            return redirect("webhooks:events")
        return redirect("webhooks:replay_detail", pk=made.pk)
    count = operations.replayable(organization=request.organization, selection=selection).count()
    return render(request, "confirm.html", _replay_words(request, selection, count))


def _replay_words(request: HttpRequest, selection: Selection, count: int) -> dict[str, Any]:
    question = ngettext(
        "%(n)d event matches and is worked on again.",
        "%(n)d events match and are worked on again.",
        count,
    )
    chosen = ", ".join(f"{name}: {value}" for name, value in selection.stored().items())
    return {
        "title": _("Work on events again"),
        "question": question % {"n": count},
        "consequences": [
            _("Chosen by: %(filter)s") % {"filter": chosen or _("nothing, so all of them")},
            _(
                "Each order, offer or return they name is read again at Allegro, once for all its events."
            ),
            _("Nothing happens twice: what was done already is recognised and left as it is."),
            _(
                "Events that are being worked on, and those that arrive from now on, are left alone."
            ),
        ],
        "action_label": _("Work on them again"),
        "cancel_url": f"{reverse('webhooks:events')}?{_query(request)}",
        "tone": "warn",
    }


@member_required()
def replay_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a replay is."""
    return render(
        request, "webhooks/replay.html", queries.replay_progress(work=_replay(request, pk))
    )


@member_required()
def replay_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of it that moves."""
    context = queries.replay_progress(work=_replay(request, pk))
    return render(request, "webhooks/_replay.html", context)


def _replay(request: HttpRequest, pk: int) -> EventReplay:
    return get_object_or_404(EventReplay.objects.for_organization(request.organization), pk=pk)


@member_required()
def event_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event: its content, what was tried, what came of it."""
    context = queries.event_detail(event=_event(request, pk))
    context["may_write"] = _may_write(request)
    return render(request, "webhooks/event.html", context)


@require_POST
@member_required(Role.STAFF)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an event worked on again."""
    try:
        operations.retry_event(event=_event(request, pk), actor=request.user, now=timezone.now())
    except HubError as error:
        messages.error(request, error.told)
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
