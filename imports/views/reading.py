"""What the seller says about how a file is read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member_required
from accounts.enums import Role
from imports import operations
from imports.columns import columns_page
from imports.forms import ColumnsForm, ReadingForm
from imports.views.deciding import decided, job_of


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What the columns of the file mean; kept for files with the same header."""
    job = job_of(request, pk)
    form = ColumnsForm(request.POST or None, job=job)
    if request.method == "POST" and form.is_valid():
        return decided(request, job, operations.choose_columns, "columns", meanings=form.meanings())
    return render(request, "imports/columns.html", columns_page(job))


@require_POST
@member_required(Role.STAFF)
def forget_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Read by the known format again."""
    return decided(request, job_of(request, pk), operations.forget_columns)


@require_POST
@member_required(Role.STAFF)
def read_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file anew with another encoding, delimiter or quote."""
    job = job_of(request, pk)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose from what is offered."))
        return redirect("imports:detail", pk=pk)
    return decided(request, job, operations.read_again, chosen=form.chosen())
