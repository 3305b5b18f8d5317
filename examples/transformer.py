"""A transformer block in NumPy, forwards; um.grad takes it back, and trains it to sort."""

import numpy as np

import unmagic as um

VOCABULARY, T, D, HEADS = 8, 6, 16, 2


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def layer_norm(x, gain, shift):
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5) + shift


def heads(x):
    """(batch, T, D) to (batch, head, T, D / HEADS)."""
    return x.reshape(len(x), T, HEADS, D // HEADS).transpose(0, 2, 1, 3)


def attention(p, x):
    Q, K, V = heads(x @ p["Wq"]), heads(x @ p["Wk"]), heads(x @ p["Wv"])
    shares = softmax(Q @ K.transpose(0, 1, 3, 2) / np.sqrt(D // HEADS))
    mixed = (shares @ V).transpose(0, 2, 1, 3).reshape(len(x), T, D)
    return mixed @ p["Wo"]


def block(p, x):
    x = x + attention(p, layer_norm(x, p["g1"], p["s1"]))
    hidden = np.maximum(layer_norm(x, p["g2"], p["s2"]) @ p["W1"] + p["b1"], 0)
    return x + hidden @ p["W2"] + p["b2"]


def log_shares(p, tokens):
    z = block(p, p["tokens"][tokens] + p["places"]) @ p["out"]
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def loss(p, tokens, targets):
    said = log_shares(p, tokens)
    return -said[np.arange(len(tokens))[:, None], np.arange(T), targets].mean()


def initial(rng):
    p = {name: rng.normal(size=(D, D)) / np.sqrt(D) for name in ("Wq", "Wk", "Wv", "Wo")}
    p |= {"W1": rng.normal(size=(D, 4 * D)) / np.sqrt(D), "b1": np.zeros(4 * D)}
    p |= {"W2": rng.normal(size=(4 * D, D)) / np.sqrt(4 * D), "b2": np.zeros(D)}
    p |= {"g1": np.ones(D), "s1": np.zeros(D), "g2": np.ones(D), "s2": np.zeros(D)}
    p |= {"tokens": rng.normal(size=(VOCABULARY, D)) * 0.5, "places": rng.normal(size=(T, D)) * 0.5}
    return p | {"out": rng.normal(size=(D, VOCABULARY)) / np.sqrt(D)}


def main():
    rng = np.random.default_rng(0)
    p = initial(rng)
    value_and_gradient = um.value_and_grad(loss)
    mean = {name: np.zeros_like(one) for name, one in p.items()}
    square = {name: np.zeros_like(one) for name, one in p.items()}
    for step in range(1, 402):
        tokens = rng.integers(0, VOCABULARY, size=(32, T))
        value, gradient = value_and_gradient(p, tokens, np.sort(tokens, axis=1))
        for name, d in gradient.items():  # Adam
            mean[name] = 0.9 * mean[name] + 0.1 * d
            square[name] = 0.99 * square[name] + 0.01 * d**2
            m, v = mean[name] / (1 - 0.9**step), square[name] / (1 - 0.99**step)
            p[name] = p[name] - 0.01 * m / (np.sqrt(v) + 1e-8)
        if step % 100 == 1:
            print(f"step {step:3}  loss {value:.4f}")
    tokens = rng.integers(0, VOCABULARY, size=(200, T))
    said = log_shares(p, tokens).argmax(axis=-1)
    print(f"rows never seen: {(said == np.sort(tokens, axis=1)).mean():.0%} right; {tokens[0]} becomes {said[0]}")


if __name__ == "__main__":
    main()
