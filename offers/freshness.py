"""How far what is known of offers can be trusted: whoever reads Allegro's journal says so here.

The journal is read by a higher app, which registers a source in its ``AppConfig.ready()``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import Organization


@dataclass(frozen=True, slots=True)
class News:
    """Something people should know before they trust a list of offers, with what to do."""

    tone: str
    title: str
    text: str
    action_label: str = ""
    action_url: str = ""


Source = Callable[[Organization], Iterable[News]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Have ``source`` asked whenever the list of offers is shown."""
    _sources[name] = source


def news(*, organization: Organization) -> list[News]:
    """What all sources have to say."""
    return [one for source in _sources.values() for one in source(organization)]
