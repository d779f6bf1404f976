# Names for the same array, and an update before the error passes through
import numpy as np

np.random.seed(0)
x = np.random.rand(3, 2)
t = np.array([[0.2], [0.9], [0.4]])
first = np.random.rand(2, 2)
second = np.random.rand(2, 1)
same = second
for k in range(25):
    hidden = x @ first
    out = hidden @ second
    delta = out - t
    error = delta
    error *= 0.5
    loss = np.sum((out - t) ** 2)
    same -= 0.1 * hidden.T @ delta
    first -= 0.1 * x.T @ (error @ second.T)
