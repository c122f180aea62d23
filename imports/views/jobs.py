"""Pages of imports: list and upload, one import from reading to result."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from imports import operations
from imports.downloads import errors_response
from imports.enums import ImportStage
from imports.forms import ConfirmForm, ReadingForm, UploadForm
from imports.queries import job_list, job_page, progress_of
from imports.views.deciding import decided, job_of


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
    job = job_of(request, pk)
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
    job = job_of(request, pk)
    shown = progress_of(job)
    response = render(request, "imports/_progress.html", {"job": job, "progress": shown})
    if not shown["in_flight"]:
        response.headers["HX-Redirect"] = reverse("imports:detail", args=[job.pk])
    return response


@require_POST
@member_required(Role.STAFF)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply what the preview shows."""
    job = job_of(request, pk)
    form = ConfirmForm(request.POST, job=job)
    if job.stage == ImportStage.PREVIEW and not form.is_valid():
        messages.error(request, _("Say what the stock columns mean."))
        return redirect("imports:detail", pk=pk)
    return decided(request, job, operations.confirm, stock_meanings=_meanings(form))


def _meanings(form: ConfirmForm) -> dict[str, str]:
    return form.meanings() if form.is_valid() else {}


@require_POST
@member_required(Role.STAFF)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import."""
    return decided(request, job_of(request, pk), operations.cancel)


@require_POST
@member_required(Role.STAFF)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a failed or refused import again."""
    return decided(request, job_of(request, pk), operations.retry)


@require_GET
@member_required()
def errors(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The wrong rows as a CSV file in the layout of the uploaded one."""
    return errors_response(job_of(request, pk))
