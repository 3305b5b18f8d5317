"""A recurrent network that learns to spell, its backward pass through time by hand, and that pass held to um.grad's."""

from pydoc_data.topics import topics

import numpy as np

import unmagic as um

TEXT = topics["for"][:2000]  # what the language reference says about the for statement
LETTERS = sorted(set(TEXT))
V, H, T, BATCH = len(LETTERS), 32, 12, 32


def loss(params, inputs, targets):
    """Mean cross-entropy of the next letter; inputs and targets are (BATCH, T) letter numbers."""
    E, W, b, U, c = params
    h = np.zeros((len(inputs), H))
    total = 0.0
    for t in range(T):
        h = np.tanh(E[inputs[:, t]] + h @ W + b)
        z = h @ U + c
        z = z - z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        total = total - log_p[np.arange(len(inputs)), targets[:, t]].mean()
    return total / T


def loss_and_gradient(params, inputs, targets):
    """The same loss, and its gradient: the chain rule from the last letter back to the first."""
    E, W, b, U, c = params
    rows = np.arange(len(inputs))
    hs, ps, total = [np.zeros((len(inputs), H))], [], 0.0
    for t in range(T):
        hs.append(np.tanh(E[inputs[:, t]] + hs[-1] @ W + b))
        z = hs[-1] @ U + c
        e = np.exp(z - z.max(axis=1, keepdims=True))
        ps.append(e / e.sum(axis=1, keepdims=True))
        total -= np.log(ps[-1][rows, targets[:, t]]).mean()
    dE, dW, db, dU, dc = (np.zeros_like(one) for one in params)
    dh = np.zeros_like(hs[0])  # what comes back from the steps after
    for t in reversed(range(T)):
        dz = ps[t].copy()
        dz[rows, targets[:, t]] -= 1
        dz /= len(inputs) * T
        dU += hs[t + 1].T @ dz
        dc += dz.sum(axis=0)
        da = (dz @ U.T + dh) * (1 - hs[t + 1] ** 2)
        np.add.at(dE, inputs[:, t], da)
        dW += hs[t].T @ da
        db += da.sum(axis=0)
        dh = da @ W.T
    return total / T, [dE, dW, db, dU, dc]


def batch(rng, letters):
    starts = rng.integers(0, len(letters) - T - 1, size=BATCH)
    windows = letters[starts[:, None] + np.arange(T + 1)]
    return windows[:, :-1], windows[:, 1:]


def main():
    letters = np.array([LETTERS.index(letter) for letter in TEXT])
    rng = np.random.default_rng(0)
    shapes = [(V, H), (H, H), (H,), (H, V), (V,)]
    params = [rng.normal(size=shape) * 0.1 for shape in shapes]

    ours = um.grad(loss)(params, *batch(np.random.default_rng(1), letters))
    _, by_hand = loss_and_gradient(params, *batch(np.random.default_rng(1), letters))
    for name, one, other in zip("EWbUc", ours, by_hand, strict=True):
        print(f"∂loss/∂{name}: by hand and by um.grad alike: {np.allclose(one, other, rtol=1e-9, atol=1e-12)}")

    averages = [np.zeros_like(one) for one in params]
    for step in range(301):
        value, gradient = loss_and_gradient(params, *batch(rng, letters))
        for weight, d, average in zip(params, gradient, averages, strict=True):
            average += 0.05 * (d**2 - average)  # RMSprop
            weight -= 0.005 * d / (np.sqrt(average) + 1e-8)
        if step % 100 == 0:
            print(f"step {step:3}  loss {value:.3f}, one letter of {np.exp(value):.1f}")


if __name__ == "__main__":
    main()
