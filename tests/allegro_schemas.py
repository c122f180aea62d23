"""Turn Allegro's OpenAPI 3.0 schemas into JSON Schema 2020-12, and find fields nobody declared."""

from __future__ import annotations

import copy
from typing import Any
from urllib.parse import unquote

Json = Any

# Where the description contradicts what Allegro does, and what holds instead.
# An empty result has count and totalCount 0, although both are described with a minimum of 1.
_ODDITIES: dict[tuple[str, str], Json] = {
    ("CheckoutForms", "count"): {"minimum": 0},
    ("CheckoutForms", "totalCount"): {"minimum": 0},
}

# Words of OpenAPI 3.0 that JSON Schema does not know or reads otherwise.
_DROPPED = ("nullable", "discriminator", "example", "examples", "xml", "externalDocs", "deprecated")


def prepare(document: Json) -> tuple[Json, Json]:
    """Two copies of the document: one to judge answers, one to judge requests.

    They differ in the null policy only: in answers any property that is not required may be null.
    """
    return _converted(document, lenient_nulls=True), _converted(document, lenient_nulls=False)


def _converted(document: Json, *, lenient_nulls: bool) -> Json:
    document = copy.deepcopy({key: document[key] for key in ("paths", "components")})
    schemas = document["components"]["schemas"]
    for (name, field), correction in _ODDITIES.items():
        schemas[name]["properties"][field].update(correction)
    _split_discriminated(schemas)
    document["components"]["schemas"] = {
        name: _schema(schema, lenient_nulls) for name, schema in schemas.items()
    }
    bodies = document["components"].get("requestBodies", {})
    document["components"]["requestBodies"] = _walk(bodies, lenient_nulls)
    document["paths"] = _walk(document["paths"], lenient_nulls)
    return document


def _walk(node: Json, lenient_nulls: bool) -> Json:
    """Convert every ``schema`` below a path item or request body."""
    if isinstance(node, list):
        return [_walk(item, lenient_nulls) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _schema(value, lenient_nulls) if key == "schema" else _walk(value, lenient_nulls)
        for key, value in node.items()
    }


def _split_discriminated(schemas: dict[str, Json]) -> None:
    """Give each discriminated base a plain twin for its children to inherit from.

    The base chooses a child and the child includes the base; without the twin that is a circle.
    """
    for name in [name for name, schema in schemas.items() if _mapping(schema)]:
        base = schemas[name]
        if "oneOf" in base:
            continue
        twin = f"{name}--plain"
        schemas[twin] = {key: value for key, value in base.items() if key != "discriminator"}
        for reference in _mapping(base).values():
            child = schemas.get(reference.rsplit("/", 1)[-1], {})
            for part in child.get("allOf", []):
                if part.get("$ref") == f"#/components/schemas/{name}":
                    part["$ref"] = f"#/components/schemas/{twin}"


def _mapping(schema: Json) -> dict[str, str]:
    discriminator = schema.get("discriminator") if isinstance(schema, dict) else None
    return (discriminator or {}).get("mapping") or {}


def _schema(schema: Json, lenient_nulls: bool) -> Json:
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        # In OpenAPI 3.0 whatever stands beside a reference is ignored.
        return {"$ref": schema["$ref"]}
    made = {key: value for key, value in schema.items() if key not in _DROPPED}
    _convert_parts(made, lenient_nulls)
    if "oneOf" in made:
        made["anyOf"] = made.pop("oneOf")
    if _mapping(schema):
        made.setdefault("allOf", []).extend(_choices(schema))
        if "oneOf" in schema:
            made.pop("anyOf")
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def _convert_parts(made: Json, lenient_nulls: bool) -> None:
    for word in ("allOf", "anyOf", "oneOf"):
        if word in made:
            made[word] = [_schema(part, lenient_nulls) for part in made[word]]
    for word in ("items", "additionalProperties", "not"):
        if word in made:
            made[word] = _schema(made[word], lenient_nulls)
    if "properties" in made:
        made["properties"] = _properties(made, lenient_nulls)


def _properties(schema: Json, lenient_nulls: bool) -> Json:
    required = set(schema.get("required", []))
    made = {}
    for name, value in schema["properties"].items():
        converted = _schema(value, lenient_nulls)
        if lenient_nulls and name not in required:
            converted = {"anyOf": [converted, {"type": "null"}]}
        made[name] = converted
    return made


def _choices(schema: Json) -> list[Json]:
    """``discriminator.mapping`` as conditions: this value of the property, that schema."""
    name = schema["discriminator"]["propertyName"]
    choices = [
        {
            "if": {"required": [name], "properties": {name: {"const": value}}},
            "then": {"$ref": reference},
        }
        for value, reference in _mapping(schema).items()
    ]
    if "oneOf" in schema:
        choices.append({"required": [name], "properties": {name: {"enum": list(_mapping(schema))}}})
    return choices


def unknown_fields(document: Json, pointer: str, value: Json) -> list[str]:
    """Readable faults for every object field no schema at its place declares."""
    faults: list[str] = []
    _compare(document, [_follow(document, pointer)], value, "$", faults)
    return faults


def _follow(document: Json, pointer: str) -> Json:
    node = document
    for step in pointer.strip("/").split("/"):
        node = node[unquote(step).replace("~1", "/").replace("~0", "~")]
    return node


def _flatten(document: Json, schemas: list[Json]) -> list[Json]:
    """Every schema that may speak about the same value, references and combinations resolved."""
    pending, seen, flat = list(schemas), set(), []
    while pending:
        schema = pending.pop()
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        if "$ref" in schema:
            pending.append(_follow(document, schema["$ref"].removeprefix("#")))
            continue
        flat.append(schema)
        for word in ("allOf", "anyOf", "oneOf"):
            pending.extend(schema.get(word, []))
        if "then" in schema:
            pending.append(schema["then"])
    return flat


def _compare(
    document: Json, schemas: list[Json], value: Json, where: str, faults: list[str]
) -> None:
    flat = _flatten(document, schemas)
    if isinstance(value, list):
        items = [schema["items"] for schema in flat if "items" in schema]
        for position, item in enumerate(value):
            _compare(document, items, item, f"{where}[{position}]", faults)
    elif isinstance(value, dict):
        _compare_object(document, flat, value, where, faults)


def _compare_object(
    document: Json, flat: list[Json], value: Json, where: str, faults: list[str]
) -> None:
    declares = [schema for schema in flat if "properties" in schema]
    free = [s["additionalProperties"] for s in flat if s.get("additionalProperties")]
    if not declares and not free:
        return  # "type: object" and no more: anything may stand here
    for name, item in value.items():
        found = [s["properties"][name] for s in declares if name in s["properties"]]
        if not found and not free:
            faults.append(f"{where}.{name}: no such field is declared")
            continue
        _compare(document, found or free, item, f"{where}.{name}", faults)
