"""WCAG AA: 4.5:1 for text, 3:1 for the borders of controls and for icons, in both themes."""

from __future__ import annotations

import pytest

from tests.pages.tokens import contrast, palette

GROUNDS = ("paper", "surface", "surface-raised", "surface-soft")
TONES = ("ok", "info", "warn", "danger", "neutral")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "ink-faint") for ground in (*GROUNDS, "sunken")),
    *((ink, ground) for ink in ("accent", "accent-hover", "danger") for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((ink, f"{tone}-soft") for ink in ("ink", "ink-soft") for tone in TONES),
    *((tone, "surface") for tone in TONES),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    ("danger-fill-ink", "danger-fill"),
    ("danger-fill-ink", "danger"),
    ("accent", "accent-soft"),
    ("accent-hover", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink", "accent-line"),
    ("ink", "copper-soft"),
    ("copper", "copper-soft"),
    ("copper", "surface"),
    *((ink, ground) for ink in ("rail-ink", "rail-soft") for ground in ("rail", "rail-hover")),
    ("rail-ink", "rail-current"),
    ("rail-ink", "rail-line"),
]
SHAPES = [
    *(("line-strong", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in (*GROUNDS, "sunken", "accent-soft")),
    *(("accent", ground) for ground in (*GROUNDS, "sunken")),
    ("copper", "paper"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable(theme: str) -> None:
    assert not _too_faint(theme, TEXT, least=4.5)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_controls_and_focus_rings_stand_out(theme: str) -> None:
    assert not _too_faint(theme, SHAPES, least=3)


def test_contrast_measures_as_the_standard_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def _too_faint(theme: str, pairs: list[tuple[str, str]], *, least: float) -> dict[str, float]:
    colours = palette()[theme]
    measured = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in pairs
    }
    return {pair: ratio for pair, ratio in measured.items() if ratio < least}
