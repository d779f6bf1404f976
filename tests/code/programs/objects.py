"""A class with layers in a list."""

import numpy as np


def sigmoid(z, slope=False):
    if slope:
        return z * (1 - z)
    return 1 / (1 + np.exp(-z))


class Layer:
    def __init__(self, before, size, rng):
        self.weights = rng.randn(before, size)
        self.bias = np.zeros((1, size))

    def forward(self, x):
        self.x = x
        self.out = sigmoid(x @ self.weights + self.bias)
        return self.out

    def backward(self, error, rate):
        delta = error * sigmoid(self.out, slope=True)
        before = delta @ self.weights.T
        self.weights -= rate * self.x.T @ delta
        self.bias -= rate * delta.sum(axis=0, keepdims=True)
        return before


class Network:
    def __init__(self, *sizes, seed=5):
        rng = np.random.RandomState(seed)
        self.layers = [Layer(a, b, rng) for a, b in zip(sizes, sizes[1:])]
        self.losses = []

    def train(self, x, y, times, rate=0.5):
        for _ in range(times):
            out = x
            for layer in self.layers:
                out = layer.forward(out)
            self.losses.append(0.5 * np.sum((out - y) ** 2))
            error = out - y
            for layer in reversed(self.layers):
                error = layer.backward(error, rate)


data = {"x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [[0], [1], [1], [0]]}
net = Network(2, 3, 1)
net.train(np.array(data["x"]), np.array(data["y"]), times=40)
