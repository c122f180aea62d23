"""What the OpenAPI description says beyond the views."""

from __future__ import annotations

from typing import Any

PREFIX = "/api/v1/"
OWN_ID = "{user_id}"
# Told by their names, and only those a caller may choose; the enumerations hold more.
SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
SIDES = ("OURS", "ALLEGRO", "IGNORE")


def only_canonical_routes(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Describe each route once, under ``/api/v1/``; the unversioned twins answer the same.

    So do the published routes of discrepancies that end in the caller's own user id.
    """
    return [one for one in endpoints if one[0].startswith(PREFIX) and OWN_ID not in one[0]]


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


DESCRIPTION = {
    "TITLE": "Allegro Hub API",
    "DESCRIPTION": "Catalogue, stock, orders and sync of an Allegro seller.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "CAMELIZE_NAMES": False,
    "ENUM_NAME_OVERRIDES": {
        "ConflictStateEnum": "syncs.enums.ConflictState",
        "ConflictResolutionEnum": "syncs.enums.ConflictResolution",
        "ConflictStrategyEnum": "settings_app.enums.ConflictStrategy",
        "PushCauseEnum": "offers.enums.PushCause",
        "OrderStatusEnum": "orders.enums.DisplayStatus",
        "IntegrationStateEnum": "settings_app.enums.IntegrationState",
        "AllegroEnvironmentEnum": "settings_app.enums.Environment",
        "WorkStateEnum": "core.enums.WorkState",
        "NoticeSeverityEnum": "notifications.enums.Severity",
        "MailWayEnum": "notifications.enums.MailWay",
        "DiscrepancySeverityEnum": [(name, name.capitalize()) for name in SEVERITIES],
        "SideEnum": [(name, name) for name in SIDES],
        "ImportStageEnum": "imports.enums.ImportStage",
        "DiscrepancyStatusEnum": "syncs.enums.DiscrepancyStatus",
        "DiscrepancyCauseEnum": "syncs.enums.Cause",
        "ResolutionEnum": "syncs.enums.Resolution",
        "ReturnStageEnum": "orders.enums.ReturnStage",
        "StopReasonEnum": "orders.enums.StopReason",
        "StockMeaningEnum": "imports.enums.StockMeaning",
        "LinkSourceEnum": "offers.enums.LinkSource",
        "EventSourceEnum": "webhooks.enums.EventSource",
        "HoldStateEnum": "inventory.enums.HoldState",
        "TransferStateEnum": "inventory.enums.TransferState",
        "StocktakeStageEnum": "inventory.enums.StocktakeStage",
        "MovementKindEnum": "inventory.enums.MovementKind",
    },
    "PREPROCESSING_HOOKS": ["allegro_hub.api_schema.only_canonical_routes"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "drf_spectacular.contrib.djangorestframework_camel_case.camelize_serializer_fields",
        "allegro_hub.api_schema.describe_problems",
    ],
}
