"""Layers, an optimiser and a trainer as classes, with prints: EPOCHS, or SECONDS with a point in it."""

import sys
import time

import numpy as np


class Linear:
    def __init__(self, rng, inputs, outputs):
        self.W = rng.normal(size=(inputs, outputs)) / np.sqrt(inputs)
        self.b = np.zeros(outputs)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        self.dW = self.x.T @ g
        self.db = g.sum(axis=0)
        return g @ self.W.T


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, g):
        return g * (1 - self.y**2)


class Network:
    def __init__(self, rng, sizes):
        self.layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            self.layers += [Linear(rng, inputs, outputs), Tanh()]
        self.layers.pop()

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, g):
        for layer in reversed(self.layers):
            g = layer.backward(g)

    def parameters(self):
        return [(layer, name) for layer in self.layers if isinstance(layer, Linear) for name in ("W", "b")]


class Adam:
    def __init__(self, parameters, rate=1e-3):
        self.parameters, self.rate, self.t = parameters, rate, 0
        self.m = [np.zeros_like(getattr(layer, name)) for layer, name in parameters]
        self.v = [np.zeros_like(m) for m in self.m]

    def step(self):
        self.t += 1
        for i, (layer, name) in enumerate(self.parameters):
            g = getattr(layer, f"d{name}")
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
            m = self.m[i] / (1 - 0.9**self.t)
            v = self.v[i] / (1 - 0.999**self.t)
            setattr(layer, name, getattr(layer, name) - self.rate * m / (np.sqrt(v) + 1e-8))


class Trainer:
    def __init__(self, network, optimiser, batch=32):
        self.network, self.optimiser, self.batch = network, optimiser, batch
        self.history = []

    def epoch(self, rng, X, Y):
        order, whole = rng.permutation(len(X)), 0.0
        for start in range(0, len(X), self.batch):
            rows = order[start : start + self.batch]
            x, y = X[rows], Y[rows]
            error = self.network.forward(x) - y
            loss = (error**2).mean()
            self.network.backward(2 * error / error.size)
            self.optimiser.step()
            whole += float(loss) * len(rows)
        self.history.append(whole / len(X))

    def fit(self, rng, X, Y, enough):
        while not enough(len(self.history)):
            self.epoch(rng, X, Y)
            if len(self.history) % 50 == 0:
                print(f"epoch {len(self.history)}: loss {self.history[-1]:.6f}")


rng = np.random.default_rng(2)
X = rng.uniform(-2, 2, size=(512, 8))
Y = np.sin(X @ rng.normal(size=(8, 2)))
network = Network(rng, (8, 32, 32, 2))
trainer = Trainer(network, Adam(network.parameters()))
if "." in sys.argv[1]:
    until = time.monotonic() + float(sys.argv[1])
    trainer.fit(rng, X, Y, lambda epochs: time.monotonic() > until)
else:
    trainer.fit(rng, X, Y, lambda epochs: epochs >= int(sys.argv[1]))
