"""Order pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import member_required


@member_required()
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders of every account."""
    return render(request, "orders/list.html", {})


@member_required()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order."""
    return render(request, "orders/list.html", {})
