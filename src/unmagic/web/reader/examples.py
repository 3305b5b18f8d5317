"""Things to start from. Each is a question like any visitor's: its numbers stand in its address."""

from __future__ import annotations

from dataclasses import dataclass

from .question import Question, Side


@dataclass(frozen=True, slots=True)
class Example:
    """A title, one line on what to see in it, and the question."""

    title: str
    words: str
    question: Question


def _example(title: str, words: str, src: str, **numbers: str) -> Example:
    return Example(title, words, Question(Side(src, numbers=tuple(sorted(numbers.items())))))


ATTENTION = r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V"

TRAINING = """\
# one step of training a classifier, with one thing wrong in it
import numpy as np

z = W @ x + b
p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
q = np.exp(p) / np.exp(p).sum()
loss = -np.log(q[c])"""

MASKED = """\
import numpy as np

s = q @ k.T / np.sqrt(k.shape[-1])
w = np.exp(s) * mask
a = w / w.sum(-1, keepdims=True)"""

EXAMPLES: tuple[Example, ...] = (
    _example(
        "Attention",
        "as the paper has it: who attends to whom, and what each takes away",
        ATTENTION,
        Q="0,0,1,2;0,-1,1,-1;-1,1,1,0",
        K="0,0,1,0;2,1,0,1;-1,0,0,0",
        V="2,0;-1,1;1,-1",
        d_k="4",
    ),
    _example(
        "Softmax and cross-entropy",
        "a classifier, its loss, and the gradient that everybody quotes: p − y",
        "z = W x\np = softmax(z)\nloss = −log p[c]",
        W="1,-1,0;0,2,1;1,0,-1",
        x="2,1,1",
        c="1",
    ),
    _example(
        "Layer norm",
        "take out the mean, divide by the spread, scale and shift again",
        "y = γ ⊙ (x − mean(x)) / √(var(x) + ε) + β",
        x="2,4,4,6",
        γ="1,1,2,1",
        β="0,0,0,1",
        ε="1e-5",
    ),
    _example(
        "Adam, first step",
        "two averages, both mended for starting at nought, and a step as long as η",
        "m = β_1 m_0 + (1 − β_1) g\nv = β_2 v_0 + (1 − β_2) g²\n"
        "u = m / (1 − β_1^t)\ns = v / (1 − β_2^t)\nw = w_0 − η u / (√s + ε)",
        β_1="0.9",
        β_2="0.999",
        m_0="0,0",
        v_0="0,0",
        g="0.5,-4",
        t="1",
        w_0="1,1",
        η="0.01",
        ε="1e-8",
    ),
    _example(
        "Bayes",
        "a good test for a rare illness: how much a positive result is worth",
        "P(D) = P(D|H) P(H) + P(D|¬H) (1 − P(H))\nP(H|D) = P(D|H) P(H) / P(D)",
        **{"P(D|H)": "0.9", "P(D|¬H)": "0.05", "P(H)": "0.01"},
    ),
    _example(
        "Cosine",
        "which way two vectors point, their lengths left out",
        "s = a·b / (‖a‖ ‖b‖)",
        a="1,2,3",
        b="2,0,1",
    ),
    Example(
        "Gradient descent",
        "five rounds down a bowl; try η = 1.1",
        Question(Side("f(x) = x²; x ← x − η∇f", numbers=(("x", "3"), ("η", "0.1"))), times="5", grad=False),
    ),
    _example(
        "Perplexity",
        "how many words a language model hesitates between",
        "exp(−(1/n) Σᵢ log pᵢ)",
        p="0.5,0.25,0.125,0.5",
        n="4",
    ),
    _example(
        "KL divergence",
        "what it costs to believe q where p holds",
        "D = Σᵢ pᵢ log(pᵢ / qᵢ)",
        p="0.7,0.2,0.1",
        q="0.5,0.25,0.25",
    ),
    _example(
        "A training step with a bug",
        "NumPy, read and never run: its probabilities go through softmax a second time",
        TRAINING,
        W="2,-1;0,1;-1,1",
        x="3,1",
        b="0,1,0",
        c="0",
    ),
    _example(
        "A loss that is nan",
        "a score of some 700, its exponential, and a mask that comes too late",
        MASKED,
        q="30,10;1,0",
        k="24,30;1,1",
        mask="0,1;1,1",
    ),
)
