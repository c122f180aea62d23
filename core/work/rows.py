"""A row of durable work: its columns, when it is due, and who has it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.enums import WorkState


class DurableWork(models.Model):
    """A piece of work that is done exactly as often as it must be, or says why it is not."""

    state = models.CharField(
        _("state"), max_length=20, choices=WorkState.choices, default=WorkState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    last_trace_id = models.CharField(_("trace id"), max_length=128, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in (WorkState.PENDING, WorkState.RUNNING)


W = TypeVar("W", bound=DurableWork)


def due_index(name: str) -> models.Index:
    """The partial index that finding due rows walks; every concrete kind declares one."""
    return models.Index(
        fields=["next_attempt_at"],
        name=name,
        condition=Q(state__in=[WorkState.PENDING, WorkState.RUNNING]),
    )


def due(queryset: models.QuerySet[W], *, now: datetime) -> models.QuerySet[W]:
    """Rows that are waiting for their time, or whose worker let its claim run out."""
    return queryset.filter(
        Q(state=WorkState.PENDING, next_attempt_at__lte=now)
        | Q(state=WorkState.RUNNING, claimed_until__lt=now)
    )


def claimed(work: W) -> models.QuerySet[W]:
    """The row, only while this worker's claim on it holds."""
    return type(work)._default_manager.filter(
        pk=work.pk, state=WorkState.RUNNING, claimed_until=work.claimed_until
    )
