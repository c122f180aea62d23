"""Publishing in the API: offers created from products, what becomes of them, what is in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PAGING, PageLimitPagination
from core.errors import HubError
from core.money import Money
from offers.api.publication_serializers import (
    BatchSerializer,
    CopyOfferSerializer,
    CountSerializer,
    CreateBatchSerializer,
    CreateOfferSerializer,
    PublicationQuerySerializer,
    PublicationSerializer,
    ReadinessAnswerSerializer,
    wish_of,
    wishes_of,
)
from offers.api.views import OffersView
from offers.candidates import Wanted, preview
from offers.copying import Copy
from offers.models import Offer, Publication, PublicationBatch
from offers.operations import publishing as operations
from offers.preparing import terms_of
from offers.queries import connected_accounts
from offers.queries.publications import PublicationFilter, publications_matching
from products.models import Product
from settings_app.models import Integration


class AccountNotNamed(HubError):
    """There are several accounts, or none, and the request names none."""

    status = 422
    code = "account_not_named"
    title = gettext_lazy("Which account?")


class OtherCategory(HubError):
    """The request names an Allegro category that is not the product's."""

    status = 422
    code = "other_category"
    title = gettext_lazy("The product lies in another Allegro category")


class PublishingView(OrganizationAPIView):
    def account(self, given: dict[str, Any]) -> Integration:
        """The account named, or the only one. 404 for one of others."""
        accounts = connected_accounts(organization=self.organization)
        if named := given.get("integration_id"):
            return get_object_or_404(accounts, pk=named)
        only = list(accounts[:2])
        if len(only) != 1:
            raise AccountNotNamed(remedy=_("Name it: integrationId."))
        return only[0]

    def requested(
        self, integration: Integration, wanted: Sequence[Wanted], *, activate: bool
    ) -> PublicationBatch:
        return operations.request_publications(
            integration=integration,
            wanted=wanted,
            activate=activate,
            actor=self.actor,
            now=timezone.now(),
        )

    def rows(self) -> QuerySet[Publication]:
        found: QuerySet[Publication] = Publication.objects.for_organization(self.organization)
        return found.prefetch_related("problems")


