"""Shapes of discrepancies and rules in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from syncs.api.serializers import JobSerializer
from syncs.causes import meaning_of
from syncs.enums import Severity
from syncs.models import Discrepancy, DiscrepancyEntry, DiscrepancyRule
from syncs.queries.choices import SIDES

MOST_AT_ONCE = 200


class SeverityField(serializers.ChoiceField):
    """A severity by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(one.name, one.label) for one in Severity], **kwargs)

    def to_representation(self, value: Any) -> Any:
        return None if value is None else Severity(value).name

    def to_internal_value(self, data: Any) -> Any:
        return Severity[super().to_internal_value(data)]


class DiscrepancySerializer(serializers.ModelSerializer[Discrepancy]):
    """One thing in which we and Allegro disagree. Values are texts, empty where a side has none."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    type = serializers.CharField(source="kind", read_only=True)
    severity = SeverityField(read_only=True)
    integration_id = serializers.IntegerField(read_only=True)
    offer_id = serializers.IntegerField(read_only=True, allow_null=True)
    allegro_offer_id = serializers.CharField(source="offer.allegro_id", default=None)
    product_id = serializers.IntegerField(read_only=True, allow_null=True)
    product_code = serializers.CharField(source="product.code", default=None)
    source_system = serializers.CharField(source="our_source", read_only=True)
    source_value = serializers.CharField(source="ours", read_only=True)
    target_system = serializers.CharField(source="their_source", read_only=True)
    target_value = serializers.CharField(source="theirs", read_only=True)
    assignee_id = serializers.IntegerField(read_only=True, allow_null=True)
    resolved_by_id = serializers.IntegerField(read_only=True, allow_null=True)
    explanation = serializers.SerializerMethodField()
    remedy = serializers.SerializerMethodField()

    class Meta:
        model = Discrepancy
        fields = (
            "id", "type", "cause", "severity", "status", "integration_id", "offer_id",
            "allegro_offer_id", "product_id", "product_code", "source_system", "source_value",
            "target_system", "target_value", "difference", "size", "currency", "assignee_id",
            "resolution", "resolved_by_id", "resolved_at", "ignored_until", "first_seen_at",
            "last_seen_at", "confirmed_at", "occurrences", "explanation", "remedy",
        )  # fmt: skip
        read_only_fields = fields

    def get_explanation(self, row: Discrepancy) -> str:
        return meaning_of(row).text

    def get_remedy(self, row: Discrepancy) -> str:
        return meaning_of(row).remedy


class ChoiceSerializer(serializers.Serializer[Any]):
    """A way to settle a discrepancy: what it would write, or why it is not possible."""

    resolution = serializers.CharField()
    possible = serializers.BooleanField()
    effects = serializers.ListField(child=serializers.CharField())
    obstacle = serializers.CharField()
    remedy = serializers.CharField()


class DiscrepancyDetailSerializer(DiscrepancySerializer):
    """A discrepancy with the ways to settle it."""

    choices = ChoiceSerializer(many=True, read_only=True)

    class Meta(DiscrepancySerializer.Meta):
        fields = (*DiscrepancySerializer.Meta.fields, "choices")  # type: ignore[assignment]
        read_only_fields = fields  # type: ignore[assignment]


class EntrySerializer(serializers.ModelSerializer[DiscrepancyEntry]):
    """A line of a discrepancy's history."""

    actor_id = serializers.IntegerField(read_only=True, allow_null=True)
    rule_id = serializers.IntegerField(read_only=True, allow_null=True)

    class Meta:
        model = DiscrepancyEntry
        fields = ("id", "kind", "at", "actor_id", "rule_id", "comment", "before", "after")
        read_only_fields = fields


class CommentSerializer(serializers.Serializer[dict[str, str]]):
    comment = serializers.CharField(max_length=2000)


class ChangeSerializer(serializers.Serializer[dict[str, object]]):
    """What to change: whose it is, that somebody looks into it, or how it is settled."""

    assignee_id = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    status = serializers.ChoiceField(choices=["INVESTIGATING"], required=False)
    resolution = serializers.ChoiceField(choices=[one.value for one in SIDES], required=False)
    seen = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Allegro's value you decided by; 409 if it moved",
    )
    comment = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    until = serializers.DateTimeField(required=False, allow_null=True, help_text="Of IGNORE")


class ReconcileSerializer(serializers.Serializer[dict[str, object]]):
    """Which discrepancies to settle, by which side; with ``dryRun`` only tells what it would write."""

    discrepancy_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE
    )
    resolution = serializers.ChoiceField(choices=[one.value for one in SIDES])
    comment = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    until = serializers.DateTimeField(required=False, allow_null=True)
    dry_run = serializers.BooleanField(default=False)


class RefusedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    detail = serializers.CharField()
    remedy = serializers.CharField()


class PlannedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    effects = serializers.ListField(child=serializers.CharField())


class ReconciledSerializer(serializers.Serializer[dict[str, object]]):
    """What became of each; with ``dryRun`` what would."""

    dry_run = serializers.BooleanField()
    resolved = serializers.ListField(child=serializers.UUIDField())
    planned = PlannedSerializer(many=True)
    refused = RefusedSerializer(many=True)


class AccountStatusSerializer(serializers.Serializer[Any]):
    integration_id = serializers.IntegerField(source="integration.pk")
    integration = serializers.CharField(source="integration.label")
    state = serializers.CharField(source="integration.state")
    works = serializers.BooleanField()
    in_flight = serializers.BooleanField()
    last_synced_at = serializers.DateTimeField(source="integration.last_synced_at", allow_null=True)
    jobs = serializers.SerializerMethodField()

    def get_jobs(self, row: Any) -> list[dict[str, Any]]:
        return [dict(JobSerializer(view.run).data) for view in row.latest]


class SyncStatusSerializer(serializers.Serializer[dict[str, object]]):
    """How every account stands, and what is open."""

    at = serializers.DateTimeField()
    accounts = AccountStatusSerializer(many=True)
    open = serializers.IntegerField(help_text="Open discrepancies")
    by_severity = serializers.DictField(child=serializers.IntegerField())
    by_kind = serializers.DictField(child=serializers.IntegerField())


class RuleSerializer(serializers.ModelSerializer[DiscrepancyRule]):
    """A rule; asked in the order of ``position``."""

    type = serializers.ChoiceField(
        source="kind",
        choices=DiscrepancyRule._meta.get_field("kind").choices,
        required=False,
        allow_blank=True,
    )
    severity = SeverityField(required=False, allow_null=True)
    integration_id = serializers.IntegerField(required=False, allow_null=True, min_value=1)

    class Meta:
        model = DiscrepancyRule
        fields = (
            "id", "name", "position", "enabled", "type", "integration_id", "min_difference",
            "max_difference", "threshold", "severity", "auto_resolve",
        )  # fmt: skip
        read_only_fields = ("id", "position")


class RulePreviewSerializer(serializers.Serializer[Any]):
    """What a rule would do to what is open now."""

    matched = serializers.IntegerField()
    taken = serializers.IntegerField(help_text="Matched, and by no rule before it")
    tolerated = serializers.IntegerField()
    graded = serializers.IntegerField(help_text="Would get another severity")
    settled = serializers.IntegerField(help_text="Would be settled by itself")
    samples = DiscrepancySerializer(many=True)
