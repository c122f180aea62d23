"""Taking an import back: what it means, the decision, and what stayed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import member_required
from accounts.enums import Role
from core.paging import page_number
from imports import operations
from imports.queries import kept_page
from imports.views.deciding import decided, job_of


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what taking back does, and do it."""
    job = job_of(request, pk)
    if request.method == "POST":
        return decided(request, job, operations.undo)
    return render(request, "imports/undo.html", {"job": job})


@require_GET
@member_required()
def kept(request: HttpRequest, pk: int) -> HttpResponse:
    """What had changed since the import and therefore stayed."""
    page = page_number(request.GET.get("page"))
    return render(request, "imports/kept.html", kept_page(job=job_of(request, pk), page=page))
