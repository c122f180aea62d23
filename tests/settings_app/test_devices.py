"""Connecting by a code typed at Allegro, polled without anyone waiting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from core.sealed import unseal
from settings_app import tasks
from settings_app.enums import AuthorizationState, IntegrationState
from settings_app.models import DeviceAuthorization, Integration, OAuthAttempt
from settings_app.operations import (
    cancel_device,
    forget_old_attempts,
    poll_device_due,
    start_device,
)
from settings_app.operations.devices import TooManyOpen
from tests.integrations import confirm_device, connect


class Device:
    """A device authorization and a clock shared with the sandbox."""

    def __init__(self, allegro: Any, row: DeviceAuthorization) -> None:
        self.allegro, self.row = allegro, row

    def later(self, seconds: int) -> datetime:
        """Let time pass at Allegro; returns a moment at which the next poll is due here."""
        self.allegro.advance(seconds)
        self.row.refresh_from_db()
        return self.row.next_poll_at + timedelta(seconds=1)

    def poll(self, after: int = 6) -> DeviceAuthorization:
        poll_device_due(now=self.later(after))
        self.row.refresh_from_db()
        return self.row


@pytest.fixture
def device(allegro: Any, organization: Any, owner: Any) -> Device:
    return Device(
        allegro,
        start_device(
            organization=organization,
            user=owner,
            environment="sandbox",
            label="By code",
            now=timezone.now(),
        ),
    )


def test_the_device_code_is_sealed_and_the_user_code_is_shown(device: Device) -> None:
    assert device.row.device_code.startswith("v1.")
    assert unseal(device.row, "device_code") not in device.row.device_code
    assert device.row.user_code
    assert device.row.user_code in device.row.verification_uri_complete


def test_nothing_is_asked_before_the_interval_is_over(device: Device) -> None:
    assert poll_device_due(now=timezone.now()) == 0
    assert (
        device.allegro.control("GET", "/requests")["byRoute"].get("POST /auth/oauth/token") is None
    )


def test_a_pending_code_is_asked_again_after_its_interval(device: Device) -> None:
    row = device.poll()

    assert row.state == AuthorizationState.PENDING
    assert row.interval_seconds == 5
    assert row.next_poll_at > timezone.now()


def test_no_more_than_five_codes_wait_at_once(
    device: Device, organization: Any, owner: Any
) -> None:
    wish = {"organization": organization, "user": owner, "environment": "sandbox"}
    for _number in range(4):
        start_device(**wish, now=timezone.now())
    with pytest.raises(TooManyOpen):
        start_device(**wish, now=timezone.now())
    assert DeviceAuthorization.objects.count() == 5


def test_slow_down_adds_five_seconds_for_good(device: Device) -> None:
    device.poll()
    row = device.poll(after=0)  # at once, as Allegro sees it

    assert row.state == AuthorizationState.PENDING
    assert row.interval_seconds == 10
    assert device.poll(after=20).interval_seconds == 10


def test_a_confirmed_code_connects_the_account_and_forgets_the_secret(
    device: Device, login: str
) -> None:
    device.poll()
    confirm_device(device.row, login=login)
    row = device.poll()

    assert row.state == AuthorizationState.AUTHORIZED
    assert row.device_code == ""
    integration = Integration.objects.get()
    assert row.integration == integration
    assert (integration.label, integration.seller_login) == ("By code", login)
    assert integration.state == IntegrationState.CONNECTED


def test_a_settled_code_is_asked_about_no_more(device: Device, login: str) -> None:
    confirm_device(device.row, login=login)
    device.poll()

    assert poll_device_due(now=timezone.now() + timedelta(hours=1)) == 0


def test_a_denied_code(device: Device, login: str) -> None:
    confirm_device(device.row, login=login, allow=False)
    row = device.poll()

    assert (row.state, row.device_code) == (AuthorizationState.DENIED, "")
    assert not Integration.objects.exists()


def test_a_code_that_allegro_no_longer_knows_has_expired(device: Device) -> None:
    row = device.poll(after=3700)

    assert (row.state, row.device_code) == (AuthorizationState.EXPIRED, "")


def test_a_code_past_its_time_is_not_asked_about(device: Device) -> None:
    poll_device_due(now=device.row.expires_at)

    device.row.refresh_from_db()
    assert device.row.state == AuthorizationState.EXPIRED
    assert (
        device.allegro.control("GET", "/requests")["byRoute"].get("POST /auth/oauth/token") is None
    )


def test_an_allegro_that_is_down_is_asked_again(device: Device, login: str) -> None:
    confirm_device(device.row, login=login)
    device.allegro.control(
        "POST", "/faults", {"kind": "status", "route": "POST /auth/oauth/token", "count": 1}
    )
    assert device.poll().state == AuthorizationState.PENDING
    assert device.poll().state == AuthorizationState.AUTHORIZED


def test_the_wrong_account_fails_and_says_why(
    allegro: Any, organization: Any, owner: Any, login: str, other_login: str
) -> None:
    device = Device(
        allegro,
        start_device(
            organization=organization,
            user=owner,
            environment="sandbox",
            expected_login=login,
            now=timezone.now(),
        ),
    )
    confirm_device(device.row, login=other_login)
    row = device.poll()

    assert row.state == AuthorizationState.FAILED
    assert other_login in row.problem
    assert not Integration.objects.exists()


def test_a_code_can_be_given_up(device: Device, login: str) -> None:
    assert cancel_device(authorization=device.row)
    confirm_device(device.row, login=login)
    row = device.poll()

    assert (row.state, row.device_code) == (AuthorizationState.DENIED, "")
    assert not cancel_device(authorization=row)
    assert not Integration.objects.exists()


def test_attempts_of_long_ago_are_forgotten_and_the_account_stays(
    device: Device, allegro: Any, organization: Any, owner: Any, login: str
) -> None:
    connect(organization=organization, user=owner, sandbox=allegro, login=login)
    now = timezone.now()

    assert forget_old_attempts(now=now + timedelta(days=29)) == 0
    assert forget_old_attempts(now=now + timedelta(days=31)) == 2
    assert Integration.objects.count() == 1
    assert not DeviceAuthorization.objects.exists()
    assert not OAuthAttempt.objects.exists()


def test_the_tasks_of_beat_do_their_work(device: Device, login: str) -> None:
    confirm_device(device.row, login=login)
    DeviceAuthorization.objects.update(next_poll_at=timezone.now())
    tasks.poll_device_authorizations()
    integration = Integration.objects.get()
    Integration.objects.update(token_expires_at=timezone.now())
    PeriodicTask.objects.filter(name__endswith=": offers").delete()

    tasks.refresh_due_tokens()
    tasks.mend_schedules()

    integration.refresh_from_db()
    assert integration.token_expires_at is not None
    assert integration.token_expires_at > timezone.now() + timedelta(hours=11)
    assert PeriodicTask.objects.filter(name__startswith="integration ", enabled=True).count() == 10
