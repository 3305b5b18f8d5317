"""What no page of ours sends is turned away, and every answer carries the policy."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from unmagic.web.security import LARGEST_BODY, LONGEST_QUERY, Admitted

PAGES = ("/", "/learn/math-for-ml", "/read", "/nowhere", "/static/x/site.css")


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_policy(client: TestClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "0.0.0.0", "[::2]"]
)
def test_strange_hosts_are_turned_away(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:9", "localhost", "[::1]:80", "127.0.0.2", "testserver"])
def test_loopback_and_admitted_hosts_pass(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


def test_a_host_that_is_no_address_is_not_admitted() -> None:
    assert "a:b:c" not in Admitted()


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}],
)
def test_posts_from_elsewhere_are_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/read", data={"src": "a·b"}, headers=headers).status_code == 403


def test_what_is_too_large_is_refused_by_name(client: TestClient) -> None:
    long_query = client.get("/learn/math-for-ml?dot.a=" + "1" * LONGEST_QUERY)
    assert long_query.status_code == 413
    assert f"{LONGEST_QUERY:,}" in long_query.text
    large = client.post("/read", content=b"x" * (LARGEST_BODY + 1))
    assert large.status_code == 413
    assert f"{LARGEST_BODY:,}" in large.text


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/static/../../pyproject.toml",
        "/static/%2e%2e/%2e%2e/x",
        "/static//etc/passwd",
        "/learn/..%2f..%2fx",
        "/learn/%00",
        "/static/x/..%5c..%5cweb.py",
    ],
)
def test_paths_lead_nowhere_but_to_pages(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing(client: TestClient, method: str) -> None:
    assert client.request(method, "/learn/math-for-ml").status_code in (405, 413)


def test_static_files_are_kept_for_ever_and_only_under_their_version(client: TestClient) -> None:
    from unmagic.web.static import url_of

    answer = client.get(url_of("site.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/000000000000/site.css").status_code == 404
