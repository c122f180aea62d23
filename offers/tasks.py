from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="offers.push_account")
def push_account(*, integration_id: int, **kwargs: Any) -> None:
    """Send the due stock of one account; hinted when a push is asked for, swept by ``push_due``."""
    from core.hints import hint_taken
    from offers.operations.pushing import push_account as operation

    hint_taken(push_account, integration_id=integration_id)
    operation(integration_id=integration_id)


@shared_task(name="offers.push_due")
def push_due(**kwargs: Any) -> None:
    """Hint every account that has stock to send or commands to follow."""
    from offers.operations.pushing import hint_due_accounts

    hint_due_accounts()


@shared_task(name="offers.write_account")
def write_account(*, integration_id: int, **kwargs: Any) -> None:
    """Write the due values of one account; hinted when one is asked for, swept by ``write_due``."""
    from core.hints import hint_taken
    from offers.operations.writing import write_account as operation

    hint_taken(write_account, integration_id=integration_id)
    operation(integration_id=integration_id)


@shared_task(name="offers.write_due")
def write_due(**kwargs: Any) -> None:
    """Hint every account that has values to write or commands to follow."""
    from offers.operations.writing import hint_due_writers

    hint_due_writers()


@shared_task(name="offers.note_ours_daily")
def note_ours_daily(**kwargs: Any) -> None:
    """Compute our side of every account anew: rates grow old and products run out of date by themselves."""
    from offers.operations.ours import ask_everybody

    ask_everybody()


@shared_task(name="offers.forget_commands")
def forget_commands(**kwargs: Any) -> None:
    """Delete old writes of stock."""
    from django.utils import timezone

    from offers.operations.forgetting import forget_commands as operation

    operation(now=timezone.now())


@shared_task(name="offers.publish_account")
def publish_account(*, integration_id: int, **kwargs: Any) -> None:
    """Create the due offers of one account; hinted when they are asked for, swept by ``publish_due``."""
    from core.hints import hint_taken
    from offers.operations.publishing import publish_account as operation

    hint_taken(publish_account, integration_id=integration_id)
    operation(integration_id=integration_id)


@shared_task(name="offers.publish_due")
def publish_due(**kwargs: Any) -> None:
    """Hint every account that has offers to create or to follow."""
    from offers.operations.publishing import hint_due_publishers

    hint_due_publishers()
