"""Descriptions as blocks: our HTML and Allegro's sections brought to one form. Pure.

Allegro takes headings (h1, h2), paragraphs, lists and bold text, no attributes and nothing nested
otherwise, and writes down what it took in its own way: other entities, other white space. So two
descriptions are the same when their blocks are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from html import escape
from html.parser import HTMLParser
from typing import Any

TEXT = "TEXT"
_HEADINGS = ("h1", "h2")
_LISTS = ("ul", "ol")
_SAME = {"strong": "b", "div": "p", "h3": "h2", "h4": "h2", "h5": "h2", "h6": "h2", "tr": "p"}
_SILENT = ("script", "style", "title", "head")
_SPACE = re.compile(r"\s+")


def blocks(html: str) -> list[str]:
    """The headings, paragraphs and lists of a description, each as clean HTML; empty ones left out."""
    reader = _Blocks()
    reader.feed(html)
    reader.close()
    return reader.finished()


def texts_of(description: Mapping[str, Any] | None) -> list[str]:
    """The HTML of the text items of Allegro's description, in order."""
    return [
        str(item.get("content") or "") for item in _items(description) if item.get("type") == TEXT
    ]


def sections(html: str, present: Mapping[str, Any] | None) -> dict[str, Any]:
    """Allegro's description with the text of ``html`` and everything else of ``present``.

    A block that is in both stays in the section where it was; a new one joins the block before it.
    Pictures and items we do not know keep their places; a text item left without text goes.
    """
    fresh = blocks(html)
    homes = _homes(texts_of(present), fresh)
    parts: dict[int, list[str]] = {}
    for home, block in zip(homes, fresh, strict=True):
        parts.setdefault(home, []).append(block)
    found, number = [], 0
    for section in _sections(present):
        items = []
        for item in section.get("items") or []:
            if item.get("type") != TEXT:
                items.append(item)
                continue
            if number in parts:
                items.append({**item, "content": "".join(parts.pop(number))})
            number += 1
        if items:
            found.append({**section, "items": items})
    if parts:
        content = "".join(block for home in sorted(parts) for block in parts[home])
        found.insert(0, {"items": [{"type": TEXT, "content": content}]})
    return {**(present or {}), "sections": found}


def _homes(texts: Iterable[str], fresh: list[str]) -> list[int]:
    """For each new block the number of the text item it belongs into."""
    owners: list[int] = []
    old: list[str] = []
    for number, text in enumerate(texts):
        parts = blocks(text)
        old += parts
        owners += [number] * len(parts)
    homes: list[int] = []
    matcher = SequenceMatcher(a=old, b=fresh, autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "delete":
            continue
        for offset in range(last - first):
            here = min(start + offset, end - 1) if end > start else start - 1
            homes.append(owners[max(here, 0)] if owners else 0)
    return homes


def _sections(description: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    found = (description or {}).get("sections")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _items(description: Mapping[str, Any] | None) -> Iterable[dict[str, Any]]:
    for section in _sections(description):
        yield from (one for one in section.get("items") or [] if isinstance(one, dict))


class _Blocks(HTMLParser):
    """Collects blocks; text outside of any is a paragraph, a line break begins a new one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[str] = []
        self._tag = "p"
        self._list = ""
        self._entries: list[str] = []
        self._words: list[str] = []
        self._bold = False
        self._silent = 0

    def finished(self) -> list[str]:
        self._end_list()
        return self._done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _SAME.get(tag, tag)
        if tag in _SILENT:
            self._silent += 1
        elif tag == "b":
            self._set_bold(on=True)
        elif tag in _LISTS:
            self._end_list()
            self._list = tag
        elif tag in ("li", "br") or (tag == "p" and self._list):
            self._end_block(self._tag)
        elif tag in (*_HEADINGS, "p"):
            self._end_list()
            self._tag = tag
        else:
            self._words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        tag = _SAME.get(tag, tag)
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "b":
            self._set_bold(on=False)
        elif tag in _LISTS:
            self._end_list()
        elif tag in (*_HEADINGS, "p", "li"):
            self._end_block("p")
        elif tag in ("td", "th"):
            self._words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(escape(data, quote=False))

    def _set_bold(self, *, on: bool) -> None:
        if on is not self._bold:
            self._words.append("<b>" if on else "</b>")
            self._bold = on

    def _end_block(self, following: str) -> None:
        inside = self._taken()
        if inside and self._list:
            self._entries.append(f"<li>{inside}</li>")
        elif inside:
            self._done.append(f"<{self._tag}>{inside}</{self._tag}>")
        self._tag = following

    def _end_list(self) -> None:
        self._end_block("p")
        if self._entries:
            self._done.append(f"<{self._list}>{''.join(self._entries)}</{self._list}>")
        self._entries, self._list = [], ""

    def _taken(self) -> str:
        """The words so far, with bold balanced and white space in one form."""
        text = "".join(self._words) + ("</b>" if self._bold else "")
        self._words = ["<b>"] if self._bold else []
        if self._tag in _HEADINGS and not self._list:
            # A heading is bold already; Allegro takes no bold inside it.
            text = text.replace("<b>", "").replace("</b>", "")
        text = _SPACE.sub(" ", text)
        text = text.replace("<b> ", " <b>").replace(" </b>", "</b> ")
        text = text.replace("<b></b>", "").replace("</b> <b>", " ").replace("</b><b>", "")
        return _SPACE.sub(" ", text).strip()
