"""Where Allegro's published description is, and how it is read."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import yaml

Json = Any


def description_path() -> Path | None:
    """Path of ``openapi.yaml``, or None when the shared folder is not there."""
    repository = Path(__file__).resolve().parent.parent
    roots = [os.environ.get("HUB_SHARED"), str(repository.parent / "shared")]
    for root in filter(None, roots):
        path = Path(root) / "reference" / "allegro" / "openapi.yaml"
        if path.is_file():
            return path
    return None


def read_yaml(path: Path) -> Json:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class PlainLoader(loader):  # type: ignore[misc, valid-type]
        """Keeps dates as the text they are; examples must not become date objects."""

    PlainLoader.yaml_implicit_resolvers = {
        first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in loader.yaml_implicit_resolvers.items()
    }
    # A safe loader with fewer resolvers is still a safe loader.
    return yaml.load(path.read_bytes(), Loader=PlainLoader)  # noqa: S506


def read_cached(path: Path) -> Json:
    """Parse once per content: reading 1.4 MB of YAML takes seconds, the JSON copy does not."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    cache = Path(tempfile.gettempdir()) / f"allegro-description-{os.getuid()}-{digest}.json"
    if cache.is_file():
        return json.loads(cache.read_text("utf-8"))
    document = read_yaml(path)
    partial = cache.with_suffix(f".{os.getpid()}")
    partial.write_text(json.dumps(document), "utf-8")
    partial.replace(cache)
    return document


def apply_overlay(document: Json, overlay: Json) -> None:
    """Add the schemas and properties the overlay states; its free-text remarks are left out."""
    schemas = document["components"]["schemas"]
    for name, change in overlay.get("schemas_changed", {}).items():
        if not isinstance(change, dict):
            continue
        if name not in schemas:
            schemas[name] = change
            continue
        schemas[name].setdefault("properties", {}).update(change.get("properties", {}))
