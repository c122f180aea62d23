"""Shapes of the link inbox, of problems and of an offer's fields in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from offers.api.serializers import LinkReasonSerializer
from offers.enums import SuggestedBy
from offers.queries.link_inbox import KINDS


class CandidateSerializer(serializers.Serializer[Any]):
    """A product that may be in the offer."""

    product_id = serializers.IntegerField(source="product.pk")
    code = serializers.CharField(source="product.code")
    name = serializers.CharField(source="product.name")
    why = serializers.CharField(help_text="Stable code of the sign it was found by")
    why_text = serializers.CharField(source="label")


class InboxRowSerializer(serializers.Serializer[Any]):
    """An offer without a product."""

    offer_id = serializers.IntegerField(source="offer.pk")
    allegro_id = serializers.CharField(source="offer.allegro_id")
    integration_id = serializers.IntegerField(source="offer.integration_id")
    title = serializers.CharField(source="offer.title")
    external_id = serializers.CharField(source="offer.external_id")
    ean = serializers.CharField(source="offer.ean")
    link_state = serializers.CharField(source="offer.link_state")
    reason = LinkReasonSerializer()
    candidates = CandidateSerializer(many=True)


class InboxQuerySerializer(serializers.Serializer[Any]):
    """Which offers of the inbox."""

    kind = serializers.ChoiceField(
        choices=[kind for kind in KINDS if kind != "duplicates"], default="suggested"
    )
    why = serializers.ChoiceField(choices=SuggestedBy.choices, required=False, allow_blank=True)
    integration_id = serializers.IntegerField(required=False)


class NewLinkSerializer(serializers.Serializer[Any]):
    """A product by its code (or an EAN only one product has), and its pieces per sold unit."""

    code = serializers.CharField(max_length=100)
    units_per_offer = serializers.IntegerField(min_value=1, max_value=10_000, default=1)


class LinkAllSerializer(serializers.Serializer[Any]):
    """Which suggestions to link. With `dryRun` they are only counted."""

    why = serializers.ChoiceField(choices=SuggestedBy.choices)
    dry_run = serializers.BooleanField(default=False)


class LinkedAllSerializer(serializers.Serializer[Any]):
    """What was linked; `batchId` takes it back, null after a dry run."""

    batch_id = serializers.IntegerField(allow_null=True)
    links = serializers.IntegerField()


class UndoneSerializer(serializers.Serializer[Any]):
    """How many offers are without a product again."""

    undone = serializers.IntegerField()


class OfferIdsSerializer(serializers.Serializer[Any]):
    """Offers by our ids."""

    offer_ids = serializers.ListField(child=serializers.IntegerField(), max_length=1000)


class IgnoredSerializer(serializers.Serializer[Any]):
    ignored = serializers.IntegerField()


class ProblemGroupSerializer(serializers.Serializer[Any]):
    """All offers with one objection of Allegro's."""

    code = serializers.CharField(source="meaning.code", help_text="Allegro's own code")
    label = serializers.CharField(source="meaning.label")  # type: ignore[assignment]
    remedy = serializers.CharField(source="meaning.remedy")
    is_safety = serializers.BooleanField(source="meaning.is_safety", help_text="GPSR")
    is_known = serializers.BooleanField(source="meaning.is_known")
    offers = serializers.IntegerField()
    # How many keep their offer from being shown.
    errors = serializers.IntegerField()  # type: ignore[assignment]
    words = serializers.CharField(help_text="Allegro's own words, of one of the offers")
    since = serializers.DateTimeField()


class ProblemGroupsSerializer(serializers.Serializer[Any]):
    groups = ProblemGroupSerializer(many=True)


class OfferFieldSerializer(serializers.Serializer[Any]):
    """A field of an offer as three canonical texts; null is unknown."""

    field = serializers.CharField()
    base = serializers.CharField(allow_null=True)
    ours = serializers.CharField(allow_null=True)
    theirs = serializers.CharField(allow_null=True)
    base_at = serializers.DateTimeField(allow_null=True)
    ours_at = serializers.DateTimeField(allow_null=True)
    theirs_at = serializers.DateTimeField(allow_null=True)
    in_step = serializers.BooleanField()
    reason = LinkReasonSerializer()


class OfferProblemSerializer(serializers.Serializer[Any]):
    """One objection to one offer."""

    code = serializers.CharField(source="problem.code")
    source = serializers.CharField(source="problem.source")  # type: ignore[assignment]
    is_error = serializers.BooleanField(source="problem.is_error")
    message = serializers.CharField(source="problem.message")
    path = serializers.CharField(source="problem.path")
    label = serializers.CharField(source="meaning.label")  # type: ignore[assignment]
    remedy = serializers.CharField(source="meaning.remedy")
    first_seen_at = serializers.DateTimeField(source="problem.first_seen_at")


class OfferMarketplaceSerializer(serializers.Serializer[Any]):
    """The offer on an additional marketplace."""

    marketplace = serializers.CharField()
    price = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    state = serializers.CharField()
    refusal_codes = serializers.ListField(child=serializers.CharField())


class OfferStateSerializer(serializers.Serializer[Any]):
    """How an offer stands on both sides, and what Allegro objects to."""

    values = OfferFieldSerializer(many=True)
    problems = OfferProblemSerializer(many=True)
    marketplaces = OfferMarketplaceSerializer(many=True)
    read_at = serializers.DateTimeField(allow_null=True)
    read_wanted_at = serializers.DateTimeField(allow_null=True)
