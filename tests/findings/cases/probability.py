"""Distributions, scores, labels: what is mistaken for what."""

from __future__ import annotations

import numpy as np

from .twin import Twin

RNG = np.random.default_rng(11)
X = RNG.standard_normal((6, 4))
W = RNG.standard_normal((4, 3))
Y = np.array([0, 2, 1, 1, 0, 2])
ONE_HOT = np.eye(3)[Y]
LOGITS = np.array([[2.0, -1.0, 0.5], [0.3, 1.2, -0.7], [-1.5, 0.4, 2.2], [0.1, 0.2, 0.9]])
SHARES = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)

TWINS = [
    Twin(
        "softmax-of-softmax",
        "softmax-twice",
        """
        def softmax(z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)  # here
        p = softmax(x @ W)
        q = softmax(p)
        loss = -np.log(q[np.arange(6), y]).mean()
        """,
        """
        def softmax(z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return e / e.sum(axis=1, keepdims=True)
        p = softmax(x @ W)
        loss = -np.log(p[np.arange(6), y]).mean()
        """,
        {"x": X, "W": W, "y": Y},
    ),
    Twin(
        "softmax-into-cross-entropy",
        "softmax-twice",
        """
        logits = x @ W
        p = torch.softmax(logits, dim=1)
        loss = F.cross_entropy(p, y)  # here
        """,
        """
        logits = x @ W
        p = torch.softmax(logits, dim=1)
        loss = F.cross_entropy(logits, y)
        """,
        {"x": X.astype(np.float32), "W": W.astype(np.float32), "y": Y},
    ),
    Twin(
        "sigmoid-into-with-logits",
        "softmax-twice",
        """
        p = torch.sigmoid(x @ w)
        loss = F.binary_cross_entropy_with_logits(p, y)  # here
        """,
        """
        p = torch.sigmoid(x @ w)
        loss = F.binary_cross_entropy(p, y)
        """,
        {"x": X.astype(np.float32), "w": W[:, 0].astype(np.float32), "y": np.array([0, 1, 1, 0, 1, 0], np.float32)},
    ),
    Twin(
        "softmax-over-queries",
        "softmax-axis",
        """
        scores = Q @ K.T / np.sqrt(4)
        e = np.exp(scores - scores.max(axis=0, keepdims=True))
        weights = e / e.sum(axis=0, keepdims=True)  # here
        out = weights @ V
        """,
        """
        scores = Q @ K.T / np.sqrt(4)
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights = e / e.sum(axis=1, keepdims=True)
        out = weights @ V
        """,
        {"Q": X, "K": X[::-1].copy(), "V": X * 0.5},
    ),
    Twin(
        "softmax-of-one-column",
        "softmax-axis",
        """
        z = x @ w[:, None]
        p = torch.softmax(z, dim=1)  # here
        """,
        """
        z = x @ w[:, None]
        p = torch.sigmoid(z)
        """,
        {"x": X.astype(np.float32), "w": W[:, 0].astype(np.float32)},
    ),
    Twin(
        "softmax-per-batch",
        "softmax-axis",
        """
        logits = x @ W
        p = np.exp(logits) / np.exp(logits).sum(axis=0)  # here
        loss = -np.log(p[np.arange(6), y]).mean()
        """,
        """
        logits = x @ W
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(6), y]).mean()
        """,
        {"x": X, "W": W, "y": Y},
    ),
    Twin(
        "log-of-raw-scores",
        "logits-as-probabilities",
        """
        scores = np.maximum(x @ W, 0.1)
        loss = -np.log(scores[np.arange(6), y]).mean()  # here
        """,
        """
        scores = x @ W
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(6), y]).mean()
        """,
        {"x": X, "W": W, "y": Y},
    ),
    Twin(
        "log-of-a-score-in-a-formula",
        "logits-as-probabilities",
        "z = W x; loss = −log z[c]",
        "z = W x; loss = −log softmax(z)[c]",
        {"W": [[1.0, 2.0], [0.5, 1.0], [2.0, 0.25]], "x": [1.0, 0.5], "c": 1},
    ),
    Twin(
        "nll-loss-of-logits",
        "logits-as-probabilities",
        """
        logits = x @ W
        loss = F.nll_loss(logits, y)  # here
        """,
        """
        logits = x @ W
        loss = F.nll_loss(F.log_softmax(logits, dim=1), y)
        """,
        {"x": X.astype(np.float32), "W": W.astype(np.float32), "y": Y},
    ),
    Twin(
        "minus-the-score-of-the-class",
        "logits-as-probabilities",
        """
        logits = x @ W + b
        loss = -logits[np.arange(len(y)), y].mean()  # here
        """,
        """
        logits = x @ W + b
        log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        loss = -log_p[np.arange(len(y)), y].mean()
        """,
        {"x": X, "W": W, "b": np.zeros(3), "y": Y},
    ),
    Twin(
        "cross-entropy-of-scores",
        "logits-as-probabilities",
        """
        z = np.abs(x @ W) + 0.5
        loss = -(Y * np.log(z)).sum(axis=1).mean()  # here
        """,
        """
        z = np.abs(x @ W) + 0.5
        p = z / z.sum(axis=1, keepdims=True)
        loss = -(Y * np.log(p)).sum(axis=1).mean()
        """,
        {"x": X, "W": W, "Y": ONE_HOT},
    ),
    Twin(
        "entropy-of-counts",
        "not-a-distribution",
        """
        counts = np.array([12.0, 3.0, 5.0])
        H = -(counts * np.log(counts)).sum()  # here
        """,
        """
        counts = np.array([12.0, 3.0, 5.0])
        p = counts / counts.sum()
        H = -(p * np.log(p)).sum()
        """,
    ),
    Twin(
        "entropy-formula",
        "not-a-distribution",
        "H = −Σᵢ pᵢ log pᵢ",
        "H = −Σᵢ pᵢ log pᵢ",
        {"p": [0.5, 0.4, 0.3]},
        {"p": [0.5, 0.3, 0.2]},
    ),
    Twin(
        "kl-of-unnormalised",
        "not-a-distribution",
        """
        p = np.array([0.5, 0.3, 0.2])
        q = np.array([0.6, 0.6, 0.1])
        kl = np.sum(p * np.log(p / q))  # here
        """,
        """
        p = np.array([0.5, 0.3, 0.2])
        q = np.array([0.6, 0.3, 0.1])
        kl = np.sum(p * np.log(p / q))
        """,
    ),
    Twin(
        "cross-entropy-of-sigmoids",
        "not-a-distribution",
        """
        p = 1 / (1 + np.exp(-(x @ W)))
        loss = -np.mean(np.sum(Y * np.log(p), axis=1))  # here
        """,
        """
        p = 1 / (1 + np.exp(-(x @ W)))
        loss = -np.mean(np.sum(Y * np.log(p) + (1 - Y) * np.log(1 - p), axis=1))
        """,
        {"x": X, "W": W, "Y": ONE_HOT},
    ),
    Twin(
        "posterior-without-evidence",
        "unnormalised-posterior",
        """
        prior = np.array([0.5, 0.3, 0.2])
        likelihood = np.array([0.1, 0.4, 0.6])
        posterior = prior * likelihood  # here
        """,
        """
        prior = np.array([0.5, 0.3, 0.2])
        likelihood = np.array([0.1, 0.4, 0.6])
        posterior = prior * likelihood
        posterior = posterior / posterior.sum()
        """,
    ),
    Twin(
        "bayes-without-evidence",
        "unnormalised-posterior",
        "P(H|D) = P(D|H) P(H)",
        "P(H|D) = P(D|H) P(H) / P(D)",
        {"P(D|H)": 0.9, "P(H)": 0.01},
        {"P(D)": 0.05},
    ),
    Twin(
        "bayes-over-hypotheses",
        "unnormalised-posterior",
        """
        joint = likelihoods.prod(axis=0) * priors
        post = joint / len(joint)  # here
        """,
        """
        joint = likelihoods.prod(axis=0) * priors
        post = joint / joint.sum()
        """,
        {"likelihoods": np.array([[0.2, 0.5], [0.7, 0.4]]), "priors": np.array([0.6, 0.4])},
    ),
    Twin(
        "perplexity-as-mean-of-exp",
        "perplexity-mean-of-exp",
        """
        nll = -np.log(probs)
        perplexity = np.mean(np.exp(nll))  # here
        """,
        """
        nll = -np.log(probs)
        perplexity = np.exp(np.mean(nll))
        """,
        {"probs": np.array([0.5, 0.1, 0.02, 0.3])},
    ),
    Twin(
        "perplexity-of-batches",
        "perplexity-mean-of-exp",
        """
        losses = np.array([2.1, 3.4, 2.7])
        ppl = np.exp(losses).sum() / len(losses)  # here
        """,
        """
        losses = np.array([2.1, 3.4, 2.7])
        ppl = np.exp(losses.sum() / len(losses))
        """,
    ),
    Twin(
        "labels-from-one",
        "labels-off-by-one",
        """
        log_p = np.log(p)
        loss = -log_p[np.arange(4), y].mean()  # here
        """,
        """
        log_p = np.log(p)
        loss = -log_p[np.arange(4), y - 1].mean()
        """,
        {"p": SHARES, "y": np.array([1, 2, 3, 2])},
    ),
    Twin(
        "labels-shifted-twice",
        "labels-off-by-one",
        """
        picked = p[np.arange(4), y - 1]  # here
        loss = -np.log(picked).mean()
        """,
        """
        picked = p[np.arange(4), y]
        loss = -np.log(picked).mean()
        """,
        {"p": SHARES, "y": np.array([0, 1, 2, 1])},
    ),
    Twin(
        "torch-labels-from-one",
        "labels-off-by-one",
        """
        loss = F.cross_entropy(logits, y)  # here
        """,
        """
        loss = F.cross_entropy(logits, y - 1)
        """,
        {"logits": LOGITS.astype(np.float32), "y": np.array([1, 2, 3, 2])},
    ),
    Twin(
        "class-numbers-as-one-hot",
        "one-hot-mismatch",
        """
        log_p = np.log(p)
        loss = -(y[:, None] * log_p).sum(axis=1).mean()  # here
        """,
        """
        log_p = np.log(p)
        loss = -(np.eye(3)[y] * log_p).sum(axis=1).mean()
        """,
        {"p": SHARES, "y": np.array([0, 1, 2, 2])},
    ),
    Twin(
        "one-hot-as-class-numbers",
        "one-hot-mismatch",
        """
        picked = p[np.arange(4)[:, None], Y]  # here
        loss = -np.log(picked).mean()
        """,
        """
        picked = p[np.arange(4), Y.argmax(axis=1)]
        loss = -np.log(picked).mean()
        """,
        {"p": SHARES, "Y": np.eye(3, dtype=int)[[0, 1, 2, 2]]},
    ),
    Twin(
        "argmax-against-one-hot",
        "one-hot-mismatch",
        """
        pred = logits.argmax(axis=1)
        accuracy = np.mean(pred == Y)  # here
        """,
        """
        pred = logits.argmax(axis=1)
        accuracy = np.mean(pred == Y.argmax(axis=1))
        """,
        {"logits": LOGITS[:3], "Y": np.eye(3, dtype=int)[[0, 1, 2]]},
    ),
    Twin(
        "cosine-of-raw-vectors",
        "cosine-not-normalised",
        """
        cosine = a @ b  # here
        """,
        """
        cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
        """,
        {"a": np.array([3.0, 4.0, 1.0]), "b": np.array([1.0, 2.0, 2.0])},
    ),
    Twin(
        "search-by-dot",
        "cosine-not-normalised",
        """
        cos_sim = docs @ query  # here
        best = np.argmax(cos_sim)
        """,
        """
        docs = docs / np.linalg.norm(docs, axis=1, keepdims=True)
        query = query / np.linalg.norm(query)
        cos_sim = docs @ query
        best = np.argmax(cos_sim)
        """,
        {"docs": np.array([[1.0, 2.0, 0.0], [5.0, 1.0, 1.0], [0.0, 1.0, 3.0]]), "query": np.array([1.0, 1.0, 0.0])},
    ),
    Twin(
        "half-normalised-cosine",
        "cosine-not-normalised",
        """
        similarity = A @ B.T / np.linalg.norm(A, axis=1, keepdims=True)  # here
        angle = np.arccos(similarity)
        """,
        """
        similarity = A @ B.T / np.linalg.norm(A, axis=1, keepdims=True) / np.linalg.norm(B, axis=1)
        angle = np.arccos(np.clip(similarity, -1, 1))
        """,
        {"A": np.array([[1.0, 2.0], [3.0, 1.0]]), "B": np.array([[2.0, 2.0], [-1.0, 3.0]])},
    ),
]
