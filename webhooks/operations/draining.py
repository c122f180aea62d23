"""Bringing an account's orders up to this moment, for whoever is about to write its stock."""

from __future__ import annotations

from django.utils import timezone

from core.enums import WorkState
from settings_app.models import Integration
from webhooks.enums import EventSource
from webhooks.models import InboundEvent
from webhooks.operations.polling import read_to_head
from webhooks.operations.processing import process_inbox

# Longer than this an event is a broken one rather than a late one; stock of other offers must not wait.
TRIES_WAITED_FOR = 2


class OrdersBehind(RuntimeError):
    """Orders of the account were sold and are not recorded yet."""

    retryable = True


def drain_orders(integration: Integration) -> None:
    """Read the account's order journal to its head and record every order it tells of.

    Raises :class:`OrdersBehind` while events of it are not answered, and what
    :func:`~webhooks.operations.polling.read_to_head` raises. An event that failed more than twice, or
    was given up, is somebody's task by then and is not waited for.
    """
    read_to_head(integration=integration, now=timezone.now())
    process_inbox(integration=integration)
    behind = InboundEvent.objects.filter(
        integration=integration,
        source=EventSource.ORDER_JOURNAL,
        state__in=[WorkState.PENDING, WorkState.RUNNING],
        attempts__lte=TRIES_WAITED_FOR,
    )
    if behind.exists():
        raise OrdersBehind(f"orders of integration {integration.pk}")
