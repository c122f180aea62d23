"""Recording checkout forms, beside COPY of the raw forms and a set-based upsert of orders and lines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.bench.shop import new_account, seconds, vacuum
from tests.measures import Result, Results, measure
from tests.orders.checkout_forms import form, line

if TYPE_CHECKING:
    from settings_app.models import Integration

FORMS = 2000
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
           remote_updated_at, received_at, read_at, hold_reason, search, created_at, updated_at)
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
           now(), '', upper(concat_ws(' ', f ->> 'id', f #>> '{buyer,login}', f #>> '{buyer,email}')),
           now(), now()
      FROM bench_forms AS staged (f)
        ON CONFLICT (integration_id, checkout_form_id) DO UPDATE
       SET revision = excluded.revision, status = excluded.status, total = excluded.total,
           read_at = excluded.read_at
 RETURNING id
"""
LINES = """
    INSERT INTO orders_orderline (organization_id, integration_id, order_id, line_item_id, position,
           offer_allegro_id, external_id, name, quantity, price, original_price, currency, tax_rate,
           bought_at, details, stock_state)
    SELECT %(organization)s, %(integration)s, o.id, l ->> 'id', place - 1, l #>> '{offer,id}',
           l #>> '{offer,external,id}', l #>> '{offer,name}', (l ->> 'quantity')::int,
           (l #>> '{price,amount}')::numeric, (l #>> '{originalPrice,amount}')::numeric,
           l #>> '{price,currency}', (l #>> '{tax,rate}')::numeric, (l ->> 'boughtAt')::timestamptz,
           '{}', 'NONE'
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
    """With stock reserved, steps told and revisions kept; the bare way stores them and no more."""
    ours, bare = stocked_account(), new_account()
    forms = some_forms(ours.pk, FORMS)
    vacuum()
    plain = FORMS / seconds(lambda: upsert(bare, forms))
    new = FORMS / seconds(lambda: record(ours, forms, PAGE))
    same = FORMS / seconds(lambda: record(ours, forms, PAGE))
    single = ONE_BY_ONE / seconds(lambda: record(ours, some_forms(ours.pk, ONE_BY_ONE), 1))
    return {
        "orders: new forms recorded, 100 a page, per second": Result(new, plain, 0.1, "/s"),
        "orders: known forms recorded again, per second": Result(same, plain, 0.4, "/s"),
        "orders: new forms recorded one by one, per second": Result(single, plain, 0.01, "/s"),
    }


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
    for start in range(0, len(forms), PAGE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STAGING)
            with cursor.copy("COPY bench_forms (form) FROM STDIN") as copy:
                for one in forms[start : start + PAGE]:
                    copy.write_row([json.dumps(one)])
            for statement in (ORDERS, LINES, REVISIONS):
                cursor.execute(statement, account_ids)
