"""Starting runs that plan: an account, one product, chosen offers, or what failed before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.bulk import copy_rows, fresh
from core.errors import StateConflict
from offers.models import OfferLink
from products.models import Product
from settings_app.models import Integration
from syncs.enums import ChangeState, SyncKind, SyncMode, SyncScope, SyncTrigger
from syncs.models import PlannedChange, RunTarget, SyncRun
from syncs.operations.start import create_run, refuse_account_not_working

Target = tuple[int, str]


class RunUnderWay(StateConflict):
    """Another run of this account writes in the same direction, or looks at the same product."""

    code = "run_under_way"
    title = gettext_lazy("Another sync of this account is under way")


class NothingToSync(StateConflict):
    """No linked offer of the account is meant."""

    code = "nothing_to_sync"
    title = gettext_lazy("There is nothing to sync")


class NothingToRetry(StateConflict):
    """Nothing of the run failed."""

    code = "nothing_to_retry"
    title = gettext_lazy("Nothing of this run failed")


def start_plan(
    *,
    integration: Integration,
    kind: SyncKind,
    mode: SyncMode,
    actor: User | None,
    now: datetime,
    trigger: SyncTrigger = SyncTrigger.PERSON,
    product: Product | None = None,
    offer_ids: Collection[int] | None = None,
) -> SyncRun:
    """Start a run that compares the account's offers, or those of one product, or chosen ones.

    DRY_RUN only shows what APPLY would write. Audits when a person starts it, tells a worker after
    commit. Raises :class:`AccountNotWorking`, :class:`NothingToSync`, and :class:`RunUnderWay`: the
    database allows one open run per account and direction, beside those of single products.
    """
    if product is not None:
        scope, targets = SyncScope.PRODUCT, _offers_of(integration, product)
    elif offer_ids is not None:
        scope, targets = SyncScope.OFFERS, _among(integration, offer_ids)
    else:
        scope, targets = SyncScope.ACCOUNT, set()
    if scope != SyncScope.ACCOUNT and not targets:
        raise NothingToSync(
            _("No linked offer of this account is meant."),
            remedy=_("Link an offer to the product first."),
        )
    return open_plan(
        integration=integration,
        kind=kind,
        mode=mode,
        actor=actor,
        now=now,
        trigger=trigger,
        scope=scope,
        product=product,
        targets=targets,
    )


def retry_failed(*, run: SyncRun, actor: User, now: datetime) -> SyncRun:
    """Start a run over what failed, or changed meanwhile, in this one: the same fields and no others.

    Everything is decided anew. Audits. Raises :class:`NothingToRetry` and what :func:`start_plan` does.
    """
    failed = PlannedChange.objects.filter(
        run=run, state__in=[ChangeState.FAILED, ChangeState.CHANGED]
    )
    targets = set(failed.values_list("offer_id", "field"))
    if not targets:
        raise NothingToRetry(remedy=_("Start a new sync if values differ."))
    return open_plan(
        integration=run.integration,
        kind=SyncKind(run.kind),
        mode=SyncMode.APPLY,
        actor=actor,
        now=now,
        scope=SyncScope.FAILED,
        former=run,
        targets=targets,
    )


def open_plan(
    *,
    integration: Integration,
    kind: SyncKind,
    mode: SyncMode,
    actor: User | None,
    now: datetime,
    scope: SyncScope,
    trigger: SyncTrigger = SyncTrigger.PERSON,
    product: Product | None = None,
    former: SyncRun | None = None,
    targets: Collection[Target] = (),
) -> SyncRun:
    """Write the run and its targets, and hint a worker; for what :func:`start_plan` raises see there."""
    refuse_account_not_working(integration)
    try:
        with transaction.atomic():
            run = create_run(
                integration=integration,
                kind=kind,
                trigger=trigger,
                actor=actor,
                now=now,
                mode=mode,
                scope=scope,
                product=product,
                former=former,
            )
            copy_rows(
                [
                    fresh(
                        RunTarget,
                        organization_id=run.organization_id,
                        run_id=run.pk,
                        offer_id=offer_id,
                        field=field,
                    )
                    for offer_id, field in sorted(targets)
                ]
            )
            return run
    except IntegrityError as error:
        raise RunUnderWay(remedy=_("Wait until it is over, or stop it.")) from error


def _offers_of(integration: Integration, product: Product) -> set[Target]:
    links = OfferLink.objects.filter(offer__integration=integration, product=product)
    return {(pk, "") for pk in links.values_list("offer_id", flat=True)}


def _among(integration: Integration, offer_ids: Collection[int]) -> set[Target]:
    links = OfferLink.objects.filter(offer__integration=integration, offer_id__in=list(offer_ids))
    return {(pk, "") for pk in links.values_list("offer_id", flat=True)}
