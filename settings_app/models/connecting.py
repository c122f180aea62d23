"""Attempts to connect an account: by the consent page, and by a code typed at Allegro."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from core.sealed import SealedField
from core.tenancy import TenantModel
from settings_app.enums import AuthorizationState, Environment
from settings_app.models.integrations import Integration


class OAuthAttempt(TenantModel):
    """One trip through Allegro's consent page: a signed single-use state and its PKCE verifier."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    environment = models.CharField(max_length=12, choices=Environment.choices)
    integration = models.ForeignKey(
        Integration, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    label = models.CharField(max_length=80, blank=True)
    expected_login = models.CharField(max_length=120, blank=True)
    nonce_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    code_verifier = SealedField()
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "OAuth attempt"
        indexes = [models.Index(fields=["created_at"], name="settings_attempt_created")]

    def __str__(self) -> str:
        return f"OAuth attempt {self.pk}"


class DeviceAuthorization(TenantModel):
    """Connecting by a code typed at Allegro: shown to the seller, polled until it is settled.

    ``public_id`` names it in the API; the device code itself is a secret and never leaves.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    environment = models.CharField(max_length=12, choices=Environment.choices)
    integration = models.ForeignKey(
        Integration, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    label = models.CharField(max_length=80, blank=True)
    expected_login = models.CharField(max_length=120, blank=True)
    device_code = SealedField()
    user_code = models.CharField(max_length=32, blank=True)
    verification_uri = models.CharField(max_length=300, blank=True)
    verification_uri_complete = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=12, choices=AuthorizationState.choices, default=AuthorizationState.PENDING
    )
    problem = models.CharField(max_length=300, blank=True)
    interval_seconds = models.PositiveSmallIntegerField(default=5)
    next_poll_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                condition=models.Q(state=AuthorizationState.PENDING),
                name="settings_device_due",
            ),
            models.Index(fields=["organization", "-created_at"], name="settings_device_org"),
        ]

    def __str__(self) -> str:
        return f"device authorization {self.pk}"
