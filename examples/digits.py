"""A two-layer classifier of scikit-learn's handwritten digits, its backward pass by hand."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

CLASSES, HIDDEN, HELD_OUT = 10, 32, 360


def load():
    """Pictures as rows of 64 numbers, and the digits they show; scikit-learn itself is not imported."""
    path = Path(find_spec("sklearn").origin).parent / "datasets" / "data" / "digits.csv.gz"
    rows = np.loadtxt(path, delimiter=",")
    X = rows[:, :-1] / 16
    return X - X[:-HELD_OUT].mean(axis=0), rows[:, -1].astype(int)  # ink above or below what is usual there


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(params, X):
    W1, b1, W2, b2 = params
    h = np.maximum(X @ W1 + b1, 0)
    return h, softmax(h @ W2 + b2)


def backward(params, X, h, p, y):
    """The gradient of the mean cross-entropy: softmax and logarithm together leave p − y."""
    W2 = params[2]
    dz = p.copy()
    dz[np.arange(len(y)), y] -= 1
    dz /= len(y)
    dh = dz @ W2.T
    dh[h <= 0] = 0
    return X.T @ dh, dh.sum(axis=0), h.T @ dz, dz.sum(axis=0)


def main():
    X, y = load()
    X, y, X_test, y_test = X[:-HELD_OUT], y[:-HELD_OUT], X[-HELD_OUT:], y[-HELD_OUT:]
    rng = np.random.default_rng(0)
    params = [
        rng.normal(size=(64, HIDDEN)) * np.sqrt(2 / 64), np.zeros(HIDDEN),
        rng.normal(size=(HIDDEN, CLASSES)) * np.sqrt(1 / HIDDEN), np.zeros(CLASSES),
    ]  # fmt: skip
    for epoch in range(15):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 32):
            batch = order[start : start + 32]
            h, p = forward(params, X[batch])
            for weight, gradient in zip(params, backward(params, X[batch], h, p, y[batch]), strict=True):
                weight -= 0.2 * gradient
        if epoch % 5 == 4:
            p = forward(params, X)[1]
            loss = -np.log(p[np.arange(len(y)), y]).mean()
            accuracy = (forward(params, X_test)[1].argmax(axis=1) == y_test).mean()
            print(f"epoch {epoch + 1:2}  loss {loss:.4f}  held out {accuracy:.1%}")


if __name__ == "__main__":
    main()
