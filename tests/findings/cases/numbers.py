"""Numbers that end, cancel, wrap or are lost."""

from __future__ import annotations

import numpy as np

from .twin import Twin

RNG = np.random.default_rng(3)
SCORES = RNG.standard_normal((4, 4))

TWINS = [
    Twin(
        "naive-softmax-overflows",
        "exp-overflow",
        """
        def softmax(z):
            return np.exp(z) / np.sum(np.exp(z))  # here
        p = softmax(z)
        """,
        """
        def softmax(z):
            return np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))
        p = softmax(z)
        """,
        {"z": np.array([720.0, 3.0, 1.0])},
    ),
    Twin(
        "exp-in-float32",
        "exp-overflow",
        """
        e = np.exp(z)  # here
        p = e / e.sum()
        """,
        """
        e = np.exp(z - z.max())
        p = e / e.sum()
        """,
        {"z": np.array([95.0, 3.0, 1.0], np.float32)},
    ),
    Twin(
        "softmax-near-the-end",
        "softmax-near-overflow",
        """
        e = np.exp(logits)
        p = e / e.sum(axis=1, keepdims=True)  # here
        """,
        """
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        """,
        {"logits": np.array([[1.0, 85.0], [2.0, 3.0]], np.float32)},
    ),
    Twin(
        "softmax-near-the-end-in-a-formula",
        "softmax-near-overflow",
        "p = exp(z) / Σ exp(z)",
        "p = exp(z) / Σ exp(z)",
        {"z": [650.0, 640.0, 2.0]},
        {"z": [6.5, 6.4, 2.0]},
    ),
    Twin(
        "log-of-an-underflowed-softmax",
        "log-of-zero",
        """
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        loss = -np.log(p[2])  # here
        """,
        """
        m = z - z.max()
        loss = -(m - np.log(np.exp(m).sum()))[2]
        """,
        {"z": np.array([900.0, 10.0, -20.0])},
    ),
    Twin(
        "log-of-an-absent-word",
        "log-of-zero",
        """
        freq = counts / counts.sum()
        log_p = np.log(freq)  # here
        score = log_p.sum()
        """,
        """
        freq = (counts + 1) / (counts + 1).sum()
        log_p = np.log(freq)
        score = log_p.sum()
        """,
        {"counts": np.array([3.0, 0.0, 5.0])},
    ),
    Twin(
        "likelihood-underflows",
        "product-underflow",
        """
        likelihood = np.prod(p)  # here
        best = -np.log(likelihood)
        """,
        """
        best = -np.sum(np.log(p))
        """,
        {"p": np.full(500, 0.1)},
    ),
    Twin(
        "naive-bayes-underflows",
        "product-underflow",
        """
        score = 0.5
        for word in range(200):
            score = score * p[word]  # here
        """,
        """
        score = np.log(0.5)
        for word in range(200):
            score = score + np.log(p[word])
        """,
        {"p": np.full(200, 0.01)},
    ),
    Twin(
        "constant-column",
        "division-by-zero",
        """
        z = (x - x.mean(axis=0)) / x.std(axis=0)  # here
        """,
        """
        z = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-8)
        """,
        {"x": np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]])},
    ),
    Twin(
        "nearly-constant-column",
        "zero-variance",
        """
        z = (x - x.mean(axis=0)) / x.std(axis=0)  # here
        """,
        """
        z = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-6)
        """,
        {"x": np.array([[1.0, 0.1], [2.0, 0.1], [4.0, 0.1], [1.0, 0.1], [2.0, 0.1], [4.0, 0.1], [8.0, 0.1]])},
    ),
    Twin(
        "mean-of-nothing",
        "zero-count",
        """
        hits = x[x > 10]
        average = hits.mean()  # here
        """,
        """
        hits = x[x > 1]
        average = hits.mean()
        """,
        {"x": np.array([1.0, 2.0, 3.0])},
    ),
    Twin(
        "masked-mean-of-nothing",
        "division-by-zero",
        """
        mean = (x * mask).sum(axis=1) / mask.sum(axis=1)  # here
        """,
        """
        mean = (x * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
        """,
        {"x": np.ones((2, 3)), "mask": np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])},
    ),
    Twin(
        "cosine-of-a-zero-vector",
        "division-by-zero",
        "c = a·b / (‖a‖‖b‖)",
        "c = a·b / (‖a‖‖b‖)",
        {"a": [0.0, 0.0], "b": [1.0, 2.0]},
        {"a": [3.0, 4.0]},
    ),
    Twin(
        "all-masked-row",
        "masked-row",
        """
        masked = np.where(mask, scores, -np.inf)
        e = np.exp(masked - masked.max(axis=-1, keepdims=True))  # here
        A = e / e.sum(axis=-1, keepdims=True)
        """,
        """
        masked = np.where(mask, scores, -1e9)
        e = np.exp(masked - masked.max(axis=-1, keepdims=True))
        A = e / e.sum(axis=-1, keepdims=True)
        """,
        {"scores": SCORES, "mask": np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]], bool)},
    ),
    Twin(
        "all-masked-row-in-torch",
        "masked-row",
        """
        scores = scores.masked_fill(~mask, float("-inf"))
        A = torch.softmax(scores, dim=-1)  # here
        """,
        """
        mask = mask | torch.eye(4, dtype=torch.bool)
        scores = scores.masked_fill(~mask, float("-inf"))
        A = torch.softmax(scores, dim=-1)
        """,
        {
            "scores": SCORES.astype(np.float32),
            "mask": np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]], bool),
        },
    ),
    Twin(
        "mask-by-multiplying",
        "log-of-zero",  # 0 · −∞ only follows
        """
        log_p = np.log(p)  # here
        loss = -np.sum(keep * log_p)
        """,
        """
        safe = np.where(keep > 0, p, 1.0)
        loss = -np.sum(keep * np.log(safe))
        """,
        {"p": np.array([0.5, 0.0, 0.5]), "keep": np.array([1.0, 0.0, 1.0])},
    ),
    Twin(
        "overflow-then-mask",
        "exp-overflow",
        """
        w = np.exp(s)  # here
        out = (w * mask).sum()
        """,
        """
        w = np.exp(np.where(mask > 0, s, -np.inf))
        out = w.sum()
        """,
        {"s": np.array([1.0, 712.3, 0.5]), "mask": np.array([1.0, 0.0, 1.0])},
    ),
    Twin(
        "distances-handed-in-infinite",
        "zero-times-infinity",
        """
        cost = np.sum(flow * distance)  # here
        """,
        """
        cost = np.sum(np.where(flow > 0, distance, 0) * flow)
        """,
        {"distance": np.array([[0.0, 2.0], [np.inf, 0.0]]), "flow": np.array([[0.0, 3.0], [0.0, 1.0]])},
    ),
    Twin(
        "where-around-a-root",
        "where-nan-gradient",
        """
        x = torch.tensor([0.0, 4.0], requires_grad=True)
        y = torch.where(x > 0, torch.sqrt(x), x).sum()  # here
        y.backward()
        """,
        """
        x = torch.tensor([0.0, 4.0], requires_grad=True)
        safe = torch.where(x > 0, x, torch.ones_like(x))
        y = torch.where(x > 0, torch.sqrt(safe), x).sum()
        y.backward()
        """,
    ),
    Twin(
        "where-around-a-log",
        "where-nan-gradient",
        """
        w = torch.tensor([0.0, 0.5, 2.0], requires_grad=True)
        loss = torch.where(w > 0, w * torch.log(w), torch.zeros(3)).sum()  # here
        loss.backward()
        """,
        """
        w = torch.tensor([0.0, 0.5, 2.0], requires_grad=True)
        safe = torch.where(w > 0, w, torch.ones(3))
        loss = torch.where(w > 0, w * torch.log(safe), torch.zeros(3)).sum()
        loss.backward()
        """,
    ),
    Twin(
        "root-of-zero-in-a-distance",
        "infinite-slope",
        """
        a = torch.tensor([1.0, 2.0], requires_grad=True)
        d = torch.sqrt(((a - b) ** 2).sum())  # here
        d.backward()
        """,
        """
        a = torch.tensor([1.0, 2.0], requires_grad=True)
        d = torch.sqrt(((a - b) ** 2).sum() + 1e-12)
        d.backward()
        """,
        {"b": np.array([1.0, 2.0], np.float32)},
    ),
    Twin(
        "std-of-equal-numbers",
        "infinite-slope",
        """
        x = torch.tensor([2.0, 2.0, 2.0], requires_grad=True)
        var = ((x - x.mean()) ** 2).mean()
        loss = torch.sqrt(var)  # here
        loss.backward()
        """,
        """
        x = torch.tensor([2.0, 2.0, 2.0], requires_grad=True)
        var = ((x - x.mean()) ** 2).mean()
        loss = torch.sqrt(var + 1e-5)
        loss.backward()
        """,
    ),
    Twin(
        "length-of-a-zero-vector",
        "norm-at-zero",
        """
        v = torch.zeros(2, requires_grad=True)
        loss = torch.norm(v)  # here
        loss.backward()
        """,
        """
        v = torch.zeros(2, requires_grad=True)
        loss = torch.sqrt((v ** 2).sum() + 1e-12)
        loss.backward()
        """,
    ),
    Twin(
        "length-of-a-zero-vector-in-a-formula",
        "norm-at-zero",
        "L = ‖x − y‖",
        "L = ‖x − y‖²",
        {"x": [1.0, 2.0], "y": [1.0, 2.0]},
    ),
    Twin(
        "variance-by-cancellation",
        "cancellation",
        """
        mean = x.mean()
        var = (x ** 2).mean() - mean ** 2  # here
        """,
        """
        mean = x.mean()
        var = ((x - mean) ** 2).mean()
        """,
        {"x": 1e8 + np.array([0.1, 0.2, 0.4, 0.3])},
    ),
    Twin(
        "variance-by-cancellation-in-float32",
        "cancellation",
        """
        n = len(x)
        var = np.sum(x * x) / n - (np.sum(x) / n) ** 2  # here
        std = np.sqrt(np.abs(var))
        """,
        """
        n = len(x)
        var = np.sum((x - np.sum(x) / n) ** 2) / n
        std = np.sqrt(np.abs(var))
        """,
        {"x": np.array([5000.1, 5000.4, 5000.2, 5000.9], np.float32)},
    ),
    Twin(
        "counting-in-float16",
        "lost-in-addition",
        """
        total = np.float16(2040)
        for k in range(20):
            total = total + np.float16(1)  # here
        """,
        """
        total = np.float32(2040)
        for k in range(20):
            total = total + np.float32(1)
        """,
    ),
    Twin(
        "mean-in-float16",
        "low-precision-sum",
        """
        average = np.cumsum(x)[-1] / len(x)  # here
        """,
        """
        average = np.mean(x, dtype=np.float32)
        """,
        {"x": np.full(4000, 1.1, np.float16)},
    ),
    Twin(
        "running-sum-in-float32",
        "lost-in-addition",
        """
        loss_sum = np.float32(2 ** 24)
        for k in range(5):
            loss_sum += np.float32(1.0)  # here
        """,
        """
        loss_sum = np.float64(2 ** 24)
        for k in range(5):
            loss_sum += np.float64(1.0)
        """,
    ),
    Twin(
        "float-into-whole-numbers",
        "integer-truncation",
        """
        w = np.array([1, 2, 3])
        w[0] = 0.75  # here
        out = w.sum()
        """,
        """
        w = np.array([1.0, 2.0, 3.0])
        w[0] = 0.75
        out = w.sum()
        """,
    ),
    Twin(
        "result-buffer-of-whole-numbers",
        "integer-truncation",
        """
        scaled = np.zeros(3, dtype=int)
        for i in range(3):
            scaled[i] = x[i] / 255  # here
        mean = scaled.mean()
        """,
        """
        scaled = np.zeros(3)
        for i in range(3):
            scaled[i] = x[i] / 255
        mean = scaled.mean()
        """,
        {"x": np.array([12.0, 200.0, 90.0])},
    ),
    Twin(
        "difference-of-images",
        "integer-wrap",
        """
        diff = a - b  # here
        mad = diff.mean()
        """,
        """
        diff = a.astype(float) - b.astype(float)
        mad = np.abs(diff).mean()
        """,
        {"a": np.array([10, 200, 30], np.uint8), "b": np.array([20, 100, 40], np.uint8)},
    ),
    Twin(
        "brightness-in-uint8",
        "integer-wrap",
        """
        brighter = image * np.uint8(2)  # here
        """,
        """
        brighter = np.clip(image.astype(int) * 2, 0, 255)
        """,
        {"image": np.array([10, 200, 30], np.uint8)},
    ),
    Twin(
        "count-in-int8",
        "integer-wrap",
        """
        total = np.int8(0)
        for step in range(50):
            total = total + steps[step]  # here
        """,
        """
        total = np.int64(0)
        for step in range(50):
            total = total + steps[step]
        """,
        {"steps": np.full(50, 5, np.int8)},
    ),
    Twin(
        "nan-that-was-handed-in",
        "non-finite",
        """
        mean = x.mean()  # here
        loss = (mean - 1) ** 2
        """,
        """
        mean = np.nanmean(x) if False else x[:2].mean()
        loss = (mean - 1) ** 2
        """,
        {"x": np.array([1.0, 2.0, np.nan])},
    ),
    Twin(
        "infinity-minus-infinity",
        "non-finite",
        """
        a = x / 1e-300
        b = a * 1e10  # here
        loss = b.max() - b.min()
        """,
        """
        a = x / 1e-3
        b = a * 1e10
        loss = b.max() - b.min()
        """,
        {"x": np.array([1.0, 2.0])},
    ),
    Twin(
        "arccos-past-one",
        "non-finite",
        """
        c = u @ v
        angle = np.arccos(c)  # here
        """,
        """
        c = np.clip(u @ v, -1, 1)
        angle = np.arccos(c)
        """,
        {"u": np.array([1.0, 0.5]), "v": np.array([1.0, 0.5])},
    ),
]
