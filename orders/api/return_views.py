"""Customer returns in the API."""

from __future__ import annotations

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from core.api.paging import PageLimitPagination
from inventory.operations import warehouse_by_code
from orders import operations
from orders.api.return_serializers import (
    CustomerReturnSerializer,
    DecideReturnSerializer,
    RejectionSerializer,
    RejectReturnSerializer,
)
from orders.enums import ReturnStage
from orders.models import CustomerReturn
from orders.queries import returns as return_queries
from orders.queries.returns import ReturnWish

FILTERS = [
    OpenApiParameter("search", str, description="Reference, waybill, order number, title or code"),
    OpenApiParameter("stage", str, enum=ReturnStage.values),
    OpenApiParameter("integration", int, description="Only this account's"),
]


class ReturnsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Returns"], parameters=FILTERS, responses=CustomerReturnSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Returns of all accounts, the latest opened first."""
        found = return_queries.returns_of(organization=self.organization, wish=_wish(request))
        return PageLimitPagination.answer(
            request, return_queries.with_lines(found), CustomerReturnSerializer
        )


class ReturnView(OrganizationAPIView):
    @extend_schema(tags=["Returns"], responses=CustomerReturnSerializer)
    def get(self, request: Request, number: str) -> Response:
        """One return, by our id or by Allegro's."""
        return Response(CustomerReturnSerializer(_found(self, number)).data)


class ReturnDecisionsView(OrganizationAPIView):
    @extend_schema(
        tags=["Returns"], request=DecideReturnSerializer, responses=CustomerReturnSerializer
    )
    def post(self, request: Request, number: str) -> Response:
        """Decide what becomes of lines; sellable pieces go into stock, once. Repeating books nothing."""
        row = _found(self, number)
        wanted = DecideReturnSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        warehouse = warehouse_by_code(
            organization_id=row.organization_id, code=values["warehouse_code"]
        )
        if warehouse is None:
            raise Http404
        operations.decide_return(
            customer_return=row,
            decisions=[
                operations.LineDecision(seen=one.pop("expected_decisions", None), **one)
                for one in values["decisions"]
            ],
            warehouse_id=warehouse.pk,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(CustomerReturnSerializer(_found(self, number)).data)


class ReturnRejectionView(OrganizationAPIView):
    @extend_schema(
        tags=["Returns"], request=RejectReturnSerializer, responses={202: RejectionSerializer}
    )
    def post(self, request: Request, number: str) -> Response:
        """Refuse the refund at Allegro; 202 when it is on its way. Stock is not touched."""
        row = _found(self, number)
        wanted = RejectReturnSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        write = operations.request_rejection(
            customer_return=row, actor=self.actor, now=timezone.now(), **wanted.validated_data
        )
        return Response(RejectionSerializer(write).data, status=202)


def _found(view: OrganizationAPIView, number: str) -> CustomerReturn:
    found = return_queries.return_by_number(organization=view.organization, number=number)
    if found is None:
        raise Http404
    return found


def _wish(request: Request) -> ReturnWish:
    query = request.query_params
    stage, account = query.get("stage", ""), query.get("integration", "")
    wrong: dict[str, list[str]] = {}
    if stage and stage not in ReturnStage.values:
        wrong["stage"] = [_("No such stage.")]
    if account and not (account.isdecimal() and len(account) <= 18):
        wrong["integration"] = [_("A whole number.")]
    if wrong:
        raise exceptions.ValidationError(wrong)
    return ReturnWish(
        search=query.get("search", ""),
        stage=stage,
        integration_id=int(account) if account else None,
    )
