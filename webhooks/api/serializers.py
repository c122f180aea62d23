from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.enums import WorkState
from webhooks.enums import EventSource, Journal
from webhooks.models import EventAttempt, EventReplay, InboundEvent
from webhooks.queries import content_of, tries_of
from webhooks.selection import GROUPS, Selection


class EventSerializer(serializers.ModelSerializer[InboundEvent]):
    type = serializers.CharField(source="event_type")
    integration_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = InboundEvent
        fields = [
            "id", "event_id", "type", "source", "integration_id", "checkout_form_id", "subject_id", "state",
            "attempts", "next_attempt_at", "last_error", "last_trace_id", "outcome", "occurred_at",
            "received_at", "finished_at",
        ]  # fmt: skip


class AttemptSerializer(serializers.ModelSerializer[EventAttempt]):
    """One try; without an end its worker was lost."""

    class Meta:
        model = EventAttempt
        fields = ["number", "started_at", "ended_at", "result", "error", "trace_id"]


class EventDetailSerializer(EventSerializer):
    headers = serializers.SerializerMethodField()
    content = serializers.SerializerMethodField(
        help_text="The body as it came, as text, secrets masked"
    )

    tries = serializers.SerializerMethodField(help_text="What was tried, the last first")

    class Meta(EventSerializer.Meta):
        fields = [*EventSerializer.Meta.fields, "tries", "headers", "content"]

    @extend_schema_field(AttemptSerializer(many=True))
    def get_tries(self, event: InboundEvent) -> Any:
        return AttemptSerializer(tries_of(event=event), many=True).data

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_headers(self, event: InboundEvent) -> list[str]:
        return [f"{name}: {value}" for name, value in sorted(event.headers.items())]

    @extend_schema_field(str)
    def get_content(self, event: InboundEvent) -> str:
        import json

        content: Any = content_of(event)
        # As text: renaming keys to camelCase would change what was received.
        return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


class EventFilterSerializer(serializers.Serializer[dict[str, Any]]):
    """What the events have in common; days count in the organization's time zone, ends included."""

    state = serializers.ChoiceField(
        [*WorkState.choices, *((name, label) for name, (label, _states) in GROUPS.items())],
        required=False,
        help_text="A state, or `failed`, `open`, `done`",
    )
    source = serializers.ChoiceField(EventSource.choices, required=False)  # type: ignore[assignment]
    type = serializers.CharField(required=False)
    integration_id = serializers.IntegerField(required=False, min_value=1)
    order = serializers.CharField(required=False, help_text="An order's number, whole")
    since = serializers.CharField(required=False, help_text="Received from: a day or a moment")
    until = serializers.CharField(required=False, help_text="Received to: a day or a moment")
    search = serializers.CharField(
        required=False,
        help_text="An event id, an order's, offer's or return's number, or a type, whole",
    )

    def selection(self) -> Selection:
        """What was asked for; call it after ``is_valid``."""
        given = dict(self.validated_data)
        return Selection.read(given | {"account": given.get("integration_id", "")})


class ReplayRequestSerializer(EventFilterSerializer):
    dry_run = serializers.BooleanField(
        default=False, help_text="Only count what would be worked on again"
    )


class ReplaySerializer(serializers.ModelSerializer[EventReplay]):
    """A selection of events worked on again, and how far that is."""

    filters = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = EventReplay
        fields = [
            "id", "state", "filters", "expected", "replayed", "requested_at", "finished_at", "last_error",
        ]  # fmt: skip
        read_only_fields = fields


class ReplayAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    count = serializers.IntegerField(help_text="How many events match")
    replay = ReplaySerializer(allow_null=True, help_text="None for a dry run")


class JournalSerializer(serializers.Serializer[Any]):
    """How well one journal of one account is read, what is wrong and what to do."""

    integration_id = serializers.IntegerField(source="integration.pk")
    integration = serializers.CharField(source="integration.label")
    journal = serializers.ChoiceField(Journal.choices)
    healthy = serializers.BooleanField()
    state = serializers.CharField()
    last_read_at = serializers.DateTimeField(allow_null=True)
    last_event_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField(help_text="Events not answered yet")
    oldest_waiting_at = serializers.DateTimeField(allow_null=True)
    lost = serializers.IntegerField(help_text="Events of a week that Allegro did not send")
    problem = serializers.CharField()
    remedy = serializers.CharField()


class ReceivedSerializer(serializers.Serializer[dict[str, str]]):
    status = serializers.CharField(help_text="`accepted`, or `known` when it came before")
    event_id = serializers.CharField()
