"""What holds for every template: it compiles, carries no inline code, and names only icons we drew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from django.template.loader import get_template

from tests.pages.tokens import ROOT

TEMPLATES = ROOT / "templates"
SPRITE = ROOT / "static/img/icons.svg"
STYLES = ROOT / "static/css"

_INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|hx-on|javascript:|hx-vals\s*=\s*[\"']js:"
    r"|<script(?![^>]*\bsrc=)",
    re.IGNORECASE,
)
_ICON = re.compile(r"_icon\.html\" with name=\"([\w-]+)\"|\bicon=\"([\w-]+)\"")
_FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)


def test_every_template_compiles() -> None:
    paths = [*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("*.txt")]
    assert paths
    for path in paths:
        get_template(str(path.relative_to(TEMPLATES)))


def test_no_template_carries_inline_code() -> None:
    assert not _offenders(_INLINE.findall)


def test_icons_named_in_templates_are_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text()))

    def missing(text: str) -> set[str]:
        return {one or other for one, other in _ICON.findall(text)} - drawn

    assert not _offenders(missing)


def test_forms_that_write_carry_the_csrf_token() -> None:
    def bare(text: str) -> list[str]:
        return [form for form in _FORM.findall(text) if "{% csrf_token %}" not in form]

    assert not _offenders(bare)


def test_stylesheets_use_only_tokens_that_exist() -> None:
    known = set(re.findall(r"(--[\w-]+)\s*:", (STYLES / "tokens.css").read_text()))
    known |= set(re.findall(r"(--tone[\w-]*)\s*:", (STYLES / "components.css").read_text()))
    used = {name for path in STYLES.glob("*.css") for name in _used(path)}
    assert used <= known


def _used(path: Path) -> list[str]:
    return re.findall(r"var\((--[\w-]+)", path.read_text())


def _offenders(find: Callable[[str], Iterable[object]]) -> dict[str, list[object]]:
    found = {str(path): list(find(path.read_text())) for path in TEMPLATES.rglob("*.html")}
    return {path: what for path, what in found.items() if what}
