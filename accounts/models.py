"""People, the organizations they work for, and what they may do there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from core.tenancy import TenantModel, TimestampedModel


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are stored in lower case, because that is how people repeat them."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail. ``is_staff`` marks an operator of the installation, not a member."""

    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_staff = models.BooleanField(_("operator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_once")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email.partition("@")[0]


class Organization(TimestampedModel):
    """The tenant: one seller's business. Nothing of it is ever visible to another."""

    name = models.CharField(_("name"), max_length=160)
    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Warsaw")
    country = models.CharField(_("country"), max_length=2, default="PL")
    currency = models.CharField(_("currency"), max_length=3, default="PLN")
    members = models.ManyToManyField(User, through="Membership", related_name="organizations")

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel, TimestampedModel):
    """A person's role in an organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="accounts_member_once_per_organization"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organization_id}"


class Invitation(TenantModel, TimestampedModel):
    """An offer of membership, sent to an e-mail address; the link's token is stored only as a hash."""

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="accounts_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to organization {self.organization_id}"


class ApiKey(TenantModel, TimestampedModel):
    """A key for scripts, limited to scopes and to one organization. Only its hash is stored."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64, editable=False)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.VIEWER)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="accounts_apikey_org")]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class RefreshFamily(models.Model):
    """All refresh tokens that descend from one sign-in; presenting a used one revokes the family."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="refresh_families")
    started_at = models.DateTimeField()
    current_jti = models.CharField(max_length=255)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "refresh families"

    def __str__(self) -> str:
        return f"sign-in {self.pk} of user {self.user_id}"


class SavedView(TenantModel, TimestampedModel):
    """The filters of a list under a name: one person's, or everybody's in the organization.

    ``page`` names the list (``accounts.saved_views``), ``query`` is its query string without the page.
    """

    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    shared = models.BooleanField(_("for everybody here"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "page", "owner", "name"], name="accounts_saved_view_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.page}"
