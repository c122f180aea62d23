"""The inbox for operators: to look at and to replay; endpoints without their secrets."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import ReadOnlyAdmin
from webhooks.models import (
    EventAttempt,
    EventReplay,
    InboundEvent,
    JournalCursor,
    LostEvent,
    WebhookEndpoint,
)
from webhooks.operations import replay_events, resume_replays


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "source", "event_type", "state", "attempts", "outcome", "last_error", "received_at",
        "integration", "organization",
    ]  # fmt: skip
    list_filter = ["state", "source", "event_type", ("last_error", admin.EmptyFieldListFilter)]
    list_select_related = ["integration", "organization"]
    search_fields = ["=event_id", "=checkout_form_id", "=subject_id", "=last_trace_id"]
    # Buyers' data stays with the seller.
    exclude = ["raw", "headers"]
    actions = ["replay"]

    @admin.action(description=_("Work on the chosen events again"))
    def replay(self, request: HttpRequest, queryset: QuerySet[InboundEvent]) -> None:
        """Make the chosen events due; processing is idempotent."""
        count = replay_events(events=queryset, actor=request.user, now=timezone.now())
        messages.success(
            request,
            ngettext(
                "%(n)d event is due again.",
                "%(n)d events are due again.",
                count,
            )
            % {"n": count},
        )


@admin.register(JournalCursor)
class JournalCursorAdmin(ReadOnlyAdmin):
    list_display = [
        "integration", "journal", "last_event_id", "last_read_at", "last_event_at", "gap_found_at",
        "last_problem", "failed_at", "last_failure", "organization",
    ]  # fmt: skip
    list_filter = [
        "journal",
        ("gap_found_at", admin.EmptyFieldListFilter),
        ("failed_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["integration", "organization"]


@admin.register(EventAttempt)
class EventAttemptAdmin(ReadOnlyAdmin):
    list_display = [
        "event", "number", "result", "started_at", "ended_at", "error", "trace_id", "organization",
    ]  # fmt: skip
    list_filter = ["result"]
    list_select_related = ["event", "organization"]
    raw_id_fields = ["event"]
    search_fields = ["=trace_id", "=event__event_id"]


@admin.register(EventReplay)
class EventReplayAdmin(ReadOnlyAdmin):
    list_display = [
        "pk", "state", "filters", "expected", "replayed", "requested_by", "requested_at", "last_error",
        "organization",
    ]  # fmt: skip
    list_filter = ["state"]
    list_select_related = ["requested_by", "organization"]
    actions = ["go_on"]

    @admin.action(description=_("Let stopped replays go on"))
    def go_on(self, request: HttpRequest, queryset: QuerySet[EventReplay]) -> None:
        """Make the chosen replays due from where each stopped."""
        count = resume_replays(replays=queryset, actor=request.user, now=timezone.now())
        messages.success(request, _("%(n)d due again") % {"n": count})


@admin.register(LostEvent)
class LostEventAdmin(ReadOnlyAdmin):
    list_display = ["order", "event_type", "found_at", "came_at", "integration", "organization"]
    list_filter = ["event_type", ("came_at", admin.EmptyFieldListFilter)]
    list_select_related = ["order", "integration", "organization"]
    raw_id_fields = ["order"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    list_display = ["name", "public_id", "active", "previous_valid_until", "organization"]
    list_filter = ["active"]
    list_select_related = ["organization"]
    search_fields = ["name", "=public_id"]
    exclude = ["secret", "previous_secret"]
