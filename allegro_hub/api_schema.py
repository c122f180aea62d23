"""What the OpenAPI description says beyond the views."""

from __future__ import annotations

from typing import Any

PREFIX = "/api/v1/"


def only_canonical_routes(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Describe each route once, under ``/api/v1/``; the unversioned twins answer the same."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]


PROBLEM = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457) and what to do about it.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "correlationId": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": True},
    },
}


def describe_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Give every operation the one shape of a refusal as its default answer."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "Refused",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }
    for path in result["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].setdefault("default", answer)
    return result
