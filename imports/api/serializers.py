"""Shapes of imports in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from imports.encodings import ENCODINGS
from imports.enums import RowOutcome, StockMeaning
from imports.formats.generic import MEANINGS, PIECES
from imports.models import ImportJob, SupplierFeed
from imports.queries import DELIMITER_NAMES, progress_of
from settings_app.models import Supplier


class UploadSerializer(serializers.Serializer[Any]):
    """A multipart upload."""

    file = serializers.FileField(allow_empty_file=True, help_text="The CSV file")
    supplier = serializers.PrimaryKeyRelatedField(
        queryset=Supplier.objects.none(),
        required=False,
        allow_null=True,
        help_text="Whose file it is, when its rows do not say so",
    )
    stock_meaning = serializers.ChoiceField(
        choices=StockMeaning.choices,
        required=False,
        default=StockMeaning.MINIMUM,
        help_text="Proposed meaning of the stock columns; never on hand unless said",
    )

    def __init__(self, *args: Any, organization: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suppliers = Supplier.objects.for_organization(organization)
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]


class StockColumnSerializer(serializers.Serializer[Any]):
    """A kind of stock column, its warehouses, and what its numbers mean."""

    kind = serializers.CharField()
    meaning = serializers.ChoiceField(choices=StockMeaning.choices)
    warehouses = serializers.ListField(child=serializers.CharField())
    rows = serializers.IntegerField(help_text="Rows with a number in such a column")


class ImportStatusSerializer(serializers.ModelSerializer[ImportJob]):
    """Where an import stands; for polling."""

    done = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    rows_per_second = serializers.SerializerMethodField()
    in_flight = serializers.SerializerMethodField()
    waits_for_turn = serializers.SerializerMethodField()

    class Meta:
        model = ImportJob
        fields: tuple[str, ...] = ("id", "stage", "state", "in_flight", "waits_for_turn", "done", "total",
                  "rows_per_second", "rows_total", "rows_new", "rows_changed", "rows_unchanged",
                  "rows_wrong", "rows_applied", "rows_undone", "rows_kept", "products_changed",
                  "levels_changed", "refusal", "remedy", "attempts")  # fmt: skip
        read_only_fields: tuple[str, ...] = fields

    def get_done(self, job: ImportJob) -> int:
        return int(progress_of(job)["done"])

    def get_total(self, job: ImportJob) -> int:
        return int(progress_of(job)["total"])

    def get_rows_per_second(self, job: ImportJob) -> int:
        return int(progress_of(job)["rate"])

    def get_in_flight(self, job: ImportJob) -> bool:
        return bool(progress_of(job)["in_flight"])

    def get_waits_for_turn(self, job: ImportJob) -> bool:
        return bool(progress_of(job)["waits"])


class ImportJobSerializer(ImportStatusSerializer):
    """One import with how its file was understood."""

    stock_columns = StockColumnSerializer(many=True, read_only=True)
    columns = serializers.SerializerMethodField()
    same_file_as = serializers.IntegerField(
        source="same_file_as_id", read_only=True, allow_null=True
    )

    class Meta(ImportStatusSerializer.Meta):
        fields = (*ImportStatusSerializer.Meta.fields, "file_name", "size", "sha256", "format",
                  "encoding", "delimiter", "quote", "sample_line", "header", "columns", "stock_columns",
                  "warnings", "supplier", "held_because", "same_file_as", "created_at", "staged_at",
                  "confirmed_at", "applied_at", "cancelled_at")  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"column": {"type": "string"}, "field": {"type": "string"}},
            },
        }
    )
    def get_columns(self, job: ImportJob) -> list[dict[str, str]]:
        return list(job.columns)


class RowErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with a cell and what to do."""

    column = serializers.CharField()
    value = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class FieldChangeSerializer(serializers.Serializer[Any]):
    """A field of a row, before and after."""

    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class RowSerializer(serializers.Serializer[Any]):
    """A row of a preview."""

    line = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    changes = FieldChangeSerializer(many=True, source="fields")
    problems = RowErrorSerializer(many=True, source="errors")


class PreviewSerializer(serializers.Serializer[Any]):
    """What confirming would do: counts, and samples of each outcome."""

    job = ImportJobSerializer()
    changes_nothing = serializers.BooleanField()
    outcome = serializers.ChoiceField(choices=RowOutcome.choices)
    rows = RowSerializer(many=True)


class StockAnswerSerializer(serializers.Serializer[Any]):
    """The meaning of one kind of stock column."""

    kind = serializers.CharField()
    meaning = serializers.ChoiceField(choices=StockMeaning.choices)


class ConfirmSerializer(serializers.Serializer[Any]):
    """What the stock columns mean: one answer for all, or one per kind."""

    stock_meaning = serializers.ChoiceField(choices=StockMeaning.choices, required=False)
    stock_columns = StockAnswerSerializer(many=True, required=False)


class ReadingSerializer(serializers.Serializer[Any]):
    """How a file is to be read; what is left empty is found out."""

    encoding = serializers.ChoiceField(
        choices=ENCODINGS, required=False, allow_blank=True, default=""
    )
    delimiter = serializers.ChoiceField(
        choices=list(DELIMITER_NAMES), required=False, allow_blank=True, default=""
    )
    quote = serializers.ChoiceField(
        choices=['"', "'"], required=False, allow_blank=True, default=""
    )


class MeaningSerializer(serializers.Serializer[Any]):
    """What one column of the file means."""

    position = serializers.IntegerField(min_value=0, help_text="Place of the column, from 0")
    meaning = serializers.ChoiceField(choices=[*MEANINGS, PIECES])


class ColumnsSerializer(serializers.Serializer[Any]):
    """What the columns mean; those not named are not used. No column: what was said is forgotten."""

    columns = MeaningSerializer(many=True)

    def meanings(self) -> dict[int, str]:
        """The meanings by the place of the column."""
        return {one["position"]: one["meaning"] for one in self.validated_data["columns"]}


class FeedSerializer(serializers.ModelSerializer[SupplierFeed]):
    """How a supplier's file is fetched, and how that went."""

    switched_on = serializers.BooleanField(source="is_open")

    class Meta:
        model = SupplierFeed
        fields = ("supplier", "switched_on", "minutes", "applies_itself", "most_changed_percent",
                  "most_wrong_percent", "state", "failures", "last_error", "looked_at",
                  "brought_at", "next_attempt_at")  # fmt: skip
        read_only_fields = ("supplier", "state", "failures", "last_error", "looked_at", "brought_at",
                            "next_attempt_at")  # fmt: skip


ERRORS_CSV = {(200, "text/csv"): OpenApiTypes.STR}
