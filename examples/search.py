"""Search in the language reference that comes with Python: TF-IDF and the cosine, in NumPy.

python examples/search.py catch an error
"""

import re
import sys
from collections import Counter
from pydoc_data.topics import topics

import numpy as np


def words(text):
    return re.findall(r"[a-z]+", text.lower())


def unit(rows):
    """Rows of length 1; a row of zeros stays one."""
    lengths = np.sqrt((rows**2).sum(axis=-1, keepdims=True))
    return rows / np.where(lengths > 0, lengths, 1)


class Index:
    """Documents as rows of weights: a word counts for more the oftener it is said here, and the fewer say it."""

    def __init__(self, documents):
        counts = [Counter(words(document)) for document in documents]
        self.column = {word: k for k, word in enumerate(sorted(set().union(*counts)))}
        table = np.zeros((len(documents), len(self.column)))
        for row, count in zip(table, counts, strict=True):
            for word, times in count.items():
                row[self.column[word]] = times
        self.idf = np.log(len(documents) / (table > 0).sum(axis=0))
        self.rows = unit(np.log1p(table) * self.idf)

    def scores(self, query):
        """The cosine of the query with every document."""
        row = np.zeros(len(self.column))
        for word in words(query):
            if word in self.column:
                row[self.column[word]] += 1
        return self.rows @ unit(row * self.idf)


def main():
    asked = " ".join(sys.argv[1:])
    queries = [asked] if asked else ["catch an error", "shift bits left", "default values of parameters"]
    names = sorted(topics)
    index = Index([topics[name] for name in names])
    for query in queries:
        scores = index.scores(query)
        best = np.argsort(-scores, kind="stable")[:3]
        print(f"{query}:", ", ".join(f"{names[k]} {scores[k]:.3f}" for k in best))


if __name__ == "__main__":
    main()
