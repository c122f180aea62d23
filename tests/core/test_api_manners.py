"""What every route of the API does alike, seen on the product routes."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.api.views import OrganizationAPIView
from accounts.models import User
from core.models import RememberedAnswer
from imports.models import ImportJob
from products.models import Product
from tests.factories import MembershipFactory

NEW = {"code": "KUB-1", "name": "Kubek emaliowany"}
PATH = "/api/v1/products"


def test_the_same_key_and_body_give_the_first_answer_and_one_product(owner: User, api: Any) -> None:
    client = api(owner)
    first, second = (client.post(PATH, NEW, headers={"idempotency-key": "k-1"}) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Product.objects.count() == 1


def test_a_key_left_by_a_killed_server_can_be_used_again(owner: User, api: Any) -> None:
    client = api(owner)
    assert client.post(PATH, NEW, headers={"idempotency-key": "k-1"}).status_code == 201
    Product.objects.all().delete()
    RememberedAnswer.objects.update(status=None, answer=None)
    assert client.post(PATH, NEW, headers={"idempotency-key": "k-1"}).status_code == 409
    RememberedAnswer.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert client.post(PATH, NEW, headers={"idempotency-key": "k-1"}).status_code == 201
    assert Product.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(owner: User, api: Any) -> None:
    client = api(owner)
    client.post(PATH, NEW, headers={"idempotency-key": "k-1"})
    answer = client.post(PATH, NEW | {"code": "KUB-2"}, headers={"idempotency-key": "k-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Product.objects.count() == 1


def test_the_same_key_with_another_file_is_refused(owner: User, api: Any) -> None:
    client = api(owner)
    statuses = [
        client.post(
            "/api/v1/import/csv",
            {"file": SimpleUploadedFile("a.csv", f"code;name:cs\nK-{n};Hrnek\n".encode())},
            format="multipart",
            headers={"idempotency-key": "k-1"},
        ).status_code
        for n in (1, 1, 2)
    ]
    assert statuses[0] == statuses[1] < 300
    assert statuses[2] == 422
    assert ImportJob.objects.count() == 1


def test_a_refused_request_can_be_mended_under_the_same_key(owner: User, api: Any) -> None:
    client = api(owner)
    refused = client.post(PATH, {"name": "no code"}, headers={"idempotency-key": "k-1"})
    assert refused.status_code == 400
    assert RememberedAnswer.objects.count() == 0
    assert client.post(PATH, NEW, headers={"idempotency-key": "k-1"}).status_code == 201


class BreaksOnce(OrganizationAPIView):
    """A view with a defect that nobody foresaw, in its first request."""

    requests: ClassVar[list[str]] = []

    def post(self, request: Request) -> Response:
        self.requests.append("post")
        if len(self.requests) == 1:
            raise RuntimeError("a defect")
        return Response({"done": True})


def test_a_request_that_broke_the_server_can_be_repeated_under_the_same_key(owner: User) -> None:
    request = APIRequestFactory().post("/x", {}, headers={"idempotency-key": "k-1"})
    force_authenticate(request, user=owner)
    with pytest.raises(RuntimeError):
        BreaksOnce.as_view()(request)
    assert RememberedAnswer.objects.count() == 0
    answer = BreaksOnce.as_view()(request)
    assert (answer.status_code, answer.data) == (200, {"done": True})


def test_keys_of_two_organizations_do_not_meet(owner: User, outsider: User, api: Any) -> None:
    statuses = [
        api(user).post(PATH, NEW, headers={"idempotency-key": "k-1"}).status_code
        for user in (owner, outsider)
    ]
    assert statuses == [201, 201]
    assert Product.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_with_one_key_make_one_product(api: Any) -> None:
    owner = MembershipFactory().user
    statuses: list[int] = []
    barrier = threading.Barrier(2)

    def post() -> None:
        client = api(owner)
        barrier.wait()
        statuses.append(client.post(PATH, NEW, headers={"idempotency-key": "k-1"}).status_code)
        connection.close()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Product.objects.count() == 1
    assert set(statuses) <= {201, 409}


def test_a_refusal_is_a_problem_with_the_fields(owner: User, api: Any) -> None:
    answer = api(owner).post(PATH, {})
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (400, "invalid")
    assert "code" in body["errors"]
    assert body["correlationId"] == answer["X-Correlation-Id"]


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=x", "page=1000001", "page=99999999999999999999", f"page={'9' * 5000}",
        "limit=0", "limit=201", "limit=-1", f"limit={'9' * 5000}",
    ],
)  # fmt: skip
def test_paging_refuses_what_is_no_page(owner: User, api: Any, query: str) -> None:
    answer = api(owner).get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_the_organization_header_chooses_among_ones_own(owner: User, api: Any) -> None:
    second = MembershipFactory(user=owner).organization
    client = api(owner)
    client.post(PATH, NEW, headers={"x-organization-id": str(second.pk)})
    assert Product.objects.get().organization == second


def test_the_organization_header_of_a_stranger_is_not_found(
    owner: User, other_organization: Any, api: Any
) -> None:
    answer = api(owner).post(PATH, NEW, headers={"x-organization-id": str(other_organization.pk)})
    assert answer.status_code == 404
    assert Product.objects.count() == 0


def test_a_viewer_may_read_and_not_write(viewer: User, api: Any) -> None:
    assert api(viewer).get(PATH).status_code == 200
    answer = api(viewer).post(PATH, NEW)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert Product.objects.count() == 0


@pytest.mark.parametrize("path", ["/api/products", "/api/products/", "/api/v1/products/"])
def test_every_way_of_writing_a_route_answers(owner: User, api: Any, path: str) -> None:
    assert api(owner).get(path).status_code == 200


def test_without_a_token_a_route_says_401(db: None, client: Any) -> None:
    answer = client.get(PATH)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
