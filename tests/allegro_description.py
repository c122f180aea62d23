"""Allegro's published API description as a judge of requests and answers.

The description is not part of this repository. It is looked for under ``HUB_SHARED`` or beside the
checkout (``../shared``); tests that need it skip when it is absent, except where ``CI=true``.

Written policy, the same for everyone who uses this file:

* *Nulls.* In an answer any property that is not listed as required may be null, because live
  answers are. In a request null is allowed only where the description says ``nullable``.
* *Unknown fields* fail, in requests and in answers, so that a misspelt name cannot pass.
* *Errors.* An answer of 400 and above has the declared body, or ``ErrorsHolder`` with at least one
  error (for 401 also ``AuthError``) where the description declares no body or no such status.
* Where the description contradicts Allegro outright, ``_ODDITIES`` in ``allegro_schemas`` says so.
* ``oneOf`` is read as "at least one": Allegro writes it for alternatives that overlap.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import jsonschema_rs
import pytest

from tests.allegro_files import apply_overlay, description_path, read_cached, read_yaml
from tests.allegro_schemas import prepare, unknown_fields
from tests.allegro_wire import (
    Query,
    json_body,
    json_path,
    media_type,
    pointer_step,
    query_pairs,
    query_value,
)

Json = Any
METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One method on one path template, as the description states it."""

    method: str
    template: str
    spec: Json
    parameters: list[Json] = field(default_factory=list)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = re.split(r"\{[^}]+\}", self.template)
        return re.compile("^" + "[^/]+".join(re.escape(part) for part in parts) + "$")

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.template}"

    def named(self, where: str) -> dict[str, Json]:
        return {item["name"]: item for item in self.parameters if item["in"] == where}


