"""The pages of publishing, as people walk them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from offers.models import CategoryMapping, ParameterDefault, Publication, PublishSettings
from products.models import Category, Product
from settings_app.models import Integration
from tests.offers.publishing.scene import MUGS, NEW, STATE, ready_product, states, wish, work


def test_products_are_previewed_confirmed_and_watched(
    account: Integration, product: Product, allegro: Any, category: Category, staff: Any, page: Any
) -> None:
    broken = ready_product(allegro, category, 2, name="Kubek", selling_price=None)
    browser = page(staff)
    shown = browser.post("/offers/publish/", {"pick": [product.pk, broken.pk]}).content.decode()
    assert product.name in shown
    assert f"/products/{broken.pk}/edit/" in shown
    assert not Publication.objects.exists()

    choice = {"ids": f"{product.pk},{broken.pk}", "account": account.pk, "as": "active"}
    answer = browser.post("/offers/publish/confirm/", choice)
    assert answer.status_code == 303
    work(account)
    watched = browser.get(answer.url).content.decode()
    assert "hx-get" not in watched
    rows = Publication.objects.order_by("pk").values_list("state", "reason")
    assert list(rows) == [("DONE", "PUBLISHED"), ("WAITING_FOR_PERSON", "NOT_READY")]
    offer = Publication.objects.exclude(offer=None).get().offer
    assert "How it was published" in browser.get(f"/offers/{offer.pk}/").content.decode()


def test_a_title_is_given_anew_for_one_offer(
    account: Integration, allegro: Any, category: Category, staff: Any, page: Any
) -> None:
    product = ready_product(allegro, category, name="Kubek")
    choice = {
        "ids": product.pk,
        "account": account.pk,
        f"title-{product.pk}": "Kubek emaliowany do kawy",
    }
    page(staff).post("/offers/publish/confirm/", choice)
    work(account)
    done = Publication.objects.get()
    assert (done.reason, done.offer.title) == ("PUBLISHED", "Kubek emaliowany do kawy")
    product.refresh_from_db()
    assert product.name == "Kubek"


def test_what_moves_polls_and_what_is_stuck_is_tried_again(
    account: Integration, product: Product, staff: Any, page: Any, owner: Any
) -> None:
    batch = wish(account, [product], owner)
    browser = page(staff)
    address = reverse("offers:batch", args=[batch.pk])
    assert "hx-get" in browser.get(address).content.decode()
    Publication.objects.update(state="WAITING_FOR_PERSON", reason="REFUSED")
    assert "hx-get" not in browser.get(address).content.decode()
    browser.post("/offers/publications/retry/", {"batch": batch.pk})
    assert states(batch) == [("PENDING", "QUEUED")]
    browser.post("/offers/publications/cancel/", {"batch": batch.pk})
    assert states(batch) == [("DONE", "CANCELLED")]


def test_viewers_see_and_change_nothing(
    account: Integration, product: Product, viewer: Any, page: Any, owner: Any
) -> None:
    batch = wish(account, [product], owner)
    browser = page(viewer)
    assert browser.get("/offers/publications/").status_code == 200
    assert "formaction" not in browser.get("/offers/publications/").content.decode()
    assert browser.post("/offers/publications/cancel/", {"batch": batch.pk}).status_code == 403
    assert browser.post("/offers/publish/confirm/", {"ids": product.pk}).status_code == 403
    assert states(batch) == [("PENDING", "QUEUED")]


def test_a_category_is_suggested_chosen_and_filled(
    account: Integration, staff: Any, page: Any
) -> None:
    category = Category.objects.create(organization=account.organization, path="Kuchnia > Kubki")
    browser = page(staff)
    chosen = browser.get(f"/offers/categories/choose/?category={category.pk}&q=kubek termiczny")
    assert MUGS in chosen.content.decode()
    answer = browser.post("/offers/categories/assign/", {"category": category.pk, "allegro": MUGS})
    mapping = CategoryMapping.objects.get(category=category)
    assert answer.url == reverse("offers:mapping", args=[mapping.pk])
    assert "Stan" in browser.get(answer.url).content.decode()
    browser.post(answer.url, {f"by-{STATE}": f"value:{NEW}", "by-248811": "field:brand"})
    kept = dict(ParameterDefault.objects.values_list("parameter_id", "value"))
    assert kept == {STATE: "Nowy", "248811": ""}
    browser.post("/offers/categories/assign/", {"category": category.pk, "allegro": ""})
    assert not CategoryMapping.objects.exists()


def test_a_category_with_others_below_it_is_refused(
    account: Integration, category: Category, staff: Any, page: Any
) -> None:
    page(staff).post("/offers/categories/assign/", {"category": category.pk, "allegro": "5"})
    assert CategoryMapping.objects.get().allegro_category_id == MUGS


def test_terms_are_chosen_from_what_the_account_has(
    account: Integration, staff: Any, page: Any
) -> None:
    address = reverse("offers:publish_settings", args=[account.pk])
    before = PublishSettings.objects.get()
    browser = page(staff)
    assert before.shipping_rates_id in browser.get(address).content.decode()
    form = {"shipping_rates_id": "not-there", "country_code": "PL", "invoice": "VAT"}
    assert browser.post(address, form).status_code == 422
    form |= {
        "shipping_rates_id": before.shipping_rates_id,
        "handling_time": "P3D",
        "tax_rate": "23",
    }
    assert browser.post(address, form).status_code == 303
    after = PublishSettings.objects.get()
    assert (after.handling_time, str(after.tax_rate)) == ("P3D", "23.00")
    assert after.shipping_rates_name == before.shipping_rates_name


def test_the_operators_actions_try_again_and_call_off(
    account: Integration, product: Product, operator: Any, page: Any, owner: Any
) -> None:
    batch = wish(account, [product], owner)
    row = batch.publications.get()
    browser = page(operator)
    address = reverse("admin:offers_publication_changelist")
    browser.post(address, {"action": "cancel", "_selected_action": [row.pk]})
    assert states(batch) == [("DONE", "CANCELLED")]
    Publication.objects.update(state="DEAD", reason="AWAY")
    browser.post(address, {"action": "retry", "_selected_action": [row.pk]})
    assert states(batch) == [("PENDING", "QUEUED")]


def test_a_whole_list_of_products_is_chosen(
    account: Integration, product: Product, category: Category, allegro: Any, staff: Any, page: Any
) -> None:
    ready_product(allegro, category, 2, name="Talerz płaski z porcelany")
    browser = page(staff)
    assert "/offers/publish/" in browser.get("/products/").content.decode()
    shown = browser.post("/offers/publish/", {"all": "1", "filter": "q=Talerz"}).content.decode()
    assert "Talerz płaski" in shown
    assert product.name not in shown
