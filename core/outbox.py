"""How a lower app tells a higher one: a message in the same transaction, handlers afterwards.

Higher apps subscribe in ``AppConfig.ready()``. One delivery row per message and handler is written
together with the message, so a message without its deliveries cannot exist. Handlers must be
idempotent: a worker killed after the handler and before the mark repeats it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from core.bulk import copy_rows, fresh, give_keys
from core.correlation import correlated, current_correlation_id
from core.hints import hint
from core.models import OutboxDelivery, OutboxMessage
from core.work import DrainReport, drain

# Handlers are short; what a killed worker held is delivered after this long.
LEASE = timedelta(minutes=1)

Handler = Callable[[OutboxMessage], None]

_handlers: dict[str, dict[str, Handler]] = {}


class OutsideTransaction(RuntimeError):
    """Raised when a message would not share the fate of the change it tells of."""


def subscribe(topic: str, name: str, handler: Handler) -> None:
    """Have ``handler`` called for every message of ``topic``. ``name`` is stored; never rename it."""
    _handlers.setdefault(topic, {})[name] = handler


def topics() -> Mapping[str, Iterable[str]]:
    """Subscribed topics and the names of their handlers."""
    return {topic: list(named) for topic, named in _handlers.items()}


def publish(*, topic: str, payload: dict[str, Any], organization_id: int | None) -> OutboxMessage:
    """Write a message; it is delivered after the surrounding transaction commits.

    The payload is JSON of ids and plain values, never of secrets or buyer data. Raises
    :class:`OutsideTransaction` outside a transaction.
    """
    return publish_many(topic=topic, payloads=[(payload, organization_id)])[0]


def publish_many(
    *, topic: str, payloads: list[tuple[dict[str, Any], int | None]]
) -> list[OutboxMessage]:
    """:func:`publish` for many messages in three statements."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(f"publish {topic} inside the transaction that changed the data")
    correlation_id = current_correlation_id()
    messages = [
        fresh(
            OutboxMessage,
            topic=topic,
            payload=payload,
            organization_id=organization_id,
            correlation_id=correlation_id,
        )
        for payload, organization_id in payloads
    ]
    give_keys(messages)
    copy_rows(messages)
    copy_rows(
        [
            fresh(OutboxDelivery, message_id=message.pk, handler=name)
            for message in messages
            for name in _handlers.get(topic, {})
        ]
    )
    if messages and _handlers.get(topic):
        _hint()
    return messages


def deliver_due(*, seconds: float = 20.0) -> DrainReport:
    """Deliver what is due, each to its own handler."""
    deliveries = OutboxDelivery.objects.all()
    return drain(deliveries, _deliver, lease=LEASE, seconds=seconds, related=["message"])


def _deliver(delivery: OutboxDelivery) -> None:
    message = delivery.message
    handler = _handlers.get(message.topic, {}).get(delivery.handler)
    if handler is None:
        raise UnknownHandler(
            f"no handler {delivery.handler!r} for {message.topic!r} in this version"
        )
    with correlated(message.correlation_id):
        handler(message)


class UnknownHandler(LookupError):
    """A delivery names a handler that this version of the product lacks; a deploy may bring it."""

    retryable = True


def _hint() -> None:
    from core.tasks import deliver_outbox

    hint(deliver_outbox)
