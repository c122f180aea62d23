"""Pages of imports: list and upload, one import from reading to result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from imports import operations
from imports.columns import columns_page
from imports.enums import ImportStage
from imports.forms import ColumnsForm, ConfirmForm, ReadingForm, UploadForm
from imports.models import ImportJob
from imports.queries import error_lines, job_list, job_page, jobs_of, progress_of


def _job(request: HttpRequest, pk: int) -> ImportJob:
    found: ImportJob = get_object_or_404(
        jobs_of(organization=request.organization).select_related("organization"),  # type: ignore[attr-defined]
        pk=pk,
    )
    return found


@require_GET
@member_required()
def import_list(request: HttpRequest) -> HttpResponse:
    """Every import, newest first."""
    organization = request.organization  # type: ignore[attr-defined]
    page = job_list(organization=organization, page=page_number(request.GET.get("page")))
    in_flight = any(progress_of(job)["in_flight"] for job in page.items)
    return render(request, "imports/list.html", {"page": page, "in_flight": in_flight})


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in; the page of its import follows."""
    organization = request.organization  # type: ignore[attr-defined]
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        organization=organization,
        initial={"supplier": request.GET.get("supplier")},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = operations.upload(
                organization=organization,
                file=file,
                file_name=file.name or "",
                supplier=form.cleaned_data["supplier"],
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except HubError as error:
            form.take_refusal(error)
        else:
            return redirect("imports:detail", pk=job.pk)
    return render(
        request, "imports/upload.html", {"form": form}, status=422 if form.errors else 200
    )


@require_GET
@member_required()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how it was understood, what it would change, what is wrong, how far it is."""
    job = _job(request, pk)
    context = job_page(
        job=job,
        outcome=request.GET.get("outcome", ""),
        page=page_number(request.GET.get("page")),
    )
    context["form"] = ConfirmForm(job=job)
    context["reading"] = ReadingForm(
        initial={
            "encoding": job.chosen_encoding,
            "delimiter": job.chosen_delimiter,
            "quote": job.chosen_quote,
        }
    )
    return render(request, "imports/detail.html", context)


@require_GET
@member_required()
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that moves while a step runs; when it ends, the whole page is loaded."""
    job = _job(request, pk)
    shown = progress_of(job)
    response = render(request, "imports/_progress.html", {"job": job, "progress": shown})
    if not shown["in_flight"]:
        response.headers["HX-Redirect"] = reverse("imports:detail", args=[job.pk])
    return response


@require_POST
@member_required(Role.STAFF)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply what the preview shows."""
    job = _job(request, pk)
    form = ConfirmForm(request.POST, job=job)
    if job.stage == ImportStage.PREVIEW and not form.is_valid():
        messages.error(request, _("Say what the stock columns mean."))
        return redirect("imports:detail", pk=pk)
    return _decided(request, job, operations.confirm, stock_meanings=_meanings(form))


def _meanings(form: ConfirmForm) -> dict[str, str]:
    return form.meanings() if form.is_valid() else {}


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What the columns of the file mean; kept for files with the same header."""
    job = _job(request, pk)
    form = ColumnsForm(request.POST or None, job=job)
    if request.method == "POST" and form.is_valid():
        return _decided(
            request, job, operations.choose_columns, "columns", meanings=form.meanings()
        )
    return render(request, "imports/columns.html", columns_page(job))


@require_POST
@member_required(Role.STAFF)
def forget_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Read by the known format again."""
    return _decided(request, _job(request, pk), operations.forget_columns)


@require_POST
@member_required(Role.STAFF)
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file anew with another encoding, delimiter or quote."""
    job = _job(request, pk)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose from what is offered."))
        return redirect("imports:detail", pk=pk)
    return _decided(request, job, operations.read_again, chosen=form.chosen())


@require_POST
@member_required(Role.STAFF)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import."""
    return _decided(request, _job(request, pk), operations.cancel)


@require_POST
@member_required(Role.STAFF)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a failed or refused import again."""
    return _decided(request, _job(request, pk), operations.retry)


@require_GET
@member_required()
def errors(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The wrong rows as a CSV file in the layout of the uploaded one."""
    return errors_response(_job(request, pk))


def errors_response(job: ImportJob) -> StreamingHttpResponse:
    """The download both the page and the API give."""
    response = StreamingHttpResponse(error_lines(job=job), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{job.pk}-errors.csv"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _decided(
    request: HttpRequest, job: ImportJob, decide: Any, refused_to: str = "detail", **kwargs: Any
) -> HttpResponse:
    try:
        decide(job=job, actor=request.user, now=timezone.now(), **kwargs)
    except HubError as error:
        messages.error(request, error.told)
        return redirect(f"imports:{refused_to}", pk=job.pk)
    return redirect("imports:detail", pk=job.pk)