class OffersAndCreationView(PublishingView, OffersView):
    @extend_schema(
        operation_id="offers_create",
        tags=["offers"],
        request=CreateOfferSerializer,
        responses={202: PublicationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Have an offer made of a product; the answer tells where to look what becomes of it.

        What is not ready is answered in the same way, with everything that is in its way. Send an
        `Idempotency-Key`: repeated with it, the request is done once.
        """
        given = CreateOfferSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        product = self._product(values)
        account = self.account(values)
        wanted = wish_of(
            values, product_id=product.pk, currency=terms_of(integration=account).currency
        )
        self._refuse_other_category(account, wanted, values.get("category_id", ""))
        batch = self.requested(account, [wanted], activate=values["activate"])
        return Response(PublicationSerializer(self.rows().get(batch=batch)).data, status=202)

    def _product(self, values: dict[str, Any]) -> Product:
        products = Product.objects.for_organization(self.organization)
        if "product_id" in values:
            return get_object_or_404(products, pk=values["product_id"])
        return get_object_or_404(products, code=values["product_code"])

    def _refuse_other_category(self, account: Integration, wanted: Wanted, named: str) -> None:
        if not named:
            return
        found = preview(integration=account, wanted=[wanted], activate=False).candidates
        place = found[0].product.place if found else None
        if place is not None and place.category_id != named:
            raise OtherCategory(
                remedy=_("Map the product's category to it, or leave categoryId out.")
            )


class OfferCopyView(PublishingView):
    @extend_schema(
        operation_id="offers_copy",
        tags=["offers"],
        request=CopyOfferSerializer,
        responses={202: PublicationSerializer},
    )
    def post(self, request: Request, offer_id: int) -> Response:
        """Have an offer copied to another account of yours; followed like any other publication."""
        offers = Offer.objects.for_organization(self.organization)
        offer = get_object_or_404(offers, pk=offer_id)
        given = CopyOfferSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        account, price = self.account(values), values.get("price")
        batch = operations.request_copies(
            integration=account,
            copies=[
                Copy(
                    offer.pk,
                    price=Money(price, offer.currency) if price is not None else None,
                    quantity=values.get("quantity"),
                    although=values["allow_duplicate"],
                )
            ],
            activate=values["activate"],
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(PublicationSerializer(self.rows().get(batch=batch)).data, status=202)


class PublicationsView(PublishingView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="publications_list",
        tags=["offers"],
        parameters=[PublicationQuerySerializer, *PAGING],
        responses=PublicationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Offers that were to be created, the latest first, each with its state and its reason."""
        wanted = PublicationQuerySerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        rows = publications_matching(
            organization=self.organization,
            wanted=PublicationFilter(
                state=values["state"],
                account=str(values.get("integrationId", "")),
                reason=values["reason"],
            ),
        )
        if "batchId" in values:
            rows = rows.filter(batch_id=values["batchId"])
        return PageLimitPagination.answer(
            request, rows.prefetch_related("problems"), PublicationSerializer
        )

    @extend_schema(
        operation_id="publications_create",
        tags=["offers"],
        request=CreateBatchSerializer,
        responses={202: BatchSerializer},
    )
    def post(self, request: Request) -> Response:
        """Have many products published; each gets a publication that says what becomes of it."""
        given = CreateBatchSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        batch = self.requested(self.account(values), wishes_of(values), activate=values["activate"])
        return Response(BatchSerializer(batch).data, status=202)


class PublicationView(PublishingView):
    @extend_schema(
        operation_id="publications_read", tags=["offers"], responses=PublicationSerializer
    )
    def get(self, request: Request, publication_id: int) -> Response:
        """One offer that is to be created."""
        return Response(
            PublicationSerializer(get_object_or_404(self.rows(), pk=publication_id)).data
        )


class _PublicationStepView(PublishingView):
    operation: ClassVar[Callable[..., int]]

    def _step(self, publication_id: int) -> Response:
        publication = get_object_or_404(self.rows(), pk=publication_id)
        rows = Publication.objects.filter(pk=publication.pk)
        count = type(self).operation(publications=rows, actor=self.actor, now=timezone.now())
        return Response({"count": count})


class PublicationRetryView(_PublicationStepView):
    operation = staticmethod(operations.retry_publications)

    @extend_schema(
        operation_id="publications_retry", tags=["offers"], request=None, responses=CountSerializer
    )
    def post(self, request: Request, publication_id: int) -> Response:
        """Try again what stopped; 0 when it is under way or done. Nothing is sent twice by it."""
        return self._step(publication_id)


class PublicationCancelView(_PublicationStepView):
    operation = staticmethod(operations.cancel_publications)

    @extend_schema(
        operation_id="publications_cancel", tags=["offers"], request=None, responses=CountSerializer
    )
    def post(self, request: Request, publication_id: int) -> Response:
        """Call off what was not sent yet; 0 when it was."""
        return self._step(publication_id)


class BatchView(PublishingView):
    @extend_schema(
        operation_id="publication_batches_read", tags=["offers"], responses=BatchSerializer
    )
    def get(self, request: Request, batch_id: int) -> Response:
        """How far a batch is."""
        batches = PublicationBatch.objects.for_organization(self.organization)
        return Response(BatchSerializer(get_object_or_404(batches, pk=batch_id)).data)


class ReadinessView(PublishingView):
    @extend_schema(
        operation_id="offers_readiness",
        tags=["offers"],
        request=CreateBatchSerializer,
        responses=ReadinessAnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        """Whether products can become offers of an account, and what is in the way. Writes nothing."""
        given = CreateBatchSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        found = preview(
            integration=self.account(values),
            wanted=wishes_of(values),
            activate=values["activate"],
        )
        answer = {
            "ready": len(found.ready),
            "not_ready": len(found.not_ready),
            "counts": dict(found.counts),
            "items": found.candidates,
        }
        return Response(ReadinessAnswerSerializer(answer).data)
