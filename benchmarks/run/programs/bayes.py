"""TF-IDF and naive Bayes on dicts of Python's numbers: DOCUMENTS, PASSES."""

import math
import random
import sys
from collections import Counter, defaultdict

count, passes = int(sys.argv[1]), int(sys.argv[2])
random.seed(0)
words = [f"word{i}" for i in range(2000)]
topics = {topic: random.sample(words, 300) for topic in ("sport", "science", "music", "trade")}
documents = []
for i in range(count):
    topic = sorted(topics)[i % 4]
    documents.append((topic, random.choices(topics[topic], k=60) + random.choices(words, k=40)))

for _ in range(passes):
    seen = Counter()
    for _, document in documents:
        seen.update(set(document))
    idf = {word: math.log((1 + count) / (1 + times)) + 1.0 for word, times in seen.items()}

    vectors = []
    for topic, document in documents:
        tf = Counter(document)
        vector = {word: times / len(document) * idf[word] for word, times in tf.items()}
        norm = math.sqrt(sum(weight * weight for weight in vector.values()))
        for word in vector:
            vector[word] /= norm
        vectors.append((topic, vector))

    weights = defaultdict(lambda: defaultdict(float))
    for topic, vector in vectors:
        for word, weight in vector.items():
            weights[topic][word] += weight
    chance = {}
    for topic, sums in weights.items():
        whole = sum(sums.values()) + len(seen)
        chance[topic] = {word: math.log((sums.get(word, 0.0) + 1.0) / whole) for word in seen}

    right = 0
    for topic, vector in vectors:
        best, best_score = None, -math.inf
        for one, logs in chance.items():
            score = 0.0
            for word, weight in vector.items():
                score += weight * logs[word]
            if score > best_score:
                best, best_score = one, score
        right += best == topic

print(right, count)
