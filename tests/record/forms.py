"""The statements that generated programs are made of, as text with holes.

``{x}`` and ``{y}`` are arrays that the program has, ``{e}`` what fits where it is written to, ``{k}`` a key into x,
``{v}`` and ``{w}`` new names, ``{n}`` a number, ``{p}`` something true where entries differ. What does not run on the
arrays at hand is thrown away and another is tried.
"""

from __future__ import annotations

HELPERS = """\
def scaled(x, by=0.5, *, shift=0.0):
    x *= by
    return x + shift


def head(x, n=2):
    return x[:n]


def mixed(x, y):
    if x.sum() > y.sum():
        return x - 0.5 * y
    return x * 0.3, y


def smoothed(x):
    for i in range(1, len(x)):
        x[i] = 0.6 * x[i] + 0.4 * x[i - 1]


def halves(x):
    n = len(x) // 2
    left, right = x[:n], x[n:]
    left += 0.1
    return left, right
"""

VIEWS = [
    "{x}[1:]", "{x}[::-1]", "{x}[::2]", "{x}[:, None]", "{x}[None]", "{x}[:]", "{x}[-2:]", "{x}[..., ::-2]",
    "{x}.reshape(-1, 1)", "{x}.reshape(-1)", "{x}.ravel()", "{x}[::-1].ravel()", "{x}[::2].reshape(-1)",
    "{x}.T", "{x}.T.reshape(-1)", "{x}.T[::-1]", "{x}[0]", "{x}[:, 1]", "{x}[:, ::-1]", "{x}[1:, :2]",
    "{x}[..., -1]",
    "{x}[:, 1:][::-1]", "{x}[-1, :]", "{x}.reshape(2, -1)", "{x}.reshape(-1, 2).T",
    "{x}.diagonal()", "np.diag({x})", "np.diag({x}, 1)", "{x}.squeeze()", "{x}.flatten()", "{x}.copy()",
    "{x}.view()", "{x}.astype(float, copy=False)", "np.einsum('ij->ji', {x})", "np.einsum('ii->i', {x}[:2, :2])",
    "{x}.real",

    "{x}[[0, 1]]", "{x}[:, [1, 0]]", "{x}[[[0, 1], [1, 0]]]", "{x}[{x} > 0]",
    "np.flip({x})", "np.flip({x}, 0)", "np.fliplr({x})", "np.expand_dims({x}, 0)", "np.atleast_2d({x})",
    "np.swapaxes({x}, 0, 1)", "np.transpose({x})", "np.moveaxis({x}, 0, 1)", "np.split({x}, [1])[1]",
    "np.array_split({x}, 2)[0]", "np.rot90({x})", "np.roll({x}, 1)", "np.roll({x}, 1, axis=0)", "np.ravel({x})",
    "np.broadcast_to({x}, (2,) + {x}.shape)", "np.asarray({x})", "np.array({x})", "np.ascontiguousarray({x}.T)",
    "np.repeat({x}, 2, axis=0)", "np.tile({x}, 2)", "np.triu(np.atleast_2d({x}))", "np.take({x}, [0, 1, 0])",
    "{x}.take([1, 0], axis=0)",
    "np.concatenate([{x}, {y}])", "np.stack([{x}, {y}])", "np.vstack([{x}, {y}])", "np.hstack([{x}, {y}])",
]  # fmt: skip

VALUES = [
    "np.tanh({x})", "np.sin({x}) * 0.5", "{x} ** 2 * 0.3", "np.exp({x} * 0.1)", "{x} * {y}", "{x} - 0.5 * {y}",
    "{x} / (1.5 + {y} ** 2)", "-{x}", "np.where({x} > 0.1, {x}, {y} * 0.2)", "abs({x}) + 1.0", "{n} * {x} + {n}",
    "np.sqrt(1.0 + {x} * {x})", "np.log(1.5 + {x} ** 2)",
]  # fmt: skip

