"""Everything that is computed at first use, computed now: so that no visitor waits for it."""

from __future__ import annotations

from importlib.util import find_spec


def warm() -> None:
    """Collection, index, models, vectors, and the default training run where scikit-learn's data is there."""
    from .digits.study import run
    from .text.bigram import bigrams
    from .text.naive_bayes import accuracy
    from .text.tfidf import index
    from .text.vectors import vectors

    index()
    bigrams()
    accuracy()
    vectors()
    if find_spec("sklearn") is not None:
        run()
