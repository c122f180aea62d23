"""Files of suppliers that are fetched by themselves: the list, one of them, a look at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from imports import operations
from imports.feeds import feed_list
from imports.forms import FeedForm
from imports.models import SupplierFeed
from settings_app.models import Supplier


@require_GET
@member_required()
def feeds(request: HttpRequest) -> HttpResponse:
    """Files of suppliers that are fetched by themselves."""
    page = feed_list(
        organization=request.organization,  # type: ignore[attr-defined]
        page=page_number(request.GET.get("page")),
    )
    return render(request, "imports/feeds.html", {"page": page})


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def feed(request: HttpRequest, supplier_pk: int) -> HttpResponse:
    """How one supplier's file is fetched."""
    supplier = _supplier(request, supplier_pk)
    known = getattr(supplier, "feed", None)
    form = FeedForm(
        request.POST or None, instance=known, initial={"switched_on": bool(known and known.is_open)}
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            operations.save_feed(
                supplier=supplier,
                switched_on=values.pop("switched_on"),
                values=values,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except HubError as error:
            messages.error(request, error.told)
        return redirect("imports:feeds")
    status = 422 if form.errors else 200
    return render(request, "imports/feed.html", {"form": form, "supplier": supplier}, status=status)


@require_POST
@member_required(Role.STAFF)
def look_now(request: HttpRequest, supplier_pk: int) -> HttpResponse:
    """Look at the address at once."""
    supplier = _supplier(request, supplier_pk)
    known = get_object_or_404(SupplierFeed, supplier=supplier)
    try:
        operations.look_now(feed=known, actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    except HubError as error:
        messages.error(request, error.told)
    else:
        messages.success(request, _("A worker looks now; what is new becomes an import."))
    return redirect("imports:feeds")


def _supplier(request: HttpRequest, pk: int) -> Supplier:
    suppliers = Supplier.objects.for_organization(request.organization)  # type: ignore[attr-defined]
    found: Supplier = get_object_or_404(suppliers.select_related("feed"), pk=pk)
    return found
