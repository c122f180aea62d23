"""``/allegro/settings/{id}/fields`` and ``/schedules``: what is kept in step, who wins, and when."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from settings_app import operations, queries
from settings_app.api.integrations import IntegrationView
from settings_app.api.serializers.keeping import KeepingSerializer, SchedulesSerializer
from settings_app.models import Integration


class FieldsView(IntegrationView):
    @extend_schema(
        operation_id="allegro_settings_fields", tags=["settings"], responses=KeepingSerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """Which fields are kept in step, who wins where both sides changed, and what stops a run."""
        return Response(_kept(self.integration(pk)))

    @extend_schema(
        operation_id="allegro_settings_fields_change",
        tags=["settings"],
        request=KeepingSerializer(partial=True),
        responses=KeepingSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Change what is named; rules of fields that are left out stay. Nothing is written by it."""
        account = self.integration(pk)
        given = KeepingSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        rules = {rule.pop("field"): rule for rule in map(dict, values.pop("rules", []))}
        operations.keep_in_step(
            integration=account,
            settings=values,
            rules=rules,
            actor=self.actor,
            now=timezone.now(),
        )
        return Response(_kept(self.integration(pk)))


class SchedulesView(IntegrationView):
    @extend_schema(
        operation_id="allegro_settings_schedules", tags=["settings"], responses=SchedulesSerializer
    )
    def get(self, request: Request, pk: str) -> Response:
        """When each direction starts by itself, in words, with the next three times."""
        return Response(_scheduled(self.integration(pk)))

    @extend_schema(
        operation_id="allegro_settings_schedules_change",
        tags=["settings"],
        request=SchedulesSerializer,
        responses=SchedulesSerializer,
    )
    def put(self, request: Request, pk: str) -> Response:
        """Change the schedules of the directions named; the others stay."""
        account = self.integration(pk)
        given = SchedulesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wishes = {one.pop("direction"): one for one in map(dict, given.validated_data["schedules"])}
        operations.set_schedules(
            integration=account, schedules=wishes, actor=self.actor, now=timezone.now()
        )
        return Response(_scheduled(self.integration(pk)))


def _kept(account: Integration) -> dict[str, Any]:
    rules = [
        {
            "field": row["field"],
            "enabled": row["rule"].enabled,
            "strategy": row["said"],
            "effective_strategy": row["rule"].strategy,
            "may_raise": row["rule"].may_raise,
            "may_lower": row["rule"].may_lower,
            "max_change_percent": row["rule"].max_change_percent,
            "may_write": row["may_write"],
        }
        for row in queries.kept_fields(integration=account)
    ]
    return {**KeepingSerializer(account).data, "rules": rules}


def _scheduled(account: Integration) -> dict[str, Any]:
    rows = queries.schedule_rows(integration=account, now=timezone.now())
    return {
        "schedules": [
            {
                "direction": row["schedule"].direction,
                "enabled": row["schedule"].enabled,
                "minutes": row["schedule"].minutes,
                "cron": row["schedule"].cron,
                "words": row["schedule"].words,
                "next_times": row["times"],
            }
            for row in rows
        ]
    }
