"""The Celery app. A task is a hint to look for due work; the work itself lies in PostgreSQL."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, before_task_publish, setup_logging, task_postrun, task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allegro_hub.settings")

app = Celery("allegro_hub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_our_logging(**kwargs: Any) -> None:
    """Celery would replace the handlers; ours are set up by Django."""
    import logging.config

    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@before_task_publish.connect
def _send_correlation_id(headers: dict[str, Any] | None = None, **kwargs: Any) -> None:
    from core.correlation import current_correlation_id

    if headers is not None:
        headers["hub_correlation_id"] = current_correlation_id()


@task_prerun.connect
def _take_correlation_id(task: Any = None, **kwargs: Any) -> None:
    import structlog

    from core.correlation import KEY, new_correlation_id

    sent = getattr(task.request, "hub_correlation_id", "") if task else ""
    structlog.contextvars.bind_contextvars(**{KEY: sent or new_correlation_id(), "task": task.name})


@task_postrun.connect
def _drop_correlation_id(**kwargs: Any) -> None:
    import structlog

    structlog.contextvars.clear_contextvars()


@beat_init.connect
def _show_life_at_once(**kwargs: Any) -> None:
    """The schedule's first heartbeat is 20 seconds away; readiness need not wait for it."""
    app.send_task("core.beat_heartbeat", expires=18)
