"""Shapes of what is kept in step with an account, and of its schedules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from settings_app.cron import LONGEST_MINUTES, SHORTEST_MINUTES, cron
from settings_app.enums import ConflictStrategy, SyncDirection, SyncedField
from settings_app.models import Integration
from settings_app.models.field_rules import FIELD_CODE, LARGEST_CHANGE


class FieldRuleSerializer(serializers.Serializer[Any]):
    """A field's rule. ``strategy`` empty: the account's; of STOCK always DB_WINS or MANUAL."""

    field = serializers.RegexField(  # type: ignore[assignment]
        FIELD_CODE, max_length=40, help_text="PRICE, PRICE@allegro-cz, STOCK, TITLE, …"
    )
    enabled = serializers.BooleanField(required=False)
    strategy = serializers.ChoiceField(
        choices=ConflictStrategy.choices, required=False, allow_blank=True
    )
    may_raise = serializers.BooleanField(required=False)
    may_lower = serializers.BooleanField(required=False)
    max_change_percent = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LARGEST_CHANGE
    )
    effective_strategy = serializers.ChoiceField(choices=ConflictStrategy.choices, read_only=True)
    may_write = serializers.BooleanField(
        read_only=True, help_text="Whether the account's switches let it go to Allegro"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # A partial change of the account makes nothing of a rule required, not even its field.
        if "field" not in attrs:
            raise serializers.ValidationError({"field": "This field is required."})
        ours_or_ask = ("", ConflictStrategy.DB_WINS, ConflictStrategy.MANUAL)
        if attrs["field"] == SyncedField.STOCK and attrs.get("strategy", "") not in ours_or_ask:
            raise serializers.ValidationError(
                {"strategy": "Stock is ours (DB_WINS) or asked about (MANUAL)."}
            )
        return attrs


class KeepingSerializer(serializers.ModelSerializer[Integration]):
    """Who wins in general, the brakes of runs, and the rule of every field."""

    class Meta:
        model = Integration
        fields = (
            "conflict_strategy",
            "brake_changed_percent",
            "brake_changed_minimum",
            "brake_ended_per_day",
        )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        rules = FieldRuleSerializer(many=True, required=False)
        return {**super().get_fields(), "rules": rules}


class ScheduleSerializer(serializers.Serializer[Any]):
    """When a direction starts by itself: every ``minutes``, or by ``cron``; exactly one of them."""

    direction = serializers.ChoiceField(choices=SyncDirection.choices)
    enabled = serializers.BooleanField(required=False)
    minutes = serializers.IntegerField(
        required=False, allow_null=True, min_value=SHORTEST_MINUTES, max_value=LONGEST_MINUTES
    )
    cron = serializers.CharField(required=False, allow_blank=True, max_length=100)
    words = serializers.CharField(read_only=True)
    next_times = serializers.ListField(child=serializers.DateTimeField(), read_only=True)

    def validate_cron(self, value: str) -> str:
        said = " ".join(value.split())
        if said:
            cron(said)
        return said

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "minutes" not in attrs and "cron" not in attrs:
            return attrs
        minutes, said = attrs.get("minutes"), attrs.get("cron", "")
        if (minutes is None) == (not said):
            raise serializers.ValidationError("Give either minutes or a cron expression.")
        return attrs | {"minutes": minutes, "cron": said}


class SchedulesSerializer(serializers.Serializer[Any]):
    schedules = ScheduleSerializer(many=True)
