"""Checks every translation file: it parses, its placeholders fit, and the compiled file is current.

    python -m launcher.compile_messages [--write]

``--write`` compiles instead. Babel does both, so no machine needs gettext's programs.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from launcher.places import ROOT


def message_files() -> list[Path]:
    return sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po"))


def problems(path: Path) -> list[str]:
    catalog = read(path)
    wrong = [
        f"{path}:{message.lineno}: {error}"
        for message, errors in catalog.check()
        for error in errors
    ]
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != binary(catalog):
        wrong.append(f"{compiled} is not current; run python -m launcher.compile_messages --write")
    return wrong


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def binary(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main() -> int:
    if "--write" in sys.argv:
        for path in message_files():
            path.with_suffix(".mo").write_bytes(binary(read(path)))
    wrong = [line for path in message_files() for line in problems(path)]
    print("\n".join(wrong) if wrong else f"{len(message_files())} translation files are current")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
