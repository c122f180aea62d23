"""People and organizations for operators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import (
    ApiKey,
    Invitation,
    Membership,
    Organization,
    RefreshFamily,
    SavedView,
    User,
)
from core.admin import ReadOnlyAdmin


class MembershipInline(TabularInline):
    model = Membership
    raw_id_fields = ["user", "organization"]
    extra = 0


@admin.register(User)
class UserAdmin(ModelAdmin):
    """Passwords are set by their owners; here only rights and the account's being active."""

    list_display = ["email", "first_name", "last_name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "first_name", "last_name"]
    exclude = ["password", "user_permissions", "groups"]
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline]


@admin.register(Organization)
class OrganizationAdmin(ModelAdmin):
    list_display = ["name", "country", "currency", "people", "created_at"]
    search_fields = ["name"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return super().get_queryset(request).annotate(people_count=Count("memberships"))

    @admin.display(description="people", ordering="people_count")
    def people(self, organization: Any) -> int:
        return int(organization.people_count)


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):
    list_display = ["user", "organization", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    raw_id_fields = ["user", "organization"]
    search_fields = ["user__email", "organization__name"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "organization", "role", "expires_at", "accepted_at", "revoked_at"]
    list_select_related = ["organization"]
    search_fields = ["email", "organization__name"]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ["prefix", "name", "organization", "role", "last_used_at", "revoked_at"]
    list_select_related = ["organization"]
    search_fields = ["prefix", "name", "organization__name"]


@admin.register(RefreshFamily)
class RefreshFamilyAdmin(ReadOnlyAdmin):
    list_display = ["user", "started_at", "revoked_at", "revoked_reason"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    exclude = ["current_jti"]


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ["name", "page", "organization", "owner", "shared"]
    list_filter = ["page", "shared"]
    list_select_related = ["organization", "owner"]
    search_fields = ["name", "owner__email", "organization__name"]
