"""Naive Bayes on real text: does a documentation string of the standard library speak of numbers, or of networks?"""

import ast
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np

CLASSES = {
    "numbers": ("statistics", "fractions", "random", "_pydecimal", "colorsys", "heapq", "bisect"),
    "networks": ("smtplib", "ftplib", "poplib", "imaplib", "socketserver", "ipaddress", "ssl"),
}


def strings(module):
    """The documentation strings of a module, read from its source without importing it."""
    for node in ast.walk(ast.parse(Path(find_spec(module).origin).read_bytes())):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            found = re.findall(r"[a-z]+", (ast.get_docstring(node) or "").lower())
            if len(found) >= 8:
                yield found


def table(documents, column):
    """How often each document (row) says each word (column); words never met in training are passed over."""
    counts = np.zeros((len(documents), len(column)))
    for row, document in zip(counts, documents, strict=True):
        for word, times in Counter(document).items():
            if word in column:
                row[column[word]] = times
    return counts


def fit(counts, y):
    """Logarithms of P(class) and of P(word | class), one added to every count."""
    spoken = np.stack([counts[y == c].sum(axis=0) for c in range(len(CLASSES))]) + 1
    prior = np.bincount(y) / len(y)
    return np.log(prior), np.log(spoken / spoken.sum(axis=1, keepdims=True))


def posterior(log_prior, log_likelihood, counts):
    """P(class | words): a sum of logarithms, since a product of so many small numbers would be 0."""
    joint = counts @ log_likelihood.T + log_prior
    joint -= joint.max(axis=1, keepdims=True)
    shares = np.exp(joint)
    return shares / shares.sum(axis=1, keepdims=True)


def main():
    labelled = [(d, c) for c, modules in enumerate(CLASSES.values()) for m in modules for d in strings(m)]
    order = np.random.default_rng(0).permutation(len(labelled))
    documents = [labelled[k][0] for k in order]
    y = np.array([labelled[k][1] for k in order])
    held_out = len(y) // 4
    column = {word: k for k, word in enumerate(sorted(set().union(*documents[held_out:])))}
    counts = table(documents, column)
    log_prior, log_likelihood = fit(counts[held_out:], y[held_out:])
    p = posterior(log_prior, log_likelihood, counts[:held_out])
    print(f"{len(y)} strings, {len(column)} words; held out: {(p.argmax(axis=1) == y[:held_out]).mean():.1%} right")
    tells = log_likelihood[0] - log_likelihood[1]
    vocabulary = list(column)
    for name, sign in zip(CLASSES, (-1, 1), strict=True):
        print(f"{name}:", " ".join(vocabulary[k] for k in np.argsort(sign * tells, kind="stable")[:8]))


if __name__ == "__main__":
    main()
