"""Runs that plan, started for several accounts at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from products.models import Product
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncMode, SyncTrigger
from syncs.models import SyncRun
from syncs.operations.plans import RunUnderWay, start_plan
from syncs.operations.plans.starting import NothingToSync
from syncs.operations.start import AccountNotWorking, start_pulls
from syncs.queries import open_run


def start_plans(
    *,
    integrations: Sequence[Integration],
    kind: SyncKind,
    mode: SyncMode,
    actor: User,
    now: datetime,
) -> list[SyncRun]:
    """Start a run for each account, or give the one of this kind that is open already.

    Raises :class:`AccountNotWorking` without any account or for one that does not work, and
    :class:`RunUnderWay` where a run of another kind is in the way.
    """
    if not integrations:
        raise AccountNotWorking(
            _("No Allegro account is connected."),
            remedy=_("Connect an account under Integrations, or resume a paused one."),
        )
    return [_started(one, kind, mode, actor, now) for one in integrations]


def bring_from_allegro(
    *, integrations: Sequence[Integration], mode: SyncMode, actor: User, now: datetime
) -> list[SyncRun]:
    """Start runs that take over Allegro's changes, and unless they are only shown, reads of orders too."""
    who: dict[str, Any] = {"actor": actor, "now": now}
    runs = start_plans(integrations=integrations, kind=SyncKind.PULL, mode=mode, **who)
    if mode == SyncMode.APPLY:
        runs += start_pulls(
            integrations=integrations,
            kinds=[SyncKind.PULL_ORDERS],
            trigger=SyncTrigger.PERSON,
            **who,
        )
    return runs


def start_product(
    *,
    product: Product,
    integrations: Sequence[Integration],
    kind: SyncKind,
    mode: SyncMode,
    actor: User,
    now: datetime,
) -> list[SyncRun]:
    """Start a run over the offers of one product in each account that sells it.

    Raises :class:`NothingToSync` when none does, and what :func:`start_plans` does.
    """
    runs: list[SyncRun] = []
    for one in integrations:
        try:
            runs.append(
                start_plan(
                    integration=one, kind=kind, mode=mode, actor=actor, now=now, product=product
                )
            )
        except NothingToSync:
            continue
    if not runs:
        raise NothingToSync(
            _("No account that works sells this product."),
            remedy=_("Link an offer to the product first."),
        )
    return runs


def _started(
    account: Integration, kind: SyncKind, mode: SyncMode, actor: User, now: datetime
) -> SyncRun:
    try:
        return start_plan(integration=account, kind=kind, mode=mode, actor=actor, now=now)
    except RunUnderWay:
        running = open_run(integration=account, kind=kind)
        if running is None or running.mode != mode:
            raise
        return running
