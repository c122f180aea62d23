"""Shapes of changes of offers, values on their way and price rules in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from offers import values
from offers.enums import Field, PriceSource, price_field
from offers.models import ExchangeRate, Offer, OfferMarketplace, PriceRule, ValuePush
from offers.value_reasons import value_reason

_AMOUNT: dict[str, Any] = {
    "max_digits": 12,
    "decimal_places": 2,
    "min_value": Decimal("0.01"),
    "required": False,
}


class ChangeOfferSerializer(serializers.Serializer[dict[str, object]]):
    """What is to change of an offer; what is left out stays."""

    title = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(
        required=False, max_length=40_000, help_text="HTML: h1, h2, p, ul, ol, li, b"
    )
    price = serializers.DecimalField(**_AMOUNT, help_text="Gross, in the offer's own currency")
    marketplace_prices = serializers.DictField(
        child=serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal("0.01")),
        required=False,
        help_text='Gross by marketplace, e.g. `{"allegro-cz": "299"}`',
    )
    images = serializers.ListField(
        child=serializers.URLField(max_length=1000), required=False, max_length=16
    )
    status = serializers.ChoiceField(required=False, choices=["ACTIVE", "ENDED"])
    dry_run = serializers.BooleanField(default=False, help_text="Only tell what would be written")

    def wanted(self, offer: Offer) -> dict[str, str]:
        """Whole values by field, as the operation takes them; the status is apart."""
        data = self.validated_data
        found = {
            field.value: data[name]
            for field, name in ((Field.TITLE, "title"), (Field.DESCRIPTION, "description"))
            if name in data
        }
        if "price" in data:
            found[Field.PRICE.value] = values.price_text(data["price"], offer.currency)
        if "images" in data:
            found[Field.IMAGES.value] = values.images_value(data["images"])
        places = OfferMarketplace.objects.filter(offer=offer)
        currencies = dict(places.values_list("marketplace", "currency"))
        for name, amount in data.get("marketplace_prices", {}).items():
            currency = currencies.get(name) or offer.currency
            found[price_field(name)[:40]] = values.price_text(amount, currency)
        return found


class ChangedFieldSerializer(serializers.Serializer[object]):
    """A field as it is written. Descriptions and pictures are named by a hash."""

    field = serializers.CharField()
    shown = serializers.CharField(allow_null=True, help_text="What Allegro showed last")
    value = serializers.CharField(source="text")


class OfferChangedSerializer(serializers.Serializer[object]):
    dry_run = serializers.BooleanField()
    changes = ChangedFieldSerializer(many=True)


class StatusAskedSerializer(serializers.Serializer[object]):
    asked = serializers.IntegerField(help_text="0 when the offer is so already")


class FieldNameSerializer(serializers.Serializer[dict[str, object]]):
    field = serializers.RegexField(
        r"^(PRICE(@[a-z0-9-]+)?|TITLE|DESCRIPTION|IMAGES|STATUS)$", max_length=40
    )


class FollowedSerializer(serializers.Serializer[object]):
    value = serializers.CharField(allow_null=True, help_text="What is written; null: nothing is")


class ValueReasonSerializer(serializers.Serializer[object]):
    code = serializers.CharField(help_text="Stable, for programs")
    text = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)


class ValuePushSerializer(serializers.ModelSerializer[ValuePush]):
    """A value on its way to Allegro, with why it stands as it does."""

    offer_id = serializers.IntegerField(read_only=True)
    allegro_id = serializers.CharField(source="offer.allegro_id", read_only=True)
    integration_id = serializers.IntegerField(read_only=True)
    why = serializers.SerializerMethodField()

    class Meta:
        model = ValuePush
        fields = (
            "id", "offer_id", "allegro_id", "integration_id", "field", "value", "shown", "state",
            "reason", "why", "cause", "attempts", "next_attempt_at", "requested_at", "finished_at",
            "last_error", "last_trace_id",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ValueReasonSerializer)
    def get_why(self, push: ValuePush) -> dict[str, str]:
        reason = value_reason(push)
        return {"code": reason.code, "text": reason.text, "remedy": reason.remedy}


class PriceRuleSerializer(serializers.ModelSerializer[PriceRule]):
    """How prices of an account follow from its products on one marketplace (empty: its own)."""

    source = serializers.ChoiceField(choices=PriceSource.choices)  # type: ignore[assignment]
    marketplace = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")

    class Meta:
        model = PriceRule
        fields = (
            "marketplace", "currency", "source", "percent", "vat_percent", "rate_days", "decimals",
            "ending", "lowest", "highest", "lowest_margin_percent",
        )  # fmt: skip
        # One rule per account and marketplace: another one replaces it.
        validators: list[Any] = []


class RateSerializer(serializers.ModelSerializer[ExchangeRate]):
    """One unit of ``currency`` in ``quote`` on a day."""

    class Meta:
        model = ExchangeRate
        fields = ("currency", "quote", "rate", "rate_date", "entered_at")
        read_only_fields = ("entered_at",)
        validators: list[Any] = []
