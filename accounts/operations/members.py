"""Invitations and memberships."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.locks import lock_memberships
from accounts.mail import send_invitation
from accounts.models import Invitation, Membership, Organization, User
from accounts.secrets import digest, new_secret
from core import audit
from core.errors import HubError, StateConflict

VALID_FOR = timedelta(days=7)


class AlreadyMember(StateConflict):
    code = "already_member"
    title = _("This person is already a member or has an open invitation")


def invite(
    *, organization: Organization, email: str, role: Role, actor: User, now: datetime
) -> tuple[Invitation, str]:
    """Invite an address; mails the link after commit and returns it with its secret.

    An expired invitation of the same address is replaced. Raises :class:`AlreadyMember`.
    """
    address = email.strip().lower()
    if Membership.objects.filter(organization=organization, user__email=address).exists():
        raise AlreadyMember(remedy=_("Change the role in the list of members instead."))
    secret = new_secret()
    try:
        with transaction.atomic():
            Invitation.objects.for_organization(organization).filter(
                email=address, accepted_at=None, revoked_at=None, expires_at__lte=now
            ).update(revoked_at=now)
            invitation = Invitation.objects.create(
                organization=organization,
                email=address,
                role=role,
                token_sha256=digest(secret),
                invited_by=actor,
                expires_at=now + VALID_FOR,
            )
            audit.record_change("member.invited", invitation, actor, now, after={"role": role})
    except IntegrityError as error:
        raise AlreadyMember(
            remedy=_("Withdraw the open invitation first to send a new one.")
        ) from error
    transaction.on_commit(lambda: send_invitation(invitation=invitation, secret=secret))
    return invitation, secret


class InvitationGone(HubError):
    status = 404
    code = "invitation_gone"
    title = _("This invitation is not valid any more")


class WrongAddress(HubError):
    status = 403
    code = "wrong_address"
    title = _("This invitation was sent to another e-mail address")


def accept_invitation(*, secret: str, user: User, now: datetime) -> Membership:
    """Turn an invitation into a membership, once.

    Raises :class:`InvitationGone` when it is unknown, used, withdrawn or expired, and
    :class:`WrongAddress` when another address was meant.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=("self",))
            .select_related("organization")
            .filter(
                token_sha256=digest(secret), accepted_at=None, revoked_at=None, expires_at__gt=now
            )
            .first()
        )
        if invitation is None:
            raise InvitationGone(remedy=_("Ask the organization's owner for a new invitation."))
        if invitation.email != user.email.lower():
            raise WrongAddress(remedy=_("Sign in with the address the invitation was sent to."))
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        membership, _created = Membership.objects.get_or_create(
            organization=invitation.organization, user=user, defaults={"role": invitation.role}
        )
        audit.record_change("member.joined", invitation, user, now, after={"role": invitation.role})
    return membership


def revoke_invitation(*, invitation: Invitation, actor: User, now: datetime) -> bool:
    """Withdraw an open invitation; False when it was settled already."""
    with transaction.atomic():
        revoked = Invitation.objects.filter(
            pk=invitation.pk, accepted_at=None, revoked_at=None
        ).update(revoked_at=now)
        if revoked:
            audit.record_change("member.invitation_withdrawn", invitation, actor, now)
    return bool(revoked)


class LastOwner(StateConflict):
    code = "last_owner"
    title = _("An organization needs at least one owner")


def change_role(*, membership: Membership, role: Role, actor: User, now: datetime) -> Membership:
    """Give a member another role. Raises :class:`LastOwner`."""
    with transaction.atomic():
        current = _locked(membership, leaves_ownership=role != Role.OWNER)
        before, current.role = current.role, role
        current.save(update_fields=["role", "updated_at"])
        audit.record_change(
            "member.role_changed", current, actor, now, {"role": before}, {"role": role}
        )
    return current


def remove_member(*, membership: Membership, actor: User, now: datetime) -> None:
    """End a membership. Raises :class:`LastOwner`."""
    with transaction.atomic():
        current = _locked(membership, leaves_ownership=True)
        audit.record_change("member.removed", current, actor, now, {"role": current.role})
        current.delete()


def _locked(membership: Membership, *, leaves_ownership: bool) -> Membership:
    members = lock_memberships(organization_id=membership.organization_id)
    current = next((member for member in members if member.pk == membership.pk), None)
    if current is None:
        raise StateConflict(_("This member has left meanwhile."))
    owners = [member for member in members if member.role == Role.OWNER]
    if leaves_ownership and owners == [current]:
        raise LastOwner(remedy=_("Make another member an owner first."))
    return current
