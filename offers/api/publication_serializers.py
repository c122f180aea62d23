"""Shapes of publishing in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.money import Money
from offers.candidates import Candidate, Wanted
from offers.models import Publication, PublicationBatch
from offers.operations.publishing.requesting import AT_MOST
from offers.queries.publications import GROUPS, batch_progress, problem_rows

HIGHEST = 99_999


class MoneySerializer(serializers.Serializer[dict[str, Any]]):
    """A gross amount as decimal text, with its currency."""

    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    currency = serializers.RegexField(r"^[A-Z]{3}$")


class PublicationProblemSerializer(serializers.Serializer[object]):
    """One thing in the way: what, what to do about it, and the page where that is done."""

    words = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)
    link = serializers.CharField(allow_blank=True)


class ObstacleSerializer(PublicationProblemSerializer):
    """The same with a code that stays."""

    code = serializers.CharField()


class ChoiceSerializer(serializers.Serializer[dict[str, Any]]):
    """What holds for every product that is published at once."""

    integration_id = serializers.IntegerField(
        required=False, help_text="The account; may be left out when there is only one"
    )
    activate = serializers.BooleanField(
        required=False, default=True, help_text="Put on sale at once; false makes drafts"
    )
    allow_duplicate = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Although an offer of the account sells the product already",
    )


class CreateOfferSerializer(ChoiceSerializer):
    """A product to sell. What is left out comes from the product and the account's price rule."""

    product_id = serializers.IntegerField(required=False, min_value=1)
    product_code = serializers.CharField(required=False, max_length=100)
    title = serializers.CharField(required=False, max_length=200)
    price = serializers.DecimalField(
        required=False, max_digits=12, decimal_places=2, min_value=0, help_text="Gross"
    )
    currency = serializers.RegexField(
        r"^[A-Z]{3}$", required=False, help_text="Of the price; the account's when left out"
    )
    quantity = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=HIGHEST,
        help_text="Never more than there is in stock, where stock is tracked",
    )
    category_id = serializers.CharField(
        required=False, max_length=40, help_text="Refused unless it is the one its category lies in"
    )
    additional_marketplaces = serializers.DictField(
        child=MoneySerializer(), required=False, help_text="Price on each, by marketplace id"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("product_id") and not attrs.get("product_code"):
            raise serializers.ValidationError(
                {"product_id": ["productId or productCode is needed."]}
            )
        return attrs


class CreateBatchSerializer(ChoiceSerializer):
    """Products to publish at once."""

    product_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1), allow_empty=False, max_length=AT_MOST
    )
    marketplaces = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="Additional marketplaces, each at the price of the account's rule there",
    )


class CopyOfferSerializer(serializers.Serializer[dict[str, Any]]):
    """Where an offer is copied to. What is left out comes from the offer and that account's stock."""

    integration_id = serializers.IntegerField(min_value=1, help_text="The account it is copied to")
    price = serializers.DecimalField(
        required=False, max_digits=12, decimal_places=2, min_value=0, help_text="Gross"
    )
    quantity = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST)
    activate = serializers.BooleanField(required=False, default=True)
    allow_duplicate = serializers.BooleanField(required=False, default=False)


def wishes_of(given: dict[str, Any]) -> list[Wanted]:
    """The wishes of a batch."""
    return [
        Wanted(
            one,
            places=frozenset(given.get("marketplaces", ())),
            although=given["allow_duplicate"],
        )
        for one in dict.fromkeys(given["product_ids"])
    ]


