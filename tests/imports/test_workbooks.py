"""Workbooks: read like the same sheet as CSV, and refused when they are made to do harm."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest

from imports.enums import ImportStage
from imports.models import ImportRow
from products.models import Product
from tests.imports.formats.golden import GOLDEN, Golden
from tests.imports.formats.test_golden import KEYS, values_of

pytestmark = pytest.mark.django_db


def workbook(*sheets: list[list[Any]], names: tuple[str, ...] = ()) -> bytes:
    """A workbook with these rows in its sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at, rows in enumerate(sheets):
        sheet = book.create_sheet(names[at] if names else f"Sheet{at}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """The workbook with one part of the archive replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, data if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("golden", GOLDEN, ids=KEYS)
def test_sheet_of_every_format_becomes_products(applied: Any, golden: Golden) -> None:
    rows = list(csv.reader(io.StringIO(golden.text, newline=""), delimiter=golden.delimiter))

    job = applied(workbook(rows))

    assert (job.stage, job.refusal, job.format) == (ImportStage.APPLIED, "", golden.format)
    assert (job.encoding, job.rows_wrong) == ("XLSX", 0)
    for code, expected in golden.products.items():
        assert values_of(Product.objects.get(code=code), expected) == expected


def test_numbers_dates_and_yes_read_as_people_see_them(applied: Any) -> None:
    header = ["code", "name:cs", "purchasePrice", "ean", "active", "material"]
    row = [123, "Hrnek", 120.5, 8591234567893, True, date(2026, 11, 25)]

    applied(workbook([header, row]))

    product = Product.objects.get()
    assert (product.code, product.ean, product.active) == ("123", "8591234567893", True)
    assert (str(product.purchase_price.normalize()), product.material) == ("120.5", "2026-11-25")


def test_sheet_with_known_columns_is_found_and_named(applied: Any) -> None:
    notes, goods = [["Note"], ["x"]], [[], ["code", "name:cs"], [], ["A", "Hrnek"]]

    job = applied(workbook(notes, goods, names=("Info", "Zboží")))

    assert Product.objects.get().code == "A"
    assert any("Zboží" in warning for warning in job.warnings)


def test_wrong_row_is_named_by_its_number_in_the_sheet(staged: Any) -> None:
    job = staged(
        workbook([["code", "name:cs", "ean"], ["A", "Dvě\nřádky", ""], [], ["B", "Hrnek", "123"]])
    )

    wrong = ImportRow.objects.get(job=job, outcome="WRONG")
    assert (wrong.line, wrong.code) == (4, "B")


def test_formulas_are_told_of(staged: Any) -> None:
    job = staged(workbook([["code", "name:cs", "purchasePrice"], ["A", "Hrnek", "=1+1"]]))

    assert any("formulas" in warning for warning in job.warnings)


def bomb() -> bytes:
    """Shared texts that unpack to far more than they weigh."""
    texts = b"<sst>" + b"<si><t>x</t></si>" * 4_000_000 + b"</sst>"
    return with_part(workbook([["code"], ["A"]]), "xl/sharedStrings.xml", texts)


def billion_laughs() -> bytes:
    """Entities that double with every level."""
    levels = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 40))
    cell = '<row r="1"><c t="str"><v>&a39;</v></c></row>'
    xml = f'<!DOCTYPE x [<!ENTITY a0 "lol">{levels}]><worksheet><sheetData>{cell}</sheetData></worksheet>'
    return with_part(workbook([["code"], ["A"]]), "xl/worksheets/sheet1.xml", xml.encode())


def far_row() -> bytes:
    """A row that claims to be the thousand-millionth."""
    xml = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="str"><v>code</v></c></row>'
        b'<row r="1000000000"><c r="A1000000000" t="str"><v>A</v></c></row></sheetData></worksheet>'
    )
    return with_part(workbook([["code"], ["A"]]), "xl/worksheets/sheet1.xml", xml)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (bomb, "too large when it is unpacked"),
        (billion_laughs, "cannot be opened"),
        (far_row, "too large when it is unpacked"),
        (lambda: workbook([["code", "name:cs"], ["A", "B"]])[:-300], "a ZIP archive"),
        (lambda: with_part(workbook([["code"]]), "xl/worksheets/sheet1.xml", b"<x"), "cannot be opened"),
        (lambda: workbook([[]]), "has no rows"),
        (lambda: workbook([["code", "name:cs"]]), "a header and no rows"),
        (lambda: workbook([["code"] + [f"c{n}" for n in range(1500)], ["A"]]), "1501 columns"),
    ],
    ids=["texts", "entities", "far row", "cut off", "broken sheet", "empty", "header only", "columns"],
)  # fmt: skip
def test_harmful_workbook_is_refused_with_a_reason(staged: Any, make: Any, says: str) -> None:
    job = staged(make())

    assert (job.stage, job.last_error) == (ImportStage.REFUSED, "")
    assert says in job.refusal
    assert job.remedy
    assert not ImportRow.objects.exists()
