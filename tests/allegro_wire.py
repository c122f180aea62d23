"""How requests and answers look on the wire: query pairs, media types, bodies, pointers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

Json = Any
Query = str | Mapping[str, Any] | Iterable[tuple[str, str]] | None


def query_pairs(query: Query) -> list[tuple[str, str]]:
    if not query:
        return []
    if isinstance(query, str):
        return parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    items = query.items() if isinstance(query, Mapping) else query
    pairs: list[tuple[str, str]] = []
    for name, value in items:
        values = value if isinstance(value, list | tuple | set) else [value]
        pairs += [(name, query_text(item)) for item in values]
    return pairs


def query_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def query_value(text: str, kind: str | None) -> Json:
    if kind in ("integer", "number"):
        try:
            return int(text) if kind == "integer" else float(text)
        except ValueError:
            return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def json_body(body: Json) -> Json:
    if isinstance(body, bytes | str):
        return json.loads(body)
    return body


def media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def pointer_step(part: str) -> str:
    """One step of a JSON pointer, written for use in a URI fragment."""
    escaped = part.replace("~", "~0").replace("/", "~1")
    return escaped.replace("{", "%7B").replace("}", "%7D").replace("+", "%2B").replace(" ", "%20")


def json_path(path: Iterable[Any]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
