from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="settings_app.refresh_due_tokens")
def refresh_due_tokens(**kwargs: Any) -> None:
    """Refresh tokens that end within the hour or whose last refresh had no answer."""
    from django.utils import timezone

    from settings_app.operations import refresh_due

    refresh_due(now=timezone.now())


@shared_task(name="settings_app.poll_device_authorizations")
def poll_device_authorizations(**kwargs: Any) -> None:
    """Ask Allegro about open device authorizations whose interval is over."""
    from django.utils import timezone

    from settings_app.operations import poll_device_due

    poll_device_due(now=timezone.now())


@shared_task(name="settings_app.mend_schedules")
def mend_schedules(**kwargs: Any) -> None:
    """Repair beat's rows of every integration, and forget attempts to connect of long ago."""
    from django.utils import timezone

    from settings_app.operations import forget_old_attempts
    from settings_app.schedules import mend_schedules as mend

    mend()
    forget_old_attempts(now=timezone.now())


@shared_task(name="settings_app.probe_outages")
def probe_outages(**kwargs: Any) -> None:
    """Let integrations that an outage switched off work again once Allegro answers."""
    from django.utils import timezone

    from settings_app.operations import probe_outages as probe

    probe(now=timezone.now())
