"""Staging: the file is read once, every row is checked and compared, nothing of the catalogue changes.

Rows travel by COPY into a temporary table and from there, compared with the products, into
:class:`ImportRow`, a batch in a transaction. A worker that is killed leaves whole batches behind;
staging begins anew and drops them first.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.work import LostClaim, claimed, finish
from imports.compare import compared, fields_of
from imports.detect import Chosen
from imports.enums import ImportStage, RowOutcome
from imports.errors import FileRefused, Problem
from imports.locks import fenced
from imports.models import ImportJob, ImportRow
from imports.opening import Opened, opened
from imports.operations.automatic import apply_by_itself
from imports.operations.meaning import understood
from imports.operations.remembering import remembered_meanings
from imports.operations.upload import stored
from imports.reading import CsvFile, Record
from imports.understanding import Row, Understanding, read_row

SAMPLES, SAMPLE_CELL = 3, 120
TABLES = """
    CREATE TEMPORARY TABLE IF NOT EXISTS import_lines
    (line integer, code varchar(100), values jsonb, raw jsonb, errors jsonb);
    CREATE TEMPORARY TABLE IF NOT EXISTS import_codes (code varchar(100) PRIMARY KEY, line integer);
    TRUNCATE import_lines, import_codes
"""
# The first line of each code, over all batches: rows come in order, so the first one stays.
REMEMBER_CODES = """
    INSERT INTO import_codes (code, line)
    SELECT code, line FROM import_lines WHERE code <> '' ORDER BY line
        ON CONFLICT (code) DO NOTHING
