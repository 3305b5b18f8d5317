"""Equal addresses give equal bytes, made once."""

from __future__ import annotations

from starlette.testclient import TestClient

from unmagic.web.cache import Kept, Pages

LESSON = "/learn/math-for-ml?dot.a=2,2,3"


def test_same_url_same_bytes_from_two_applications(client: TestClient) -> None:
    from unmagic.web.app import create_app

    other = TestClient(create_app(["testserver"]))
    assert client.get(LESSON).content == other.get(LESSON).content == client.get(LESSON).content


def test_a_browser_that_has_the_page_gets_304(client: TestClient) -> None:
    tag = client.get(LESSON).headers["etag"]
    answer = client.get(LESSON, headers={"if-none-match": tag})
    assert answer.status_code == 304
    assert answer.content == b""


def test_pages_stay_under_their_bytes() -> None:
    pages = Pages(most=10_000)
    for k in range(100):
        pages.put(str(k), Kept(b"x" * 900, b"", {}))
        assert pages.size <= 10_000
    assert pages.get("99") is not None
    assert pages.get("0") is None