SHRUNK = [
    "{x}.sum(axis=0)", "{x}.sum(axis=-1, keepdims=True)", "{x}.mean(axis=0)", "np.mean({x}, axis=1, keepdims=True)",
    "{x} - {x}.mean()", "{x} @ {y}", "{x}.T @ {y}", "np.outer({x}, {y})", "np.dot({x}, {y})", "np.cumsum({x})",
    "np.cumsum({x}, axis=0)", "{x} + {x}.sum(axis=0)", "np.sum({x})",
    "{x}.mean(0) * {x}.mean(axis=0, keepdims=True)",
    "sum({x})", "np.zeros_like({x})", "np.ones_like({x}) * {n}", "np.clip({x}, -0.5, 0.7)",
]  # fmt: skip

CHOSEN = [  # where entries differ
    "np.maximum({x}, {y} * 0.7)", "np.minimum({x}, {y} - 0.1)", "{x}.max(axis=0)",
    "np.max({x}, axis=-1, keepdims=True)",
    "{x} - {x}.min()", "np.sort({x})", "np.sort({x}, axis=0)", "np.sort({x}, axis=None)", "{x}[np.argsort({x})]",
    "{x}[{x}.argsort(axis=0)[::-1]]", "{x}[np.argmax({x})]", "np.sort({x})[::-1]",
]  # fmt: skip

WRITES = [
    "{x}[{k}] = {e}", "{x}[{k}] = {e}", "{x}[{k}] += {e}", "{x}[{k}] -= {e}", "{x}[{k}] *= {e}",
    "{x}[{k}] /= 1.5 + ({e}) ** 2", "{x}[{k}][...] = {e}",
]  # fmt: skip

WHOLE = [
    "{x} += {e}", "{x} *= {e}", "{x} -= {e}", "{x}[...] = {e}", "{x} /= {n}", "np.multiply({x}, {e}, out={x})",
    "np.subtract({e}, {x}, {x})", "np.tanh({x}, out={x})", "np.copyto({x}, {e})", "np.add({x}, {e}, out={y})",
    "np.exp({x} * 0.1, out={y})", "np.clip({x}, -0.5, 0.7, {x})", "{x}.clip(-0.5, 0.7, {x})",
    "np.cumsum({x}, 0, None, {x})",
    "np.outer({y}[:2], {y}[:2], {x}[:2, :2])", "{x}.cumsum(0, out={x})", "np.sum({x}, 0, None, {x}[0])",
    "np.negative({x}, {x})",
    "{x}[1:] += {x}[:-1]", "{x}[:-1] = {x}[1:]", "np.multiply({x}[1:], {x}[:-1], out={x}[1:])", "{x}[::-1] += {x}",
    "{x}.T[...] += {x}", "{x}[:] = {x}[::-1]", "{v} = np.multiply({x}, {y}, out={x})", "{x}.fill({n})",
    "np.add.at({x}, [0, 1, 0], {n})", "np.add.at({x}, [0, 1, 0], {x}[:3])",
    "np.add.at({x}, ([0, 1, 0], [1, 0, 1]), {n})",
    "np.add.at({x}, 0, {y})", "np.subtract.at({x}, [1, 1], {y}[:2])", "np.fill_diagonal({x}, {n})", "{x}.sort()",
    "{x}.sort(axis=0)", "{x}[::-1].sort()",
    "{x}[{x} > 0.1] *= {n}", "{x}[{x} < 0] = {n}", "{x}[{x} > 0] -= {y}[{x} > 0]", "{x}[{x} > {y}] += {n}",
    "{x}[[0, 0, 1]] += {x}[:3]", "{x}[[0, 0, 1]] = {x}[:3]", "{x}[np.arange(2), [1, 0]] *= {n}",
    "{x}.flat[::2] = {n}", "{x}.flat[1] = {n}",
]  # fmt: skip
"""An order in place (`sort`) is picked only where entries differ."""

