# Two layers, written line by line
import numpy as np

np.random.seed(3)
X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, 0.2]])
y = np.array([[1.0], [1.0], [0.0], [0.3]])
w1 = np.random.uniform(-1, 1, (2, 3))
b1 = np.zeros(3)
w2 = np.random.normal(0, 0.5, size=(3, 1))
b2 = 0.1
rate = 0.4
for epoch in range(60):
    h = np.tanh(X.dot(w1) + b1)
    out = 1 / (1 + np.exp(-(h @ w2 + b2)))
    loss = np.mean((out - y) ** 2)
    d_out = 2 * (out - y) / y.size * out * (1 - out)
    d_h = d_out.dot(w2.T) * (1 - h**2)
    w2 -= rate * h.T.dot(d_out)
    b2 -= rate * d_out.sum()
    w1 -= rate * X.T.dot(d_h)
    b1 -= rate * d_h.sum(axis=0)
    if epoch % 20 == 0:
        print(epoch, loss)
