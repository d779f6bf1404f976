# One row at a time, in an order that is drawn
import numpy as np

rng = np.random.default_rng(11)
inputs = rng.normal(size=(6, 2))
wanted = np.sin(inputs[:, 0]) + inputs[:, 1]
weights = rng.uniform(-0.5, 0.5, 2)
bias = np.zeros(1)
for epoch in range(5):
    for i in rng.permutation(len(inputs)):
        guess = np.dot(weights, inputs[i]) + bias
        error = guess - wanted[i]
        loss = 0.5 * error[0] ** 2
        weights = weights - 0.1 * error * inputs[i]
        bias -= 0.1 * error
