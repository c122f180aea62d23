"""Shapes of checks of the catalogue and of sync rules."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Organization
from products.api.serializers.products import ProductSerializer
from products.enums import EanFinding, Likeness, RuleAct, RuleEffect
from products.models import Category, SyncRule
from settings_app.models import Supplier


class LikeProductsSerializer(serializers.Serializer[Any]):
    """Products that share ``key``; some of them when they are many."""

    key = serializers.CharField()
    members = serializers.IntegerField()
    products = ProductSerializer(many=True)


class LikenessSerializer(serializers.Serializer[Any]):
    """A group of products that are different things."""

    kind = serializers.ChoiceField(choices=Likeness.choices)
    key = serializers.CharField(max_length=480)


class JoinSerializer(serializers.Serializer[Any]):
    """The product that stays, and those that become part of it."""

    keep = serializers.IntegerField(min_value=1)
    others = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=20
    )


class FindingSerializer(serializers.Serializer[Any]):
    """How many products have something wrong with their EAN."""

    finding = serializers.ChoiceField(choices=EanFinding.choices)
    count = serializers.IntegerField()


class SyncRuleSerializer(serializers.ModelSerializer[SyncRule]):
    """A sync rule; the first that fits a product decides."""

    category = serializers.CharField(source="category.path", read_only=True, default=None)

    class Meta:
        model = SyncRule
        fields = ("id", "position", "name", "effect", "category", "supplier", "brand", "tag",
                  "price_from", "price_until", "currency")  # fmt: skip


class SyncRuleValuesSerializer(serializers.Serializer[Any]):
    """What a rule is to be. Conditions left out do not narrow."""

    name = serializers.CharField(max_length=80)
    effect = serializers.ChoiceField(choices=RuleEffect.choices)
    category = serializers.SlugRelatedField(
        slug_field="path", queryset=Category.objects.none(), required=False, allow_null=True
    )
    supplier = serializers.PrimaryKeyRelatedField(
        queryset=Supplier.objects.none(), required=False, allow_null=True
    )
    brand = serializers.CharField(required=False, allow_blank=True, max_length=160)
    tag = serializers.CharField(required=False, allow_blank=True, max_length=100)
    price_from = serializers.DecimalField(
        max_digits=14, decimal_places=4, min_value=0, required=False, allow_null=True
    )
    price_until = serializers.DecimalField(
        max_digits=14, decimal_places=4, min_value=0, required=False, allow_null=True
    )
    currency = serializers.CharField(required=False, allow_blank=True, max_length=3)

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = Category.objects.for_organization(organization)
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        suppliers = Supplier.objects.for_organization(organization)
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]


class SyncRuleChangeSerializer(serializers.Serializer[Any]):
    """One thing done to the rules; ``dryRun`` only tells what it would move."""

    act = serializers.ChoiceField(choices=RuleAct.choices)
    rule = serializers.IntegerField(required=False, min_value=1)
    values = SyncRuleValuesSerializer(required=False)
    dry_run = serializers.BooleanField(default=False)

    def __init__(self, *args: Any, organization: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["values"] = SyncRuleValuesSerializer(required=False, organization=organization)


class SyncRulesSerializer(serializers.Serializer[Any]):
    """The rules in order, and how many products start and stop to sync by the change."""

    rules = SyncRuleSerializer(many=True)
    starts = serializers.IntegerField()
    stops = serializers.IntegerField()
