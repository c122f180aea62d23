"""What the pages of one import share: finding it, and asking an operation to decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from core.errors import HubError
from imports.models import ImportJob
from imports.queries import jobs_of


def job_of(request: HttpRequest, pk: int) -> ImportJob:
    """The import of the request's organization, else 404."""
    found: ImportJob = get_object_or_404(
        jobs_of(organization=request.organization).select_related("organization"),  # type: ignore[attr-defined]
        pk=pk,
    )
    return found


def decided(
    request: HttpRequest, job: ImportJob, decide: Any, refused_to: str = "detail", **kwargs: Any
) -> HttpResponse:
    """Call the operation as this person; a refusal is shown on the page ``refused_to``."""
    try:
        decide(job=job, actor=request.user, now=timezone.now(), **kwargs)
    except HubError as error:
        messages.error(request, error.told)
        return redirect(f"imports:{refused_to}", pk=job.pk)
    return redirect("imports:detail", pk=job.pk)
