# Adam, with a counter, in a while loop that may end early
import numpy as np

x = np.linspace(-1, 1, 5).reshape(-1, 1)
y = 2 * x - 0.5
params = {"w": np.array([[0.3]]), "b": np.array([0.0])}
m = {key: np.zeros_like(value) for key, value in params.items()}
v = {key: np.zeros_like(value) for key, value in params.items()}
t = 0
while t < 30:
    t += 1
    error = x @ params["w"] + params["b"] - y
    cost = (error**2).mean()
    if cost < 1e-9:
        break
    grads = {"w": 2 * x.T @ error / len(x), "b": 2 * error.mean(axis=0)}
    for key in params:
        m[key] = 0.9 * m[key] + 0.1 * grads[key]
        v[key] = 0.999 * v[key] + 0.001 * grads[key] ** 2
        m_hat = m[key] / (1 - 0.9**t)
        v_hat = v[key] / (1 - 0.999**t)
        params[key] = params[key] - 0.05 * m_hat / (np.sqrt(v_hat) + 1e-8)
