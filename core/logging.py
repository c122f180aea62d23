"""Structured JSON logs. Every line carries the correlation id; secrets and buyer data never enter."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Names whose values are never written, wherever they turn up in an event.
HIDDEN = re.compile(
    r"token|secret|password|authorization|cookie|api_?key|email|phone|address|first_?name|last_?name"
    r"|buyer_login|pesel|code_verifier|device_code",
    re.IGNORECASE,
)
MASK = "[hidden]"


def hide_secrets(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog processor: mask values by the name they stand under, one level of nesting deep."""
    for key, value in list(event.items()):
        if HIDDEN.search(key) and value:
            event[key] = MASK
        elif isinstance(value, dict):
            event[key] = {k: MASK if HIDDEN.search(str(k)) else v for k, v in value.items()}
    return event


# A segment of a path that is long enough to be a link's secret.
_LONG_SEGMENT = re.compile(r"(?<=/)[A-Za-z0-9_:-]{20,}(?=[/\s]|$)")


def hide_addresses(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog processor for Django's own lines: they carry the request with its whole address,
    where codes, links' secrets and what people searched for stand."""
    if str(event.get("logger", "")).startswith("django."):
        for name in ("request", "message"):  # the second is the text again
            event.pop(name, None)
        event["event"] = _LONG_SEGMENT.sub(MASK, str(event.get("event", "")))
    return event


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
    hide_addresses,
    structlog.processors.format_exc_info,
]


def configure() -> None:
    """Route structlog through the standard library, so that one handler writes every line."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *SHARED_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(*, level: str, json_lines: bool) -> dict[str, Any]:
    """The ``LOGGING`` setting: one stream handler, JSON lines or a readable form for terminals."""
    renderer = (
        structlog.processors.JSONRenderer()
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
                "foreign_pre_chain": SHARED_PROCESSORS,
            }
        },
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stream"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stream"], "level": level, "propagate": False},
            "django.db.backends": {"level": "WARNING"},
            # A line for each task received and done says nothing that the work rows do not.
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }
