"""Reads of the inbox."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.enums import WorkState
from core.logging import MASK
from core.paging import Page, paged
from orders.models import Order
from settings_app.enums import IntegrationState
from settings_app.models import Integration
from webhooks.enums import EventSource
from webhooks.models import InboundEvent, JournalCursor, WebhookEndpoint

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 50
# States by what a person asks: what is stuck, what is under way, what is over.
GROUPS: dict[str, tuple[Any, list[str]]] = {
    "failed": (_("Need you"), [WorkState.DEAD, WorkState.WAITING_FOR_PERSON]),
    "open": (_("Under way"), [WorkState.PENDING, WorkState.RUNNING]),
    "done": (_("Done"), [WorkState.DONE]),
}
TONES = {
    WorkState.PENDING: "info",
    WorkState.RUNNING: "info",
    WorkState.DONE: "ok",
    WorkState.WAITING_FOR_PERSON: "warn",
    WorkState.DEAD: "danger",
}
_SECRET_NAMES = ("secret", "token", "password", "signature", "authorization", "apikey", "api_key")


def events_of(
    *,
    organization: Organization,
    state: str = "",
    source: str = "",
    search: str = "",
) -> QuerySet[InboundEvent]:
    """Events, newest first, by a state or group of states, a source, an exact event or order id."""
    events: QuerySet[InboundEvent] = InboundEvent.objects.for_organization(organization)
    if state in GROUPS:
        events = events.filter(state__in=GROUPS[state][1])
    elif state in WorkState.values:
        events = events.filter(state=state)
    if source in EventSource.values:
        events = events.filter(source=source)
    if wanted := search.strip():
        events = events.filter(
            Q(event_id=wanted) | Q(checkout_form_id=wanted) | Q(event_type__iexact=wanted)
        )
    # Bytes and headers can be long and a list shows neither.
    return events.select_related("integration").defer("raw", "headers").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    event: InboundEvent
    tone: str


def event_page(
    *,
    organization: Organization,
    state: str = "",
    source: str = "",
    search: str = "",
    page: int = 1,
) -> Page[Row]:
    """One page of events with the tones of their badges."""
    found = events_of(organization=organization, state=state, source=source, search=search)
    shown: Page[Any] = paged(found, number=page, size=PAGE_SIZE)
    return replace(shown, items=[Row(event, tone_of(event)) for event in shown.items])


def tone_of(event: InboundEvent) -> str:
    """The tone of the event's badge."""
    return TONES.get(WorkState(event.state), "neutral")


def event_detail(*, event: InboundEvent) -> dict[str, Any]:
    """What the event's page shows; secrets inside the content are masked."""
    return {
        "event": event,
        "tone": tone_of(event),
        "content": json.dumps(content_of(event), indent=2, ensure_ascii=False),
        "order": order_of(event=event),
        "waits_for": waits_for(event=event),
        "retryable": event.state != WorkState.RUNNING,
    }


def content_of(event: InboundEvent) -> Any:
    """The event's body as JSON with secrets masked; as text when it is no JSON."""
    raw = bytes(event.raw)
    try:
        return _masked(json.loads(raw))
    except ValueError:
        return raw.decode("utf-8", "replace")


def order_of(*, event: InboundEvent) -> Order | None:
    """Our order of the event, if it names one."""
    if not event.checkout_form_id:
        return None
    orders = Order.objects.filter(
        organization_id=event.organization_id, checkout_form_id=event.checkout_form_id
    )
    if event.integration_id is not None:
        orders = orders.filter(integration_id=event.integration_id)
    return orders.first()


def waits_for(*, event: InboundEvent) -> Integration | None:
    """The account whose pause or missing sign-in holds the event up."""
    integration: Integration | None = event.integration
    if event.state != WorkState.PENDING or integration is None or integration.is_working:
        return None
    return integration if integration.state != IntegrationState.DISCONNECTED else None


def journals_of(*, organization: Organization) -> list[JournalCursor]:
    """How far each connected account's journal was read."""
    cursors: QuerySet[JournalCursor] = JournalCursor.objects.for_organization(organization)
    return list(
        cursors.select_related("integration")
        .exclude(integration__state=IntegrationState.DISCONNECTED)
        .order_by("integration__label", "pk")
    )


def endpoints_of(*, organization: Organization) -> list[WebhookEndpoint]:
    """The organization's endpoints, newest first."""
    endpoints: QuerySet[WebhookEndpoint] = WebhookEndpoint.objects.for_organization(organization)
    return list(endpoints.order_by("-pk"))


def endpoint_by_public_id(*, public_id: str) -> WebhookEndpoint | None:
    """The endpoint a post is addressed to."""
    return WebhookEndpoint.objects.filter(public_id=public_id).first()


def failed_since(*, organization: Organization, since: datetime) -> int:
    """How many events need a person, counted up to 100."""
    events: QuerySet[InboundEvent] = InboundEvent.objects.for_organization(organization)
    stuck = events.filter(state__in=GROUPS["failed"][1], received_at__gte=since)
    return stuck.order_by()[:100].count()


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if any(word in name.lower() for word in _SECRET_NAMES) else _masked(one)
            for name, one in value.items()
        }
    return [_masked(one) for one in value] if isinstance(value, list) else value
