"""Shapes of offers in the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from offers.enums import LinkState
from offers.models import Offer, OfferLink
from offers.queries.sync_states import GROUPS
from offers.reasons import link_reason


class LinkedProductSerializer(serializers.ModelSerializer[OfferLink]):
    """A product in an offer."""

    code = serializers.CharField(source="product.code", read_only=True)
    name = serializers.CharField(source="product.name", read_only=True)

    class Meta:
        model = OfferLink
        fields = ("id", "product_id", "code", "name", "units_per_offer", "source", "linked_at")
        read_only_fields = fields


class LinkReasonSerializer(serializers.Serializer[object]):
    """Why the offer has, or has not, a product."""

    code = serializers.CharField(help_text="Stable, for programs")
    text = serializers.CharField(help_text="For people")
    remedy = serializers.CharField(allow_blank=True)


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """An offer as last seen at Allegro. The price is gross, a decimal text with its currency."""

    integration_id = serializers.IntegerField(read_only=True)
    link_reason = serializers.SerializerMethodField()
    products = LinkedProductSerializer(source="links", many=True, read_only=True)

    class Meta:
        model = Offer
        fields = (
            "id", "integration_id", "allegro_id", "external_id", "ean", "title", "category_id",
            "price", "currency", "stock_available", "stock_sold", "publication_status",
            "marketplace", "image_url", "link_state", "link_reason", "products", "first_seen_at",
            "remote_seen_at", "missing_since",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(LinkReasonSerializer)
    def get_link_reason(self, offer: Offer) -> dict[str, str]:
        reason = link_reason(offer)
        return {"code": reason.code, "text": reason.text, "remedy": reason.remedy}


class OfferQuerySerializer(serializers.Serializer[dict[str, object]]):
    """How a list of offers may be narrowed."""

    search = serializers.CharField(
        required=False, max_length=200, help_text="In title, code, EAN, offer number"
    )
    integration_id = serializers.IntegerField(required=False)
    allegro_id = serializers.CharField(
        required=False, max_length=40, help_text="Allegro's own offer number"
    )
    status = serializers.CharField(
        required=False, max_length=20, help_text="Allegro's publication status, e.g. `ACTIVE`"
    )
    link_state = serializers.ChoiceField(required=False, choices=LinkState.choices)
    sync = serializers.ChoiceField(required=False, choices=list(GROUPS))
    differs = serializers.CharField(required=False, max_length=40, help_text="A field")
    problem = serializers.CharField(required=False, max_length=100, help_text="A code, or `any`")
    marketplace = serializers.CharField(required=False, max_length=40)


class CategorySerializer(serializers.Serializer[dict[str, object]]):
    """A category of Allegro's tree; offers are listed in leaves."""

    id = serializers.CharField()
    name = serializers.CharField()
    leaf = serializers.BooleanField(allow_null=True)
    parent_id = serializers.CharField(allow_null=True)


class CategoriesSerializer(serializers.Serializer[dict[str, object]]):
    categories = CategorySerializer(many=True)


class CategoryParameterSerializer(serializers.Serializer[dict[str, object]]):
    """A parameter that offers of a category may or must have."""

    id = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    required_for_product = serializers.BooleanField()
    unit = serializers.CharField(allow_null=True)
    dictionary = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="The values to choose from, each with `id` and `value`; empty for free values",
    )


class CategoryDetailSerializer(CategorySerializer):
    parameters = CategoryParameterSerializer(many=True)