class Description:
    """The description, compiled lazily; one instance per test run is enough."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.answers, self.requests = prepare(document)
        self._registries = {
            "answer": jsonschema_rs.Registry([("urn:answer", self.answers)]),
            "request": jsonschema_rs.Registry([("urn:request", self.requests)]),
        }
        self._validators: dict[tuple[str, str], Any] = {}
        self.operations = [
            self._operation(method, template, item)
            for template, item in document["paths"].items()
            for method in METHODS
            if method in item
        ]
        # Templates with fewer placeholders win: /order/carriers/ALLEGRO/points is its own path.
        self.operations.sort(key=lambda operation: operation.template.count("{"))

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Description:
        """The description with its verified additions. Skips the test when it is absent."""
        path = description_path()
        if path is None:
            reason = "Allegro's description is absent: set HUB_SHARED to the folder that holds it"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        document = read_cached(path)
        for overlay in sorted(path.parent.glob("openapi-overlay-*.yaml")):
            apply_overlay(document, read_yaml(overlay))
        return cls(document)

    def find(self, method: str, path: str) -> Operation:
        """The operation a request addresses. Raises AssertionError when there is none."""
        for operation in self.operations:
            if operation.method == method.lower() and operation.pattern.match(path):
                return operation
        raise AssertionError(f"the description has no operation {method.upper()} {path}")

    def check_request(
        self,
        method: str,
        path: str,
        query: Query = None,
        headers: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> Operation:
        """Judge a request: path, query names and values, media types, body.

        ``body`` may be bytes as sent, text, or an already parsed object; None means no body.
        Returns the operation. Raises AssertionError that names the operation and every fault.
        """
        operation = self.find(method, path)
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        faults = self._query_faults(operation, query_pairs(query))
        faults += _accept_faults(operation, lowered, self)
        faults += self._request_body_faults(operation, lowered, body)
        _raise(f"request {operation.name}", faults)
        return operation

    def check_response(
        self,
        method: str,
        path: str,
        status: int,
        headers: Mapping[str, str] | None = None,
        body: Json = None,
    ) -> Operation:
        """Judge an answer: status, media type, body. Returns the operation.

        Raises AssertionError that names the operation, the status and every fault.
        """
        operation = self.find(method, path)
        lowered = {name.lower(): value for name, value in (headers or {}).items()}
        responses = operation.spec["responses"]
        declared = responses.get(str(status)) or (
            responses.get("default") if status >= 400 else None
        )
        if status >= 400:
            faults = self._error_faults(operation, status, declared, body)
        elif declared is None:
            faults = [f"status {status} is not declared (only {', '.join(responses)})"]
        else:
            faults = self._content_faults(operation, status, declared, lowered, body)
        _raise(f"answer {status} of {operation.name}", faults)
        return operation

    # --- parts

    def _operation(self, method: str, template: str, item: Json) -> Operation:
        spec = item[method]
        listed = [*item.get("parameters", []), *spec.get("parameters", [])]
        parameters = [self._resolve(parameter) for parameter in listed]
        return Operation(method, template, spec, parameters)

    def _resolve(self, node: Json) -> Json:
        while "$ref" in node:
            found: Json = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    def _validator(self, side: str, pointer: str) -> Any:
        key = (side, pointer)
        if key not in self._validators:
            self._validators[key] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"urn:{side}#{pointer}"},
                registry=self._registries[side],
                validate_formats=True,
            )
        return self._validators[key]

    def _schema_faults(self, side: str, pointer: str, value: Json) -> list[str]:
        document = self.answers if side == "answer" else self.requests
        errors = self._validator(side, pointer).iter_errors(value)
        faults = [f"{json_path(error.instance_path)}: {error.message[:400]}" for error in errors]
        return faults + unknown_fields(document, pointer, value)

    def _query_faults(self, operation: Operation, pairs: list[tuple[str, str]]) -> list[str]:
        known = operation.named("query")
        given = {name for name, _ in pairs}
        faults = [f"query parameter {name!r} does not exist" for name in sorted(given - set(known))]
        for name, parameter in known.items():
            if parameter.get("required") and name not in given:
                faults.append(f"query parameter {name!r} is required")
        for name, value in pairs:
            if name in known:
                faults += self._value_faults(name, value, known[name].get("schema", {}))
        return faults

    def _value_faults(self, name: str, text: str, schema: Json) -> list[str]:
        schema = self._resolve(schema)
        if schema.get("type") == "array":
            schema = self._resolve(schema.get("items", {}))
        rules = {key: value for key, value in schema.items() if key not in ("example", "default")}
        validator = jsonschema_rs.Draft202012Validator(rules, validate_formats=True)
        errors = validator.iter_errors(query_value(text, rules.get("type")))
        return [f"query parameter {name!r}: {error.message}" for error in errors]

    def _request_body_faults(
        self, operation: Operation, headers: Mapping[str, str], body: Json
    ) -> list[str]:
        declared = operation.spec.get("requestBody")
        if declared is None:
            return ["a body was sent but none is declared"] if body not in (None, b"", "") else []
        declared_at = _pointer(operation, "requestBody")
        if "$ref" in declared:
            declared_at = declared["$ref"].removeprefix("#")
            declared = self._resolve(declared)
        if body in (None, b"", ""):
            return ["the body is missing"] if declared.get("required") else []
        media = media_type(headers.get("content-type", ""))
        if media not in declared["content"]:
            known = ", ".join(declared["content"])
            return [f"Content-Type {media!r} is not one of: {known}"]
        if not media.endswith("json"):
            return []
        pointer = f"{declared_at}/content/{pointer_step(media)}/schema"
        return self._schema_faults("request", pointer, json_body(body))

    def _content_faults(
        self,
        operation: Operation,
        status: int,
        declared: Json,
        headers: Mapping[str, str],
        body: Json,
    ) -> list[str]:
        content = declared.get("content") or {}
        if not content:
            return [] if body in (None, b"", "") else ["a body was sent but none is declared"]
        media = media_type(headers.get("content-type", ""))
        if media not in content:
            return [f"Content-Type {media!r} is not one of: {', '.join(content)}"]
        if "json" not in media or "schema" not in content[media]:
            return []
        where = _pointer(operation, "responses", str(status), "content", media, "schema")
        return self._schema_faults("answer", where, json_body(body))

    def _error_faults(
        self, operation: Operation, status: int, declared: Json, body: Json
    ) -> list[str]:
        try:
            value = json_body(body)
        except ValueError as error:
            return [f"an error body must be JSON: {error}"]
        key = str(status) if str(status) in operation.spec["responses"] else "default"
        choices = [
            _pointer(operation, "responses", key, "content", media, "schema")
            for media in (declared or {}).get("content") or {}
        ]
        if not choices:
            choices = ["/components/schemas/ErrorsHolder"]
            if status == 401:
                choices.append("/components/schemas/AuthError")
        found = [self._schema_faults("answer", pointer, value) for pointer in choices]
        if isinstance(value, dict) and not value.get("errors") and "error" not in value:
            return ["an error body names no error"]
        return min(found, key=len)


def _raise(what: str, faults: list[str]) -> None:
    if faults:
        raise AssertionError(f"{what}:\n  " + "\n  ".join(faults))


def _accept_faults(
    operation: Operation, headers: Mapping[str, str], description: Description
) -> list[str]:
    if not headers:
        return []
    offered = {
        media
        for status, response in operation.spec["responses"].items()
        if status.startswith("2")
        for media in description._resolve(response).get("content") or {}
    }
    asked = {media_type(part) for part in headers.get("accept", "").split(",")}
    if offered and not offered & asked and "*/*" not in offered:
        return [f"Accept {headers.get('accept')!r} names none of: {', '.join(sorted(offered))}"]
    return []


def _pointer(operation: Operation, *parts: str) -> str:
    steps = ("paths", operation.template, operation.method, *parts)
    return "".join(f"/{pointer_step(step)}" for step in steps)
