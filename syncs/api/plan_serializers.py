"""Shapes of plans and their lines in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from syncs.api.serializers import StartSerializer
from syncs.enums import SyncKind, SyncMode
from syncs.models import PlannedChange
from syncs.queries.plans.rows import change_view

DIRECTIONS = (SyncKind.PUSH, SyncKind.PULL, SyncKind.BOTH)


class PlanStartSerializer(StartSerializer):
    """Which account, and whether values are written or only shown."""

    mode = serializers.ChoiceField(
        choices=SyncMode.choices, default=SyncMode.APPLY, help_text="DRY_RUN writes nothing"
    )


class ProductStartSerializer(PlanStartSerializer):
    """How one product is brought in step: which way, in which account."""

    direction = serializers.ChoiceField(
        choices=[one.value for one in DIRECTIONS], default=SyncKind.BOTH.value
    )


class PlanLineSerializer(serializers.ModelSerializer[PlannedChange]):
    """One field of one offer in a plan. Values are canonical texts; of descriptions and images hashes."""

    offer_id = serializers.IntegerField(read_only=True)
    allegro_offer_id = serializers.CharField(source="offer.allegro_id", read_only=True)
    title = serializers.CharField(source="offer.title", read_only=True)
    explanation = serializers.SerializerMethodField()
    remedy = serializers.SerializerMethodField()

    class Meta:
        model = PlannedChange
        fields = (
            "id", "offer_id", "allegro_offer_id", "title", "field", "action", "base", "ours",
            "theirs", "value", "former", "state", "reason", "outcome", "brake", "message",
            "explanation", "remedy", "finished_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_explanation(self, change: PlannedChange) -> str:
        return change_view(change).words.text

    def get_remedy(self, change: PlannedChange) -> str:
        return change_view(change).words.remedy


class DecidedSerializer(serializers.Serializer[Any]):
    """How many held changes were let go or given up."""

    changes = serializers.IntegerField()
