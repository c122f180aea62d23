"""Shapes of sync runs in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from syncs.models import SyncItem, SyncRun


class JobSerializer(serializers.ModelSerializer[SyncRun]):
    """A sync run: how far it is and what it found so far."""

    integration_id = serializers.IntegerField(read_only=True)
    integration = serializers.CharField(source="integration.label", read_only=True)
    product_id = serializers.IntegerField(read_only=True, allow_null=True)
    former_id = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The run that is tried again or taken back"
    )
    nothing_changed = serializers.BooleanField(
        read_only=True, help_text="Done, and everything was as it is at Allegro"
    )

    class Meta:
        model = SyncRun
        fields = (
            "id", "integration_id", "integration", "kind", "trigger", "mode", "scope", "product_id",
            "former_id", "state",
            "requested_at", "started_at", "heartbeat_at", "finished_at", "next_attempt_at",
            "attempts", "expected", "scanned", "created", "updated", "unchanged", "linked",
            "skipped", "failed", "planned", "agreed", "applied_at", "nothing_changed", "stop_reason",
            "last_error", "last_trace_id",
        )  # fmt: skip
        read_only_fields = fields


class JobItemSerializer(serializers.ModelSerializer[SyncItem]):
    """One thing a run did not leave simply unchanged, why, and what to do about it."""

    class Meta:
        model = SyncItem
        fields = (
            "id", "object_type", "object_id", "label", "outcome", "reason_code", "message", "remedy",
        )  # fmt: skip
        read_only_fields = fields


class StartSerializer(serializers.Serializer[dict[str, int]]):
    """Which account to sync."""

    integration_id = serializers.IntegerField(
        required=False, min_value=1, help_text="One account; without it all that work"
    )


class SyncStartSerializer(serializers.Serializer[dict[str, object]]):
    """Which account, and what: offers, orders, a check; without any, all three."""

    integration_id = serializers.IntegerField(required=False, min_value=1)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=["PULL_OFFERS", "PULL_ORDERS", "CHECK"]),
        required=False,
        allow_empty=False,
    )


class BackfillSerializer(StartSerializer):
    """The days whose orders to read, both included, in the organization's time zone."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        days = {"from": "First day of purchase", "to": "Last day of purchase"}
        return {
            **super().get_fields(),
            **{name: serializers.DateField(help_text=text) for name, text in days.items()},
        }


class JobsSerializer(serializers.Serializer[dict[str, object]]):
    """The runs that were started, or were open already."""

    jobs = JobSerializer(many=True)


class LatestImportSerializer(serializers.Serializer[dict[str, object]]):
    """The newest import of offers, if there was one."""

    job = JobSerializer(allow_null=True)
    hint = serializers.CharField(help_text="How to start one")
