"""Files that are broken, hostile or not CSV: a clear refusal with a remedy, nothing half-applied."""

from __future__ import annotations

from typing import Any

import pytest

from imports.enums import ImportStage, RowOutcome
from imports.errors import FileRefused, FileTooLarge
from imports.models import ImportJob, ImportRow
from products.models import Product
from tests.imports.files import HEADER, MUG, bizbox, many, small

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04" + b"\0" * 200, "a ZIP archive without a workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 200, "old Excel workbook"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x1f\x8b\x08\0\0", "compressed"),
        (b'<?xml version="1.0"?><importProducts/>', "an XML document"),
        (b"   \n\n  \n", "no text in it"),
        (HEADER.encode(), "a header and no rows"),
        (HEADER.encode() + b"\r\n;;;;\r\n", "a header and no rows"),
        (b"code;name:cs\nA;B\nC\0;D\n", "NUL bytes in line 3"),
        (b"code;name:cs\nA;" + b"x" * 3_000_000 + b"\n", "Line 2 is longer than a megabyte"),
        (b"code;name:cs\n" + b'A;"never closed\n' + b"B;C\n" * 200_000, "opens in line 2"),
        (b'code;name:cs\nA;B\nB;"open\nC;D\n', "opens in line 3"),
        (";".join(["code", "name", *(f"c{n}" for n in range(1200))]).encode() + b"\nA;B\n", "1202"),
        (b"code;code;name\nA;B;C\n", "stands twice"),
        (
            b"code;name:cs\n" + "A;Žluťoučký kůň\n".encode() * 50 + b"B;\x8elu\x9d\n",
            "Line 52 is not written in the encoding",
        ),
        (b"\xff\xfe" + "code;name\nA;B\n".encode("utf-16-le") + b"\x00\xd8", "encoding"),
        (bytes(range(128, 256)) * 20, "neither UTF-8"),
    ],
)  # fmt: skip
def test_file_is_refused_with_a_reason_and_a_remedy(staged: Any, content: bytes, says: str) -> None:
    job = staged(content)

    assert job.stage == ImportStage.REFUSED, job.last_error
    assert says in job.refusal
    assert job.remedy
    assert not ImportRow.objects.exists()
    assert not Product.objects.exists()


def test_empty_file_is_refused_at_once(uploaded: Any) -> None:
    with pytest.raises(FileRefused, match="0 bytes"):
        uploaded(b"")

    assert not ImportJob.objects.exists()


def test_too_large_file_leaves_nothing_behind(uploaded: Any, settings: Any, tmp_path: Any) -> None:
    settings.IMPORT_CSV_MAX_SIZE = 100_000

    with pytest.raises(FileTooLarge) as refused:
        uploaded(b"x" * 100_001)

    assert refused.value.status == 413
    assert not ImportJob.objects.exists()
    assert [p for p in (tmp_path / "media").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (("A", "X", "abc", ""), "purchasePrice", "not_a_number"),
        (("A", "X", "-5", ""), "purchasePrice", "negative"),
        (("A", "X", "1e400", ""), "purchasePrice", "too_large"),
        (("A", "X", "NaN", ""), "purchasePrice", "not_a_number"),
        (("A", "X", "9" * 40, ""), "purchasePrice", "too_large"),
        (("A", "X", "", "8591234567890"), "ean", "bad_ean"),
        (("A", "X", "", "8,59123E+12"), "ean", "number_damaged"),
        (("A" * 101, "X", "", ""), "code", "too_long"),
        (("A", "X" * 301, "", ""), "name:cs", "too_long"),
        (("", "X", "1", ""), "code", "code_missing"),
        (("A", "", "1", ""), "name:cs", "name_missing"),
        (("A", "\\clear", "1", ""), "name:cs", "cannot_clear"),
        (("A", "X", "1", "", "extra"), "", "too_many_cells"),
        (("A", '"X" y', "1", ""), "", "broken_quotes"),
    ],
)
def test_wrong_cell_is_named_with_line_column_and_remedy(
    staged: Any, cells: tuple[str, ...], column: str, code: str
) -> None:
    job = staged(small(("OK-1", "Dobrý", "1", ""), cells))

    assert (job.stage, job.rows_new, job.rows_wrong) == (ImportStage.PREVIEW, 1, 1)
    wrong = ImportRow.objects.get(outcome=RowOutcome.WRONG)
    assert wrong.line == 3
    error = wrong.errors[0]
    assert (error["column"], error["code"]) == (column, code)
    assert error["message"]
    assert error["remedy"] or code == "too_large"


def test_expected_check_digit_is_told(staged: Any) -> None:
    staged(small(("A", "X", "", "8591234567890")))

    assert "should be 3" in ImportRow.objects.get().errors[0]["message"]


