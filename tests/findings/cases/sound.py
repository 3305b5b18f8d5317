"""Programs with nothing wrong in them, as people write them, in the neighbourhood of what the rules look for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Sound:
    """A program, and what it is handed."""

    id: str
    text: str
    values: dict[str, Any] = field(default_factory=dict)


RNG = np.random.default_rng(21)
X = RNG.standard_normal((12, 4))
Y = X @ np.array([1.0, -0.5, 2.0, 0.0]) + 0.05 * RNG.standard_normal(12)
BINARY = (Y > 0).astype(float)
CLASSES = RNG.integers(0, 3, 12)
TOKENS = RNG.integers(0, 5, 10)

PROGRAMS = [
    Sound(
        "logistic-regression",
        """
        w, b = np.zeros(4), 0.0
        for step in range(20):
            z = X @ w + b
            p = 1 / (1 + np.exp(-z))
            loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
            dz = (p - y) / len(y)
            w -= 0.5 * (X.T @ dz)
            b -= 0.5 * dz.sum()
        acc = np.mean((p > 0.5) == y)
        """,
        {"X": X, "y": BINARY},
    ),
    Sound(
        "trained-past-the-last-digit",  # what is left of the gradient is rounding, and points anywhere
        """
        w = np.zeros(4)
        for step in range(400):
            error = X @ w - y
            loss = np.mean(error ** 2)
            grad = 2 * (X.T @ error) / len(y)
            w -= 0.2 * grad
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "sure-of-every-example-at-the-end",  # a last layer may be flat: what it feeds is the gradient
        """
        w = 80 * np.ones(4)
        for step in range(6):
            p = 1 / (1 + np.exp(-(far @ w)))
            w = w - 0.001 * far.T @ (p - y) / len(y)
        loss = np.mean((p - y) ** 2)
        """,
        {"far": np.sign(X) * (1 + np.abs(X)), "y": (np.sign(X) * (1 + np.abs(X))).sum(axis=1) > 0},
    ),
    Sound(
        "the-share-of-right-answers-is-printed",  # what a reading calls a loss nobody trains on
        """
        w = np.zeros(4)
        for step in range(6):
            p = 1 / (1 + np.exp(-(X @ w)))
            w = w + 0.1 * X.T @ (y - p)
        print("right:", 1 - np.abs(y - np.round(p)).sum() / len(y))
        """,
        {"X": X, "y": BINARY},
    ),
    Sound(
        "a-loss-that-is-taken-after-training",  # the products of the steps are no layers
        """
        w = np.zeros(2)
        for step in range(300):
            error = A @ w - b
            w = w - 0.3 * A.T @ error / len(b)
        loss = (error ** 2).mean()
        """,
        {"A": np.array([[1.0, 2], [2, 1], [0, 1], [1, 1], [2, 0.5]]), "b": np.array([5.0, 4, 2, 3, 3])},
    ),
    Sound(
        "a-loss-kept-off-the-edge",  # by hand nobody derives the clip
        """
        w = 6 * np.ones(4)
        for step in range(4):
            p = 1 / (1 + np.exp(-(X @ w)))
            q = np.clip(p, 1e-2, 1 - 1e-2)
            loss = -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))
            dw = X.T @ (p - y) / len(y)
            w = w - 0.05 * dw
        """,
        {"X": X, "y": BINARY},
    ),
    Sound(
        "nothing-to-learn-from-the-start",
        """
        centred = X - X.mean(axis=0)
        w, b = np.zeros(4), 0.0
        for step in range(4):
            error = centred @ w + b - 3.0
            loss = np.mean(error ** 2)
            grad = 2 * centred.T @ error / len(centred)
            w -= 0.1 * grad
            b -= 0.1 * 2 * error.mean()
        """,
        {"X": X},
    ),
    Sound(
        "minibatch-sgd",
        """
        rng = np.random.default_rng(0)
        w = np.zeros(4)
        for epoch in range(3):
            order = rng.permutation(len(y))
            for i in range(0, len(y), 4):
                batch = order[i:i + 4]
                err = X[batch] @ w - y[batch]
                grad = 2 * X[batch].T @ err / len(batch)
                w = w - 0.05 * grad
            loss = np.mean((X @ w - y) ** 2)
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "stochastic-single-example",
        """
        w = np.zeros(4)
        for i in range(len(y)):
            loss = np.mean((X @ w - y) ** 2)
            grad = (X[i] @ w - y[i]) * X[i]
            w -= 0.05 * grad
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "ridge-with-decay-outside-the-loss",
        """
        w = np.zeros(4)
        for k in range(5):
            loss = 0.5 * np.sum((X @ w - y) ** 2)
            grad = X.T @ (X @ w - y)
            w = w - 0.01 * (grad + 0.1 * w)
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "momentum",
        """
        w = np.zeros(4)
        v = np.zeros(4)
        for k in range(12):
            err = X @ w - y
            loss = np.mean(err ** 2)
            grad = 2 * X.T @ err / len(y)
            v = 0.9 * v - 0.05 * grad
            w = w + v
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "adam-by-hand",
        """
        w = np.zeros(4)
        m, v = np.zeros(4), np.zeros(4)
        for t in range(1, 8):
            err = X @ w - y
            loss = np.mean(err ** 2)
            g = 2 * X.T @ err / len(y)
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g ** 2
            m_hat = m / (1 - 0.9 ** t)
            v_hat = v / (1 - 0.999 ** t)
            w = w - 0.1 * m_hat / (np.sqrt(v_hat) + 1e-8)
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "clipped-gradient",
        """
        w = np.zeros(4)
        for k in range(4):
            err = X @ w - y
            loss = np.mean(err ** 2)
            grad = 2 * X.T @ err / len(y)
            norm = np.linalg.norm(grad)
            if norm > 1.0:
                grad = grad / norm
            w -= 0.1 * grad
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "normalised-sign-descent",
        """
        w = np.zeros(4)
        for k in range(4):
            err = X @ w - y
            loss = np.mean(err ** 2)
            grad = X.T @ err
            w -= 0.02 * np.sign(grad)
        """,
        {"X": X, "y": Y},
    ),
    Sound(
        "mlp-with-backward-by-hand",
        """
        for step in range(3):
            z1 = X @ W1 + b1
            h = np.maximum(0, z1)
            scores = h @ W2 + b2
            e = np.exp(scores - scores.max(axis=1, keepdims=True))
            probs = e / e.sum(axis=1, keepdims=True)
            loss = -np.log(probs[np.arange(12), y]).mean() + 0.5 * 1e-3 * (np.sum(W1 * W1) + np.sum(W2 * W2))
            dscores = probs.copy()
            dscores[np.arange(12), y] -= 1
            dscores /= 12
            dW2 = h.T @ dscores + 1e-3 * W2
            db2 = dscores.sum(axis=0)
            dh = dscores @ W2.T
            dh[h <= 0] = 0
            dW1 = X.T @ dh + 1e-3 * W1
            db1 = dh.sum(axis=0)
            W1 = W1 - 0.1 * dW1
            b1 = b1 - 0.1 * db1
            W2 = W2 - 0.1 * dW2
            b2 = b2 - 0.1 * db2
        """,
        {
            "X": X,
            "y": CLASSES,
            "W1": 0.5 * RNG.standard_normal((4, 6)),
            "b1": np.zeros(6),
            "W2": 0.5 * RNG.standard_normal((6, 3)),
            "b2": np.zeros(3),
        },
    ),
    Sound(
        "character-rnn-step",
        """
        xs, hs, ps = {}, {}, {}
        hs[-1] = np.zeros((6, 1))
        loss = 0
        for t in range(len(inputs)):
            xs[t] = np.zeros((5, 1))
            xs[t][inputs[t]] = 1
            hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
            y = Why @ hs[t] + by
            ps[t] = np.exp(y) / np.sum(np.exp(y))
            loss += -np.log(ps[t][targets[t], 0])
        dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
        dbh, dby = np.zeros_like(bh), np.zeros_like(by)
        dhnext = np.zeros_like(hs[0])
        for t in reversed(range(len(inputs))):
            dy = np.copy(ps[t])
            dy[targets[t]] -= 1
            dWhy += dy @ hs[t].T
            dby += dy
            dh = Why.T @ dy + dhnext
            dhraw = (1 - hs[t] * hs[t]) * dh
            dbh += dhraw
            dWxh += dhraw @ xs[t].T
            dWhh += dhraw @ hs[t - 1].T
            dhnext = Whh.T @ dhraw
        Wxh = Wxh - 0.1 * dWxh
        Whh = Whh - 0.1 * dWhh
        Why = Why - 0.1 * dWhy
        """,
        {
            "inputs": [int(t) for t in TOKENS[:4]],
            "targets": [int(t) for t in TOKENS[1:5]],
            "Wxh": 0.1 * RNG.standard_normal((6, 5)),
            "Whh": 0.1 * RNG.standard_normal((6, 6)),
            "Why": 0.1 * RNG.standard_normal((5, 6)),
            "bh": np.zeros((6, 1)),
            "by": np.zeros((5, 1)),
        },
    ),
    Sound(
        "policy-gradient-goes-up",
        """
        theta = np.zeros(3)
        for episode in range(3):
            pi = np.exp(theta) / np.exp(theta).sum()
            expected_reward = (pi * rewards).sum()
            grad = pi * (rewards - expected_reward)
            theta = theta + 0.5 * grad
        """,
        {"rewards": np.array([1.0, 0.0, 2.0])},
    ),
    Sound(
        "dual-ascent",
        """
        lam = 0.5
        x = 0.0
        for k in range(10):
            x = -lam / 2
            violation = x + 1
            lam = lam + 0.5 * violation
        objective = x ** 2
        """,
    ),
    Sound(
        "q-learning",
        """
        Q = np.zeros((3, 2))
        for s, a, r, s2 in [(0, 1, 1.0, 2), (2, 0, 0.0, 1), (1, 1, 2.0, 0)]:
            td = r + 0.9 * Q[s2].max() - Q[s, a]
            loss = td ** 2
            Q[s, a] += 0.1 * td
        """,
    ),
    Sound(
        "perceptron",
        """
        w = np.zeros(4)
        for i in range(len(y)):
            pred = 1.0 if X[i] @ w > 0 else 0.0
            w += (y[i] - pred) * X[i]
        mistakes = np.sum((X @ w > 0) != y)
        """,
        {"X": X, "y": BINARY},
    ),
    Sound(
        "hinge-loss",
        """
        scores = X @ W
        correct = scores[np.arange(12), y][:, None]
        margins = np.maximum(0, scores - correct + 1)
        margins[np.arange(12), y] = 0
        loss = margins.sum() / 12
        """,
        {"X": X, "y": CLASSES, "W": 0.1 * RNG.standard_normal((4, 3))},
    ),
    Sound(
        "cross-entropy-by-logsumexp",
        """
        logits = X @ W
        m = logits.max(axis=1, keepdims=True)
        lse = m[:, 0] + np.log(np.exp(logits - m).sum(axis=1))
        loss = np.mean(lse - logits[np.arange(12), y])
        """,
        {"X": X, "y": CLASSES, "W": RNG.standard_normal((4, 3))},
    ),
    Sound(
        "metrics-after-training",
        """
        logits = X @ W
        e = np.exp(logits - logits.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        ce_loss = -np.mean(np.log(p[np.arange(12), y]))
        error_rate = np.mean(p.argmax(1) != y)
        confusion = np.zeros((3, 3), dtype=int)
        for t, q in zip(y, p.argmax(1)):
            confusion[t, q] += 1
        """,
        {"X": X, "y": CLASSES, "W": RNG.standard_normal((4, 3))},
    ),
    Sound(
        "pairwise-distances",
        """
        d2 = ((A[:, None, :] - A[None, :, :]) ** 2).sum(-1)
        gram = A @ A.T
        sq = np.diag(gram)
        d2b = sq[:, None] + sq[None, :] - 2 * gram
        spread = np.abs(a[:, None] - a).mean()
        kernel = np.exp(-d2 / 2)
        """,
        {"A": X, "a": Y},
    ),
    Sound(
        "k-means",
        """
        centres = X[:3].copy()
        for step in range(4):
            d = ((X[:, None] - centres[None]) ** 2).sum(-1)
            nearest = d.argmin(axis=1)
            for k in range(3):
                if np.sum(nearest == k) > 0:
                    centres[k] = X[nearest == k].mean(axis=0)
        inertia = d.min(axis=1).sum()
        """,
        {"X": X},
    ),
    Sound(
        "principal-components",
        """
        Xc = X - X.mean(axis=0)
        cov = Xc.T @ Xc / (len(X) - 1)
        v = np.ones(4)
        for k in range(30):
            v = cov @ v
            v = v / np.linalg.norm(v)
        variance = v @ cov @ v
        scores = Xc @ v
        """,
        {"X": X},
    ),
    Sound(
        "layer-norm-with-weight-and-bias",
        """
        mu = x.mean(axis=-1, keepdims=True)
        var = x.var(axis=-1, keepdims=True)
        x_hat = (x - mu) / np.sqrt(var + 1e-5)
        out = x_hat * weight + bias
        """,
        {"x": RNG.standard_normal((4, 4)), "weight": np.array([1.0, 0.5, 2.0, 1.5]), "bias": np.zeros(4)},
    ),
    Sound(
        "batch-norm-by-hand",
        """
        mu = x.mean(axis=0)
        var = x.var(axis=0)
        x_hat = (x - mu) / np.sqrt(var + 1e-5)
        out = gamma * x_hat + beta
        """,
        {"x": RNG.standard_normal((4, 4)), "gamma": np.ones(4), "beta": np.zeros(4)},
    ),
    Sound(
        "gated-unit",
        """
        f = 1 / (1 + np.exp(-(Wf @ x + bf)))
        i = 1 / (1 + np.exp(-(Wi @ x + bi)))
        g = np.tanh(Wg @ x)
        c = f * c + i * g
        h = np.tanh(c)
        """,
        {
            "x": X[0],
            **{f"W{k}": RNG.standard_normal((4, 4)) for k in "fig"},
            "bf": np.ones(4),
            "bi": np.zeros(4),
            "c": np.zeros(4),
        },
    ),
    Sound(
        "causal-attention",
        """
        T, d = Q.shape
        scores = Q @ K.T / np.sqrt(d)
        mask = np.tril(np.ones((T, T)))
        scores = np.where(mask == 1, scores, -np.inf)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = weights / weights.sum(axis=-1, keepdims=True)
        out = weights @ V
        """,
        {k: RNG.standard_normal((6, 16)) for k in "QKV"},
    ),
    Sound(
        "additive-mask",
        """
        bias = np.triu(np.full((6, 6), -np.inf), k=1)
        scores = Q @ K.T / 4 + bias
        A = np.exp(scores - scores.max(-1, keepdims=True))
        A /= A.sum(-1, keepdims=True)
        out = A @ V
        """,
        {k: RNG.standard_normal((6, 16)) for k in "QKV"},
    ),
    Sound(
        "naive-bayes",
        """
        prior = np.array([0.5, 0.5])
        counts = np.array([[3.0, 1.0, 2.0], [1.0, 4.0, 0.0]])
        theta = (counts + 1) / (counts + 1).sum(axis=1, keepdims=True)
        log_post = np.log(prior) + np.log(theta) @ doc
        post = np.exp(log_post - log_post.max())
        post /= post.sum()
        label = log_post.argmax()
        """,
        {"doc": np.array([1.0, 0.0, 2.0])},
    ),
    Sound(
        "tf-idf-search",
        """
        tf = counts / counts.sum(axis=1, keepdims=True)
        df = (counts > 0).sum(axis=0)
        idf = np.log(len(counts) / df) + 1
        weights = tf * idf
        weights = weights / np.linalg.norm(weights, axis=1, keepdims=True)
        similarity = weights @ weights[0]
        """,
        {"counts": np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 3.0]])},
    ),
    Sound(
        "mixture-of-gaussians",
        """
        mu = np.array([-1.0, 1.0])
        pi = np.array([0.5, 0.5])
        for step in range(5):
            dens = np.exp(-0.5 * (x[:, None] - mu) ** 2) / np.sqrt(2 * np.pi)
            joint = pi * dens
            resp = joint / joint.sum(axis=1, keepdims=True)
            mu = (resp * x[:, None]).sum(axis=0) / resp.sum(axis=0)
            pi = resp.mean(axis=0)
            log_lik = np.log(joint.sum(axis=1)).sum()
        """,
        {"x": Y},
    ),
    Sound(
        "hidden-markov-forward",
        """
        alpha = start * emit[:, obs[0]]
        for o in obs[1:]:
            alpha = (alpha @ trans) * emit[:, o]
        likelihood = alpha.sum()
        nll = -np.log(likelihood)
        """,
        {
            "start": np.array([0.6, 0.4]),
            "trans": np.array([[0.7, 0.3], [0.4, 0.6]]),
            "emit": np.array([[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]]),
            "obs": [0, 1, 2, 0],
        },
    ),
    Sound(
        "posterior-on-a-grid",
        """
        grid = np.linspace(0.01, 0.99, 50)
        dx = grid[1] - grid[0]
        prior = np.ones(50)
        likelihood = grid ** 6 * (1 - grid) ** 3
        posterior = likelihood * prior
        posterior = posterior / (posterior.sum() * dx)
        mean = (grid * posterior).sum() * dx
        """,
    ),
    Sound(
        "poisson-regression",
        """
        w = np.zeros(4)
        rate = np.exp(X @ w)
        nll = np.sum(rate - counts * np.log(rate))
        """,
        {"X": X, "counts": RNG.poisson(2.0, 12).astype(float)},
    ),
    Sound(
        "log-returns",
        """
        returns = np.log(prices[1:] / prices[:-1])
        total = np.log(prices[-1]) - np.log(prices[0])
        loss = -np.log(prices[0] / prices[-1])
        """,
        {"prices": np.array([10.0, 10.5, 10.1, 11.0])},
    ),
    Sound(
        "entropy-with-zeros-left-out",
        """
        p = counts / counts.sum()
        seen = p[p > 0]
        H = -(seen * np.log2(seen)).sum()
        """,
        {"counts": np.array([3.0, 0.0, 1.0])},
    ),
    Sound(
        "joint-entropy-and-information",
        """
        px, py = joint.sum(axis=1), joint.sum(axis=0)
        H = -np.sum(joint * np.log(joint))
        mi = np.sum(joint * np.log(joint / np.outer(px, py)))
        """,
        {"joint": np.array([[0.3, 0.1], [0.2, 0.4]])},
    ),
    Sound(
        "label-smoothing",
        """
        eps = 0.1
        target = (1 - eps) * np.eye(3)[y] + eps / 3
        z = X @ W
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        loss = -(target * log_p).sum(axis=1).mean()
        """,
        {"X": X, "y": CLASSES, "W": RNG.standard_normal((4, 3))},
    ),
    Sound(
        "focal-loss",
        """
        p = 1 / (1 + np.exp(-(X @ w)))
        pt = np.where(y == 1, p, 1 - p)
        loss = np.mean(-((1 - pt) ** 2) * np.log(pt))
        """,
        {"X": X, "y": BINARY, "w": np.array([0.5, -0.2, 0.3, 0.1])},
    ),
    Sound(
        "gan-losses",
        """
        real = 1 / (1 + np.exp(-(X @ d)))
        fake = 1 / (1 + np.exp(-((X @ G) @ d)))
        d_loss = -np.mean(np.log(real)) - np.mean(np.log(1 - fake))
        g_loss = -np.mean(np.log(fake))
        """,
        {"X": X, "d": 0.2 * np.ones(4), "G": 0.3 * RNG.standard_normal((4, 4))},
    ),
    Sound(
        "word-vectors-with-negatives",
        """
        u = centre @ context
        n = negatives @ centre
        loss = -np.log(1 / (1 + np.exp(-u))) - np.sum(np.log(1 / (1 + np.exp(n))))
        """,
        {"centre": 0.3 * X[0], "context": 0.3 * X[1], "negatives": 0.3 * X[2:5]},
    ),
    Sound(
        "contrastive-loss",
        """
        za = A / np.linalg.norm(A, axis=1, keepdims=True)
        zb = B / np.linalg.norm(B, axis=1, keepdims=True)
        sim = za @ zb.T / 0.5
        p = np.exp(sim) / np.exp(sim).sum(axis=1, keepdims=True)
        loss = -np.log(np.diag(p)).mean()
        """,
        {"A": X[:4], "B": X[4:8]},
    ),
    Sound(
        "cosine-of-batch",
        """
        norms = np.linalg.norm(A, axis=1)
        cos = A @ A.T / np.outer(norms, norms)
        angle_cos = np.cos(np.linspace(0, 6, 10))
        """,
        {"A": X},
    ),
    Sound(
        "gram-schmidt",
        """
        q1 = a / np.sqrt((a * a).sum())
        b2 = b - (q1 * b).sum() * q1
        q2 = b2 / np.sqrt((b2 * b2).sum())
        dot = (q1 * q2).sum()
        """,
        {"a": X[0], "b": X[1]},
    ),
    Sound(
        "convolution-and-pooling",
        """
        out = np.zeros((3, 3))
        for i in range(3):
            for j in range(3):
                out[i, j] = np.sum(image[i:i + 2, j:j + 2] * kernel)
        h = np.maximum(out, 0)
        pooled = h.max()
        """,
        {"image": RNG.standard_normal((4, 4)), "kernel": np.array([[1.0, 0.0], [0.5, -1.0]])},
    ),
    Sound(
        "inverted-dropout",
        """
        keep = 0.8
        mask = np.array([[1.0, 0, 1, 1]] * 12) / keep
        h = np.maximum(X @ W, 0) * mask
        out = h @ v
        """,
        {"X": X, "W": RNG.standard_normal((4, 4)), "v": np.ones(4)},
    ),
    Sound(
        "welford-variance",
        """
        n, mean, m2 = 0, 0.0, 0.0
        for v in x:
            n += 1
            delta = v - mean
            mean += delta / n
            m2 += delta * (v - mean)
        var = m2 / n
        """,
        {"x": Y},
    ),
    Sound(
        "variance-by-squares-near-zero-mean",
        """
        var = (x ** 2).mean() - x.mean() ** 2
        """,
        {"x": Y},
    ),
    Sound(
        "series-that-converges",
        """
        total, term = 0.0, 1.0
        for k in range(1, 60):
            total = total + term
            term = term / k
        """,
    ),
    Sound(
        "newton-for-a-root",
        """
        x = 1.0
        for k in range(8):
            f = x ** 2 - 2
            x = x - f / (2 * x)
        """,
    ),
    Sound(
        "newton-for-a-minimum",
        """
        x = 3.0
        for k in range(5):
            loss = x ** 4 - 3 * x ** 2
            g = 4 * x ** 3 - 6 * x
            h = 12 * x ** 2 - 6
            x = x - g / h
        """,
    ),
    Sound(
        "linear-congruence",
        """
        state = np.uint32(12345)
        for k in range(5):
            state = state * np.uint32(1664525) + np.uint32(1013904223)
        u = float(state) / 4294967296.0
        """,
    ),
    Sound(
        "image-to-float",
        """
        image = pixels.astype(np.float32) / 255
        grey = image @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
        back = np.clip(grey * 255, 0, 255).astype(np.uint8)
        """,
        {"pixels": RNG.integers(0, 256, (3, 3, 3)).astype(np.uint8)},
    ),
    Sound(
        "half-precision-layer",
        """
        h = np.maximum(x @ W, 0)
        mean = h.mean()
        """,
        {"x": X.astype(np.float16), "W": (0.5 * RNG.standard_normal((4, 6))).astype(np.float16)},
    ),
    Sound(
        "transformer-block",
        """
        def layer_norm(x):
            return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
        def softmax(z):
            e = np.exp(z - z.max(-1, keepdims=True))
            return e / e.sum(-1, keepdims=True)
        for block in range(3):
            n = layer_norm(x)
            q, k, v = n @ Wq, n @ Wk, n @ Wv
            x = x + softmax(q @ k.T / np.sqrt(8)) @ v
            n = layer_norm(x)
            x = x + np.maximum(n @ W1, 0) @ W2
        logits = layer_norm(x) @ E.T
        p = softmax(logits)
        loss = -np.log(p[np.arange(6), targets]).mean()
        """,
        {
            "x": RNG.standard_normal((6, 8)),
            **{f"W{k}": RNG.standard_normal((8, 8)) / 3 for k in "qkv"},
            "W1": RNG.standard_normal((8, 16)) / 3,
            "W2": RNG.standard_normal((16, 8)) / 4,
            "E": RNG.standard_normal((5, 8)),
            "targets": RNG.integers(0, 5, 6),
        },
    ),
    Sound(
        "torch-training",
        """
        w1 = torch.tensor(W1, requires_grad=True)
        w2 = torch.tensor(W2, requires_grad=True)
        opt = torch.optim.Adam([w1, w2], lr=0.01)
        for step in range(4):
            h = torch.relu(x @ w1)
            loss = F.cross_entropy(h @ w2, y)
            opt.zero_grad()
            loss.backward()
            opt.step()
        acc = ((h @ w2).argmax(1) == y).float().mean()
        """,
        {
            "x": X.astype(np.float32),
            "y": CLASSES,
            "W1": RNG.standard_normal((4, 6)).astype(np.float32),
            "W2": RNG.standard_normal((6, 3)).astype(np.float32),
        },
    ),
    Sound(
        "torch-two-batches-one-step",
        """
        w = torch.zeros(4, requires_grad=True)
        opt = torch.optim.SGD([w], lr=0.05)
        for step in range(2):
            opt.zero_grad()
            for part in range(2):
                loss = F.mse_loss(x[part * 6:part * 6 + 6] @ w, y[part * 6:part * 6 + 6]) / 2
                loss.backward()
            opt.step()
        """,
        {"x": X.astype(np.float32), "y": Y.astype(np.float32)},
    ),
    Sound(
        "torch-attention",
        """
        q, k, v = x @ Wq, x @ Wk, x @ Wv
        scores = q @ k.transpose(-2, -1) / 4 ** 0.5
        mask = torch.tril(torch.ones(12, 12)) == 0
        scores = scores.masked_fill(mask, float("-inf"))
        out = F.softmax(scores, dim=-1) @ v
        """,
        {"x": X.astype(np.float32), **{f"W{k}": RNG.standard_normal((4, 4)).astype(np.float32) for k in "qkv"}},
    ),
    Sound(
        "error-watched-in-another-measure",
        """
        for k in range(4):
            out = 1 / (1 + np.exp(-(X @ v)))
            miss = t - out
            watched = np.mean(np.abs(miss))
            v += X.T @ (miss * out * (1 - out))
        """,
        {"X": X, "t": BINARY, "v": np.zeros(4)},
    ),
    Sound(
        "factors-of-a-table",
        """
        for sweep in range(2):
            loss = 0.0
            for i in range(3):
                for j in range(3):
                    miss = R[i, j] - P[i] @ Q[j]
                    P[i] += 0.02 * miss * Q[j]
                    Q[j] += 0.02 * miss * P[i]
                    loss += miss ** 2
        """,
        {"R": np.abs(X[:3, :3]), "P": np.abs(X[3:6, :2]), "Q": np.abs(X[6:9, :2])},
    ),
    Sound(
        "adagrad-over-two-parameters",
        """
        seen_w, seen_b = np.zeros(4), 0.0
        for k in range(5):
            err = X @ w + b - y
            loss = np.mean(err ** 2)
            dw, db = 2 * X.T @ err / 12, 2 * err.mean()
            for grad in (dw,):
                np.clip(grad, -5, 5, out=grad)
            seen_w += dw * dw
            seen_b += db * db
            w = w - 0.1 * dw / np.sqrt(seen_w + 1e-8)
            b = b - 0.1 * db / np.sqrt(seen_b + 1e-8)
        """,
        {"X": X, "y": Y, "w": np.zeros(4), "b": 0.0},
    ),
    Sound(
        "totals-over-epochs",
        """
        for epoch in range(3):
            total = 0.0
            for i in range(4):
                total = total + X[i] @ X[i]
            mean_loss = total / 4
        """,
        {"X": X},
    ),
    Sound(
        "best-path-with-impossible-steps",
        """
        log_A = np.log(A)
        score = np.log(start)
        back = []
        for o in obs:
            table = score[:, None] + log_A
            back.append(table.argmax(axis=0))
            score = table.max(axis=0) + np.log(B[:, o])
        best = score.max()
        """,
        {
            "A": np.array([[0.5, 0.5, 0.0], [0.2, 0.4, 0.4], [0.3, 0.3, 0.4]]),
            "B": np.array([[0.7, 0.3], [0.5, 0.5], [0.1, 0.9]]),
            "start": np.array([0.5, 0.3, 0.2]),
            "obs": [0, 1, 1],
        },
    ),
    Sound(
        "rolling-mean-with-a-gap",
        """
        out = np.full(len(x), np.nan)
        for i in range(2, len(x)):
            out[i] = x[i - 2:i + 1].mean()
        """,
        {"x": Y},
    ),
    Sound(
        "guarded-quotient",
        """
        ratio = np.where(total > 0, hits / np.maximum(total, 1), 0.0)
        rate = np.where(total == 0, 0.0, hits / total)
        """,
        {"hits": np.array([1.0, 0.0, 2.0]), "total": np.array([2.0, 0.0, 4.0])},
    ),
    Sound(
        "one-frequency-of-a-signal",
        """
        t = np.arange(12)
        cos_part = y @ np.cos(2 * np.pi * t / 12)
        sin_part = y @ np.sin(2 * np.pi * t / 12)
        power = cos_part ** 2 + sin_part ** 2
        """,
        {"y": Y},
    ),
    Sound(
        "ranking-by-pairs",
        """
        scores = X @ w
        margin = scores.reshape(-1, 1) - scores
        wrong = (y.reshape(-1, 1) > y) & (margin < 0)
        loss = np.mean(np.log(1 + np.exp(-margin)) * (y.reshape(-1, 1) > y))
        """,
        {"X": X, "y": Y, "w": np.ones(4)},
    ),
    Sound(
        "sigmoid-far-out",
        """
        p = 1 / (1 + np.exp(-z))
        """,
        {"z": np.array([-800.0, 0.0, 30.0])},
    ),
    Sound("bayes", "P(H|D) = P(D|H) P(H) / P(D)", {"P(D|H)": 0.9, "P(H)": 0.1, "P(D)": 0.2}),
    Sound("gate", "h = z ⊙ n + (1 − z) ⊙ h_0", {"z": [0.2, 0.8], "n": [1.0, -1.0], "h_0": [0.5, 0.5]}),
    Sound("maximised", "θ ← θ + η ∇ℓ(θ), ℓ(θ) = −(θ − 2)²", {"θ": 0.5, "η": 0.1}),
    Sound("bias-and-scale", "y = γ ⊙ x + β", {"γ": [1.0, 2.0], "x": [0.5, -0.5], "β": [0.0, 1.0]}),
    Sound(
        "steered-to-a-pose",
        """
import numpy as np
x, y, heading = 0.0, 0.0, 3.4
for _ in range(30):
    pull = np.hypot(2.0 - x, 1.0 - y)
    bearing = np.arctan2(1.0 - y, 2.0 - x) - heading
    offset = bearing * bearing - 0.5 * heading
    if abs(bearing) > np.pi / 2:
        bearing = np.arctan2(y - 1.0, x - 2.0) - heading
        offset = 0.5 - heading - bearing
        pull = -pull
    heading = heading - (9.0 * bearing - 15.0 * offset) * 0.01
    x = x + pull * np.cos(heading) * 0.01
    y = y + pull * np.sin(heading) * 0.01
print(heading)
""",
    ),
]
