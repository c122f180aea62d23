"""Reads of imports: the list, one import with its progress and preview, its wrong rows as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.enums import WorkState
from core.paging import Page, paged
from imports.enums import IN_FLIGHT, READABLE, UNDOABLE, ImportStage, RowOutcome, StockMeaning
from imports.formats import title_of
from imports.models import ImportJob, ImportRow
from imports.opening import WORKBOOK
from products.models import Product

if TYPE_CHECKING:
    from accounts.models import Organization

PAGE_SIZE = 25
ROWS_SHOWN = 25
WAITING = "Waits for another import of this organization."
_RISKY = re.compile(r"^[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?[\d .,\u00a0]+$")
KEPT_WORDS = {
    "changed": gettext_lazy("The product was changed after the import made it, so it stays."),
    "archived": gettext_lazy(
        "Something refers to the product, so it was archived and not deleted."
    ),
}
DELIMITER_NAMES = {
    ";": gettext_lazy("semicolon"),
    ",": gettext_lazy("comma"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}
FIELD_NAMES = {
    "images": gettext_lazy("pictures"),
    "categories": gettext_lazy("categories"),
    "stock": gettext_lazy("stock"),
}


def jobs_of(*, organization: Organization) -> QuerySet[ImportJob]:
    """The organization's imports, newest first."""
    jobs: QuerySet[ImportJob] = ImportJob.objects.for_organization(organization)
    return jobs.select_related("uploaded_by", "supplier", "same_file_as").order_by("-pk")


def job_list(*, organization: Organization, page: int = 1) -> Page[ImportJob]:
    """One page of imports."""
    return paged(jobs_of(organization=organization), number=page, size=PAGE_SIZE)


def progress_of(job: ImportJob) -> dict[str, Any]:
    """How far the present step is: done, total (0 while unknown), rate and what it waits for.

    While a file is read its number of rows is not known, so the share is that of bytes.
    """
    done, total = _done_of(job)
    seconds = (timezone.now() - job.step_started_at).total_seconds() if job.step_started_at else 0.0
    rate = round(done / seconds) if seconds > 0.2 and done else 0
    in_flight = job.stage in IN_FLIGHT
    return {
        "in_flight": in_flight and job.state in (WorkState.PENDING, WorkState.RUNNING),
        "failed": job.state in (WorkState.DEAD, WorkState.WAITING_FOR_PERSON) and in_flight,
        "waits": job.state == WorkState.PENDING and job.last_error == WAITING,
        "label": job.get_stage_display(),
        "done": done,
        "total": total,
        "rate": rate,
        "seconds_left": round((total - done) / rate) if rate and total > done else None,
    }


def _done_of(job: ImportJob) -> tuple[int, int]:
    if job.stage == ImportStage.UNDOING:
        return job.rows_undone, job.rows_applied
    if job.stage == ImportStage.APPLYING:
        return job.rows_applied, rows_to_apply(job)
    return job.rows_total, _expected_rows(job)


def rows_to_apply(job: ImportJob) -> int:
    """How many rows applying looks at: new and changed ones, and any with stock that is taken."""
    with_stock = any(c["meaning"] != StockMeaning.IGNORE and c["rows"] for c in job.stock_columns)
    return job.rows_new + job.rows_changed + (job.rows_unchanged if with_stock else 0)


def _expected_rows(job: ImportJob) -> int:
    if not job.bytes_read or not job.rows_total:
        return 0
    return max(round(job.rows_total * job.size / job.bytes_read), job.rows_total)


def job_page(*, job: ImportJob, outcome: str = "", page: int = 1) -> dict[str, Any]:
    """Everything the page of one import shows."""
    counts = {
        RowOutcome.NEW: job.rows_new,
        RowOutcome.CHANGED: job.rows_changed,
        RowOutcome.WRONG: job.rows_wrong,
        RowOutcome.UNCHANGED: job.rows_unchanged,
    }
    chosen = outcome if outcome in counts else next((k for k, n in counts.items() if n), "NEW")
    used = [c for c in job.columns if c["field"]]
    return {
        "job": job,
        "progress": progress_of(job),
        "format_title": title_of(job.format),
        "is_workbook": job.encoding == WORKBOOK,
        "delimiter_name": DELIMITER_NAMES.get(job.delimiter, job.delimiter),
        "used_columns": [{**c, "label": _column_label(c["field"])} for c in used],
        "unused_columns": [c["column"] for c in job.columns if not c["field"] and c["column"]],
        "counts": counts,
        "outcome": chosen,
        "outcome_tabs": [
            {
                "value": value,
                "label": RowOutcome(value).label,
                "count": count,
                "active": value == chosen,
                "url": f"?outcome={value}#rows",
            }
            for value, count in counts.items()
        ],
        "rows": _rows_page(job, chosen, page),
        "changes_nothing": job.stage == ImportStage.PREVIEW
        and not (job.rows_new + job.rows_changed),
        "steps": _steps(job),
        "may_reread": job.stage in READABLE,
        "may_undo": job.stage in UNDOABLE and job.rows_applied > 0,
    }


