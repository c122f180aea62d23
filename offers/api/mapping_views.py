"""Where our categories lie at Allegro, and what an account's new offers get, in the API."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from offers import categories
from offers.category_choice import account_to_ask, parameters_for
from offers.dictionaries import dictionaries_of
from offers.models import CategoryMapping, ParameterDefault, PublishSettings
from offers.operations.mapping import map_categories, set_fillings, unmap_categories
from offers.operations.terms import set_terms
from offers.publishing.facts import Filling
from products.models import Category
from settings_app.models import Integration

DELETED = 204


class FillingSerializer(serializers.ModelSerializer[ParameterDefault]):
    """What fills a parameter: `valueId` of its dictionary, a `value`, or a `field` of the product."""

    class Meta:
        model = ParameterDefault
        fields = ("parameter_id", "name", "value_id", "value", "field")
        read_only_fields = ("name",)
        extra_kwargs = {name: {"required": False} for name in ("value_id", "value", "field")}


class MappingSerializer(serializers.ModelSerializer[CategoryMapping]):
    """The Allegro category of one of ours. `id` is our category's."""

    id = serializers.IntegerField(source="category_id", read_only=True)
    path = serializers.CharField(source="category.path", read_only=True)
    parameters = FillingSerializer(source="defaults", many=True, read_only=True)

    class Meta:
        model = CategoryMapping
        fields = ("id", "path", "allegro_category_id", "allegro_path", "parameters")
        read_only_fields = ("allegro_path",)


class SetMappingSerializer(serializers.Serializer[dict[str, Any]]):
    """Where the category lies, and what fills its parameters; what is left out stays."""

    allegro_category_id = serializers.CharField(max_length=40)
    parameters = FillingSerializer(many=True, required=False)


class MappingsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="category_mappings_list",
        tags=["offers"],
        parameters=PAGING,
        responses=MappingSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Our categories that have a place at Allegro."""
        rows = CategoryMapping.objects.for_organization(self.organization)
        rows = rows.select_related("category").prefetch_related("defaults")
        return PageLimitPagination.answer(
            request, rows.order_by("category__path", "pk"), MappingSerializer
        )


class MappingView(OrganizationAPIView):
    @extend_schema(
        operation_id="category_mappings_set",
        tags=["offers"],
        request=SetMappingSerializer,
        responses=MappingSerializer,
    )
    def put(self, request: Request, category_id: int) -> Response:
        """Set the Allegro category of one of ours. 422 for one that has categories below it."""
        category = self._category(category_id)
        given = SetMappingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        map_categories(
            organization=self.organization,
            category_ids=[category.pk],
            allegro_category_id=values["allegro_category_id"],
            integration=account_to_ask(organization=self.organization),
            actor=self.actor,
            now=timezone.now(),
        )
        mapping = CategoryMapping.objects.select_related("category").get(category=category)
        if "parameters" in values:
            self._fill(mapping, values["parameters"])
        return Response(MappingSerializer(mapping).data)

    @extend_schema(operation_id="category_mappings_delete", tags=["offers"], responses={204: None})
    def delete(self, request: Request, category_id: int) -> Response:
        """Forget where one of our categories lies at Allegro."""
        unmap_categories(
            organization=self.organization,
            category_ids=[self._category(category_id).pk],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(status=DELETED)

    def _category(self, category_id: int) -> Category:
        return get_object_or_404(
            Category.objects.for_organization(self.organization), pk=category_id
        )

    def _fill(self, mapping: CategoryMapping, given: list[dict[str, Any]]) -> None:
        set_fillings(
            mapping=mapping,
            parameters=parameters_for(organization=self.organization, mapping=mapping),
            fillings={
                one["parameter_id"]: Filling(
                    one.get("value_id", ""), one.get("value", ""), one.get("field", "")
                )
                for one in given
            },
            actor=self.actor,
            now=timezone.now(),
        )


class SuggestionSerializer(serializers.Serializer[object]):
    """A leaf Allegro suggests."""

    id = serializers.CharField()
    path = serializers.CharField()


class SuggestionsSerializer(serializers.Serializer[object]):
    """Suggested categories, the best first."""

    categories = SuggestionSerializer(many=True)


class SuggestionsView(OrganizationAPIView):
    @extend_schema(
        operation_id="categories_suggestions",
        tags=["offers"],
        parameters=[OpenApiParameter("name", OpenApiTypes.STR, required=True)],
        responses=SuggestionsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Allegro's categories for a product's name; none without a name."""
        phrase = request.query_params.get("name", "").strip()[:200]
        account = account_to_ask(organization=self.organization)
        found = categories.suggestions(integration=account, phrase=phrase) if phrase else []
        return Response({"categories": [{"id": key, "path": path} for key, path in found]})


class TermsSerializer(serializers.ModelSerializer[PublishSettings]):
    """What every new offer of an account gets; ids are Allegro's."""

    class Meta:
        model = PublishSettings
        fields = (
            "shipping_rates_id", "shipping_rates_name", "handling_time", "return_policy_id",
            "return_policy_name", "implied_warranty_id", "implied_warranty_name", "warranty_id",
            "warranty_name", "responsible_producer_id", "responsible_producer_name",
            "safety_information", "marketed_before_gpsr", "city", "post_code", "province",
            "country_code", "invoice", "tax_rate",
        )  # fmt: skip
        read_only_fields = (
            "shipping_rates_name", "return_policy_name", "implied_warranty_name", "warranty_name",
            "responsible_producer_name",
        )  # fmt: skip


class TermsView(OrganizationAPIView):
    @extend_schema(operation_id="publish_settings_read", tags=["offers"], responses=TermsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What the account's new offers get."""
        integration = self._integration(pk)
        row = PublishSettings.objects.filter(integration=integration).first()
        return Response(TermsSerializer(row or PublishSettings()).data)

    @extend_schema(
        operation_id="publish_settings_set",
        tags=["offers"],
        request=TermsSerializer,
        responses=TermsSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Set the terms named; the others stay. 422 for an id the account does not have at Allegro."""
        integration = self._integration(pk)
        given = TermsSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        row = set_terms(
            integration=integration,
            values=given.validated_data,
            dictionaries=dictionaries_of(integration=integration),
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(TermsSerializer(row).data)

    def _integration(self, pk: int) -> Integration:
        return get_object_or_404(Integration.objects.for_organization(self.organization), pk=pk)
