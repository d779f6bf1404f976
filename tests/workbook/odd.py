"""A template whose equations use cells in ways that few networks do."""

ODD = """
title      = "Odd equations"
iterations = 3
loss       = "loss"
helpers    = ["gram_of(a) = a @ a.T"]

[given]
X = [[1, 2, 3], [-4, 5, 6.5], [0.25, -8, 9]]
v = [1, -2, 3]
tiny = 1e-7
long = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]

[parameters]
w = [[0.5, -0.25, 0.125], [1.5, 2.5, -3.5]]

[[steps]]
number = "1*"
title = "Pieces"
explain = "Rows and columns, \\"quoted\\"."
equations = [
    "stacked = np.vstack([w, v, X[2]])",
    "beside = np.hstack([X[:, 1:], w.T])",
    "second = X[::2, 1:]",
    "backwards = X[::-1]",
    "middle = X[1]",
    "last = v[-1]",
]

[[steps]]
number = 2
title = "Products"
equations = [
    "gram = X @ X.T",
    "helped = gram_of(X)",
    "plain = w @ X",
    "E = exp(0 - (-X) ** 2)",
    "e = -X.T - X",
    "soft = softmax(w)",
    "numbers = np.array([tiny * v[0], 5, X[1, 1] ** -2])",
    "small = tiny * v",
    "big = sum(long * long)",
    "spread = var(X, axis=0)",
    "right = (v > 0) * (X <= 2)",
    "outer = long.T @ long",
    "loss = sum(stacked) ** 2 + sum(w ** 2) + last * big",
]

[[steps]]
phase = "update"
equations = ["w = w - 0.001 * w * loss", "w = w - 0.5 * plain"]
"""
