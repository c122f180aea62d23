"""Shapes of conflicts in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from offers.field_reasons import reason_in_words
from syncs.api.discrepancy_serializers import ChoiceSerializer
from syncs.enums import ConflictResolution
from syncs.models import Conflict
from syncs.queries.conflicts import choices_of

MOST_AT_ONCE = 1000


class ConflictSerializer(serializers.ModelSerializer[Conflict]):
    """A field that both sides changed. Values are canonical texts; of descriptions and images hashes."""

    integration_id = serializers.IntegerField(read_only=True)
    offer_id = serializers.IntegerField(read_only=True)
    allegro_offer_id = serializers.CharField(source="offer.allegro_id", read_only=True)
    title = serializers.CharField(source="offer.title", read_only=True)
    run_id = serializers.IntegerField(read_only=True, allow_null=True)
    resolved_by_id = serializers.IntegerField(read_only=True, allow_null=True)
    explanation = serializers.SerializerMethodField()

    class Meta:
        model = Conflict
        fields = (
            "id", "integration_id", "offer_id", "allegro_offer_id", "title", "field", "base", "ours",
            "theirs", "ours_at", "theirs_at", "reason", "explanation", "state", "resolution",
            "value", "problem", "undoing", "run_id", "opened_at", "changed_at", "resolved_at",
            "resolved_by_id",
        )  # fmt: skip
        read_only_fields = fields

    def get_explanation(self, row: Conflict) -> str:
        return reason_in_words(row.reason).text


class ConflictDetailSerializer(ConflictSerializer):
    """A conflict with what each choice would write where."""

    choices = serializers.SerializerMethodField()

    class Meta(ConflictSerializer.Meta):
        fields = (*ConflictSerializer.Meta.fields, "choices")  # type: ignore[assignment]

    def get_choices(self, row: Conflict) -> Any:
        found = choices_of(row) if row.state == "OPEN" else []
        return ChoiceSerializer(found, many=True).data


class SeenSerializer(serializers.Serializer[Any]):
    """The values the decision was made on; another one at either side refuses it."""

    ours = serializers.CharField(trim_whitespace=False, allow_blank=True)
    theirs = serializers.CharField(trim_whitespace=False, allow_blank=True)


class ResolveConflictSerializer(serializers.Serializer[Any]):
    resolution = serializers.ChoiceField(choices=ConflictResolution.choices)
    value = serializers.CharField(
        required=False, default="", max_length=200, help_text="Of OWN: a price or a title"
    )
    seen = SeenSerializer(required=False)


class ResolveConflictsSerializer(serializers.Serializer[Any]):
    """Many at once by a side; with ``dryRun`` only what that would write."""

    conflict_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), allow_empty=False, max_length=MOST_AT_ONCE
    )
    resolution = serializers.ChoiceField(choices=["OURS", "ALLEGRO"])
    dry_run = serializers.BooleanField(default=False)


class PlannedResolutionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    effects = serializers.ListField(child=serializers.CharField())


class RefusedResolutionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    remedy = serializers.CharField()


class ResolvedConflictsSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    resolved = serializers.ListField(child=serializers.IntegerField())
    planned = PlannedResolutionSerializer(many=True)
    refused = RefusedResolutionSerializer(many=True)
