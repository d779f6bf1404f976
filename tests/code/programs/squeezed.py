# A cost squeezed to one number, and functions without a name
import numpy as np

wanted = "sigmoid"
layers = [{"activation": "sigmoid"}]
activation = lambda x: 1 / (1 + np.exp(-x))
X = np.array([[0.0, 0.5, 1.0], [1.0, 0.25, 0.0]])
Y = np.array([[1.0, 0.0, 1.0]])
np.random.seed(3)
W = np.random.randn(1, 2)
costs = []
for i in range(20):
    Z = W @ X
    if layers[0]["activation"] is wanted:
        A = activation(Z)
    else:
        raise ValueError("no such activation")
    cost = -(Y @ np.log(A).T + (1 - Y) @ np.log(1 - A).T) / 3
    costs.append(np.squeeze(cost))
    W -= 0.5 * (A - Y) @ X.T / 3
    print(i, np.all(A > 0.5))
