"""What the live recorder knows of memory: writes and views, containers that hold arrays, loops that ran unseen."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from tests.conftest import needs
from tests.record.recorded import holds, recorded
from unmagic.record.keep import Keeper
from unmagic.record.log import Log

START = "import numpy as np\na = np.arange(6.0)\nb = np.arange(12.0).reshape(3, 4) / 7\n"


def test_an_item_of_a_dict_updated_in_place_changes_the_array_it_holds() -> None:
    run = recorded(START + "d = {'w': a}\nd['w'] -= 0.5\nx = a * 2\ny = d['w'] + 1")
    holds(run, "x", "y", "a")
    assert run.ops().count("subtract") == 1


def test_an_attribute_updated_in_place_changes_the_array_it_holds() -> None:
    run = recorded(START + "class O: pass\no = O()\no.w = a\no.w *= 3.0\nx = a + o.w")
    holds(run, "x", "a")
    assert run.value("o.w").tobytes() == run.names["a"].tobytes()
    assert "multiply" in run.ops()


def test_an_item_of_a_list_updated_to_a_new_number() -> None:
    run = recorded(START + "s = [float(a.sum()), 1.0]\ns[0] += 2.5\nx = s[0] * 2")
    holds(run, "x")
    assert run.ops()[-3:].count("multiply") == 1


@pytest.mark.parametrize(
    "text",
    [
        "v = a[1:4]\nv += 10\nx = a * 1.0",
        "v = b.T\nv[0] = -1\nx = b * 1.0",
        "v = b[::-1].ravel()\nv[0] = 99\nx = b * 1.0",  # a copy
        "v = b.reshape(-1)\nv[3] = 99\nx = b * 1.0",
        "v = b.T.reshape(-1)\nv[3] = 99\nx = b * 1.0",  # a copy
        "f = np.copy(b.T).T\nf.T.reshape(-1)[2] = 5\nx = f * 1.0",
        "v = np.lib.stride_tricks.as_strided(a, (3,), (16,))\nv[1] = 7\nx = a * 1.0",
        "v = np.lib.stride_tricks.sliding_window_view(a, 3)\nx = v.sum(axis=1)\na[2] = 50\ny = v.sum(axis=1)",
        "b[[0, 0], [1, 1]] += 5\nx = b * 1.0",
        "b[b > 1] = 0\nx = b * 1.0",
        "b[1], b[0] = b[0], b[1]\nx = b * 1.0",
        "b[:, [0, 1]] = b[:, [1, 0]]\nx = b * 1.0",
        "a[0] = a[1] = 3.5\nx = a * 1.0",
        "for row in b:\n    row -= row.mean()\nx = b * 1.0",
        "np.add.at(a, [0, 0, 1], 2.0)\nx = a * 1.0",
        "np.exp(a, out=a)\nx = a * 1.0",
        "np.multiply(b, b, b)\nx = b * 1.0",
        "np.copyto(b, 2.0)\nb[0].fill(1.5)\nx = b * 1.0",
        "c = -a\nc.sort()\nx = c * 1.0",
        "c = np.array([3.0, 1.0, 2.0])\nc[::-1].sort()\nx = c * 1.0",
        "a[1:] -= a[:-1]\nx = a * 1.0",
        "a += a[::-1]\nx = a * 1.0",
        "a[...] = b.ravel()[:6]\nx = a * 1.0",
        "d = np.diag(b[:, :3])\nb[1, 1] = 9\nx = d * 1.0",
        "e = np.broadcast_to(a, (2, 6))\na[0] = 4\nx = e * 1.0",
        "a.shape = (2, 3)\na[1] *= 2\nx = a @ a.T",
        "u, v = np.split(a, 2)\nu += v\nx = a * 1.0",
    ],
)
def test_a_write_is_seen_wherever_its_memory_is_looked_at(text: str) -> None:
    run = recorded(START + text)
    holds(run, "x")


def test_scalars_that_are_no_real_numbers_are_no_steps() -> None:
    text = "w = ''\nfor i in range(40):\n    w += np.random.choice(list('abc'))\nz = np.complex128(2j) * 3\n"
    run = recorded(START + text + "t = np.datetime64('2020-01-02') - np.datetime64('2020-01-01')\nx = a * 2.0",
                   twins=True, log=Log(most=60, windows=True))  # fmt: skip
    assert run.log.chosen(20)  # which looks at values for what is not finite
    assert all(kept is None or np.asarray(kept).dtype.kind in "biuf" for kept, _ in run.log.entries.values())


def test_a_view_of_another_dtype_is_written_through_and_said() -> None:
    run = recorded(START + "v = a.view(np.int64)\nv[0] = 0\nx = a * 1.0")
    assert run.value("x").tobytes() == run.names["x"].tobytes()
    assert not run.read.checked.wrong


def test_parts_of_a_complex_array_are_given_where_they_are_used() -> None:
    run = recorded(START + "c = a * (1 + 2j)\nr = c.real\nr += 1\nx = r * 2.0 + c.imag[::-1]\n")
    assert run.value("x").tobytes() == run.names["x"].tobytes()
    assert not run.read.checked.wrong


def test_parts_of_structured_arrays_are_given_where_they_are_used() -> None:
    text = "s = np.zeros(3, dtype=[('p', 'f8'), ('q', 'i4')])\ns['p'] = [1, 2, 3]\nx = s['p'] * 2.0"
    run = recorded(START + text)
    assert run.value("x").tolist() == [2.0, 4.0, 6.0]
    assert not run.read.checked.wrong


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(40):\n    a *= 0.9\nx = a * 1.0",
        "i = 0\nwhile i < 40:\n    i += 1\n    a *= 0.9\nx = a * 1.0",
        "for i in range(40):\n    a *= 0.9\n    if i == 20: break\nx = a * 1.0",
        "def f():\n    for i in range(40):\n        a[0] += 1\n        if i == 20: return a * 2\nx = f() + a",
        "try:\n    for i in range(40):\n        a[0] += 1\n        if i == 20: raise KeyError\n"
        "except KeyError:\n    pass\nx = a * 1.0",
        "def g():\n    for i in range(40):\n        a[0] += 1\n        yield a.sum()\nfor v in g(): pass\nx = a * 1.0",
        "for i in range(9):\n    for j in range(9):\n        a[j % 6] += i\n    b[0] = a[:4]\nx = b * 1.0",
    ],
)
def test_nothing_is_believed_after_a_loop_that_ran_unseen(text: str) -> None:
    run = recorded(START + text, twins=True)
    assert run.value("x").tobytes() == run.names["x"].tobytes()
    assert not run.read.checked.wrong, run.read.mistakes
    assert run.read.checked.opaque <= 1  # what a function gave back that ran unseen


def test_iterations_1_2_4_8_are_recorded() -> None:
    run = recorded("seen = []\nfor i in range(1, 101):\n    x = i * 0.5\n", twins=True)
    starts = [event.more + 1 for segment in run.log.segments for event in segment.events if event.kind == "iterate"]
    assert starts == [1, 2, 4, 8, 16, 32, 64]
    assert run.names["x"] == 50.0


def test_in_everything_every_iteration_is_recorded() -> None:
    run = recorded(START + "for i in range(30):\n    a = a * 0.9 + i\n")
    holds(run, "a")
    assert run.ops().count("multiply") == 30
    assert [region.label for region in run.read.graph.regions][:2] == ["i = 0", "i = 1"]


def test_python_numbers_are_steps_known_by_identity() -> None:
    run = recorded("import math\nx = 0.25\ny = math.exp(x) * 2\nz = [y, x]\nw = sum(z) + abs(-y) + max(y, x)\n")
    holds(run, "y", "w")


def test_a_branch_is_kept_with_its_step() -> None:
    run = recorded(START + "if a.sum() > 3:\n    x = a * 2\nelse:\n    x = a\n")
    (branch,) = run.read.graph.branches
    assert branch.taken
    assert run.read.graph[branch.step].op.name == "greater"


def test_what_nobody_spells_is_taken_as_given_and_named() -> None:
    run = recorded(START + "q, r = np.linalg.qr(b.T @ b)\nx = q @ r\n")
    assert run.read.notes == {"numpy.linalg.qr": 1}
    holds(run, "x", taken=1)


def test_the_log_holds_no_array_that_the_program_dropped() -> None:
    text = "import numpy as np, weakref\na = np.ones(50)\nr = weakref.ref(a)\n"
    text += "b = a * 2\nq = weakref.ref(b)\nb = a = None\n"
    run = recorded(text)
    gc.collect()
    assert run.names["r"]() is None
    assert run.names["q"]() is None


def test_copies_are_kept_in_the_order_of_their_memory() -> None:
    copied = Keeper().copy(np.asfortranarray(np.ones((3, 4)))[:, ::2])
    assert copied.flags.f_contiguous


def test_the_log_stays_within_its_memory_however_long_the_program_runs() -> None:
    text = "import numpy as np\nfor k in range(40):\n    a = np.ones(60_000)\n"
    text += "    for i in range(300):\n        a = a * 1.0001\n"
    log = Log()
    tracemalloc.start()
    try:
        recorded(text, twins=True, log=log)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert log.keeper.bytes <= 48 << 20
    assert held < 64 << 20


def test_a_full_log_ends_the_recording_and_not_the_program() -> None:
    run = recorded("x = 0.5\nfor i in range(1000):\n    x = x * 0.99 + 0.01\n", log=Log(most=100))
    assert run.log.count == 101
    assert run.names["x"] == pytest.approx(1 - 0.5 * 0.99**1000, rel=1e-9)


def test_of_a_long_run_the_stretch_in_which_something_tripped_stays() -> None:
    text = "import numpy as np\nx = 1.0\nfor i in range(1 << 13):\n    with np.errstate(all='ignore'):\n"
    text += "        x = np.log(np.float64(1.0 if i != 31 else 0.0)) * 1.0\n    y = x + 1.0\n"
    run = recorded(text, twins=True, log=Log(most=120, windows=True))
    values = [run.log.entries[event.out.number].kept for part in run.log.chosen(80) for event in part.events
              if event.kind == "value"]  # fmt: skip
    assert run.log.dropped
    assert any(np.isneginf(value) for value in values)


def test_of_what_happened_again_and_again_the_first_and_the_latest_are_read() -> None:
    text = "import numpy as np\nx = 1.0\nfor i in range(1 << 12):\n    with np.errstate(all='ignore'):\n"
    text += "        y = np.log(np.float64(1.0 if i != 31 else 0.0)) * 1.0\n"
    text += "".join(f"    x{k} = y * {k}.0\n" for k in range(1, 81))
    run = recorded(text, twins=True, log=Log(windows=True))
    chosen = run.log.chosen(5_000)
    rounds = [event.more for part in chosen for event in part.events if event.kind == "iterate"]
    assert rounds[0] == 0
    assert 31 in rounds  # something tripped
    assert rounds[-1] == (1 << 12) - 1
    assert len(chosen) <= 5 < len(run.log.segments)


def test_a_stretch_that_takes_all_the_room_ends_and_the_next_iteration_is_recorded() -> None:
    text = "def f(n): return 0.5 * n if n < 2.0 else f(n - 1.0) * 0.5 + f(n - 2.0) * 0.25\n"
    text += "for i in range(40):\n    x = f(12.0)\n    y = x + i\n"
    log = Log(most=1500, windows=True)
    run = recorded(text, log=log)
    started = [event.more for part in log.segments for event in part.events if event.kind == "iterate"]
    assert started[-1] >= 39
    assert log.count <= 1500
    assert not run.read.checked.wrong


def test_what_a_library_wrote_into_an_array_is_seen() -> None:
    needs("scipy")
    text = "import scipy.ndimage as n\nb2 = b * 1.0\nn.gaussian_filter(b2, 1.0, output=b2)\nx = b2 * 2.0\n"
    run = recorded(START + text)
    holds(run, "x", "b2", taken=1)
