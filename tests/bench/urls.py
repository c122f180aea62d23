"""The product's addresses and one that does nothing: what Django itself costs in the same server."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from allegro_hub.urls import urlpatterns as ours


@csrf_exempt
def accepted(request: HttpRequest) -> HttpResponse:
    """202 for a body that was read and nothing else."""
    assert request.body
    return HttpResponse(b'{"status": "accepted"}', status=202, content_type="application/json")


urlpatterns = [path("bench/accepted", accepted), *ours]
