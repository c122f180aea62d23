"""The HTML a description may hold: what Allegro itself accepts in offer descriptions, no more."""

from __future__ import annotations

import nh3

# https://developer.allegro.pl/tutorials: description sections of type TEXT
ALLOWED_TAGS = {"h1", "h2", "p", "ul", "ol", "li", "b"}
# Tags sellers' files use for the same thing; renamed, because removing them would lose the meaning.
_SAME = {"strong": "b", "h3": "h2", "h4": "h2", "div": "p"}


def clean_html(text: str) -> str:
    """``text`` with only the allowed tags, no attributes; scripts vanish with their content."""
    if "<" not in text and "&" not in text:
        return text
    for tag, same in _SAME.items():
        text = _renamed(text, tag, same)
    return nh3.clean(text, tags=ALLOWED_TAGS, attributes={}, link_rel=None).strip()


def _renamed(text: str, tag: str, same: str) -> str:
    if f"<{tag}" not in text:
        return text
    for ending in (">", " "):
        text = text.replace(f"<{tag}{ending}", f"<{same}{ending}")
    return text.replace(f"</{tag}>", f"</{same}>")
