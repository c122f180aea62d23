"""Rows that belong to one organization, and the only way to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import Organization


class TenantQuerySet(models.QuerySet[Any]):
    """Reads of tenant rows start with :meth:`for_organization`."""

    def for_organization(self, organization: Organization | None) -> Self:
        """Only this organization's rows; none at all without an organization."""
        if organization is None:
            return self.none()
        return self.filter(organization=organization)


class TenantModel(models.Model):
    """A row of one organization."""

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True


class TimestampedModel(models.Model):
    """When the row was written and last changed. For people to read, never for logic."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
