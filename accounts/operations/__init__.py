"""Writes of people and organizations."""

from accounts.operations.api_keys import create_api_key, revoke_api_key
from accounts.operations.members import (
    AlreadyMember,
    InvitationGone,
    LastOwner,
    WrongAddress,
    accept_invitation,
    change_role,
    invite,
    remove_member,
    revoke_invitation,
)
from accounts.operations.organizations import create_organization, update_organization
from accounts.operations.refresh import RefreshRefused, rotate_refresh, start_family, stop_family
from accounts.operations.saved_views import ViewNameMissing, remove_view, save_view

__all__ = [
    "AlreadyMember",
    "InvitationGone",
    "LastOwner",
    "RefreshRefused",
    "ViewNameMissing",
    "WrongAddress",
    "accept_invitation",
    "change_role",
    "create_api_key",
    "create_organization",
    "invite",
    "remove_member",
    "remove_view",
    "revoke_api_key",
    "revoke_invitation",
    "rotate_refresh",
    "save_view",
    "start_family",
    "stop_family",
    "update_organization",
]
