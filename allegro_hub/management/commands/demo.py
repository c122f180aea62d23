"""``manage.py demo``: make or mend the demo's people, organization and Allegro account."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allegro_hub.demo import Login, SandboxMissing, set_up_demo
from core.errors import HubError


class Command(BaseCommand):
    help = "Make or mend the demo: people who can sign in, an organization, a sandbox account."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.HUB_DEMO:
            raise CommandError(
                "This makes people with known passwords. Set HUB_DEMO=1 where that is wanted."
            )
        seller = _login(
            os.environ.get("HUB_DEMO_SELLER_EMAIL"), os.environ.get("HUB_DEMO_SELLER_PASSWORD")
        )
        operator = _login(
            os.environ.get("HUB_DEMO_OPERATOR_EMAIL"), os.environ.get("HUB_DEMO_OPERATOR_PASSWORD")
        )
        try:
            set_up_demo(seller=seller, operator=operator, now=timezone.now(), say=self.stdout.write)
        except SandboxMissing as error:
            raise CommandError(f"{error}; start it with: python -m sandbox") from error
        except HubError as error:
            raise CommandError(error.told) from error
        self.stdout.write("the demo is ready")


def _login(email: str | None, password: str | None) -> Login:
    if not (email and password):
        raise CommandError(
            "Set HUB_DEMO_SELLER_EMAIL, HUB_DEMO_SELLER_PASSWORD, HUB_DEMO_OPERATOR_EMAIL"
            " and HUB_DEMO_OPERATOR_PASSWORD."
        )
    return Login(email=email, password=password)