SWAPS = [
    "{x}[0], {x}[1] = {x}[1], {x}[0]", "{x}[[0, 1]] = {x}[[1, 0]]",
    "{x}[0], {x}[-1] = {x}[-1].copy(), {x}[0].copy()",
    "{x}[0], {y}[1] = {y}[0], {x}[1]", "{x}[:, 0], {x}[:, 1] = {x}[:, 1], {x}[:, 0] * 1.0", "{v}, {w} = {y}, {x}",
    "{v} = {x}\n{x} = {y}\n{y} = {v}", "{v}, *{w} = {x}[0], {x}[1], {y}[0]", "{v} = {w} = {x} * {n}",
    "({v}, {w}), _ = ({x}, {y}[1:]), 1",
]  # fmt: skip

HELD = [
    '{v} = {{"w": {x}, "b": {y}}}', "{v} = [{x}, {y}]", '{v} = {{"w": {x} * 1.0}}', "{v} = ({x}, {y} + 1)",
    "{v} = dict(w={x})", "{v} = []\n{v}.append({x})\n{v}.append({x}[1:])", '{v} = {{"l": [{x}, {y}[0]]}}',
    '{v} = {{}}\nfor name, value in zip("pq", ({x}, {y})):\n    {v}[name] = value * {n}',
]  # fmt: skip

OBJECTS = ["{v} = SimpleNamespace(a={x}, b={y})", "{v} = SimpleNamespace(a={x})\n{v}.a *= {n}\n{v}.a[0] += {n}"]

LOOPS = [
    "for i in range(len({x})):\n    {x}[i] = {x}[i] * 0.5 + {x}[i - 1]",
    "for row in {x}:\n    row *= {n}",
    "for i, row in enumerate({x}):\n    row += i * {n}",
    "for one, other in zip({x}, {y}):\n    one -= 0.3 * other",
    "{v} = [np.tanh(row) for row in {x}]",
    "{v} = np.array([row * {n} for row in {x}])",
    "{v} = np.stack([{x}[i] * i for i in range(2) if i != 7])",
    "i = 0\nwhile i < 2:\n    {x}[i] += {n}\n    i += 1",
    "{v} = 0.0\nfor i in range(2):\n    {v} = {v} + {x}[i]",
    "{v} = {x} * 1.0\nfor _ in range(3):\n    {v} *= 0.7\n    if {v}.sum() < {n}:\n        break\nelse:\n    {v} += 1",
    "if {x}.sum() > {n}:\n    {x}[0] = {n}\nelse:\n    {v} = {x} * 2.0",
    "{v} = {x} if {x}[0].sum() > 0 else {x}[::-1]",
    "{v} = sum(row * row for row in {x})",
    "{v} = {{k: {x} * k for k in (1, 2)}}",
]

CALLS = [
    "{v} = scaled({x})", "{v} = scaled({x}, by={n}, shift=0.2)", "{v} = head({x}, n=1)", "head({x})[...] = {n}",
    "{v} = mixed({x}, {y})", "smoothed({x})", "{v}, {w} = halves({x})", "{v} = scaled(x=head({x}), shift={n})",
    "def {v}(z, by={n}):\n    return z * by + {y}\n{x} = {v}({x})", "{v} = (lambda z, k=2: z * k)({x})",
    "{v} = np.add({x}, {y}, out=np.zeros_like({x}))", "{v} = scaled(*[{x}], **{{'by': {n}}})",
]  # fmt: skip

KEYS = {
    1: ["0", "-1", "1:", "::2", "[0, 0]", "[1, 0]", "::-1", ":", "...", "np.array([1, 0, 1])", "-2::-1"],
    2: ["0", ":, 0", "1:, :1", "0, 1", "[0, 0], [1, 1]", "::-1, 1", "[1, 0]", "..., -1", "[0, 1], :", ":, [0, 0]",
        "-1, ::-1", "::2, 1:", "[[0], [1]], [0, 1]", "(1, 0)"],
}  # fmt: skip

UNREAD = [  # neither by running nor from the text
    "{v} = {x}.ravel(order='F')", "{v} = np.partition({x}, 1)", "{x}.partition(1)",
    "np.add({x}, {y}, out={x}, where={x} > 0)", "np.copyto({x}, {y}, where={y} > 0)",
    "np.putmask({x}, {x} > 0, {n})",
    "{v} = {x}[np.ix_([0, 1], [1, 0])]",
]  # fmt: skip
