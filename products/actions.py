"""What can be done with products chosen in the list, beside editing them. Higher apps add theirs.

An action is an address the chosen ids are posted to, as ``pick`` (several) with ``filter``, the list's own
query string, and ``all`` when the whole list is meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class ListAction:
    """A button above the list: its words, its icon, the name of the address it posts to."""

    label: str | Promise
    url_name: str
    icon: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_actions: dict[str, ListAction] = {}


def register_action(name: str, *, label: str | Promise, url_name: str, icon: str) -> None:
    """Add a button to the list of products. Called in ``AppConfig.ready()``."""
    _actions[name] = ListAction(label, url_name, icon)


def list_actions() -> list[ListAction]:
    """The buttons other apps added, in the order they were added."""
    return list(_actions.values())
