"""Is a tumour benign? Logistic regression on scikit-learn's breast cancer table. The loss turns into nan."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np


def load():
    """Thirty measurements of 569 tumours, and 1 for the benign ones."""
    path = Path(find_spec("sklearn").origin).parent / "datasets" / "data" / "breast_cancer.csv"
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    return rows[:, :-1], rows[:, -1]


def train(X, y, rate=0.001, epochs=100):
    w = np.zeros(X.shape[1])
    for epoch in range(epochs):
        p = 1 / (1 + np.exp(-X @ w))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        w -= rate * X.T @ (p - y) / len(y)
        if epoch % 25 == 0:
            print(f"epoch {epoch:2}  loss {loss:.4f}")
    return w


if __name__ == "__main__":
    X, y = load()
    w = train(X, y)
    print(f"accuracy {np.mean((X @ w > 0) == (y == 1)):.3f}")
