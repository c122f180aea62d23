"""Allegro's category tree, read by need. It changes a few times a month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from connectors.allegro import AllegroClient, NotFound
from core.errors import NotYours
from offers.remembered import NoAccount, remembered
from settings_app.models import Integration

__all__ = ["NoAccount", "category", "children", "main_categories", "path_of", "suggestions"]

Read = Callable[[AllegroClient], Any]
SUGGESTIONS = 5


def main_categories(*, integration: Integration | None) -> list[dict[str, Any]]:
    """The top of the tree. Raises :class:`NoAccount`, ``AllegroAway``, ``AllegroRefused``."""
    return children(integration=integration, parent_id="")


def children(*, integration: Integration | None, parent_id: str) -> list[dict[str, Any]]:
    """The categories below one; of none: the main ones. Raises ``NotYours`` (404) too."""

    def read(client: AllegroClient) -> list[dict[str, Any]]:
        return [dict(one) for one in client.categories(parent_id or None)]

    found: list[dict[str, Any]] = remembered(integration, f"children:{parent_id}", _existing(read))
    return found


def category(*, integration: Integration | None, category_id: str) -> dict[str, Any]:
    """One category with the parameters its offers have. Errors as :func:`children`."""

    def read(client: AllegroClient) -> dict[str, Any]:
        return {
            **client.category(category_id),
            "parameters": client.category_parameters(category_id),
        }

    found: dict[str, Any] = remembered(integration, f"category:{category_id}", _existing(read))
    return found


def path_of(*, integration: Integration | None, category_id: str) -> list[dict[str, Any]]:
    """The category and those above it, from the top. Errors as :func:`children`."""
    path: list[dict[str, Any]] = []
    seen: set[str] = set()
    here = category_id
    while here and here not in seen:
        seen.add(here)
        found = category(integration=integration, category_id=here)
        path.insert(0, found)
        here = str((found.get("parent") or {}).get("id") or "")
    return path


def suggestions(*, integration: Integration | None, phrase: str) -> list[tuple[str, str]]:
    """(id, path) of the leaves Allegro suggests for a title, the best first. Errors as :func:`children`."""

    def read(client: AllegroClient) -> list[tuple[str, str]]:
        found = client.catalogue.matching_categories(phrase)
        return [(str(one["id"]), _names(one)) for one in found[:SUGGESTIONS]]

    name = f"suggested:{sha256(phrase.casefold().encode()).hexdigest()[:32]}"
    return [(one[0], one[1]) for one in remembered(integration, name, read)]


def _names(node: Mapping[str, Any]) -> str:
    names: list[str] = []
    here: Mapping[str, Any] | None = node
    while here:
        names.insert(0, str(here.get("name") or here.get("id")))
        here = here.get("parent")
    return " > ".join(names)


def _existing(read: Read) -> Read:
    def existing(client: AllegroClient) -> Any:
        try:
            return read(client)
        except NotFound as gone:
            raise NotYours(
                _("Allegro has no such category."),
                remedy=_("Categories change; start from the main ones."),
            ) from gone

    return existing
