from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.enums import WorkState
from webhooks.enums import EventSource
from webhooks.models import InboundEvent
from webhooks.queries import content_of


class EventSerializer(serializers.ModelSerializer[InboundEvent]):
    type = serializers.CharField(source="event_type")
    integration_id = serializers.IntegerField(allow_null=True)

    class Meta:
        model = InboundEvent
        fields = [
            "id", "event_id", "type", "source", "integration_id", "checkout_form_id", "state",
            "attempts", "next_attempt_at", "last_error", "last_trace_id", "outcome", "occurred_at",
            "received_at", "finished_at",
        ]  # fmt: skip


class EventDetailSerializer(EventSerializer):
    headers = serializers.SerializerMethodField()
    content = serializers.SerializerMethodField(
        help_text="The body as it came, as text, secrets masked"
    )

    class Meta(EventSerializer.Meta):
        fields = [*EventSerializer.Meta.fields, "headers", "content"]

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
    state = serializers.ChoiceField(WorkState.choices, required=False)
    source = serializers.ChoiceField(EventSource.choices, required=False)  # type: ignore[assignment]
    search = serializers.CharField(
        required=False, help_text="An event id, an order's number or a type, whole"
    )


class ReceivedSerializer(serializers.Serializer[dict[str, str]]):
    status = serializers.CharField(help_text="`accepted`, or `known` when it came before")
    event_id = serializers.CharField()
