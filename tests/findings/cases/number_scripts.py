"""Scripts as people write them: probabilities, shapes of data, digits and bad numbers. As in `training_scripts`."""

from __future__ import annotations

from .script import Script
from .training_scripts import HEAD

WORDS = (
    HEAD
    + """
vocabulary = 400
counts = rng.poisson(0.6, size=(2, vocabulary)) + 1.0
documents = [rng.integers(0, vocabulary, size=n) for n in (20, 900, 60)]
"""
)

SCRIPTS = [
    Script(
        "naive-bayes-on-a-long-document",
        "product-underflow",
        WORDS
        + """
class NaiveBayes:
    def __init__(self, counts):
        self.p = counts / counts.sum(axis=1, keepdims=True)
        self.prior = np.array([0.5, 0.5])

    def score(self, words):
        p = self.p[:, words]
        return self.prior * np.prod(p, axis=1)  #~ return np.log(self.prior) + np.log(p).sum(axis=1)

model = NaiveBayes(counts)
for words in documents:
    print(model.score(words).argmax(), model.score(words))
""",
    ),
    Script(
        "what-to-believe-after-the-test",
        "unnormalised-posterior",
        HEAD
        + """
def update(prior, likelihood):
    posterior = prior * likelihood  #~ posterior = prior * likelihood / np.sum(prior * likelihood)
    return posterior

belief = np.array([0.7, 0.2, 0.1])
for likelihood in np.array([[0.9, 0.5, 0.1], [0.2, 0.6, 0.4]]):
    belief = update(belief, likelihood)
print("believed:", belief)
""",
    ),
    Script(
        "perplexity-of-a-test-set",
        "perplexity-mean-of-exp",
        WORDS
        + """
def nll(words, p):
    return -np.log(p[words]).mean()

p = counts[0] / counts[0].sum()
losses = np.array([nll(words, p) for words in documents])
perplexity = np.mean(np.exp(losses))  #~ perplexity = np.exp(np.mean(losses))
print(f"perplexity {perplexity:.1f}")
""",
    ),
    Script(
        "the-entropy-of-word-counts",
        "not-a-distribution",
        WORDS
        + """
def entropy(p):
    return -np.sum(p * np.log(p))  # here

for row in counts:
    p = row  #~ p = row / row.sum()
    h = entropy(p)
    print(h)
""",
    ),
    Script(
        "scores-handed-to-the-loss",
        "logits-as-probabilities",
        HEAD
        + """
X = rng.normal(size=(30, 4))
labels = rng.integers(0, 3, size=30)
W = rng.normal(size=(4, 3)) * 0.2

def predict(X):
    return X @ W + 3.0

def cross_entropy(p, labels):
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))  # here

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

loss = cross_entropy(predict(X), labels)  #~ loss = cross_entropy(softmax(predict(X)), labels)
print("loss", loss)
""",
    ),
    Script(
        "a-search-by-similarity",
        "cosine-not-normalised",
        HEAD
        + """
documents = rng.normal(size=(20, 16)) * rng.uniform(0.5, 4, size=(20, 1))

def search(query, documents, most=3):
    lengths = np.linalg.norm(documents, axis=1) * np.linalg.norm(query)
    cosine = documents @ query  #~ cosine = documents @ query / lengths
    best = np.argsort(-cosine)[:most]
    return best, cosine[best]

print(*search(rng.normal(size=16), documents))
""",
    ),
    Script(
        "classes-counted-from-one",
        "labels-off-by-one",
        HEAD
        + """
X = rng.normal(size=(24, 4))
labels = rng.integers(0, 3, size=24)
W = rng.normal(size=(4, 3))

def loss_of(W, X, y):
    z = X @ W
    z = z - z.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -logp[np.arange(len(y)), y - 1].mean()  #~ return -logp[np.arange(len(y)), y].mean()

print("loss", loss_of(W, X, labels))
""",
    ),
    Script(
        "accuracy-against-one-hot-rows",
        "one-hot-mismatch",
        HEAD
        + """
X = rng.normal(size=(24, 4))
labels = rng.integers(0, 3, size=24)
targets = np.eye(3)[labels]
W = rng.normal(size=(4, 3))

def accuracy(scores, targets):
    predicted = scores.argmax(axis=1)
    return np.mean(predicted[:, None] == targets)  #~ return np.mean(predicted == targets.argmax(axis=1))

print(accuracy(X @ W, targets))
""",
    ),
    Script(
        "rows-centred-by-the-wrong-axis",
        "silent-broadcast",
        HEAD
        + """
ratings = rng.integers(1, 6, size=(8, 8)).astype(float)

def centred(table):
    mean = table.mean(axis=1)  #~ mean = table.mean(axis=1, keepdims=True)
    return table - mean  # here

similar = centred(ratings) @ centred(ratings).T
print(similar.round(1))
""",
    ),
    Script(
        "the-spread-of-large-numbers",
        "cancellation",
        HEAD
        + """
class RunningVariance:
    def __init__(self):
        self.n, self.total, self.squares = 0, 0.0, 0.0

    def add(self, x):
        self.n += 1
        self.total += x
        self.squares += x * x

    @property
    def value(self):
        mean = self.total / self.n
        return self.squares / self.n - mean * mean  #~ return self.about_the_mean()

    def about_the_mean(self):
        return float(np.var(stamps))

stamps = 4e6 + rng.normal(size=200)
running = RunningVariance()
for stamp in stamps:
    running.add(stamp)
print("variance", running.value, "sd", np.sqrt(abs(running.value)))
""",
    ),
    Script(
        "a-difference-quotient-with-too-short-a-step",
        "cancellation",
        HEAD
        + """
def f(x):
    return np.log1p(x ** 2) + np.sin(3 * x)

def slope(f, x, h=1e-14):  #~ def slope(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)  # here

x = 0.7
for step in range(5):
    x = x - 0.05 * slope(f, x)
print("x", x, "slope", slope(f, x))
""",
    ),
    Script(
        "interest-on-a-small-rate",
        "cancellation",
        HEAD
        + """
def growth(rate):
    return np.exp(rate) - 1  #~ return np.expm1(rate)

daily = 1e-13
years = np.array([1.0, 10.0, 100.0])
print("gain", years * 365 * growth(daily))
""",
    ),
    Script(
        "a-loss-averaged-in-float16",
        "low-precision-sum",
        HEAD
        + """
losses = (1 + rng.random(size=20000)).astype(np.float16)

def mean_loss(losses):
    return losses.cumsum()[-1] / np.float16(20000)  #~ return losses.mean(dtype=np.float64)

print("mean loss", mean_loss(losses))
""",
    ),
    Script(
        "a-buffer-made-of-whole-numbers",
        "integer-truncation",
        HEAD
        + """
counts = np.array([3, 1, 4, 1, 5])

def smoothed(counts, alpha=0.3):
    out = np.zeros_like(counts)  #~ out = np.zeros(len(counts))
    level = counts[0]
    for i, count in enumerate(counts):
        level = alpha * count + (1 - alpha) * level
        out[i] = level  # here
    return out

print(smoothed(counts))
""",
    ),
    Script(
        "a-class-number-cut-just-below-the-next",
        "integer-truncation",
        HEAD
        + """
shares = np.array([0.29, 0.58, 0.13])

def cells(shares, total=100):
    return (shares * total).astype(int)  #~ return np.round(shares * total).astype(int)

print(cells(shares), cells(shares).sum())
""",
    ),
    Script(
        "the-difference-of-two-frames",
        "integer-wrap",
        HEAD
        + """
frames = rng.integers(0, 256, size=(4, 6, 6), dtype=np.uint8)

def motion(before, after):
    return np.abs(after - before).mean()  #~ return np.abs(after.astype(int) - before).mean()

for before, after in zip(frames, frames[1:]):
    print(motion(before, after))
""",
    ),
    Script(
        "a-feature-that-never-changes",
        "division-by-zero",
        HEAD
        + """
X = rng.normal(size=(30, 3))
X[:, 1] = 5.0

def standardised(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)  #~ return (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8)

Z = standardised(X)
loss = np.mean((Z @ np.ones(3) - X[:, 0]) ** 2)
print("loss", loss)
""",
    ),
    Script(
        "a-cluster-that-lost-its-points",
        "zero-count",
        HEAD
        + """
X = np.concatenate([rng.normal(size=(20, 2)), rng.normal(size=(20, 2)) + 8])
centres = np.array([[0.0, 0.0], [8.0, 8.0], [50.0, 50.0]])

def move(X, centres):
    nearest = ((X[:, None] - centres[None]) ** 2).sum(axis=-1).argmin(axis=1)
    moved = centres.copy()
    for k in range(len(centres)):
        mine = X[nearest == k]
        if True:  #~ if len(mine):
            moved[k] = mine.mean(axis=0)  # here
    return moved

for _ in range(2):
    centres = move(X, centres)
print(centres)
""",
    ),
    Script(
        "a-root-under-a-where",
        "log-of-negative",
        HEAD
        + """
returns = rng.normal(size=25) * 0.1
returns[7] = -1.2

def growth(returns):
    return np.log(1 + returns)  #~ return np.log(np.maximum(1 + returns, 1e-6))

total = growth(returns).sum()
print("growth", total)
""",
    ),
    Script(
        "one-example-of-a-batch",
        "exp-overflow",
        HEAD
        + """
X = rng.normal(size=(32, 10))
X[17, 4] = 4000.0
W = rng.normal(size=(10, 5))
labels = rng.integers(0, 5, size=32)

def loss_of(X, W):
    e = np.exp(X @ W)  #~ e = np.exp(X @ W - (X @ W).max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(32), labels] + 1e-12).mean()

loss = loss_of(X, W)
print(loss)
""",
    ),
    Script(
        "a-bad-number-on-the-way-back",
        "division-by-zero",
        HEAD
        + """
X = rng.normal(size=(10, 3))
target = X @ np.full((3, 2), 0.5)
target[4] = X[4] @ np.ones((3, 2))
W = np.ones((3, 2))
for step in range(3):
    d = X @ W - target
    r = np.sqrt((d ** 2).sum(axis=1))
    loss = r.mean()
    dd = d / r[:, None] / len(X)  #~ dd = d / np.maximum(r, 1e-12)[:, None] / len(X)
    W = W - 0.01 * X.T @ dd
print(loss, W)
""",
    ),
    Script(
        "a-counter-in-float32",
        "lost-in-addition",
        HEAD
        + """
class Meter:
    def __init__(self, start):
        self.start = start

    def count(self, amounts):
        total = np.float32(self.start)  #~ total = np.float64(self.start)
        for amount in amounts:
            total = total + amount  # here
        return total

amounts = np.full(12, 0.5, dtype=np.float32)
print(Meter(2.0**25).count(amounts))
""",
    ),
    Script(
        "a-column-that-is-almost-constant",
        "zero-variance",
        HEAD
        + """
X = rng.normal(size=(40, 3))
X[:, 2] = 0.1 + 0.2
X[::2, 2] = 0.3

def standardised(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)  #~ return (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8)

print(standardised(X)[:2])
""",
    ),
    Script(
        "a-mask-behind-the-weights",
        "zero-times-infinity",
        HEAD
        + """
distances = rng.uniform(1, 5, size=(4, 4))
distances[0, 3] = np.inf

def expected_cost(plan, distances):
    return np.sum(plan * distances)  #~ return np.sum(plan * np.where(plan > 0, distances, 0))

plan = np.full((4, 4), 1 / 12)
plan[0] = 0
print("cost", expected_cost(plan, distances))
""",
    ),
]