"""
COPY = "COPY import_lines (line, code, values, raw, errors) FROM STDIN"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def stage(job: ImportJob) -> None:
    """Read, check and compare the whole file, then put the job to its preview.

    Raises :class:`FileRefused` when the file as a whole cannot be imported and :class:`LostClaim`
    when the job is no longer this worker's.
    """
    path = stored(job.storage_path)
    if not path.exists():
        raise FileRefused(_("The uploaded file is no longer stored."), remedy=_("Upload it again."))
    file = opened(path, chosen=_chosen(job), alive=partial(_prolong, job))
    understanding = understood(job, file.detected.header)
    if understanding is None:
        _ask(job, file)
        return
    _begin(job, file, understanding)
    totals: Counter[str] = Counter()
    with CsvFile(file.path, file.detected) as text:
        rows = _rows(text, understanding, default_supplier=_supplier_name(job))
        while batch := list(islice(rows, settings.IMPORT_CSV_BATCH_SIZE)):
            # As a share of the uploaded file, which a workbook's text is not as long as.
            share = text.bytes_read * job.size // max(text.size, 1)
            _stage_batch(job, batch, totals, bytes_read=share)
    if not totals["rows"]:
        raise _no_rows()
    _end(job, understanding, totals)


def _prolong(job: ImportJob) -> None:
    with fenced(job):
        pass


def _chosen(job: ImportJob) -> Chosen:
    return Chosen(job.chosen_encoding, job.chosen_delimiter, job.chosen_quote)


def _ask(job: ImportJob, file: Opened) -> None:
    """Nobody knows this header: the job waits for a person who says what its columns mean."""
    with CsvFile(file.path, file.detected) as text:
        values = _as_read(file, list(islice(text.records(), SAMPLES)))
    if not values["samples"]:
        raise _no_rows()
    asked = {"stage": ImportStage.MAPPING, "format": "", "columns": [], "stock_columns": []}
    if not finish(job, now=timezone.now(), warnings=list(file.warnings), **values, **asked):
        raise LostClaim


def _as_read(file: Opened, samples: Sequence[Record]) -> dict[str, Any]:
    detected = file.detected
    return {
        "encoding": file.shown_as,
        "delimiter": detected.delimiter,
        "quote": detected.quote,
        "sample_line": detected.sample_line,
        "header": list(detected.header),
        "samples": [[cell[:SAMPLE_CELL] for cell in one.cells] for one in samples],
    }


def _no_rows() -> FileRefused:
    return FileRefused(
        _("The file has a header and no rows."), remedy=_("Export it again, with products.")
    )


def _begin(job: ImportJob, file: Opened, understanding: Understanding) -> None:
    job.columns, job.header = understanding.described(), list(file.detected.header)
    with CsvFile(file.path, file.detected) as text:
        samples = list(islice(text.records(), SAMPLES))
    with fenced(job), connection.cursor() as cursor:
        ImportRow.objects.filter(job=job).delete()
        cursor.execute(TABLES)
        claimed(job).update(
            stage=ImportStage.STAGING,
            step_started_at=timezone.now(),
            format=understanding.format,
            **_as_read(file, samples),
            columns=job.columns,
            warnings=[*file.warnings, *understanding.warnings],
            stock_columns=_stock_columns(job, understanding, Counter()),
            bytes_read=0,
            rows_total=0,
            rows_new=0,
            rows_changed=0,
            rows_unchanged=0,
            rows_wrong=0,
        )


def _end(job: ImportJob, understanding: Understanding, totals: Counter[str]) -> None:
    now = timezone.now()
    with transaction.atomic():
        settled = finish(
            job,
            now=now,
            stage=ImportStage.PREVIEW,
            staged_at=now,
            bytes_read=job.size,
            stock_columns=_stock_columns(job, understanding, totals),
        )
        if not settled:
            raise LostClaim
        job.refresh_from_db()
        apply_by_itself(job=job, now=now)


def _stock_columns(
    job: ImportJob, understanding: Understanding, totals: Counter[str]
) -> list[dict[str, Any]]:
    known = remembered_meanings(job)
    return [
        {
            "kind": kind,
            "warehouses": warehouses,
            "meaning": known.get(kind, job.stock_meaning),
            "rows": totals[f"stock:{kind}"],
        }
        for kind, warehouses in understanding.stock_kinds().items()
    ]


def _supplier_name(job: ImportJob) -> str:
    return job.supplier.name if job.supplier else ""


def _rows(
    file: CsvFile, understanding: Understanding, *, default_supplier: str
) -> Iterator[tuple[Row, Record]]:
    """Rows with their records; the last one is looked at for being cut off."""
    before: tuple[Row, Record] | None = None
    for record in file.records():
        if before:
            yield before
        row = read_row(understanding, line=record.line, cells=record.cells)
        if record.broken:
            row.problems = [_broken_quotes(record.broken)]
        if default_supplier:
            row.values.setdefault("supplier", default_supplier)
        before = (row, record)
    if before:
        row, record = before
        if not file.ends_with_newline and len(record.cells) < len(understanding.header):
            row.problems.append(_cut_off())
        yield before


def _stage_batch(
    job: ImportJob, batch: list[tuple[Row, Record]], totals: Counter[str], *, bytes_read: int
) -> None:
    with fenced(job), connection.cursor() as cursor:
        cursor.execute("TRUNCATE import_lines")
        with cursor.copy(COPY) as copy:
            copy.write("".join(_copy_line(row, record) for row, record in batch))
        cursor.execute(REMEMBER_CODES)
        cursor.execute(_insert_sql(fields_of(job)), _insert_params(job))
        for outcome, count in cursor.fetchall():
            totals[outcome] += count
        totals["rows"] += len(batch)
        for row, _record in batch:
            for kind in row.values.get("stock", ()):
                totals[f"stock:{kind}"] += 1
        claimed(job).update(
            rows_total=totals["rows"],
            rows_new=totals[RowOutcome.NEW],
            rows_changed=totals[RowOutcome.CHANGED],
            rows_unchanged=totals[RowOutcome.UNCHANGED],
            rows_wrong=totals[RowOutcome.WRONG],
            bytes_read=bytes_read,
        )


def _copy_line(row: Row, record: Record) -> str:
    errors = _encode([problem.as_json() for problem in row.problems]) if row.problems else "[]"
    # JSON escapes control characters by itself; COPY's text format only needs its backslashes doubled.
    cells = (row.code, _encode(row.values), _encode(record.cells), errors)
    return f"{row.line}\t" + "\t".join(c.replace("\\", "\\\\") for c in cells) + "\n"


def _insert_sql(fields: list[str]) -> str:
    source = """(
        SELECT l.*, first.line AS first_line, found.id AS product_id,
               jsonb_array_length(l.errors) > 0 OR first.line < l.line AS flawed
          FROM import_lines l
          LEFT JOIN import_codes first ON first.code = l.code
          LEFT JOIN LATERAL (SELECT p.id FROM products_product p
                              WHERE p.organization_id = %(organization)s AND p.code = l.code
                              LIMIT 1) found ON true)"""
    keep = "d.line, d.code, d.values, d.raw, d.errors, d.first_line"
    return f"""
        WITH done AS (
            INSERT INTO imports_importrow
                   (job_id, line, code, values, raw, outcome, before, errors)
            SELECT %(job)s, line, code, values,
                   CASE WHEN outcome = 'WRONG' THEN raw ELSE '[]' END, outcome, before,
                   errors
                   || CASE WHEN first_line < line THEN jsonb_build_array(
                        jsonb_build_object('column', %(code_column)s::text, 'value', code,
                          'code', 'duplicate_code', 'remedy', %(duplicate_remedy)s::text, 'message',
                          replace(%(duplicate)s, '{{line}}', first_line::text))) ELSE '[]' END
                   || CASE WHEN nameless THEN %(nameless)s::jsonb ELSE '[]' END
              FROM ({compared(source=source, fields=fields, keep=keep)}) AS rows
         RETURNING outcome)
        SELECT outcome, count(*) FROM done GROUP BY outcome
    """  # noqa: S608 -- built from our own field names, never from the file


def _insert_params(job: ImportJob) -> dict[str, Any]:
    nameless = Problem(
        column=_column_of(job, "name"),
        value="",
        code="name_missing",
        message=_("This code is new and the row has no name."),
        remedy=_("A new product needs a name; fill it in."),
    )
    return {
        "job": job.pk,
        "organization": job.organization_id,
        "code_column": _column_of(job, "code"),
        "duplicate": _("This code already stands in line {line}."),
        "duplicate_remedy": _("Keep one of the rows; the first one is used."),
        "nameless": _encode([nameless.as_json()]),
    }


def _column_of(job: ImportJob, field: str) -> str:
    return next((c["column"] for c in job.columns if c["field"] == field), field)


def _broken_quotes(detail: str) -> Problem:
    return Problem(
        column="",
        value="",
        code="broken_quotes",
        message=_("The quotes of this row do not fit together."),
        remedy=_('Write a quote inside a text twice ("").'),
    )


def _cut_off() -> Problem:
    return Problem(
        column="",
        value="",
        code="cut_off",
        message=_("The file ends in the middle of this row."),
        remedy=_("The download or export was cut off; get the file again."),
    )
