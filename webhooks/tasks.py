from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="webhooks.poll_orders")
def poll_orders(*, integration_id: int, **kwargs: Any) -> None:
    """Read the order journal of one account; sent by its schedule."""
    from django.utils import timezone

    from settings_app.models import Integration
    from webhooks.operations import poll_orders as poll

    integration = Integration.objects.filter(pk=integration_id).first()
    if integration is not None:
        poll(integration=integration, now=timezone.now())


@shared_task(name="webhooks.poll_changes")
def poll_changes(*, integration_id: int, journal: str, **kwargs: Any) -> None:
    """Read the journal of offers or of returns of one account; sent by its schedule."""
    from django.utils import timezone

    from settings_app.models import Integration
    from webhooks.operations import poll_offers, poll_returns

    integration = Integration.objects.filter(pk=integration_id).first()
    if integration is not None:
        poll = poll_offers if journal == "OFFERS" else poll_returns
        poll(integration=integration, now=timezone.now())


@shared_task(name="webhooks.process_changes")
def process_changes(**kwargs: Any) -> None:
    """Work on due events of offers and returns; hinted when events arrive, swept by beat."""
    from core.hints import hint_taken
    from webhooks.operations import process_changes as process

    hint_taken(process_changes)
    process()


@shared_task(name="webhooks.process_inbox")
def process_inbox(**kwargs: Any) -> None:
    """Work on due events; hinted when events arrive, swept by beat."""
    from core.hints import hint_taken
    from webhooks.operations import process_inbox as process

    hint_taken(process_inbox)
    process()


@shared_task(name="webhooks.run_replays")
def run_replays(**kwargs: Any) -> None:
    """Work on chosen selections of events; hinted when one is asked for, swept by beat."""
    from core.hints import hint_taken
    from webhooks.operations import run_replays as run

    hint_taken(run_replays)
    run()


@shared_task(name="webhooks.watch_journals")
def watch_journals(**kwargs: Any) -> None:
    """Tell of journals that stand still; sent by beat every minute."""
    from django.utils import timezone

    from webhooks.operations import watch_journals as watch

    watch(now=timezone.now())


@shared_task(name="webhooks.find_lost_events")
def find_lost_events(**kwargs: Any) -> None:
    """Note orders that no event told of; sent by beat every half hour."""
    from django.utils import timezone

    from webhooks.operations import find_lost_events as find

    find(now=timezone.now())


@shared_task(name="webhooks.forget_old")
def forget_old(**kwargs: Any) -> None:
    """Delete what the inbox need not keep; sent by beat every night."""
    from django.utils import timezone

    from webhooks.operations import forget_old as forget

    forget(now=timezone.now())
