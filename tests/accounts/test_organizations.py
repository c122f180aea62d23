from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.enums import Role
from accounts.models import ApiKey, Invitation, Membership, Organization, User
from accounts.operations import LastOwner, change_role, create_api_key, invite
from core.models import AuditEntry
from tests.factories import MembershipFactory, OrganizationFactory, UserFactory

PAGE = "/organization/"


@pytest.fixture
def invited(organization: Organization, owner: User) -> tuple[Invitation, str]:
    return invite(
        organization=organization,
        email="New@example.com",
        role=Role.STAFF,
        actor=owner,
        now=timezone.now(),
    )


def test_sign_up_on_the_page_makes_an_organization(db: None, client: Any) -> None:
    answer = client.post(
        "/accounts/signup/",
        {
            "email": "ola@example.com",
            "organization_name": "Kubki Oli",
            "password1": "trzy-zielone-kubki",
            "password2": "trzy-zielone-kubki",
        },
    )
    assert answer.status_code == 302
    membership = Membership.objects.get()
    assert (membership.role, membership.organization.name) == ("owner", "Kubki Oli")


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_mailed_and_accepted_once(page: Any) -> None:
    owner = MembershipFactory(role="owner")
    page(owner.user).post(
        "/organization/invitations/", {"email": "new@example.com", "role": "staff"}
    )
    link = re.search(r"/organization/join/\S+", str(mail.outbox[0].body))
    assert link
    guest = UserFactory(email="new@example.com")
    client = page(guest)
    assert owner.organization.name in client.get(link[0]).content.decode()
    assert client.post(link[0]).status_code == 302
    assert Membership.objects.get(user=guest).role == "staff"
    client.post(link[0])
    assert Membership.objects.filter(user=guest).count() == 1


def test_an_invitation_is_not_for_another_address(
    invited: tuple[Invitation, str], outsider: User, page: Any
) -> None:
    page(outsider).post(f"/organization/join/{invited[1]}/")
    assert not Membership.objects.filter(
        user=outsider, organization=invited[0].organization
    ).exists()


def test_an_expired_invitation_is_refused(invited: tuple[Invitation, str], page: Any) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    guest = UserFactory(email="new@example.com")
    answer = page(guest).get(f"/organization/join/{invited[1]}/")
    assert answer.status_code == 404
    page(guest).post(f"/organization/join/{invited[1]}/")
    assert not Membership.objects.filter(user=guest).exists()


def test_the_link_of_an_invitation_is_stored_only_as_a_hash(
    invited: tuple[Invitation, str],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_invitation t")
        assert invited[1] not in cursor.fetchone()[0]


def test_the_last_owner_cannot_step_down(organization: Organization, owner: User) -> None:
    membership = Membership.objects.get(user=owner)
    with pytest.raises(LastOwner):
        change_role(membership=membership, role=Role.STAFF, actor=owner, now=timezone.now())
    membership.refresh_from_db()
    assert membership.role == Role.OWNER


@pytest.mark.django_db(transaction=True)
def test_two_owners_stepping_down_at_once_leave_one() -> None:
    organization = OrganizationFactory()
    members = MembershipFactory.create_batch(2, organization=organization, role="owner")
    barrier, refused = threading.Barrier(2), []

    def step_down(membership: Membership) -> None:
        barrier.wait()
        try:
            change_role(
                membership=membership, role=Role.STAFF, actor=membership.user, now=timezone.now()
            )
        except LastOwner:
            refused.append(membership.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[member]) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert Membership.objects.filter(organization=organization, role="owner").count() == 1


@pytest.mark.parametrize("who", ["staff", "viewer"])
def test_only_owners_invite(
    who: str, request: pytest.FixtureRequest, page: Any, organization: Organization
) -> None:
    user = request.getfixturevalue(who)
    answer = page(user).post(
        "/organization/invitations/", {"email": "x@example.com", "role": "staff"}
    )
    assert answer.status_code == 403
    assert Invitation.objects.count() == 0


def test_switching_to_a_strangers_organization_is_not_found(
    owner: User, other_organization: Organization, page: Any
) -> None:
    answer = page(owner).post("/organization/switch/", {"organization": other_organization.pk})
    assert answer.status_code == 404


def test_switching_changes_what_is_shown(owner: User, page: Any) -> None:
    second = MembershipFactory(user=owner).organization
    client = page(owner)
    client.post("/organization/switch/", {"organization": second.pk})
    assert second.name in client.get(PAGE).content.decode()


def test_renaming_is_audited_with_both_values(
    owner: User, organization: Organization, page: Any
) -> None:
    before = organization.name
    page(owner).post(PAGE, {"name": "New name", "timezone": "Europe/Prague"})
    entry = AuditEntry.objects.get(action="organization.changed")
    assert (entry.before["name"], entry.after["name"]) == (before, "New name")
    assert entry.actor == owner


def test_an_api_key_is_shown_once_and_works_within_its_role(
    owner: User, organization: Organization, page: Any
) -> None:
    made = page(owner).post("/organization/keys/", {"name": "stock script", "role": "viewer"})
    found = re.search(r"hub_[0-9a-f]{12}_[\w-]+", made.content.decode())
    assert found
    assert found[0] not in page(owner).get(PAGE).content.decode()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {found[0]}")
    assert client.get("/api/v1/auth/me").json()["email"] == owner.email
    ApiKey.objects.update(revoked_at=timezone.now())
    assert client.get("/api/v1/auth/me").status_code == 401


def test_an_api_key_sees_its_own_organization_and_role_alone(
    organization: Organization, owner: User
) -> None:
    MembershipFactory(user=owner, role=Role.OWNER)
    _key, text = create_api_key(
        organization=organization, name="s", role=Role.VIEWER, actor=owner, now=timezone.now()
    )
    answer = APIClient().get("/api/v1/auth/me", headers={"Authorization": f"Bearer {text}"})
    assert answer.json()["organizations"] == [
        {"id": organization.pk, "name": organization.name, "role": "viewer"}
    ]


@pytest.mark.parametrize("text", ["hub_", "hub_abc", "hub_000000000000_wrong"])
def test_a_wrong_api_key_is_refused(db: None, text: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert client.get("/api/v1/auth/me").status_code == 401


def test_the_page_takes_the_same_queries_for_1_and_3_members(
    owner: User, organization: Organization, page: Any, django_assert_num_queries: Any
) -> None:
    client = page(owner)

    def count() -> int:
        with django_assert_num_queries(11, exact=False) as captured:
            client.get(PAGE)
        return len(captured)

    one = count()
    MembershipFactory.create_batch(2, organization=organization)
    for n in range(2):
        create_api_key(
            organization=organization,
            name=f"k{n}",
            role=Role.VIEWER,
            actor=owner,
            now=timezone.now(),
        )
    assert count() == one
