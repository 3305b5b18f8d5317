"""The Reader as a visitor meets it: pages parsed strictly, numbers from the engine alone, nothing typed is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import html5lib
import numpy as np
import pytest
from starlette.testclient import TestClient

from unmagic.web.app import create_app
from unmagic.web.reader.desk import Desk
from unmagic.web.reader.examples import EXAMPLES
from unmagic.web.reader.question import Question, Side

HTML = "{http://www.w3.org/1999/xhtml}"
CLASSIFIER = ("z = W x\np = softmax(z)\nloss = −log p[c]", {"W": "1,-1,0;0,2,1;1,0,-1", "x": "2,1,1", "c": "1"})
ATTENTION = (
    "A = softmax(QKᵀ / √d)\nh = (A V)[2]\np = softmax(W h)\nloss = −log p[c]",
    {
        "Q": "0,0,1,2;0,-1,1,-1;-1,1,1,0",
        "K": "0,0,1,0;2,1,0,1;-1,0,0,0",
        "V": "2,0;-1,1;1,-1",
        "W": "2,1;0,-1;-1,0",
        "d": "4",
        "c": "1",
    },
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(["testserver"])) as opened:
        yield opened


def question(source: str, numbers: Mapping[str, str] | None = None, **more: Any) -> Question:
    return Question(Side(source, numbers=tuple(sorted((numbers or {}).items()))), **more)


def page(client: TestClient, address: str, status: int = 200) -> Element:
    """A page as a strict parser reads it."""
    answer = client.get(address, follow_redirects=False)
    assert answer.status_code == status, (address, answer.status_code, answer.headers.get("location"))
    return parsed(answer.text)


def parsed(text: str) -> Element:
    tree: Element = html5lib.HTMLParser(strict=True).parse(text)
    ids = [node.get("id") for node in tree.iter() if node.get("id")]
    assert len(ids) == len(set(ids)), "ids are unique"
    return tree


def words(tree: Element) -> str:
    return " ".join("".join(tree.itertext()).split())


def links(tree: Element, part: str) -> list[str]:
    return [node.get("href", "") for node in tree.iter(f"{HTML}a") if part in node.get("href", "")]


def fields(tree: Element) -> dict[str, str]:
    return {node.get("name", ""): "".join(node.itertext()).strip("\n") for node in tree.iter(f"{HTML}textarea")}


# what is read ---------------------------------------------------------------------------------------------

AB = {"a": "1,2,3", "b": "2,0,1"}
WX = {"W": "1,0;2,3;0,1", "x": "1,2"}
SOFTMAX = [0.10650698, 0.78698604, 0.10650698]
GOLDEN: list[tuple[str, dict[str, str], Any, str]] = [
    ("a · b", AB, 5, ""),
    ("Σᵢ aᵢbᵢ", AB, 5, ""),
    (r"\sum_{i=1}^{n} a_i b_i", {**AB, "n": "3"}, 5, ""),
    (r"a_1 b_1 + a_2 b_2 + \dots + a_n b_n", {**AB, "n": "3"}, 5, ""),
    ("np.dot(a, b)", AB, 5, ""),
    ("|a| = √(Σ aᵢ²)", {"a": "3,4"}, 5, ""),
    ("a·b / (|a||b|)", AB, 0.5976143046671968, ""),
    ("y = Wx", WX, [1, 8, 2], ""),
    (r"y_i = \sum_j W_{ij} x_j", WX, [1, 8, 2], ""),
    ("(AB)ᵢⱼ = Σₖ Aᵢₖ Bₖⱼ", {"A": "1,2;3,4", "B": "5,6;7,8"}, [[19, 22], [43, 50]], ""),
    ("σ(Wx + b)", {**WX, "b": "0,-8,0"}, 1 / (1 + np.exp([-1.0, 0.0, -2.0])), ""),
    ("f(x) = x²; x ← x − η∇f", {"x": "3", "η": "0.1"}, 1.92, "2"),
    ("z = (3x+1)²; dz/dx", {"x": "1"}, 24, ""),
    ("dz/dx = dz/dy · dy/dx where z = y², y = 3x + 1", {"x": "1"}, 24, ""),
    (r"softmax(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", {"z": "1,3,1"}, SOFTMAX, ""),
    ("p = np.exp(z) / np.exp(z).sum()", {"z": "1,3,1"}, SOFTMAX, ""),
    ("loss = −log softmax(Wx)[c]", CLASSIFIER[1], 0.23954478, ""),
    ("E[X] = Σ x·p(x)", {"x": "1,2,3", "p(x)": ".2,.5,.3"}, 2.1, ""),
    ("P(H|D) = P(D|H)P(H)/P(D)", {"P(D|H)": ".9", "P(H)": ".2", "P(D)": ".3"}, 0.6, ""),
    ("log ∏ᵢ pᵢ = Σᵢ log pᵢ", {"p": ".5,.25"}, -2.0794415, ""),
    ("exp(−(1/n) Σᵢ log pᵢ)", {"p": ".5,.25", "n": "2"}, 2.8284271, ""),
]


@pytest.mark.parametrize(("source", "numbers", "expected", "times"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_golden_rows_through_the_page(
    client: TestClient, source: str, numbers: dict[str, str], expected: Any, times: str
) -> None:
    asked = question(source, numbers, times=times)
    tree = page(client, asked.link())
    assert "Checked." in words(tree)
    facts = json.loads(client.get(asked.link("/read.json")).text)
    np.testing.assert_allclose(np.array(facts["value"], float), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("source", "numbers", "said"),
    [
        ("a b", {"a": "1,2", "b": "3,4"}, ("dot", "entry by entry", "outer", "^^^")),
        ("W x", {"W": "1,2,3;4,5,6;7,8,9", "x": "1,2"}, ("[3]", "[2]")),
        ("log a b", {"a": "1", "b": "2"}, ("log",)),
        ("a/2b", {"a": "1", "b": "2"}, ("(a/2)",)),
        ("9**9**9**9", {}, ("limit",)),
        ("y = (a + b", {"a": "1", "b": "2"}, ("^", "expected")),
        ("y = alpha x", {"alpah": "2", "x": "1"}, ("alpha",)),
        ("x = 'abc", {}, ("^",)),
        ("import os\nos.system('true')", {}, ("os",)),
        ("__import__('os').system('true')", {}, ()),
        ("open('/etc/passwd').read()", {}, ()),
        ("/etc/passwd.py", {}, ()),
        ("model.py:train", {}, ("opens no files",)),
    ],
)
def test_what_cannot_be_read_is_said_in_place(
    client: TestClient, source: str, numbers: dict[str, str], said: Sequence[str]
) -> None:
    answer = client.get(question(source, numbers).link(), follow_redirects=False)
    tree = parsed(answer.text)
    assert answer.status_code in (200, 422), answer.status_code
    assert fields(tree)["src"] == source  # the text is kept
    for name, typed in numbers.items():
        assert fields(tree)[f"n.{name}"].replace("\n", ";").replace(" ", "") == typed
    if said != ("alpha",):
        assert answer.status_code == 422
    for part in said:
        assert part in words(tree)
    assert "Others to read" in words(tree)  # the page around it stands


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "{{7*7}}",
        "{% for x in y %}",
        "${7*7}",
        "'\"><img src=x onerror=alert(1)>",
        "</textarea><script>alert(1)</script>",
        "\u202e\u2066abc\u200b\ufeff",
        "\ud7ff\U0001f600 = 😀",
        "{}",
        "()" * 200,
        "(" * 3000,
        "\\frac{" * 600,
        "x^" * 900 + "x",
        "√" * 1500,
        "1e999999999",
        "10^10^10",
        "9" * 3900,
        "-" * 3000 + "x",
        "a" * 3990,
        "Σᵢ" * 500,
        "\\begin{cases}" * 50,
        "x\x00y",
        "lambda: 0",
        "[[[[[[[[[[1]]]]]]]]]]",
        "while True: pass",
        "x = [0] * 10**9",
        "np.zeros((10**9, 10**9))",
        "'a' * 10**10",
        "%s%n%x",
        "javascript:alert(1) + 1",
    ],
)
def test_nothing_typed_is_markup_or_run(client: TestClient, nasty: str) -> None:
    for given in ({"src": nasty}, {"src": f"y = 2 x + {nasty}", "n.x": nasty}, {"src": "y = x", f"n.{nasty}": "1"}):
        answer = client.get("/read?" + urlencode(given))
        assert answer.status_code in (200, 413, 422), (given, answer.status_code)
        tree = html5lib.HTMLParser().parse(answer.text)
        scripts = [node.get("src", "") for node in tree.iter(f"{HTML}script")]
        assert all(source.startswith("/static/") for source in scripts)
        assert not [key for node in tree.iter() for key in node.attrib if key.startswith("on") or key == "style"]
        assert not list(tree.iter(f"{HTML}img"))
        assert not [a for a in tree.iter(f"{HTML}a") if a.get("href", "").startswith("javascript")]
        if "\x00" not in nasty:
            parsed(answer.text)
        if answer.status_code != 413 and given["src"] == nasty and nasty.isprintable():
            assert fields(tree)["src"] == nasty  # as it was typed: no template, no markup


def test_values_with_names_of_ours_are_refused_in_place(client: TestClient) -> None:
    for name in ("lang", "times", "example", "digits", "limits"):
        tree = page(client, question(f"y = 2 {name}", {name: "3"}).link(), 422)
        assert "word of ours" in words(tree)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1,,2", "missing"),
        ("1,2;3", "rows differ"),
        ("[1, 2", "without its ]"),
        ("five", "no number"),
        ("1e400", "too large"),
    ],
)
def test_numbers_that_are_none_are_said_at_their_field(client: TestClient, typed: str, said: str) -> None:
    tree = page(client, question("y = x + 1", {"x": typed}).link(), 422)
    assert said in words(tree)
    assert fields(tree)["n.x"] == typed  # as it was typed
    wrong = [node for node in tree.iter(f"{HTML}textarea") if node.get("aria-invalid")]
    assert len(wrong) == 1


def test_over_long_texts_are_refused_with_the_limit_named(client: TestClient) -> None:
    answer = client.post("/read", data={"src": "α · " * 1100 + "α", "n.α": "1"})
    assert answer.status_code == 413
    assert "4,000" in answer.text
    assert fields(parsed(answer.text))["src"].startswith("α · α")
    assert client.post("/read", data={"src": "y" * 500_000}).status_code == 413


def test_a_long_text_is_answered_without_an_address(client: TestClient) -> None:
    source = "\n".join(["import numpy as np", *(f"a{k} = {k}.0 * 2  # {'π' * 40}" for k in range(60)), "y = a1 + a2"])
    answer = client.post("/read", data={"src": source}, follow_redirects=False)
    assert answer.status_code == 200
    tree = parsed(answer.text)
    assert "this answer has no link" in words(tree)
    assert fields(tree)["src"] == source
    short = client.post("/read", data={"src": "y = 1 + 2"}, follow_redirects=False)
    assert (short.status_code, short.headers["location"]) == (303, "/read?src=y%20%3D%201%20%2B%202")


def test_other_sites_cannot_post(client: TestClient) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert client.post("/read", data={"src": "1 + 1"}, headers=headers).status_code == 403


# the address is the state -----------------------------------------------------------------------------------


def test_what_a_form_sends_is_folded_into_one_address(client: TestClient) -> None:
    sent = {"src": "y = W x\r\n", "lang": "", "dtype": "float64", "grad": "on", "zz": "1"}
    sent |= {"n.W": "1 0\r\n0 1", "n.x": "[1, 2]"}
    answer = client.get("/read?" + urlencode(sent), follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/read?src=y%20%3D%20W%20x&n.W=1,0;0,1&n.x=1,2"
    page(client, answer.headers["location"])


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.title for example in EXAMPLES])
def test_every_example_is_read(client: TestClient, example: Any) -> None:
    address = example.question.link()
    tree = page(client, address)
    assert "Checked." in words(tree)
    assert client.get(address).content == client.get(address).content
    assert TestClient(create_app(["testserver"])).get(address).content == client.get(address).content
    for ending, start in (("md", "$"), ("tex", "\\"), ("txt", ""), ("json", "{")):
        copied = client.get(example.question.link(f"/read.{ending}"))
        assert copied.status_code == 200
        assert copied.text.lstrip().startswith(start)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.title for example in EXAMPLES])
def test_sending_the_form_as_it_stands_changes_nothing(client: TestClient, example: Any) -> None:
    tree = page(client, example.question.link())
    (form,) = [node for node in tree.iter(f"{HTML}form") if node.get("id") == "reader"]
    sent = [(node.get("name", ""), "".join(node.itertext()).lstrip("\n")) for node in form.iter(f"{HTML}textarea")]
    for node in form.iter(f"{HTML}input"):
        if node.get("type") != "radio" or "checked" in node.attrib:
            sent.append((node.get("name", ""), node.get("value", "")))
    answer = client.get("/read?" + urlencode([(key, text.replace("\n", "\r\n")) for key, text in sent]))
    assert str(answer.url).endswith(example.question.link())


def test_there_are_ten_examples_with_what_they_show() -> None:
    assert len(EXAMPLES) >= 10
    assert len({example.question for example in EXAMPLES}) == len(EXAMPLES)


def test_example_findings(client: TestClient) -> None:
    by = {example.title: words(page(client, example.question.link())) for example in EXAMPLES}
    assert "softmax of a softmax" in by["A training step with a bug"]
    assert "exp overflows" in by["A loss that is nan"]
    assert "What is wrong with it" not in by["Attention"]


# entries to point at ------------------------------------------------------------------------------------------


def test_every_entry_leads_somewhere(client: TestClient) -> None:
    """Follow every link for why and blame on attention 3×4."""
    tree = page(client, question(*ATTENTION).link())
    why, blame = set(links(tree, "&why=")), set(links(tree, "&blame="))
    assert len(why) >= 9 + 6 + 2 + 3 + 3 + 1
    assert len(blame) >= 12 + 12 + 6 + 6
    for address in why:
        asked = page(client, address.partition("#")[0])
        (section,) = [node for node in asked.iter() if node.get("id") == "why"]
        assert "limit" not in words(section)
        assert not [node for node in section.iter() if "trouble" in node.get("class", "")], address
        assert any(node.get("class") == "rel" for node in section.iter())
    for address in blame:
        asked = page(client, address.partition("#")[0])
        (section,) = [node for node in asked.iter() if node.get("id") == "blame"]
        assert not [node for node in section.iter() if "trouble" in node.get("class", "")], address
        assert "radient" in words(section)


def test_blame_draws_whole_paths(client: TestClient) -> None:
    tree = page(client, question(*ATTENTION, blame="K[0,1]").link())
    (section,) = [node for node in tree.iter() if node.get("id") == "blame"]
    said = words(section)
    assert "K[0,1] → A[2,0] → u[2,0] → z[0] → p[1] → loss" in said
    assert "0.3914" in said
    assert [node for node in section.iter() if node.tag.endswith("svg")]


@pytest.mark.parametrize(
    ("key", "entry"),
    [("why", "zz[0]"), ("why", "A[9,9]"), ("why", "A["), ("why", "A"), ("blame", "c"), ("blame", "A[0]")],
)
def test_entries_that_are_not_there(client: TestClient, key: str, entry: str) -> None:
    asked = question(*ATTENTION)
    address = replace(asked, why=entry) if key == "why" else replace(asked, blame=entry)
    tree = page(client, address.link())
    (section,) = [node for node in tree.iter() if node.get("id") == key]
    assert [node for node in section.iter() if "trouble" in node.get("class", "")]


def test_an_entry_can_be_asked_for_by_name(client: TestClient) -> None:
    for ask in ("why", "blame"):
        sent = [*question(*ATTENTION, why="z[0]").pairs, ("entry", "h[1]"), ("ask", ask)]
        answer = client.get("/read?" + urlencode(sent), follow_redirects=False)
        assert answer.headers["location"].endswith(f"&{ask}=h[1]")
        assert "z[0]" not in answer.headers["location"]


def test_the_gradient_of_an_entry_is_worked(client: TestClient) -> None:
    tree = page(client, question(*CLASSIFIER, why="∂loss/∂W[1,0]").link())
    (section,) = [node for node in tree.iter() if node.get("id") == "why"]
    assert "−0.4260" in words(section)


# two readings, other numbers, no numbers ------------------------------------------------------------------------


def test_two_readings_side_by_side(client: TestClient) -> None:
    first = Side(CLASSIFIER[0], numbers=tuple(sorted(CLASSIFIER[1].items())))
    half = Side(CLASSIFIER[0], dtype="float16", numbers=first.numbers)
    tree = page(client, Question(first, second=half).link())
    assert "They part first at step 2: p[" in words(tree)
    other = Side(CLASSIFIER[0], numbers=tuple(sorted({**CLASSIFIER[1], "x": "2,1,5"}.items())))
    asked = Question(first, second=other)
    assert ("vs.n.x", "2,1,5") in asked.pairs
    said = words(page(client, asked.link()))
    assert "They part first at step 1: z[" in said
    assert "moved" in said
    broken = Question(first, second=Side("z = (W x", numbers=first.numbers))
    assert "stops too early" in words(page(client, broken.link()))


def test_dtype_is_the_machines(client: TestClient) -> None:
    side = Side("y = exp(x)", "formula", "float16", (("x", "12"),))
    assert "passes the largest float16" in words(page(client, Question(side).link()))


def test_without_numbers_there_are_letters_words_and_an_offer(client: TestClient) -> None:
    tree = page(client, question("y = softmax(W x)").link())
    said = words(tree)
    assert "have no numbers yet" in said
    assert "dot product" in said
    assert "--example" not in said
    assert {"n.W", "n.x"} <= fields(tree).keys()
    assert not links(tree, "why=")
    ours = page(client, question("y = softmax(W x)", example=True).link())
    assert "are examples, and ours" in words(ours)
    partly = page(client, question("y = softmax(W x)", {"x": "1,2"}).link())
    assert "W has no numbers yet" in words(partly)
    python = page(client, question("import numpy as np\ny = np.dot(w, x)").link())
    assert {"n.w", "n.x"} <= fields(python).keys()


def test_whole_numbers_can_be_derived_by(client: TestClient) -> None:
    numbers = {"x": "3,1", "η": "0.01", "A": "1,2;3,4", "b": "1,2"}
    tree = page(client, question("L = ‖A x − b‖²; x ← x − η ∇L", numbers, times="2").link())
    assert "round 2" in words(tree)


def test_updates_run_rounds(client: TestClient) -> None:
    asked = question("x ← x − η x", {"x": "1", "η": "0.5"}, times="3")
    assert "round 3" in words(page(client, asked.link()))
    for bad in ("0", "x", "1000000", "²"):
        assert "rounds" in words(page(client, question("x ← x − η x", {"x": "1", "η": "0.5"}, times=bad).link(), 422))


def test_a_program_that_raises_shows_how_far_it_came(client: TestClient) -> None:
    said = words(page(client, question("import numpy as np\ny = x * 2\nraise ValueError('no')", {"x": "3"}).link()))
    assert "ValueError" in said
    assert "6" in said


def test_formats_say_what_is_wrong(client: TestClient) -> None:
    for ending in ("md", "tex", "txt", "json"):
        answer = client.get(question("y = (x", {"x": "1"}).link(f"/read.{ending}"))
        assert answer.status_code == 422
        assert "stops too early" in answer.text
    assert json.loads(client.get(question("y = (x", {"x": "1"}).link("/read.json")).text)["error"]
    assert client.get("/read.exe?src=1").status_code == 404


def test_no_number_is_typed_into_the_templates(client: TestClient) -> None:
    """What the trace prints stands in the engine's own text of the same reading."""
    asked = question(*CLASSIFIER)
    tree = page(client, asked.link())
    text = client.get(asked.link("/read.txt")).text
    traces = [node for node in tree.iter(f"{HTML}ol") if "trace" in node.get("class", "")]
    numerals = {n for t in traces for part in t.itertext() for n in re.findall(r"\d+\.\d\d+", part)}
    assert numerals
    assert not {numeral for numeral in numerals if numeral not in text}


