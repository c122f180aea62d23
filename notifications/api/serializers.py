"""Shapes of notices, mails and preferences."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from notifications.defaults import Choice
from notifications.enums import DigestRhythm, Event, MailWay, Severity
from notifications.models import Mail, Notification


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """A notice. ``count`` is how many like things it stands for, the last of them at ``lastAt``."""

    class Meta:
        model = Notification
        fields = (
            "id", "event", "severity", "title", "body", "link", "count", "created_at", "last_at",
            "read_at", "mailed_at",
        )  # fmt: skip
        read_only_fields = fields


class NotificationFilterSerializer(serializers.Serializer[Any]):
    read = serializers.ChoiceField(
        choices=["yes", "no"], required=False, help_text="Only read or only unread ones"
    )
    event = serializers.ChoiceField(choices=Event.choices, required=False)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)


class ReadSerializer(serializers.Serializer[Any]):
    read = serializers.IntegerField(help_text="How many were unread and are read now")
    unread = serializers.IntegerField(help_text="How many are left unread")


class ChoiceSerializer(serializers.Serializer[Any]):
    """How to hear of one event."""

    event = serializers.ChoiceField(choices=Event.choices)
    in_app = serializers.BooleanField()
    mail = serializers.ChoiceField(choices=MailWay.choices)

    def to_choice(self, values: dict[str, Any]) -> tuple[Event, Choice]:
        return Event(values["event"]), Choice(values["in_app"], MailWay(values["mail"]))


class WishSerializer(ChoiceSerializer):
    in_app = serializers.BooleanField(source="choice.in_app")
    mail = serializers.ChoiceField(choices=MailWay.choices, source="choice.mail")
    name = serializers.CharField(source="label")
    severity = serializers.ChoiceField(choices=Severity.choices)
    is_default = serializers.BooleanField()


class DigestSerializer(serializers.Serializer[Any]):
    """When the summary comes; ``at`` counts for the daily one, by the organization's clock."""

    rhythm = serializers.ChoiceField(choices=DigestRhythm.choices)
    at = serializers.TimeField(format="%H:%M")


class PreferencesSerializer(serializers.Serializer[Any]):
    digest = DigestSerializer()
    events = WishSerializer(many=True)


class PreferencesChangeSerializer(serializers.Serializer[Any]):
    """What is left out stays."""

    digest = DigestSerializer(required=False)
    events = ChoiceSerializer(many=True, required=False)


class MailSerializer(serializers.ModelSerializer[Mail]):
    """A mail of notices; ``to`` is empty for the organization's address."""

    to = serializers.EmailField(source="user.email", default="")

    class Meta:
        model = Mail
        fields = (
            "id", "to", "way", "events", "state", "outcome", "attempts", "next_attempt_at",
            "last_error", "created_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields
