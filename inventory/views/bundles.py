"""What a bundle is made of."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, member_required
from accounts.enums import Role
from core.errors import HubError
from inventory import operations, queries
from inventory.forms import BundleForm
from inventory.views.answers import room, see_other
from products.models import Product


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def bundle(request: MemberRequest, product_id: int) -> HttpResponse:
    """Say which products a product is made of; none makes it an ordinary one."""
    product = get_object_or_404(
        Product.objects.for_organization(request.organization), pk=product_id
    )
    parts = queries.parts_of(product=product)
    form = BundleForm(request.POST or None, parts=parts, organization=request.organization)
    if request.method == "POST" and form.is_valid():
        try:
            operations.set_bundle(
                product=product, items=form.items(), actor=request.user, now=timezone.now()
            )
        except HubError as error:
            form.add_error(None, error.told)
        else:
            messages.success(request, _("Saved."))
            return see_other("adjust", product.pk)
    context = {"product": product, "form": form, "rows": form.rows(), "is_bundle": bool(parts)}
    status = 422 if form.errors else 200
    return render(request, "inventory/bundle.html", context | room(request, "list"), status=status)