def wish_of(given: dict[str, Any], *, product_id: int, currency: str) -> Wanted:
    """The wish for one offer."""
    price = given.get("price")
    return Wanted(
        product_id,
        title=given.get("title", ""),
        price=Money(price, given.get("currency") or currency) if price is not None else None,
        quantity=given.get("quantity"),
        elsewhere={
            place: Money(money["amount"], money["currency"])
            for place, money in (given.get("additional_marketplaces") or {}).items()
        },
        although=given["allow_duplicate"],
    )


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    """An offer that is to be created: how far it is, and what is in its way.

    `reason` is stable. `allegroId` is known as soon as Allegro accepted it, `offerId` once it is ours.
    """

    integration_id = serializers.IntegerField(read_only=True)
    batch_id = serializers.IntegerField(read_only=True)
    product_id = serializers.IntegerField(read_only=True, allow_null=True)
    offer_id = serializers.IntegerField(read_only=True, allow_null=True)
    reason_text = serializers.CharField(source="get_reason_display", read_only=True)
    problems = serializers.SerializerMethodField()

    class Meta:
        model = Publication
        fields = (
            "id", "integration_id", "batch_id", "product_id", "offer_id", "external_id", "state",
            "reason", "reason_text", "problems", "activate", "title", "price", "currency",
            "quantity", "allegro_id", "requested_at", "sent_at", "accepted_at", "finished_at",
            "next_attempt_at", "attempts", "last_trace_id",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PublicationProblemSerializer(many=True))
    def get_problems(self, publication: Publication) -> list[dict[str, str]]:
        found: list[dict[str, str]] = PublicationProblemSerializer(
            problem_rows(publication), many=True
        ).data  # type: ignore[assignment]
        return found


class BatchCountsSerializer(serializers.Serializer[object]):
    """How far a batch is."""

    total = serializers.IntegerField()
    settled = serializers.IntegerField()
    published = serializers.IntegerField()
    in_flight = serializers.IntegerField()
    stuck = serializers.IntegerField()
    cancelled = serializers.IntegerField()


class BatchSerializer(serializers.ModelSerializer[PublicationBatch]):
    """What one person asked to be published at once."""

    integration_id = serializers.IntegerField(read_only=True)
    counts = serializers.SerializerMethodField()

    class Meta:
        model = PublicationBatch
        fields = ("id", "integration_id", "activate", "requested_at", "counts")
        read_only_fields = fields

    @extend_schema_field(BatchCountsSerializer)
    def get_counts(self, batch: PublicationBatch) -> dict[str, int]:
        found: dict[str, int] = BatchCountsSerializer(batch_progress(batch=batch)).data  # type: ignore[assignment]
        return found


class PublicationQuerySerializer(serializers.Serializer[dict[str, Any]]):
    """How the list may be narrowed."""

    state = serializers.ChoiceField(choices=list(GROUPS), required=False, default="")
    reason = serializers.CharField(required=False, max_length=20, default="")
    integrationId = serializers.IntegerField(required=False, min_value=1)  # noqa: N815 -- a query name
    batchId = serializers.IntegerField(required=False, min_value=1)  # noqa: N815 -- a query name


class ReadinessSerializer(serializers.Serializer[Candidate]):
    """A product that might become an offer: what it would be, and everything in its way."""

    product_id = serializers.IntegerField(source="product.id")
    code = serializers.CharField(source="product.code")
    title = serializers.CharField(source="product.title")
    is_ready = serializers.BooleanField()
    price = serializers.SerializerMethodField()
    quantity = serializers.IntegerField(source="product.quantity", allow_null=True)
    category_id = serializers.SerializerMethodField()
    obstacles = ObstacleSerializer(many=True)
    duplicate = serializers.SerializerMethodField()

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_price(self, one: Candidate) -> dict[str, str] | None:
        price = one.product.price
        return {"amount": f"{price.amount:.2f}", "currency": price.currency} if price else None

    def get_category_id(self, one: Candidate) -> str:
        return one.product.place.category_id if one.product.place else ""

    @extend_schema_field(serializers.CharField(allow_blank=True))
    def get_duplicate(self, one: Candidate) -> str:
        return one.duplicate.words if one.duplicate else ""


class ReadinessAnswerSerializer(serializers.Serializer[object]):
    """How many are ready, how many products each obstacle stops, and all products."""

    ready = serializers.IntegerField()
    not_ready = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    items = ReadinessSerializer(many=True)


class CountSerializer(serializers.Serializer[object]):
    """How many publications were concerned."""

    count = serializers.IntegerField()
