"""``/notifications``: a person's notices and preferences, and the organization's mails."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import OrganizationAPIView
from accounts.enums import Role
from core.api.paging import PageLimitPagination
from notifications import operations, queries
from notifications.api.serializers import (
    ChoiceSerializer,
    MailSerializer,
    NotificationFilterSerializer,
    NotificationSerializer,
    PreferencesChangeSerializer,
    PreferencesSerializer,
    ReadSerializer,
)
from notifications.enums import DigestRhythm
from notifications.models import Mail

TAGS = ["notifications"]


class NotificationsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="notifications_list",
        tags=TAGS,
        parameters=[NotificationFilterSerializer],
        responses=NotificationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The caller's notices, the latest first."""
        given = NotificationFilterSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        notices = queries.notices_of(
            user=self.actor, organization=self.organization, **given.validated_data
        )
        return PageLimitPagination.answer(request, notices, NotificationSerializer)


class ReadView(OrganizationAPIView):
    """Reading is everybody's own affair, viewers included."""

    write_role = Role.VIEWER

    @extend_schema(
        operation_id="notifications_read", tags=TAGS, request=None, responses=ReadSerializer
    )
    def post(self, request: Request, pk: str) -> Response:
        """Mark one notice as read; once more changes nothing."""
        own = queries.notices_of(user=self.actor, organization=self.organization)
        notice = get_object_or_404(own, pk=pk)
        return self._read(notice.pk)

    def _read(self, pk: int | None) -> Response:
        count = operations.mark_read(
            user=self.actor, organization_id=self.organization.pk, pk=pk, now=timezone.now()
        )
        left = queries.unread_count(user_id=self.actor.pk, organization=self.organization)
        return Response({"read": count, "unread": left})


class ReadAllView(ReadView):
    @extend_schema(
        operation_id="notifications_read_all", tags=TAGS, request=None, responses=ReadSerializer
    )
    def post(self, request: Request) -> Response:  # type: ignore[override]
        """Mark all of the caller's notices as read."""
        return self._read(None)


class PreferencesView(OrganizationAPIView):
    @extend_schema(
        operation_id="notifications_preferences", tags=TAGS, responses=PreferencesSerializer
    )
    def get(self, request: Request) -> Response:
        """How the caller hears of each event, and when their summary comes."""
        return Response(PreferencesSerializer(self._shown()).data)

    @extend_schema(
        operation_id="notifications_preferences_change",
        tags=TAGS,
        request=PreferencesChangeSerializer,
        responses=PreferencesSerializer,
    )
    def put(self, request: Request) -> Response:
        """Change the events named and the summary; what is left out stays."""
        given = PreferencesChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        who: dict[str, Any] = {
            "organization": self.organization,
            "user": self.actor,
            "actor": self.actor,
            "now": timezone.now(),
        }
        choices = map(ChoiceSerializer().to_choice, given.validated_data.get("events", []))
        operations.set_preferences(choices=dict(choices), **who)
        if digest := given.validated_data.get("digest"):
            operations.set_digest_time(
                rhythm=DigestRhythm(digest["rhythm"]), at=digest["at"], **who
            )
        return Response(PreferencesSerializer(self._shown()).data)

    def _shown(self) -> dict[str, Any]:
        rhythm, at = queries.digest_time_of(user=self.actor, organization=self.organization)
        wishes = queries.wishes_of(user=self.actor, organization=self.organization)
        return {"digest": {"rhythm": rhythm, "at": at}, "events": wishes}


class MailsView(OrganizationAPIView):
    pagination_class = PageLimitPagination

    @extend_schema(
        operation_id="notifications_mails", tags=TAGS, responses=MailSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Mails of the organization's notices, newest first."""
        mails = queries.mails_of(organization=self.organization)
        return PageLimitPagination.answer(request, mails, MailSerializer)


class RetryMailView(OrganizationAPIView):
    @extend_schema(
        operation_id="notifications_mail_retry", tags=TAGS, request=None, responses=MailSerializer
    )
    def post(self, request: Request, pk: str) -> Response:
        """Send a mail that gave up again; one that was sent stays sent."""
        mails = Mail.objects.for_organization(self.organization).filter(pk=pk)
        get_object_or_404(mails)
        operations.retry_mails(mails=mails, actor=self.actor, now=timezone.now())
        return Response(MailSerializer(get_object_or_404(mails.select_related("user"))).data)