def test_wrong_rows_are_left_out_and_the_others_applied(applied: Any) -> None:
    job = applied(small(("A", "X", "abc", ""), ("B", "Y", "2", "")))

    assert (job.stage, job.rows_applied) == (ImportStage.APPLIED, 1)
    assert list(Product.objects.values_list("code", flat=True)) == ["B"]


def test_duplicate_codes_are_reported_across_batches(staged: Any, settings: Any) -> None:
    settings.IMPORT_CSV_BATCH_SIZE = 2

    job = staged(small(*((c, "X", "1", "") for c in ("A", "B", "A", "C", "B", "A"))))

    assert (job.rows_new, job.rows_wrong) == (3, 3)
    wrong = ImportRow.objects.filter(outcome=RowOutcome.WRONG).order_by("line")
    assert [(r.line, r.code) for r in wrong] == [(4, "A"), (6, "B"), (7, "A")]
    assert [r.errors[0]["message"] for r in wrong] == [
        "This code already stands in line 2.",
        "This code already stands in line 3.",
        "This code already stands in line 2.",
    ]
    assert wrong[0].raw == ["A", "X", "1", ""]


def test_lines_are_physical_lines_of_the_file(staged: Any) -> None:
    staged('code;name:cs;purchasePrice\n\nA;"two\nlines";1\n\nB;Y;bad\n')

    assert ImportRow.objects.get(code="A").line == 3
    assert ImportRow.objects.get(code="A").values["name"] == "two lines"
    assert ImportRow.objects.get(code="B").line == 6


def test_cut_off_last_row_is_wrong(staged: Any) -> None:
    staged("code;name:cs;purchasePrice\nA;X;1\nB;Yel")

    assert ImportRow.objects.get(code="B").errors[0]["code"] == "cut_off"


def test_short_rows_leave_the_missing_fields(applied: Any) -> None:
    applied("code;name:cs;purchasePrice\nA;X\n")

    assert Product.objects.get(code="A").purchase_price is None


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiter_is_detected(staged: Any, delimiter: str) -> None:
    text = f"code{delimiter}name:cs{delimiter}brand\nA{delimiter}Hrnek s, ;{delimiter}B\n"
    if delimiter in ",;":
        text = text.replace("Hrnek s, ;", '"Hrnek s, ;"')

    job = staged(text)

    assert (job.delimiter, job.rows_new) == (delimiter, 1)
    assert ImportRow.objects.get().values == {"name": "Hrnek s, ;", "brand": "B"}


def test_declared_delimiter_and_single_quotes(staged: Any) -> None:
    job = staged("sep=;\ncode;'name:cs';brand\n'A';'It''s; here';'B'\n'C';'D';'E'\n")

    assert (job.quote, job.rows_new) == ("'", 2)
    row = ImportRow.objects.get(code="A")
    assert (row.line, row.values["name"]) == (3, "It's; here")


def test_codes_stay_text(applied: Any) -> None:
    applied(small(("007", "Agent", "", ""), ("61246/46", "Bota", "", ""), ("1E5", "Kód", "", "")))

    codes = set(Product.objects.values_list("code", flat=True))
    assert codes == {"007", "61246/46", "1E5"}


def test_errors_come_back_in_the_layout_of_the_file(staged: Any, page: Any, owner: Any) -> None:
    from django.test import Client

    broken = MUG.replace("8591234567893", "8591234567890").replace("Zababa;", "=cmd|x;", 1)
    job = staged(bizbox(broken, MUG.replace("ABC-001", "ABC-002")))
    client: Client = page(owner)

    response = client.get(f"/imports/{job.pk}/errors.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]

    header, row, rest = text.split("\r\n", 2)
    assert header == f"{HEADER};import:line;import:error"
    assert "'=cmd|x" in row  # a spreadsheet must not run it
    assert ";2;" in row
    assert "should be 3" in row
    assert not rest
    mended = staged(text.replace("8591234567890", "8591234567893"))
    assert (mended.rows_new, mended.rows_wrong) == (1, 0)
    assert mended.rows.get().values["brand"] == "=cmd|x"


def test_script_in_a_description_never_reaches_the_catalogue(
    applied: Any, page: Any, owner: Any
) -> None:
    applied(
        "code;name:cs;description:cs\n"
        'A;<b>X</b>;"<h3 onclick=x()>Nadpis</h3><img src=x onerror=y()><a href=z>odkaz</a>"\n'
    )
    product = Product.objects.get(code="A")

    assert product.description == "<h2>Nadpis</h2>odkaz"
    html = page(owner).get(f"/products/{product.pk}/").content.decode()
    assert "&lt;b&gt;X&lt;/b&gt;" in html
    assert "onclick" not in html


def test_file_of_many_rows_is_read_in_batches(staged: Any, settings: Any) -> None:
    settings.IMPORT_CSV_BATCH_SIZE = 100

    job = staged(many(1050))

    assert (job.rows_total, job.rows_new, job.bytes_read) == (1050, 1050, job.size)
