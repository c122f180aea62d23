from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from products import operations
from products.models import Category, Product, ProductImage, SupplierProduct


class ImageInline(TabularInline):
    model = ProductImage
    extra = 0
    fields = ("position", "url")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    """Operators look, archive and restore; sellers edit on their own pages, where it is audited."""

    list_display = ("code", "name", "organization", "ean", "selling_price", "selling_currency",
                    "active", "archived_at", "updated_at")  # fmt: skip
    list_filter = ("active", ("archived_at", admin.EmptyFieldListFilter),
                   ("ean", admin.EmptyFieldListFilter), "sync_enabled")  # fmt: skip
    list_select_related = ("organization",)
    raw_id_fields = ("organization", "supplier", "default_category")
    filter_horizontal = ()
    search_fields = ("code", "name", "ean")
    show_full_result_count = False
    exclude = ("categories",)
    readonly_fields = ("version", "archived_at", "search", "created_at", "updated_at")
    inlines = (ImageInline,)
    actions = ("archive", "restore")
    ordering = ("-pk",)

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Through the operation, so that the change is audited and told to the other apps."""
        now = timezone.now()
        if not change:
            given = form.cleaned_data
            values = {n: given[n] for n in operations.EDITABLE if n in given}
            created = operations.create_product(
                organization=obj.organization,
                values=values,
                actor=request.user,  # type: ignore[arg-type]
                now=now,
            )
            obj.pk = created.pk
            return
        operations.update_product(
            product=obj,
            values={n: form.cleaned_data[n] for n in form.changed_data if n in operations.EDITABLE},
            actor=request.user,  # type: ignore[arg-type]
            now=now,
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> Any:
        return (*self.readonly_fields, "organization") if obj else self.readonly_fields

    @admin.action(description=_("Archive"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        for product in queryset.filter(archived_at=None):
            operations.archive_product(
                product=product,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        self.message_user(request, _("Archived."), messages.SUCCESS)

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        for product in queryset.exclude(archived_at=None):
            operations.restore_product(
                product=product,
                actor=request.user,  # type: ignore[arg-type]
                now=timezone.now(),
            )
        self.message_user(request, _("Restored."), messages.SUCCESS)


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = ("path", "organization")
    list_select_related = ("organization",)
    raw_id_fields = ("organization",)
    search_fields = ("path",)
    show_full_result_count = False


@admin.register(ProductImage)
class ProductImageAdmin(ModelAdmin):
    list_display = ("url", "product", "position", "organization")
    list_select_related = ("product", "organization")
    raw_id_fields = ("product", "organization")
    search_fields = ("product__code", "url")
    show_full_result_count = False


@admin.register(SupplierProduct)
class SupplierProductAdmin(ModelAdmin):
    list_display = ("supplier_code", "supplier", "product", "price", "currency", "stock")
    list_select_related = ("supplier", "product")
    raw_id_fields = ("organization", "supplier", "product")
    search_fields = ("supplier_code", "product__code")
    show_full_result_count = False
