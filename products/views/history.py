"""The history of one product."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from core.paging import page_number
from products import operations
from products.enums import ChangeSource
from products.fields import label_of
from products.models import ProductChange
from products.queries.history import fields_changed, history_page
from products.views.products import product_or_404


@require_GET
@member_required()
def history(request: MemberRequest, pk: int) -> HttpResponse:
    """Every change of a product: who, when, through what, before and after."""
    product = product_or_404(request, pk)
    name, source = request.GET.get("field", "")[:40], request.GET.get("source", "")
    page = history_page(
        product=product, name=name, source=source, page=page_number(request.GET.get("page"))
    )
    context = {
        "product": product,
        "page": page,
        "fields": [(one, label_of(one)) for one in fields_changed(product=product)],
        "sources": ChangeSource.choices,
        "chosen": {"field": name, "source": source},
        "may_write": Role(request.membership.role).allows(Role.STAFF),
    }
    return render(request, "products/history.html", context)


@require_POST
@member_required(Role.STAFF)
def undo_change(request: MemberRequest, pk: int) -> HttpResponse:
    """Give a field the value it had before one change."""
    changes = ProductChange.objects.for_organization(request.organization)
    change = get_object_or_404(changes.select_related("product"), pk=pk)
    try:
        operations.undo_change(change=change, actor=request.user, now=timezone.now())
    except HubError as error:
        reasons = [str(reason) for named in error.fields.values() for reason in named]
        words = [error.detail, error.remedy, *reasons]
        messages.error(request, " ".join(filter(None, words)))
    else:
        messages.success(request, _("Taken back."))
    return redirect("products:history", pk=change.product_id)