# more than one machine can do ---------------------------------------------------------------------------------------


def test_what_breaks_of_ours_keeps_the_text(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise AssertionError("ours")

    monkeypatch.setattr("unmagic.web.pages.reader.answer", broken)
    answer = TestClient(create_app(["testserver"])).get(question(*CLASSIFIER).link())
    assert answer.status_code == 500
    assert fields(parsed(answer.text))["src"] == CLASSIFIER[0]


def test_a_full_desk_keeps_the_text(client: TestClient) -> None:
    app = create_app(["testserver"])
    app.state.desk = Desk(at_once=1, waiting=-1)
    answer = TestClient(app).get(question(*CLASSIFIER).link())
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert fields(parsed(answer.text))["src"] == CLASSIFIER[0]
    assert TestClient(app).get(question(*CLASSIFIER).link("/read.txt")).status_code == 503


def test_what_takes_too_long_is_stopped_with_the_limit_named(client: TestClient) -> None:
    app = create_app(["testserver"])
    app.state.desk = Desk(seconds=0)
    answer = TestClient(app).get(question(*ATTENTION).link())
    assert answer.status_code == 422
    assert re.search(r"limit: seconds ≤ 0(?![\d.])", answer.text)
    assert fields(parsed(answer.text))["src"] == ATTENTION[0]


@pytest.mark.parametrize(
    ("source", "limit"),
    [
        ("import numpy as np\ny = np.ones((1000, 1000))", "100,000"),
        ("x = 0\nwhile True:\n    x = x + 1", "limit"),
        ("s = 0.0\nfor k in range(10**9):\n    s = s + k", "limit"),
        ("Σ_{k=1}^{1000000} k", "limit"),
    ],
)
def test_limits_are_named(client: TestClient, source: str, limit: str) -> None:
    tree = page(client, question(source).link(), 422)
    assert limit in words(tree)
