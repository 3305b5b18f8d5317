"""The digits: the data against scikit-learn's loader, the hand-written gradient against the engine and JAX."""

import inspect
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tests.conftest import needs
from unmagic.core.document import Document
from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.digits import data
from unmagic.lesson.digits import train as training
from unmagic.lesson.digits.data import HELD_OUT, digits
from unmagic.lesson.digits.one_digit import LOSS, one_digit
from unmagic.lesson.digits.study import Epoch, Knobs, _told, code, run
from unmagic.reading.read import read
from unmagic.render import printers

needs("sklearn")


def test_the_data_is_what_scikit_learn_loads() -> None:
    X, y = needs("sklearn.datasets").load_digits(return_X_y=True)
    np.testing.assert_array_equal(digits().X * 16, X)
    np.testing.assert_array_equal(digits().y, y)
    assert len(digits().training[1]) + len(digits().test[1]) == len(y)
    assert len(digits().test[1]) == HELD_OUT


def test_reading_it_imports_no_scikit_learn() -> None:
    probe = "from unmagic.lesson.digits.study import run; run(); print(json.dumps('sklearn' in sys.modules))"
    start = f"import json, sys; sys.path[:0] = {sys.path!r}; "
    done = subprocess.run([sys.executable, "-c", start + probe], capture_output=True, text=True)
    assert done.stderr == ""
    assert json.loads(done.stdout) is False


def test_where_the_package_is_missing_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "find_spec", lambda name: None)
    with pytest.raises(UnmagicError, match="scikit-learn, which is not installed") as caught:
        data._file()
    assert "unmagic[site]" in caught.value.hint


def some(rng: np.random.Generator) -> tuple[Any, Any, Any, Any]:
    return rng.random((6, 5)), rng.integers(0, 10, 6), rng.normal(size=(10, 5)), rng.normal(size=10)


