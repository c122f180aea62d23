"""A seller's connected Allegro accounts, how each behaves, and the suppliers."""

from settings_app.models.connecting import DeviceAuthorization, OAuthAttempt
from settings_app.models.field_rules import FieldRule
from settings_app.models.integrations import FAILURES_BEFORE_DISABLING, Integration
from settings_app.models.organizations import Installation, OrganizationSettings
from settings_app.models.schedules import SyncSchedule
from settings_app.models.suppliers import Supplier

__all__ = [
    "FAILURES_BEFORE_DISABLING",
    "DeviceAuthorization",
    "FieldRule",
    "Installation",
    "Integration",
    "OAuthAttempt",
    "OrganizationSettings",
    "Supplier",
    "SyncSchedule",
]
