"""Pages, search and the admin of the catalogue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.operations import ImportedLevel, import_levels, watch_low_stock
from offers.models import Offer, OfferLink
from products.models import Product
from products.queries import Wish, found_ids, product_list
from tests.factories import IntegrationFactory, ProductFactory

pytestmark = pytest.mark.django_db


def _stock(product: Product, on_hand: int, minimum: int | None = None) -> None:
    import_levels(
        organization_id=product.organization_id,
        rows=[ImportedLevel(product.pk, "main", on_hand, minimum)],
        reference=f"t{product.pk}",
        now=timezone.now(),
    )


def _offer(product: Product) -> Offer:
    integration = IntegrationFactory(organization=product.organization)
    now = timezone.now()
    offer = Offer.objects.create(
        organization=product.organization, integration=integration, allegro_id="7700001",
        title="Kubek na Allegro", price=Decimal("59.90"), currency="PLN",
        publication_status="ACTIVE", first_seen_at=now, remote_seen_at=now,
    )  # fmt: skip
    OfferLink.objects.create(
        organization=product.organization, offer=offer, product=product, source="EAN", linked_at=now
    )
    return offer


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("kubek", {"AB-1", "AB-2"}),
        ("KUBEK zielony", {"AB-2"}),
        ("żółty", {"AB-1"}),
        ("8591234567893", {"AB-1"}),
        ("23456", {"AB-1"}),
        ("ab", {"AB-1", "AB-2"}),
        ("61", {"61246/46"}),
        ("246/46", {"61246/46"}),
        ("100%", {"P-100%"}),
        ("nothing like it", set()),
        ("zz", set()),
    ],
)
def test_search(organization: Any, search: str, found: set[str]) -> None:
    ProductFactory(organization=organization, code="AB-1", name="Kubek żółty", ean="8591234567893")
    ProductFactory(organization=organization, code="AB-2", name="Zielony kubek")
    ProductFactory(organization=organization, code="61246/46", name="Bota")
    ProductFactory(organization=organization, code="P-100%", name="Bawełna")
    ProductFactory(code="AB-3", name="Kubek kogoś innego")

    ids = found_ids(organization=organization, search=search)

    assert set(Product.objects.filter(pk__in=ids).values_list("code", flat=True)) == found


def test_filters_and_sorting(organization: Any) -> None:
    plenty = ProductFactory(organization=organization, code="C", name="A", ean="96385074")
    low = ProductFactory(organization=organization, code="B", name="B")
    linked = ProductFactory(organization=organization, code="A", name="C")
    archived = ProductFactory(organization=organization, code="Z", archived_at=timezone.now())
    inactive = ProductFactory(organization=organization, code="Y", active=False)
    _stock(plenty, 50, 3)
    _stock(low, 3, 3)
    _offer(linked)
    watch_low_stock(organization_id=organization.pk, now=timezone.now())

    def codes(**kwargs: Any) -> list[str]:
        page = product_list(organization=organization, wish=Wish(**kwargs))
        return [row.product.code for row in page.items]

    assert codes(state="active") == ["A", "B", "C"]
    assert codes(state="active", sort="code") == ["A", "B", "C"]
    assert codes(state="active", sort="name") == ["C", "B", "A"]
    assert codes(state="archived") == [archived.code]
    assert codes(state="inactive") == [inactive.code]
    assert codes(state="active", only="low_stock") == ["B"]
    assert codes(only="offer") == ["A"]
    assert "A" not in codes(only="no_offer")
    assert "C" not in codes(only="no_ean")
    rows = product_list(organization=organization, wish=Wish()).items
    figures = {row.product.code: row.figures for row in rows}
    assert (figures["C"].available, figures["A"].available, figures["A"].offers) == (50, None, 1)


def test_list_shows_and_links(page: Any, viewer: Any, organization: Any) -> None:
    product = ProductFactory(organization=organization, code="A/1", name="Kubek <b>")
    ProductFactory(code="THEIRS", name="Cudzy")

    html = page(viewer).get("/products/?q=kubek").content.decode()

    assert f'href="/products/{product.pk}/"' in html
    assert "Kubek &lt;b&gt;" in html
    assert "Cudzy" not in html
    assert "No product matches" in page(viewer).get("/products/?q=qqqq").content.decode()


def test_empty_catalogue_says_what_next(page: Any, viewer: Any) -> None:
    html = page(viewer).get("/products/").content.decode()

    assert "No products yet" in html
    assert 'href="/imports/new/"' in html


def test_detail_shows_stock_offers_and_history(page: Any, owner: Any, organization: Any) -> None:
    client = page(owner)
    product = ProductFactory(organization=organization, name="Stary")
    _stock(product, 7)
    _offer(product)
    client.post(
        f"/products/{product.pk}/edit/",
        {"code": product.code, "name": "Nowy", "active": "on", "weight": "10", "version": 1},
    )

    html = client.get(f"/products/{product.pk}/").content.decode()

    for words in ("7 pieces available", "Main warehouse", "Kubek na Allegro", "7700001", "Nowy",
                  "<del>Stary</del>", owner.email, "59.90"):  # fmt: skip
        assert words in html
    assert "<dd>10</dd>" in html


def test_create_edit_archive_restore(page: Any, staff: Any, organization: Any) -> None:
    client = page(staff)

    posted = client.post("/products/new/", {"code": "N-1", "name": "Nowy", "active": "on"})
    product = Product.objects.get(code="N-1")
    assert (posted.status_code, posted.url) == (302, f"/products/{product.pk}/")
    assert product.organization == organization
    wrong = client.post("/products/new/", {"code": "N-1", "name": "Drugi", "ean": "123"})
    assert wrong.status_code == 422
    assert "this one has 3" in wrong.content.decode()
    taken = client.post("/products/new/", {"code": "N-1", "name": "Drugi"})
    assert "Another product has this code" in taken.content.decode()
    late = client.post(
        f"/products/{product.pk}/edit/", {"code": "N-1", "name": "Późny", "version": 7}
    )
    assert "Somebody changed this product" in late.content.decode()
    product.refresh_from_db()
    assert product.name == "Nowy"
    client.post(f"/products/{product.pk}/archive/")
    product.refresh_from_db()
    assert product.is_archived
    client.post(f"/products/{product.pk}/restore/")
    product.refresh_from_db()
    assert not product.is_archived


def test_viewer_may_not_change(page: Any, viewer: Any, organization: Any) -> None:
    product = ProductFactory(organization=organization, name="Stary")
    client = page(viewer)

    assert client.get("/products/new/").status_code == 403
    assert (
        client.post(f"/products/{product.pk}/edit/", {"code": "X", "name": "Y"}).status_code == 403
    )
    assert client.post(f"/products/{product.pk}/archive/").status_code == 403
    product.refresh_from_db()
    assert (product.name, product.archived_at) == ("Stary", None)


def test_outsider_finds_nothing(page: Any, outsider: Any, organization: Any) -> None:
    product = ProductFactory(organization=organization)
    client = page(outsider)

    for place in ("", "edit/"):
        assert client.get(f"/products/{product.pk}/{place}").status_code == 404
    for place in ("edit/", "archive/", "restore/"):
        assert client.post(f"/products/{product.pk}/{place}").status_code == 404
    product.refresh_from_db()
    assert product.archived_at is None


@pytest.mark.parametrize("url", ["/products/", "/products/?q=Kubek&only=no_offer&sort=name"])
def test_list_takes_the_same_queries_for_one_and_three(
    page: Any, owner: Any, organization: Any, url: str
) -> None:
    client = page(owner)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    _stock(ProductFactory(organization=organization), 1)
    one = queries()
    for _n in range(2):
        _stock(ProductFactory(organization=organization), 1)

    assert queries() == one <= 16


def test_admin_searches_acts_and_saves_through_operations(
    page: Any, operator: Any, organization: Any
) -> None:
    product = ProductFactory(organization=organization, code="ADM-1")
    client = page(operator)

    assert "ADM-1" in client.get("/admin/products/product/?q=ADM-1").content.decode()
    assert client.get(f"/admin/products/product/{product.pk}/change/").status_code == 200
    for model in ("category", "productimage", "supplierproduct"):
        assert client.get(f"/admin/products/{model}/").status_code == 200
    for action in ("archive", "restore"):
        client.post(
            "/admin/products/product/", {"action": action, "_selected_action": [product.pk]}
        )
        product.refresh_from_db()
        assert product.is_archived == (action == "archive")