def _rows_page(job: ImportJob, outcome: str, page: int) -> Page[dict[str, Any]]:
    found = paged(
        ImportRow.objects.filter(job=job, outcome=outcome).order_by("line"),
        number=page,
        size=ROWS_SHOWN,
    )
    return replace(found, items=[shown(row) for row in found.items])


def kept_page(*, job: ImportJob, page: int = 1) -> dict[str, Any]:
    """What stayed when the import was taken back, because it had changed since."""
    rows = paged(
        ImportRow.objects.filter(job=job, kept__isnull=False).exclude(kept={}).order_by("line"),
        number=page,
        size=ROWS_SHOWN,
    )
    return {"job": job, "rows": replace(rows, items=[_kept_of(row) for row in rows.items])}


def _kept_of(row: ImportRow) -> dict[str, Any]:
    kept, former = dict(row.kept or {}), row.before or {}
    whole = KEPT_WORDS.get(kept.pop("product", ""), "")
    return {
        "line": row.line,
        "code": row.code,
        "name": row.values.get("name") or "",
        "whole": whole,
        "fields": [
            {
                "label": name if ":" in name else field_label(name),
                "now": for_people(value),
                "before": "" if ":" in name else for_people(former.get(name)),
            }
            for name, value in kept.items()
        ],
    }


def shown(row: ImportRow) -> dict[str, Any]:
    """A row for people: line, code, name, the fields it sets or changes, what is wrong with it."""
    values, before = row.values, row.before or {}
    names = [n for n in values if n != "stock"]
    if row.outcome == RowOutcome.CHANGED:
        names = [n for n in names if n in before]
    return {
        "line": row.line,
        "code": row.code,
        "name": values.get("name") or "",
        "fields": [
            {
                "field": name,
                "label": field_label(name),
                "before": for_people(before.get(name)),
                "after": for_people(values.get(name)),
            }
            for name in names
            if row.outcome in (RowOutcome.NEW, RowOutcome.CHANGED)
        ],
        "stock": [
            {"kind": kind, "warehouse": place, "pieces": pieces}
            for kind, places in values.get("stock", {}).items()
            for place, pieces in places.items()
        ],
        "errors": row.errors,
        "applied_at": row.applied_at,
    }


def field_label(name: str) -> str:
    """A field's name for people."""
    if name in FIELD_NAMES:
        return str(FIELD_NAMES[name])
    return str(Product._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def for_people(value: Any) -> str:
    """A staged value as text: lists joined, yes and no in words, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _column_label(field: str) -> str:
    if field == "code":
        return _("code")
    return field if ":" in field else field_label(field)


def _steps(job: ImportJob) -> list[dict[str, str]]:
    at = {
        ImportStage.UPLOADED: 1,
        ImportStage.STAGING: 1,
        ImportStage.MAPPING: 1,
        ImportStage.PREVIEW: 2,
        ImportStage.APPLYING: 3,
        ImportStage.APPLIED: 4,
        ImportStage.UNDOING: 4,
        ImportStage.UNDONE: 4,
    }.get(ImportStage(job.stage), 1)
    labels = [_("Upload"), _("Read and check"), _("Look and confirm"), _("Apply")]
    return [
        {"label": label, "state": "done" if i < at else "current" if i == at else "todo"}
        for i, label in enumerate(labels)
    ]


def error_lines(*, job: ImportJob) -> Iterator[str]:
    """The wrong rows as CSV lines in the file's own columns and delimiter, ready to be mended.

    Two columns are added at the end, the line and what is wrong; a new upload leaves them out. A cell
    that a spreadsheet would run as a formula gets an apostrophe before it, which an upload takes off.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=job.delimiter or ";", lineterminator="\r\n")

    def line(cells: list[str]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([harmless(cell) for cell in cells])
        return buffer.getvalue()

    width = len(job.header)
    yield "\ufeff" + line([*job.header, "import:line", "import:error"])
    rows = ImportRow.objects.filter(job=job, outcome=RowOutcome.WRONG).order_by("line")
    for row in rows.iterator(chunk_size=2000):
        cells = [*row.raw[:width], *[""] * (width - len(row.raw))]
        yield line([*cells, str(row.line), " | ".join(_sentence(e) for e in row.errors)])


def harmless(cell: str) -> str:
    """The cell as text no spreadsheet runs; plain numbers stay as they are."""
    return f"'{cell}" if _RISKY.match(cell) and not _NUMBER.match(cell) else cell


def _sentence(error: dict[str, str]) -> str:
    column = f"{error['column']}: " if error["column"] else ""
    return f"{column}{error['message']} {error['remedy']}".strip()
