"""Lists of a large shop beside those of a small one: the slowest answer in a hundred."""

from __future__ import annotations

import http.client
import time
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.bench.shop import SERVED, new_account, vacuum, with_defaults
from tests.measures import Result, Results, measure
from tests.web_server import web_server

if TYPE_CHECKING:
    from settings_app.models import Integration

LARGE, SMALL = 100_000, 1_000
BLOCKS = 3
REQUESTS = 60
WARM_UP = 5
PAGES = {
    "products": "/products/",
    "products searched": "/products/?q=hrnek+{number:06d}",
}
MILLION = 1_000_000
ORDER_PAGES = {
    "orders": "/orders/",
    "orders searched by a buyer": "/orders/?q=kupujacy_{number:07d}",
    "orders searched for nobody": "/orders/?q=absent_{number:07d}",
    "orders searched by two letters": "/orders/?q=sk",
    "orders to ship today": "/orders/?due=today",
    "orders of a rare marketplace": "/orders/?only=invoice&marketplace=allegro-sk",
    "orders route": "/api/v1/orders",
    "orders route, narrowed": "/api/v1/orders?status=READY&search=kupujacy_{number:07d}",
}
PRODUCTS = """
    INSERT INTO products_product (organization_id, code, name, selling_price, selling_currency,
           description, short_description, brand, manufacturer, ean, manufacturer_code,
           purchase_currency, material, origin, main_image_url, external_id, parent_code, name_url,
           availability, seo_title, seo_description, seo_keywords, tags, active, track_inventory,
           sync_enabled, version, created_at, updated_at{columns})
    SELECT %s, 'M-' || lpad(n::text, 6, '0'), 'Hrnek ' || lpad(n::text, 6, '0') || ' smaltovaný',
           10 + n %% 90, 'PLN', '', '', 'Zababa', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '',
           true, true, true, 1, now() - n * interval '1 minute', now(){values}
      FROM generate_series(1, %s) AS n
"""
ORDERS = """
    INSERT INTO orders_order (organization_id, integration_id, checkout_form_id, revision,
           payload_sha256, status, fulfilment_status, fulfilment_provider, lines_sent, display_status,
           marketplace, buyer_id, buyer_login, buyer_email, buyer_first_name, buyer_last_name,
           buyer_company, buyer_phone, buyer_address, buyer_language, delivery_method_id,
           delivery_method, delivery_address, pickup_point, is_smart, invoice_required,
           invoice_address, invoice_company, invoice_tax_id, payment_id, payment_type,
           payment_provider, is_paid, total, currency, message_to_seller, note, bought_at,
           dispatch_by, remote_updated_at, received_at, read_at, hold_reason, search, created_at,
           updated_at{columns})
    SELECT %(organization)s, %(integration)s, 'form-' || n, '', '', 'READY_FOR_PROCESSING', 'NEW',
           'SELLER', '', (array['READY', 'SENT', 'SENT', 'UNPAID'])[1 + n %% 4],
           case when n > %(count)s - 1000 and n %% 20 = 0 then 'allegro-sk' else 'allegro-pl' end, '',
           'kupujacy_' || lpad(n::text, 7, '0'), '', 'Anna', 'Kowalska', '', '', '{}', '', '', 'Paczkomat',
           '{}', '{}', true, n %% 5 = 0, '{}', '', '', '', 'ONLINE', '', true, 49.99, 'PLN', '', '',
           now() - n * interval '1 minute', now() + (n %% 9 - 3) * interval '1 day', now(), now(), now(), '',
           upper('form-' || n || ' kupujacy_' || lpad(n::text, 7, '0')), now(), now(){values}
      FROM generate_series(1, %(count)s) AS n
"""
LINES = """
    INSERT INTO orders_orderline (organization_id, integration_id, order_id, line_item_id, position,
           offer_allegro_id, external_id, name, quantity, price, currency, details, stock_state{columns})
    SELECT organization_id, integration_id, id, checkout_form_id || '-1', 0, '77', 'SKU', 'Hrnek', 1, 49.99,
           'PLN', '{}', 'RESERVED'{values}
      FROM orders_order WHERE integration_id = %s
"""


@measure("pages: a million orders beside a thousand")
def a_million_orders() -> Results:
    """The list of orders and its route, narrowed and searched every way."""
    large, small = orders_of(MILLION), orders_of(SMALL)
    vacuum()
    with web_server("allegro_hub.wsgi:application", ready="/health", **SERVED) as address:
        return {
            f"pages: {name}, p99 at {MILLION:,} beside {SMALL:,}": side_by_side(
                address, path, session_of(large), session_of(small)
            )
            for name, path in ORDER_PAGES.items()
        }


def orders_of(count: int) -> Integration:
    """An account with so many orders, built by the database itself."""
    from django.db import connection

    account = new_account()
    with connection.cursor() as cursor:
        cursor.execute(
            with_defaults("orders_order", ORDERS),
            {
                "organization": account.organization_id,
                "integration": account.pk,
                "count": count,
            },
        )
        cursor.execute(with_defaults("orders_orderline", LINES), [account.pk])
    return account


@measure("pages: a large shop beside a small one")
def lists() -> Results:
    large, small = shop_of(LARGE), shop_of(SMALL)
    vacuum()
    with web_server("allegro_hub.wsgi:application", ready="/health", **SERVED) as address:
        return {
            f"pages: {name}, p99 at {LARGE:,} beside {SMALL:,}": side_by_side(
                address, path, session_of(large), session_of(small)
            )
            for name, path in PAGES.items()
        }


def shop_of(count: int) -> Integration:
    from django.db import connection

    account = new_account()
    with connection.cursor() as cursor:
        cursor.execute(
            with_defaults("products_product", PRODUCTS), [account.organization_id, count]
        )
    return account


def session_of(account: Integration) -> str:
    """The cookie of the shop's owner, signed in."""
    from django.test import Client

    from accounts.models import Membership

    client = Client()
    client.force_login(Membership.objects.get(organization=account.organization).user)
    return str(client.cookies["sessionid"].value)


def side_by_side(address: str, path: str, large: str, small: str, goal: float = 3.0) -> Result:
    """The middle one of some blocks, for one hiccup of the machine decides a whole block."""
    blocks = [block(address, path, large, small) for _ in range(BLOCKS)]
    return Result(
        median(one for one, _ in blocks),
        median(other for _, other in blocks),
        goal=goal,
        unit="ms",
        at_most=True,
    )


def block(address: str, path: str, large: str, small: str) -> tuple[float, float]:
    """Both shops are asked in turns, so that a busy machine slows both."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    taken: dict[str, list[float]] = {large: [], small: []}
    for number in range(WARM_UP + REQUESTS):
        for session in (large, small):
            taken[session].append(asked(connection, path.format(number=number + 1), session))
    connection.close()
    return p99(taken[large]), p99(taken[small])


def asked(connection: http.client.HTTPConnection, path: str, session: str) -> float:
    started = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
    response = connection.getresponse()
    response.read()
    if response.status != 200:
        raise AssertionError(f"{path} answered {response.status}")
    return (time.perf_counter() - started) * 1000


def p99(taken: list[float]) -> float:
    measured = sorted(taken[WARM_UP:])
    return measured[int(len(measured) * 0.99)]
