"""Recording checkout forms, beside COPY of the raw forms and a set-based upsert of orders and lines."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.shop import new_account, seconds, vacuum, with_defaults
from tests.measures import Result, Results, measure
from tests.orders.checkout_forms import form, fulfilled, line

if TYPE_CHECKING:
    from settings_app.models import Integration

FORMS = int(os.environ.get("BENCH_FORMS", "100000"))
TURN = 2000
ONE_BY_ONE = 400
PAGE = 100
STAGING = "CREATE TEMPORARY TABLE IF NOT EXISTS bench_forms (form jsonb); TRUNCATE bench_forms"
ORDERS = """
    INSERT INTO orders_order AS o (organization_id, integration_id, checkout_form_id, revision,
           payload_sha256, status, fulfilment_status, fulfilment_provider, lines_sent, display_status,
           marketplace, buyer_id, buyer_login, buyer_email, buyer_first_name, buyer_last_name,
           buyer_company, buyer_phone, buyer_address, buyer_language, delivery_method_id,
           delivery_method, delivery_address, pickup_point, delivery_cost, is_smart, invoice_required,
           invoice_address, invoice_company, invoice_tax_id, payment_id, payment_type,
           payment_provider, paid_amount, is_paid, total, currency, message_to_seller, note, bought_at,
           remote_updated_at, received_at, read_at, hold_reason, search, created_at, updated_at{columns})
    SELECT %(organization)s, %(integration)s, f ->> 'id', f ->> 'revision', '', f ->> 'status',
           f #>> '{fulfillment,status}', f #>> '{fulfillment,provider,id}',
           f #>> '{fulfillment,shipmentSummary,lineItemsSent}', 'READY', f #>> '{marketplace,id}',
           f #>> '{buyer,id}', f #>> '{buyer,login}', f #>> '{buyer,email}', f #>> '{buyer,firstName}',
           f #>> '{buyer,lastName}', '', f #>> '{buyer,phoneNumber}', f #> '{buyer,address}',
           f #>> '{buyer,preferences,language}', f #>> '{delivery,method,id}',
           f #>> '{delivery,method,name}', f #> '{delivery,address}', f #> '{delivery,pickupPoint}',
           (f #>> '{delivery,cost,amount}')::numeric, (f #>> '{delivery,smart}')::boolean,
           (f #>> '{invoice,required}')::boolean, '{}', '', '', f #>> '{payment,id}',
           f #>> '{payment,type}', f #>> '{payment,provider}',
           (f #>> '{payment,paidAmount,amount}')::numeric, true,
           (f #>> '{summary,totalToPay,amount}')::numeric, f #>> '{summary,totalToPay,currency}', '',
           '', (f #>> '{lineItems,0,boughtAt}')::timestamptz, (f ->> 'updatedAt')::timestamptz, now(),
           now(), '', upper(concat_ws(' ', f ->> 'id', f #>> '{buyer,login}', f #>> '{buyer,firstName}',
             f #>> '{buyer,lastName}', f #>> '{buyer,email}', f #>> '{delivery,address,firstName}',
             f #>> '{delivery,address,lastName}',
             (SELECT string_agg(concat_ws(' ', l #>> '{offer,name}', l #>> '{offer,external,id}',
                                          l #>> '{offer,id}'), ' ')
                FROM jsonb_array_elements(f -> 'lineItems') AS l))),
           now(), now(){values}
      FROM bench_forms AS staged (f)
        ON CONFLICT (integration_id, checkout_form_id) DO UPDATE
       SET revision = excluded.revision, status = excluded.status, total = excluded.total,
           read_at = excluded.read_at
 RETURNING id
"""
LINES = """
    INSERT INTO orders_orderline (organization_id, integration_id, order_id, line_item_id, position,
           offer_allegro_id, external_id, name, quantity, price, original_price, currency, tax_rate,
           bought_at, details, stock_state{columns})
    SELECT %(organization)s, %(integration)s, o.id, l ->> 'id', place - 1, l #>> '{offer,id}',
           l #>> '{offer,external,id}', l #>> '{offer,name}', (l ->> 'quantity')::int,
           (l #>> '{price,amount}')::numeric, (l #>> '{originalPrice,amount}')::numeric,
           l #>> '{price,currency}', (l #>> '{tax,rate}')::numeric, (l ->> 'boughtAt')::timestamptz,
           '{}', 'NONE'{values}
      FROM bench_forms AS staged (f)
      JOIN orders_order o ON o.integration_id = %(integration)s AND o.checkout_form_id = f ->> 'id'
     CROSS JOIN LATERAL jsonb_array_elements(f -> 'lineItems') WITH ORDINALITY AS item (l, place)
        ON CONFLICT (integration_id, line_item_id) DO UPDATE
       SET quantity = excluded.quantity, price = excluded.price, order_id = excluded.order_id
"""
REVISIONS = """
    INSERT INTO orders_orderrevision
           (organization_id, order_id, revision, payload, sha256, trace_id, read_at)
    SELECT %(organization)s, o.id, f ->> 'revision', convert_to(f::text, 'UTF8'),
           encode(sha256(convert_to(f::text, 'UTF8')), 'hex'), '', now()
      FROM bench_forms AS staged (f)
      JOIN orders_order o ON o.integration_id = %(integration)s AND o.checkout_form_id = f ->> 'id'
        ON CONFLICT (order_id, sha256) DO NOTHING
"""


@measure("orders: checkout forms recorded")
def forms_recorded() -> Results:
    """With stock reserved, steps told and revisions kept; the bare way stores them and no more.

    Both take the same number of forms in turns of ``TURN``, so that a busy machine slows both. Forms are
    made as they are needed: what grows in memory meanwhile is the recording's own.
    """
    ours, bare = stocked_account(), new_account()
    vacuum()
    taken, plain, again, moved = 0.0, 0.0, 0.0, 0.0
    record(ours, some_forms(ours.pk, TURN), PAGE)
    held: list[int] = []
    for _turn in range(FORMS // TURN):
        forms = some_forms(ours.pk, TURN)
        plain += seconds(partial(upsert, bare, forms))
        taken += seconds(partial(record, ours, forms, PAGE))
        held.append(memory())
    forms = some_forms(ours.pk, TURN)
    record(ours, forms, PAGE)
    again = seconds(partial(record, ours, forms, PAGE))
    sent = [fulfilled(one, "SENT") for one in forms]
    moved = seconds(partial(record, ours, sent, PAGE))
    single = seconds(lambda: record(ours, some_forms(ours.pk, ONE_BY_ONE), 1))
    limit = FORMS / plain
    return {
        f"orders: {FORMS:,} new forms recorded, 100 a page, per second": Result(
            FORMS / taken, limit, 0.4, "/s"
        ),
        "orders: memory after all of them beside that after a tenth": Result(
            held[-1], held[len(held) // 10], 1.1, "MB", at_most=True
        ),
        "orders: known forms recorded again, per second": Result(TURN / again, limit, 0.4, "/s"),
        "orders: known orders sent, stock taken, per second": Result(
            TURN / moved, limit, 0.15, "/s"
        ),
        "orders: new forms recorded one by one, per second": Result(
            ONE_BY_ONE / single, limit, 0.01, "/s"
        ),
    }


def memory() -> int:
    """Megabytes this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def stocked_account() -> Integration:
    from tests.orders.conftest import linked_product

    account = new_account()
    for number in range(200):
        linked_product(account, offer_of(account.pk, number), on_hand=10_000)
    # The forms were bought after the account was connected, so they take stock.
    type(account).objects.filter(pk=account.pk).update(created_at="2026-01-01T00:00:00Z")
    account.refresh_from_db()
    return account


def offer_of(account_pk: int, number: int) -> str:
    return f"{account_pk}-{number}"


def some_forms(account_pk: int, count: int) -> list[dict[str, Any]]:
    """Forms of one to five lines."""
    return [
        form([line(offer_of(account_pk, (number * 7 + at) % 200)) for at in range(1 + number % 5)])
        for number in range(count)
    ]


def record(account: Integration, forms: Sequence[dict[str, Any]], page: int) -> None:
    from django.utils import timezone

    from orders.operations import record_checkout_forms

    for start in range(0, len(forms), page):
        record_checkout_forms(
            integration=account, forms=forms[start : start + page], now=timezone.now()
        )


def upsert(account: Integration, forms: Sequence[dict[str, Any]]) -> None:
    from django.db import connection, transaction

    account_ids = {"organization": account.organization_id, "integration": account.pk}
    statements = (
        with_defaults("orders_order", ORDERS), with_defaults("orders_orderline", LINES), REVISIONS,
    )  # fmt: skip
    for start in range(0, len(forms), PAGE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STAGING)
            with cursor.copy("COPY bench_forms (form) FROM STDIN") as copy:
                for one in forms[start : start + PAGE]:
                    copy.write_row([json.dumps(one)])
            for statement in statements:
                cursor.execute(statement, account_ids)
