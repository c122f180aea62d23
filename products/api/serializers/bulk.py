"""Shapes of bulk edits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from products.enums import EditAct, EditField, Rounding
from products.models import BulkEdit, BulkEditRow, BulkEditStep


class StepSerializer(serializers.ModelSerializer[BulkEditStep]):
    """One thing to do: a category by its path, a supplier by its id, a price like ``12.50 PLN``."""

    field = serializers.ChoiceField(choices=EditField.choices)  # type: ignore[assignment]
    act = serializers.ChoiceField(choices=EditAct.choices)
    value = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)
    rounding = serializers.ChoiceField(
        choices=Rounding.choices, required=False, default=Rounding.CENT
    )

    class Meta:
        model = BulkEditStep
        fields = ("field", "act", "value", "rounding")


class BulkEditWishSerializer(serializers.Serializer[Any]):
    """Products by ``ids``, or all that the list shows with the query string ``filter`` (may be empty)."""

    steps = StepSerializer(many=True)
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), required=False, max_length=100_000
    )
    filter = serializers.CharField(required=False, allow_blank=True, max_length=1000)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in given) == ("filter" in given):
            raise serializers.ValidationError({"ids": [_("Give ids or filter, one of them.")]})
        return given


class BulkEditSerializer(serializers.ModelSerializer[BulkEdit]):
    """An edit, its stage and what became of its products by state."""

    steps = StepSerializer(many=True, read_only=True)
    counts = serializers.SerializerMethodField()

    class Meta:
        model = BulkEdit
        fields = ("id", "stage", "state", "steps", "selection", "rows_total", "rows_done", "counts",
                  "last_error", "created_at", "confirmed_at", "applied_at", "undone_at")  # fmt: skip

    def get_counts(self, edit: BulkEdit) -> dict[str, int]:
        counts: dict[str, int] = getattr(edit, "counts", {})
        return counts


class BulkEditRowSerializer(serializers.ModelSerializer[BulkEditRow]):
    """A product of an edit and what became of it."""

    code = serializers.CharField(source="product.code", read_only=True)

    class Meta:
        model = BulkEditRow
        fields = ("product", "code", "state", "reason")
