# Softmax, with the labels' places taken off
import numpy as np

X = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.25], [0.0, 1.0]])
y = np.array([0, 2, 1, 0])
W = np.array([[0.1, 0.2, -0.1], [0.0, 0.3, 0.2]])
n = X.shape[0]
for i in range(15):
    scores = np.exp(X.dot(W))
    probs = scores / np.sum(scores, axis=1, keepdims=True)
    loss = np.sum(-np.log(probs[range(n), y])) / n
    delta = probs
    delta[range(n), y] -= 1
    W -= 0.5 * X.T.dot(delta) / n
    print(i, loss)
