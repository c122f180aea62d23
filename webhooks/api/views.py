"""The inbox in the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import OrganizationAPIView
from core.api.paging import PageLimitPagination
from webhooks import operations, queries
from webhooks.api.receiver import receive_post
from webhooks.api.serializers import (
    EventDetailSerializer,
    EventFilterSerializer,
    EventSerializer,
    JournalSerializer,
    ReceivedSerializer,
    ReplayAnswerSerializer,
    ReplayRequestSerializer,
    ReplaySerializer,
)
from webhooks.health import journal_health
from webhooks.models import EventReplay, InboundEvent


class ReceiverView(APIView):
    """The signed endpoint; described here, done by :func:`receive_post` without the framework's cost."""

    authentication_classes = []
    permission_classes = []

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # Whatever the method: what is no POST is refused there, in the same words.
        return self.post(request, *args, **kwargs)

    @extend_schema(
        tags=["Events"],
        auth=[],
        request=OpenApiTypes.OBJECT,
        responses={202: ReceivedSerializer},
        parameters=[
            OpenApiParameter("X-Hub-Endpoint", str, OpenApiParameter.HEADER, required=False),
            OpenApiParameter("X-Hub-Timestamp", int, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("X-Hub-Signature", str, OpenApiParameter.HEADER, required=True),
            OpenApiParameter("X-Hub-Event-Id", str, OpenApiParameter.HEADER, required=False),
        ],
    )
    def post(self, request: HttpRequest, public_id: str = "") -> JsonResponse:
        """Receive a signed event. 202 when it is stored, 401 for a wrong signature, 409 for a known id
        with other bytes, 413 for a body that is too large, 400 without id or when it is no JSON."""
        return receive_post(request, public_id)


class AddressedReceiverView(ReceiverView):
    """The same with the endpoint's id in the path."""

    @extend_schema(
        tags=["Events"],
        operation_id="webhooks_allegro_addressed_create",
        auth=[],
        request=OpenApiTypes.OBJECT,
        responses={202: ReceivedSerializer},
    )
    def post(self, request: HttpRequest, public_id: str = "") -> JsonResponse:
        """Receive a signed event for the endpoint of this id."""
        return receive_post(request, public_id)


class EventsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        tags=["Events"],
        parameters=[EventFilterSerializer],
        responses=EventSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Received events, newest first."""
        wanted = EventFilterSerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        events = queries.events_of(organization=self.organization, selection=wanted.selection())
        return PageLimitPagination.answer(request, events, EventSerializer)


class EventView(OrganizationAPIView):
    @extend_schema(tags=["Events"], responses=EventDetailSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """One event with what it held."""
        return Response(EventDetailSerializer(_event(self, pk)).data)


class EventRetryView(OrganizationAPIView):
    @extend_schema(tags=["Events"], request=None, responses={202: EventSerializer})
    def post(self, request: Request, pk: str) -> Response:
        """Have the event worked on again."""
        event = operations.retry_event(event=_event(self, pk), actor=self.actor, now=timezone.now())
        return Response(EventSerializer(event).data, status=202)


class ReplaysView(OrganizationAPIView):
    @extend_schema(
        tags=["Events"],
        operation_id="webhooks_events_replay",
        request=ReplayRequestSerializer,
        responses={200: ReplayAnswerSerializer, 202: ReplayAnswerSerializer},
    )
    def post(self, request: Request) -> Response:
        """Have every event that matches worked on again, in batches; with `dryRun` only count them."""
        wanted = ReplayRequestSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        selection = wanted.selection()
        if wanted.validated_data["dry_run"]:
            count = operations.replayable(
                organization=self.organization, selection=selection
            ).count()
            return Response({"count": count, "replay": None})
        made = operations.start_replay(
            organization=self.organization,
            selection=selection,
            actor=self.actor,
            now=timezone.now(),
        )
        answer = {"count": made.expected, "replay": ReplaySerializer(made).data}
        return Response(answer, status=202)


class ReplayView(OrganizationAPIView):
    @extend_schema(
        tags=["Events"], operation_id="webhooks_replays_read", responses=ReplaySerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """How far a replay is."""
        replays = EventReplay.objects.for_organization(self.organization)
        return Response(ReplaySerializer(get_object_or_404(replays, pk=pk)).data)


class JournalsView(OrganizationAPIView):
    @extend_schema(
        tags=["Events"],
        operation_id="webhooks_journals_list",
        responses=JournalSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """How well each journal of each account is read."""
        found = journal_health(organization=self.organization, now=timezone.now())
        return Response(JournalSerializer(found, many=True).data)


def _event(view: OrganizationAPIView, pk: str) -> InboundEvent:
    return get_object_or_404(InboundEvent.objects.for_organization(view.organization), pk=pk)
