"""Filters people keep: their own, everybody's, and the ones a list brings along."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import SavedView
from accounts.saved_views import settled
from core.models import AuditEntry


def keep(client: Any, **values: Any) -> Any:
    sent = {"page": "orders", "name": "Late Czech", "query": "due=late&marketplace=allegro-cz"}
    return client.post("/organization/views/", sent | values)


def test_a_view_is_kept_for_oneself_and_opens_the_same_list(
    page: Any, staff: Any, owner: Any
) -> None:
    answer = keep(page(staff), query="marketplace=allegro-cz&due=late&page=3&q=")
    assert answer["Location"] == "/orders/?due=late&marketplace=allegro-cz"
    view = SavedView.objects.get()
    assert (view.owner, view.shared, view.query) == (
        staff,
        False,
        "due=late&marketplace=allegro-cz",
    )
    text = page(staff).get(answer["Location"]).content.decode()
    assert "Late Czech" in text
    assert "Keep as a view" not in text
    assert "Late Czech" not in page(owner).get("/orders/").content.decode()
    assert not AuditEntry.objects.filter(action__startswith="saved_view").exists()


def test_the_same_name_replaces_the_view(page: Any, staff: Any) -> None:
    keep(page(staff))
    keep(page(staff), query="status=SENT")
    assert SavedView.objects.get().query == "status=SENT"


def test_a_shared_view_is_seen_by_all_and_removed_by_its_owner_or_an_owner(
    page: Any, staff: Any, owner: Any, viewer: Any
) -> None:
    keep(page(staff), shared="1")
    view = SavedView.objects.get()
    text = page(viewer).get("/orders/?due=late&marketplace=allegro-cz").content.decode()
    assert "Late Czech" in text
    assert "Remove view" not in text
    assert page(viewer).post(f"/organization/views/{view.pk}/remove/").status_code == 404
    assert SavedView.objects.exists()
    page(owner).post(f"/organization/views/{view.pk}/remove/")
    assert not SavedView.objects.exists()
    actions = AuditEntry.objects.filter(action__startswith="saved_view").order_by("pk")
    assert [one.action for one in actions] == ["saved_view.shared", "saved_view.removed"]


def test_what_a_viewer_keeps_is_for_the_viewer_alone(page: Any, viewer: Any, staff: Any) -> None:
    keep(page(viewer), shared="1")
    assert SavedView.objects.get().shared is False
    assert "For everybody here" not in page(viewer).get("/orders/?due=late").content.decode()
    assert "Late Czech" not in page(staff).get("/orders/").content.decode()


def test_others_neither_see_nor_remove_it(page: Any, staff: Any, outsider: Any) -> None:
    keep(page(staff), shared="1")
    view = SavedView.objects.get()
    assert "Late Czech" not in page(outsider).get("/orders/").content.decode()
    assert page(outsider).post(f"/organization/views/{view.pk}/remove/").status_code == 404
    assert SavedView.objects.exists()


@pytest.mark.parametrize("wrong", [{"page": "nowhere"}, {"name": "   "}])
def test_what_cannot_be_kept_is_not(page: Any, staff: Any, wrong: dict[str, str]) -> None:
    answer = keep(page(staff), **wrong)
    assert answer.status_code == (404 if "page" in wrong else 302)
    assert not SavedView.objects.exists()


def test_a_view_leads_nowhere_else(page: Any, staff: Any) -> None:
    answer = keep(page(staff), query="next=//evil.example&due=late#x")
    assert answer["Location"].startswith("/orders/?due=late")
    assert settled("b=2&a=1&page=9&empty=") == "a=1&b=2"


def test_everybody_has_the_views_the_list_brings_along(page: Any, viewer: Any) -> None:
    text = page(viewer).get("/orders/?due=today").content.decode()
    for label in ("Ready to ship", "Ship today or late", "Unpaid", "Stopped", "Sent"):
        assert label in text, label
    assert text.count('aria-current="page">Ship today or late') == 1