def test_the_gradient_written_by_hand_is_the_engines() -> None:
    X, y, W, b = some(np.random.default_rng(1))
    # the engine reads the very code that is shown, and derives its loss
    source = inspect.getsource(training) + "\nloss = cross_entropy(probabilities(X, W, b), y)\n"
    reading = read(source, lang="python", X=X, y=y, W=W, b=b)
    engine = reading.gradient("W", "b")
    dW, db = training.gradient(X, y, W, b)
    np.testing.assert_allclose(engine["W"], dW, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(engine["b"], db, rtol=1e-12, atol=1e-15)
    assert float(reading["loss"]) == pytest.approx(training.cross_entropy(training.probabilities(X, W, b), y))


def test_the_gradient_written_by_hand_is_jaxs() -> None:
    jax = needs("jax")
    X, y, W, b = some(np.random.default_rng(2))

    def loss(W: Any, b: Any) -> Any:
        return -jax.nn.log_softmax(X @ W.T + b)[np.arange(len(y)), y].mean()

    theirs = jax.grad(loss, argnums=(0, 1))(W, b)
    for mine, other in zip(training.gradient(X, y, W, b), theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-6)  # JAX computes in float32


def test_the_reader_walks_the_training_code_to_the_same_weights() -> None:
    X, y, _, _ = some(np.random.default_rng(3))
    source = inspect.getsource(training) + "\nW, b = train(X, y, 0.5, 2, 4, 0)[-1]\n"
    walked = read(source, lang="python", X=X, y=y)
    W, b = training.train(X, y, 0.5, 2, 4, 0)[-1]
    np.testing.assert_array_equal(walked["W"], W)
    np.testing.assert_array_equal(walked["b"], b)


def test_the_default_run_learns() -> None:
    found = run()
    assert run() is found  # kept
    first, last = found.curve[0], found.curve[-1]
    assert first.number == 0
    assert first.training_loss == pytest.approx(np.log(10))
    assert last.number == found.knobs.epochs
    assert last.training_loss < 0.15 < first.training_loss
    assert found.accuracy > 0.88
    wrong = len(found.mistakes)
    assert found.accuracy == pytest.approx(1 - wrong / HELD_OUT)
    assert np.trace(found.confusion) == HELD_OUT - wrong
    np.testing.assert_array_equal(found.confusion.sum(axis=1), np.bincount(digits().test[1], minlength=10))
    for mistake in found.mistakes:
        assert mistake.true == digits().y[mistake.index] != mistake.said == int(np.argmax(mistake.probabilities))
        assert sum(mistake.probabilities) == pytest.approx(1)
    assert printers["html"](Document(found.blocks()))


def test_it_does_about_as_well_as_scikit_learns_own() -> None:
    linear = needs("sklearn.linear_model")
    theirs = linear.LogisticRegression(C=1.0, max_iter=2_000).fit(*digits().training).score(*digits().test)
    assert run().accuracy == pytest.approx(theirs, abs=0.03)


def test_a_shuffled_split_would_flatter() -> None:
    order = np.random.default_rng(0).permutation(len(digits().y))
    X, y = digits().X[order], digits().y[order]
    W, b = training.train(X[:-HELD_OUT], y[:-HELD_OUT], 0.5, 20, 32, 0)[-1]
    shuffled = (training.probabilities(X[-HELD_OUT:], W, b).argmax(axis=1) == y[-HELD_OUT:]).mean()
    assert shuffled > run().accuracy + 0.03


def test_knobs_change_the_run_and_have_bounds() -> None:
    assert run(Knobs(seed=1)).W.tolist() != run().W.tolist()
    full = run(Knobs(eta=0.1, epochs=3, batch=1_437))
    X, y = digits().training
    W, b = np.zeros((10, 64)), np.zeros(10)
    for _ in range(3):  # full batch: three steps of plain descent
        dW, db = training.gradient(X, y, W, b)
        W, b = W - 0.1 * dW, b - 0.1 * db
    np.testing.assert_allclose(full.W, W, rtol=1e-9, atol=1e-12)
    for knobs in (Knobs(eta=0), Knobs(eta=float("nan")), Knobs(eta=11), Knobs(epochs=0), Knobs(epochs=101),
                  Knobs(batch=1), Knobs(batch=2_000), Knobs(seed=-1)):  # fmt: skip
        with pytest.raises(BadValue, match="out of bounds"):
            run(knobs)
    with pytest.raises(BadValue, match="no whole number"):
        run(Knobs(epochs=2.5))  # type: ignore[arg-type]


def test_what_the_run_shows_is_said_from_its_trace() -> None:
    assert "the test loss is lowest at the end" in run().words
    late = run(Knobs(eta=5, epochs=100))
    best = min(late.curve, key=lambda epoch: epoch.test_loss)
    assert best.number < 100
    assert f"lowest after epoch {best.number}," in late.words
    assert "by heart" in late.words


def test_a_run_that_overshoots_is_told_so() -> None:
    curve = [Epoch(k, loss, loss, 0.5, 0.5) for k, loss in enumerate((2.3, 0.4, 1.2))]
    assert "down at 0.4 and ends at 1.2: with this η the steps overshoot" in _told(curve, 180)
    assert "overshoot" not in _told(curve[:2], 180)
    assert "lowest at the end, 0.4, after 2.3" in _told(curve[:2], 180)


def test_one_weights_blame_on_one_digit() -> None:
    found = run()
    mistake = found.mistakes[0]
    shown = one_digit(mistake.index)
    assert (shown.true, shown.said) == (mistake.true, mistake.said)
    np.testing.assert_allclose(shown.picture.ravel(), digits().X[mistake.index])
    k, pixel = shown.weight
    p = np.array(mistake.probabilities)
    by_hand = np.outer(p - np.eye(10)[mistake.true], digits().X[mistake.index])
    np.testing.assert_allclose(shown.gradient["W"], by_hand, rtol=1e-9, atol=1e-15)
    assert shown.blame.gradient == pytest.approx(by_hand[k, pixel])
    assert abs(by_hand[k, pixel]) == np.abs(by_hand).max()

    def loss(nudge: float) -> float:
        W = found.W.copy()
        W[k, pixel] += nudge
        return float(read(LOSS, W=W, b=found.b, x=digits().X[mistake.index], c=mistake.true).value)

    assert (loss(1e-5) - loss(-1e-5)) / 2e-5 == pytest.approx(shown.blame.gradient, rel=1e-6)
    assert shown.evidence.sum() + found.b[shown.said] - found.b[shown.true] > 0  # why it said what it said
    for format in ("text", "html"):
        assert "blame" in printers[format](Document(shown.blocks()))


def test_any_weight_of_any_picture_can_be_asked_for() -> None:
    shown = one_digit(0, (3, 20))
    assert shown.weight == (3, 20)
    assert "row 2, column 4" in shown.words
    assert "in the training" in shown.words
    for index, weight in ((-1, None), (1_797, None), (0, (10, 0)), (0, (0, 64)), (0, (-1, 0))):
        with pytest.raises(BadValue, match="there is no"):
            one_digit(index, weight)


def test_the_code_that_is_shown_is_the_code_that_runs() -> None:
    text = "\n".join(code().rows) + "\n"
    assert inspect.getsourcefile(training) is not None
    namespace: dict[str, Any] = {}
    exec(compile(text, "shown", "exec"), namespace)
    X, y = digits().training
    W, b = namespace["train"](X, y, 0.5, 20, 32, 0)[-1]
    np.testing.assert_array_equal(W, run().W)
    np.testing.assert_array_equal(b, run().b)
    assert len(code().rows) < 60
