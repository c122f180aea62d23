"""Brings the translation files level with the source: `make messages`.

    python -m launcher.messages [--check]

Reads every translatable string of the Python code and the templates, keeps the translations that
are there, adds empty entries for new strings, drops those no longer used and compiles the result.
``--check`` writes nothing and fails when a file would change. Both list what has no translation.
Babel does the reading, so no machine needs gettext's programs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from django.utils.translation.template import templatize

from launcher import compile_messages
from launcher.places import ROOT

LOCALES = ROOT / "allegro_hub" / "locale"
# Not shown to a seller: the stand-in for Allegro, the programs around us, connectors and tests.
# Everything hidden (.venv, .run) is skipped as well.
APART = {"tests", "sandbox", "launcher", "connectors", "staticfiles", "media", "docs", "migrations"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# As Django's own catalogues count, or its texts and ours would be kept apart at run time.
PLURALS = {
    "pl": "nplurals=4; plural=(n==1 ? 0 : (n%10>=2 && n%10<=4) && (n%100<12 || n%100>14) ? 1 : "
    "n!=1 && (n%10>=0 && n%10<=1) || (n%10>=5 && n%10<=9) || (n%100>=12 && n%100<=14) ? 2 : 3);",
    "cs": "nplurals=4; plural=(n == 1 && n % 1 == 0) ? 0 : (n >= 2 && n <= 4 && n % 1 == 0) ? 1: "
    "(n % 1 != 0 ) ? 2 : 3;",
}
# The date is fixed: a file changes when its texts do.
HEADER = """\
# Texts of Allegro Hub. Written by `make messages`, translated by hand.
msgid ""
msgstr ""
"Project-Id-Version: Allegro Hub\\n"
"POT-Creation-Date: 2026-01-01 00:00+0000\\n"
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def sources() -> Iterator[Path]:
    """Files that may hold texts, relative to the project, in a fixed order."""
    for path in sorted(ROOT.rglob("*")):
        place = path.relative_to(ROOT)
        outside = place.parts[0] in APART or any(part in APART for part in place.parts[1:-1])
        if outside or any(part.startswith(".") for part in place.parts):
            continue
        if path.suffix == ".py" or (
            path.suffix in {".html", ".txt"} and "templates" in place.parts
        ):
            yield place


def python_of(place: Path) -> str:
    """The file as Python; of a template, the calls Django would make for its tags."""
    text = (ROOT / place).read_text(encoding="utf-8")
    if place.suffix == ".py":
        return text
    # What lies around the calls is blanked out, yet its indentation would not pass as Python.
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(place)).splitlines())


def template() -> Catalog:
    """All texts of the source, without translations."""
    catalog = Catalog()
    for place in sources():
        code = BytesIO(python_of(place).encode())
        found = extract("python", code, KEYWORDS, options={"encoding": "utf-8"})
        for line, message, _comments, context in found:
            catalog.add(message, locations=[(place.as_posix(), line)], context=context)
    return catalog


def merged(texts: Catalog, language: str) -> bytes:
    """The file of a language: the texts in use, with the translations it already has."""
    path = file_of(language)
    old = compile_messages.read(path) if path.exists() else Catalog(locale=language)
    new = Catalog(locale=language)
    new.mime_headers = [("Plural-Forms", PLURALS[language])]
    for text in used(texts):
        known = old.get(text.id, text.context)
        kept = known.string if known is not None and known.id == text.id else None
        places = dict.fromkeys((place, 0) for place, _line in text.locations)
        new.add(text.id, kept or "", locations=places, flags=text.flags, context=text.context)
    body = BytesIO()
    write_po(body, new, width=0, omit_header=True, include_lineno=False)
    return HEADER.format(language=language, plurals=PLURALS[language]).encode() + body.getvalue()


def file_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def used(catalog: Catalog) -> Iterator[Message]:
    """The entries of a catalogue without its header."""
    return (message for message in catalog if message.id)


def untranslated(catalog: Catalog) -> Iterator[Message]:
    """Entries where a translation, or one of its plural forms, is missing."""
    for message in used(catalog):
        text = message.string or ""
        forms = [text] if isinstance(text, str) else list(text)
        wanted = catalog.num_plurals if message.pluralizable else 1
        if len(forms) != wanted or not all(forms):
            yield message


def main() -> int:
    check = "--check" in sys.argv
    texts, failed = template(), False
    for language in PLURALS:
        path, wanted = file_of(language), merged(texts, language)
        if check and (not path.exists() or path.read_bytes() != wanted):
            print(f"{path.relative_to(ROOT)} is not level with the source; run make messages")
            failed = True
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted)
            path.with_suffix(".mo").write_bytes(
                compile_messages.binary(compile_messages.read(path))
            )
        for message in untranslated(compile_messages.read(path)):
            print(f"{path.relative_to(ROOT)}:{message.lineno}: no translation of {message.id!r}")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
