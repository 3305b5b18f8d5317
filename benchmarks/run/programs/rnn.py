"""A recurrent network on characters: HIDDEN, STEPS of 25 characters, trained with Adagrad."""

import sys

import numpy as np

H, steps = int(sys.argv[1]), int(sys.argv[2])
text = "the quick brown fox jumps over the lazy dog. pack my box with five dozen liquor jugs. " * 60
letters = sorted(set(text))
number = {letter: i for i, letter in enumerate(letters)}
V, T = len(letters), 25

rng = np.random.default_rng(1)
Wxh = rng.normal(size=(H, V)) * 0.01
Whh = rng.normal(size=(H, H)) * 0.01
Why = rng.normal(size=(V, H)) * 0.01
bh, by = np.zeros((H, 1)), np.zeros((V, 1))


def gradients(inputs, targets, h0):
    xs, hs, ps = {}, {-1: h0}, {}
    loss = 0.0
    for t in range(len(inputs)):
        xs[t] = np.zeros((V, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        y = Why @ hs[t] + by
        e = np.exp(y - y.max())
        ps[t] = e / e.sum()
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    later = np.zeros_like(h0)
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dh = Why.T @ dy + later
        raw = (1 - hs[t] * hs[t]) * dh
        dbh += raw
        dWxh += raw @ xs[t].T
        dWhh += raw @ hs[t - 1].T
        later = Whh.T @ raw
    for gradient in (dWxh, dWhh, dWhy, dbh, dby):
        np.clip(gradient, -5, 5, out=gradient)
    return loss, (dWxh, dWhh, dWhy, dbh, dby), hs[len(inputs) - 1]


weights = (Wxh, Whh, Why, bh, by)
memory = [np.zeros_like(weight) for weight in weights]
at, h, smooth = 0, np.zeros((H, 1)), T * np.log(V)
for step in range(steps):
    if at + T + 1 >= len(text):
        at, h = 0, np.zeros((H, 1))
    inputs = [number[letter] for letter in text[at : at + T]]
    targets = [number[letter] for letter in text[at + 1 : at + T + 1]]
    loss, grads, h = gradients(inputs, targets, h)
    smooth = 0.999 * smooth + 0.001 * loss
    for weight, gradient, past in zip(weights, grads, memory):
        past += gradient * gradient
        weight -= 0.1 * gradient / np.sqrt(past + 1e-8)
    at += T

print(f"{smooth:.4f}")
