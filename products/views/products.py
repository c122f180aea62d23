"""Pages of one product."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_required
from accounts.enums import Role
from core.errors import HubError
from products import operations
from products.forms import ProductForm
from products.holding import held_by
from products.models import Product
from products.queries import product_page


def product_or_404(request: HttpRequest, pk: int) -> Product:
    products = Product.objects.for_organization(request.organization)  # type: ignore[attr-defined]
    found: Product = get_object_or_404(
        products.select_related("supplier", "default_category"), pk=pk
    )
    return found


@require_GET
@member_required()
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One product: values, stock, offers, history."""
    return render(
        request, "products/detail.html", product_page(product=product_or_404(request, pk))
    )


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def create(request: HttpRequest) -> HttpResponse:
    """A new product."""
    organization = request.organization  # type: ignore[attr-defined]
    form = ProductForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        try:
            product = operations.create_product(
                organization=organization,
                values=form.values(),
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        except HubError as error:
            form.take_refusal(error)
        else:
            messages.success(request, _("%(code)s was created.") % {"code": product.code})
            return redirect("products:detail", pk=product.pk)
    return render(request, "products/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a product; a change made by somebody else meanwhile is not overwritten."""
    product = product_or_404(request, pk)
    form = ProductForm(
        request.POST or None,
        instance=product_or_404(request, pk),
        organization=request.organization,  # type: ignore[attr-defined]
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.update_product(
                product=product,
                values=form.values(),
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
                expected_version=form.expected_version,
            )
        except HubError as error:
            form.take_refusal(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("products:detail", pk=product.pk)
    context = {"form": form, "product": product}
    return render(request, "products/form.html", context, status=422 if form.errors else 200)


@require_POST
@member_required(Role.STAFF)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Archive a product."""
    operations.archive_product(
        product=product_or_404(request, pk),
        actor=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
    )
    messages.success(request, _("Archived. Its stock, offers and history stay."))
    return redirect("products:detail", pk=pk)


@require_POST
@member_required(Role.STAFF)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore an archived product."""
    operations.restore_product(
        product=product_or_404(request, pk),
        actor=request.user,  # type: ignore[arg-type]
        now=timezone.now(),
    )
    messages.success(request, _("Restored."))
    return redirect("products:detail", pk=pk)


@require_http_methods(["GET", "POST"])
@member_required(Role.STAFF)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a product nothing refers to, archive one that is held; says which before it does."""
    product = product_or_404(request, pk)
    holders = held_by(product)
    if request.method == "POST":
        result = operations.remove_product(
            product=product,
            actor=request.user,  # type: ignore[arg-type]
            now=timezone.now(),
        )
        if result == "deleted":
            messages.success(request, _("%(code)s was deleted.") % {"code": product.code})
            return redirect("products:list")
        messages.success(request, _("Archived. Its stock, offers and history stay."))
        return redirect("products:detail", pk=pk)
    context = {
        "title": _("Remove %(code)s") % {"code": product.code},
        "question": product.name,
        "consequences": _consequences(holders),
        "action_label": _("Archive") if holders else _("Delete"),
        "cancel_url": reverse("products:detail", args=[pk]),
        "tone": "warn" if holders else "danger",
    }
    return render(request, "confirm.html", context)


def _consequences(holders: list[str]) -> list[str]:
    if holders:
        return [
            _("It is kept, because these refer to it: %(what)s.") % {"what": ", ".join(holders)},
            _("It leaves the lists and the matching; you can restore it at any time."),
        ]
    return [
        _("Nothing refers to it, so it is deleted with its pictures and its history."),
        _("The audit trail keeps its values."),
    ]
