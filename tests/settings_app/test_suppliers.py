"""The pages of suppliers: what each role sees, what is refused, and that a key never comes out."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from core.sealed import unseal
from products.models import Product, SupplierProduct, SyncRule
from settings_app.models import Supplier
from tests.factories import ProductFactory

LIST = "/integrations/suppliers/"
SECRET = "s3cret-of-the-supplier"
GOOD = {
    "name": "Hurtownia Północ",
    "code": "HP",
    "currency": "czk",
    "margin_percent": "12.5",
    "feed_url": "https://feeds.example.com/hp.csv",
    "active": "on",
    "new_key": SECRET,
}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def supplier_of(organization: Any, name: str = "Hurt", **values: Any) -> Supplier:
    return Supplier.objects.create(organization=organization, name=name, **values)


def audited() -> list[tuple[str, Any, Any]]:
    entries = AuditEntry.objects.filter(target_type="settings_app.supplier").order_by("pk")
    return [(entry.action, entry.before, entry.after) for entry in entries]


def test_the_empty_list_leads_on_for_who_may(
    organization: Any, staff: Any, viewer: Any, page: Any
) -> None:
    add = reverse("settings_app:supplier_add")

    assert add in text_of(page(staff).get(LIST))
    shown = text_of(page(viewer).get(LIST))
    assert add not in shown
    assert "Owners and staff of this organization can add one." in shown


def test_a_supplier_is_added_and_its_key_sealed(organization: Any, staff: Any, page: Any) -> None:
    client = page(staff)
    added = client.post(f"{LIST}new/", GOOD, follow=True)

    assert added.redirect_chain == [(LIST, 303)]
    supplier = Supplier.objects.get()
    assert (supplier.organization, supplier.name, supplier.code) == (
        organization,
        GOOD["name"],
        "HP",
    )
    assert (supplier.currency, supplier.margin_percent) == ("CZK", Decimal("12.5"))
    assert (supplier.feed_url, supplier.active) == (GOOD["feed_url"], True)
    assert unseal(supplier, "api_key") == SECRET
    shown = text_of(added) + text_of(client.get(f"{LIST}{supplier.pk}/"))
    assert "Hurtownia Północ is added." in shown
    assert "feeds.example.com" in shown
    assert SECRET not in shown
    assert supplier.api_key not in shown
    (key, added_entry) = audited()
    assert key == ("supplier.key_changed", {"api_key": ""}, {"api_key": "set"})
    assert added_entry[0] == "supplier.added"
    assert SECRET not in str(audited())


def test_a_new_supplier_starts_with_the_organizations_currency(
    organization: Any, owner: Any, page: Any
) -> None:
    organization.currency = "EUR"
    organization.save()

    assert 'name="currency" value="EUR"' in text_of(page(owner).get(f"{LIST}new/"))


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("name", "", "This field is required."),
        ("currency", "zł", "Three letters, such as PLN."),
        ("currency", "P1N", "Three letters, such as PLN."),
        ("margin_percent", "-101", "the price would be negative"),
        ("margin_percent", "many", "Enter a number."),
        ("feed_url", "nowhere", "Enter a valid URL."),
        ("new_key", "k" * 501, "at most 500 characters"),
    ],
)
def test_wrong_values_are_explained_and_nothing_is_written(
    organization: Any, staff: Any, page: Any, field: str, wrong: str, words: str
) -> None:
    supplier = supplier_of(organization)
    before = Supplier.objects.values().get()

    for url in (f"{LIST}new/", f"{LIST}{supplier.pk}/"):
        refused = page(staff).post(url, GOOD | {field: wrong})
        assert refused.status_code == 422
        assert words in text_of(refused)
        assert SECRET not in text_of(refused)
    assert Supplier.objects.values().get() == before
    assert audited() == []


def test_a_name_that_is_taken_is_refused_at_the_name(
    organization: Any, other_organization: Any, staff: Any, page: Any
) -> None:
    supplier_of(organization, GOOD["name"])
    supplier_of(other_organization, "Free here")
    other = supplier_of(organization, "Other")

    for url in (f"{LIST}new/", f"{LIST}{other.pk}/"):
        refused = page(staff).post(url, GOOD)
        assert refused.status_code == 422
        assert "There is a supplier of this name already" in text_of(refused)
        assert "Give another name" in text_of(refused)
    other.refresh_from_db()
    assert (other.name, other.api_key) == ("Other", "")
    assert page(staff).post(f"{LIST}new/", GOOD | {"name": "Free here"}).status_code == 303


def test_a_key_stays_is_replaced_and_is_forgotten(organization: Any, owner: Any, page: Any) -> None:
    client = page(owner)
    client.post(f"{LIST}new/", GOOD)
    supplier = Supplier.objects.get()
    url = f"{LIST}{supplier.pk}/"
    assert "A key is stored." in text_of(client.get(url))

    for sent, kept in (
        ({"new_key": ""}, SECRET),
        ({"new_key": " another "}, " another "),
        ({"new_key": "", "forget_key": "on"}, ""),
    ):
        assert client.post(url, GOOD | sent).status_code == 303
        supplier.refresh_from_db()
        assert (unseal(supplier, "api_key") if supplier.api_key else "") == kept
    assert "A key is stored." not in text_of(client.get(url))
    assert [action for action, *_ in audited()].count("supplier.key_changed") == 3
    assert audited()[-1] == ("supplier.key_changed", {"api_key": "set"}, {"api_key": ""})


def test_a_change_is_audited_with_both_values(organization: Any, staff: Any, page: Any) -> None:
    supplier = supplier_of(organization, currency="PLN", margin_percent=Decimal(5))
    client = page(staff)
    values = {"name": "Hurt", "currency": "PLN", "margin_percent": ""}

    assert client.post(f"{LIST}{supplier.pk}/", values).status_code == 303
    supplier.refresh_from_db()
    assert (supplier.margin_percent, supplier.active) == (None, False)
    assert audited() == [
        (
            "supplier.changed",
            {"margin_percent": "5.00", "active": True},
            {"margin_percent": None, "active": False},
        )
    ]
    assert AuditEntry.objects.get().actor == staff
    assert "Inactive" in text_of(client.get(LIST))


def test_removing_asks_first_and_keeps_the_products(
    organization: Any, staff: Any, page: Any
) -> None:
    supplier = supplier_of(organization)
    product = ProductFactory(organization=organization, supplier=supplier)
    SupplierProduct.objects.create(
        organization=organization, supplier=supplier, product=product, supplier_code="X"
    )
    client, url = page(staff), f"{LIST}{supplier.pk}/remove/"

    asked = text_of(client.get(url))
    assert "1 product stays, without a supplier." in asked
    assert "1 price this supplier gave is deleted." in asked
    assert Supplier.objects.count() == 1
    bare = supplier_of(organization, "Bare")
    assert "stays, without" not in text_of(client.get(f"{LIST}{bare.pk}/remove/"))
    bare.delete()

    removed = client.post(url, follow=True)
    assert removed.redirect_chain == [(LIST, 303)]
    assert "Hurt is removed." in text_of(removed)
    assert not Supplier.objects.exists()
    assert Product.objects.get().supplier is None
    assert audited() == [("supplier.removed", {"name": "Hurt"}, {})]
    assert client.post(url).status_code == 404


def test_the_list_is_searched_by_name_and_code(organization: Any, viewer: Any, page: Any) -> None:
    supplier_of(organization, "Alfa", code="A-1")
    supplier_of(organization, "Beta", code="B-2")
    client = page(viewer)

    by_name, by_code = text_of(client.get(f"{LIST}?q=ALF")), text_of(client.get(f"{LIST}?q=b-2"))
    assert ("Alfa" in by_name, "Beta" in by_name) == (True, False)
    assert ("Alfa" in by_code, "Beta" in by_code) == (False, True)
    assert "No supplier matches" in text_of(client.get(f"{LIST}?q=gamma"))


def test_a_long_list_has_pages(organization: Any, viewer: Any, page: Any) -> None:
    Supplier.objects.bulk_create(
        Supplier(organization=organization, name=f"Supplier {n:02}") for n in range(51)
    )
    first, second = (text_of(page(viewer).get(f"{LIST}?page={n}")) for n in (1, 2))

    assert ("Supplier 00" in first, "Supplier 50" in first) == (True, False)
    assert ("Supplier 00" in second, "Supplier 50" in second) == (False, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    organization: Any, owner: Any, page: Any, count: int
) -> None:
    for n in range(count):
        ProductFactory(organization=organization, supplier=supplier_of(organization, f"S{n}"))
    client = page(owner)
    with CaptureQueriesContext(connection) as queries:
        shown = text_of(client.get(LIST))

    assert len(re.findall(rf'href="{LIST}\d+/"', shown)) == count
    own = [q["sql"] for q in queries if "settings_app_" in q["sql"]]
    assert len(own) == 4, own  # the rows, their number, their products, the organization's margin


def test_a_viewer_looks_and_changes_nothing(organization: Any, viewer: Any, page: Any) -> None:
    supplier = supplier_of(organization)
    before = Supplier.objects.values().get()
    client = page(viewer)
    shown = text_of(client.get(LIST))

    assert "Hurt" in shown
    assert f"{LIST}{supplier.pk}/" not in shown
    urls = [f"{LIST}new/", f"{LIST}{supplier.pk}/", f"{LIST}{supplier.pk}/remove/"]
    assert [client.get(url).status_code for url in urls] == [403] * 3
    assert [client.post(url, GOOD).status_code for url in urls] == [403] * 3
    assert Supplier.objects.values().get() == before


def test_another_organizations_supplier_does_not_exist(
    organization: Any, outsider: Any, page: Any
) -> None:
    supplier = supplier_of(organization)
    before = Supplier.objects.values().get()
    client = page(outsider)

    assert "Hurt" not in text_of(client.get(LIST))
    urls = [f"{LIST}{supplier.pk}/", f"{LIST}{supplier.pk}/remove/"]
    assert [client.get(url).status_code for url in urls] == [404] * 2
    assert [client.post(url, GOOD).status_code for url in urls] == [404] * 2
    assert Supplier.objects.values().get() == before


def test_strangers_are_sent_to_sign_in(organization: Any, client: Any) -> None:
    sent = client.post(f"{LIST}new/", GOOD)

    assert sent.status_code == 302
    assert sent["Location"].startswith(reverse("account_login"))
    assert not Supplier.objects.exists()


def test_the_upload_leads_to_adding_and_back_with_the_new_one_chosen(
    organization: Any, other_organization: Any, staff: Any, page: Any
) -> None:
    client = page(staff)
    supplier_of(organization, "Sleeping", active=False)
    add = f"{LIST}new/?then=upload"
    upload = text_of(client.get("/imports/new/"))
    assert f'href="{add}"' in upload
    assert "Sleeping" not in upload
    assert 'href="/imports/new/"' in text_of(client.get(add))

    added = client.post(add, GOOD, follow=True)
    supplier = Supplier.objects.get(name=GOOD["name"])
    assert added.redirect_chain == [(f"/imports/new/?supplier={supplier.pk}", 303)]
    assert f'<option value="{supplier.pk}" selected>' in text_of(added)
    foreign = supplier_of(other_organization, "Foreign")
    for odd in (foreign.pk, "x"):
        assert "selected" not in text_of(client.get(f"/imports/new/?supplier={odd}")).replace(
            '<option value="" selected>', ""
        )


def test_a_supplier_a_rule_names_is_not_removed_and_the_page_says_why(
    organization: Any, staff: Any, page: Any
) -> None:
    supplier = supplier_of(organization)
    SyncRule.objects.create(
        organization=organization, position=1, name="Kept out", effect="EXCLUDE", supplier=supplier
    )

    answer = page(staff).post(f"{LIST}{supplier.pk}/remove/", follow=True)

    assert "Remove the rules that name the supplier first." in text_of(answer)
    assert Supplier.objects.filter(pk=supplier.pk).exists()
