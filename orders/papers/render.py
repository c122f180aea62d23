"""From values to PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

HERE = Path(__file__).resolve().parent
PER_SHEET = 24


def packing_pdf(sheets: Sequence[Mapping[str, Any]]) -> bytes:
    """One packing list a page for each order; see ``orders.queries.packing`` for the values."""
    return _pdf("packing", {"sheets": sheets, "words": _words()})


def pick_pdf(picks: Sequence[Mapping[str, Any]], *, orders: int, left_out: Sequence[str]) -> bytes:
    """What to fetch for all of ``orders`` together, summed per product, with its places."""
    values = {"picks": picks, "orders": orders, "left_out": left_out, "words": _words()}
    return _pdf("pick", values)


def labels_pdf(
    labels: Sequence[Mapping[str, Any]], *, start: int, left_out: Sequence[str]
) -> bytes:
    """Address labels, A4 of three by eight; ``start`` is the first free one of a begun sheet, from 1."""
    skipped = min(max(start, 1), PER_SHEET) - 1
    values = {"labels": labels, "skipped": skipped, "left_out": left_out, "words": _words()}
    return _pdf("labels", values)


def _pdf(template: str, values: Mapping[str, Any]) -> bytes:
    # 70 MB of fonts and compiler that only a printing process needs.
    import typst

    made: bytes = typst.compile(
        str(HERE / f"{template}.typ"),
        root=str(HERE),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
    )
    return made


def _words() -> dict[str, str]:
    """The templates' own words in the reader's language."""
    return {
        "packing": _("Packing list"),
        "pick": _("Pick list"),
        "order": pgettext("paper", "Order"),
        "account": _("Account"),
        "bought": pgettext("paper", "Bought"),
        "ship_by": _("Ship by"),
        "to": pgettext("paper", "To"),
        "delivery": _("Delivery"),
        "point": _("Pickup point"),
        "message": _("The buyer writes"),
        "pieces": _("Pieces"),
        "what": pgettext("paper", "What"),
        "code": _("Code"),
        "ean": "EAN",
        "place": _("Place"),
        "collect": _("Collect on delivery"),
        "stop": _("DO NOT SHIP"),
        "invoice": _("Invoice wanted"),
        "orders": _("orders"),
        "left_out": _("Left out, do not ship:"),
        "sheet": pgettext("paper", "Page"),
    }
