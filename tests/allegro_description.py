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

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
import pytest
import yaml

from tests.allegro_schemas import prepare, unknown_fields

Json = Any
Query = str | Mapping[str, Any] | Iterable[tuple[str, str]] | None
METHODS = ("get", "put", "post", "patch", "delete")


def description_path() -> Path | None:
    """Path of ``openapi.yaml``, or None when the shared folder is not there."""
    repository = Path(__file__).resolve().parent.parent
    roots = [os.environ.get("HUB_SHARED"), str(repository.parent / "shared")]
    for root in filter(None, roots):
        path = Path(root) / "reference" / "allegro" / "openapi.yaml"
        if path.is_file():
            return path
    return None


def _read_yaml(path: Path) -> Json:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class PlainLoader(loader):  # type: ignore[misc, valid-type]
        """Keeps dates as the text they are; examples must not become date objects."""

    PlainLoader.yaml_implicit_resolvers = {
        first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in loader.yaml_implicit_resolvers.items()
    }
    # A safe loader with fewer resolvers is still a safe loader.
    return yaml.load(path.read_bytes(), Loader=PlainLoader)  # noqa: S506


def _read_cached(path: Path) -> Json:
    """Parse once per content: reading 1.4 MB of YAML takes seconds, the JSON copy does not."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    cache = Path(tempfile.gettempdir()) / f"allegro-description-{os.getuid()}-{digest}.json"
    if cache.is_file():
        return json.loads(cache.read_text("utf-8"))
    document = _read_yaml(path)
    partial = cache.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(document), "utf-8")
    partial.replace(cache)
    return document


def _apply_overlay(document: Json, overlay: Json) -> None:
    """Add the schemas and properties the overlay states; its free-text remarks are left out."""
    schemas = document["components"]["schemas"]
    for name, change in overlay.get("schemas_changed", {}).items():
        if not isinstance(change, dict):
            continue
        if name not in schemas:
            schemas[name] = change
            continue
        schemas[name].setdefault("properties", {}).update(change.get("properties", {}))


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
        document = _read_cached(path)
        for overlay in sorted(path.parent.glob("openapi-overlay-*.yaml")):
            _apply_overlay(document, _read_yaml(overlay))
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
        faults = self._query_faults(operation, _pairs(query))
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
        faults = [f"{_at(error.instance_path)}: {error.message[:400]}" for error in errors]
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
        errors = validator.iter_errors(_typed(text, rules.get("type")))
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
        media = _media(headers.get("content-type", ""))
        if media not in declared["content"]:
            known = ", ".join(declared["content"])
            return [f"Content-Type {media!r} is not one of: {known}"]
        if not media.endswith("json"):
            return []
        pointer = f"{declared_at}/content/{_escape(media)}/schema"
        return self._schema_faults("request", pointer, _parsed(body))

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
        media = _media(headers.get("content-type", ""))
        if media not in content:
            return [f"Content-Type {media!r} is not one of: {', '.join(content)}"]
        if "json" not in media or "schema" not in content[media]:
            return []
        where = _pointer(operation, "responses", str(status), "content", media, "schema")
        return self._schema_faults("answer", where, _parsed(body))

    def _error_faults(
        self, operation: Operation, status: int, declared: Json, body: Json
    ) -> list[str]:
        try:
            value = _parsed(body)
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
    asked = {_media(part) for part in headers.get("accept", "").split(",")}
    if offered and not offered & asked and "*/*" not in offered:
        return [f"Accept {headers.get('accept')!r} names none of: {', '.join(sorted(offered))}"]
    return []


def _pairs(query: Query) -> list[tuple[str, str]]:
    if not query:
        return []
    if isinstance(query, str):
        return parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    items = query.items() if isinstance(query, Mapping) else query
    pairs: list[tuple[str, str]] = []
    for name, value in items:
        values = value if isinstance(value, list | tuple | set) else [value]
        pairs += [(name, _text(item)) for item in values]
    return pairs


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(text: str, kind: str | None) -> Json:
    if kind in ("integer", "number"):
        try:
            return int(text) if kind == "integer" else float(text)
        except ValueError:
            return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _parsed(body: Json) -> Json:
    if isinstance(body, bytes | str):
        return json.loads(body)
    return body


def _media(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _escape(part: str) -> str:
    """One step of a JSON pointer, written for use in a URI fragment."""
    escaped = part.replace("~", "~0").replace("/", "~1")
    return escaped.replace("{", "%7B").replace("}", "%7D").replace("+", "%2B").replace(" ", "%20")


def _pointer(operation: Operation, *parts: str) -> str:
    steps = ("paths", operation.template, operation.method, *parts)
    return "".join(f"/{_escape(step)}" for step in steps)


def _at(path: Iterable[Any]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
