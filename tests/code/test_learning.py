"""Splits, scales, codes and data sets as scikit-learn 1.9 gives them, without scikit-learn."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from tests.code.beside import names_after
from tracer.code.values.faults import CodeError

HEAD = """import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import shuffle
from sklearn.preprocessing import *
from sklearn.datasets import load_iris
X = np.sin(np.arange(24.0)).reshape(8, 3)
X[:, 2] = 0.1
y = np.array(list('bacabacb'))
"""


def result(code: str) -> Any:
    return names_after(HEAD + code)["r"]


#: What scikit-learn printed.
PRINTED: dict[str, Any] = {
    "train_test_split(np.arange(10), test_size=0.25, random_state=42)": [
        [0, 7, 2, 9, 4, 3, 6],
        [8, 1, 5],
    ],
    "train_test_split(np.arange(10), np.arange(10) * 2, random_state=0)": [
        [9, 1, 6, 7, 3, 0, 5],
        [2, 8, 4],
        [18, 2, 12, 14, 6, 0, 10],
        [4, 16, 8],
    ],
    "train_test_split(np.arange(9), test_size=2, train_size=0.5, random_state=7)": [
        [0, 8, 5, 3],
        [2, 7],
    ],
    "train_test_split(list(range(5)), shuffle=False, test_size=0.3)": [[0, 1, 2], [3, 4]],
    "np.random.seed(3) or train_test_split(np.arange(6))": [[4, 1, 0, 2], [3, 5]],
    "shuffle(np.arange(7), random_state=5)": [6, 2, 4, 1, 0, 5, 3],
    "StandardScaler().fit_transform(X)[1]": [
        0.155793134317526,
        -1.5337284223582077,
        1.3877787807814457e-17,
    ],
    "MinMaxScaler().fit_transform(X)[[1, 7]]": [
        [0.5619067506220874, 0.0, 0.0],
        [0.9999999999999998, 0.4679744707791318, 0.0],
    ],
    "MinMaxScaler((-1, 1)).fit(X).transform(X)[0]": [-0.05395948456492794, 1.0, -1.0],
    "OneHotEncoder().fit_transform(y[:3, None]).toarray()": [[0, 1, 0], [1, 0, 0], [0, 0, 1]],
    "OneHotEncoder(sparse_output=False).fit_transform([[3], [1]])": [[0, 1], [1, 0]],
    "LabelBinarizer().fit_transform(y)[:3]": [[0, 1, 0], [1, 0, 0], [0, 0, 1]],
    "LabelBinarizer().fit_transform([3, 1, 3])": [[1], [0], [1]],
    "LabelEncoder().fit_transform(y)": [1, 0, 2, 0, 1, 0, 2, 1],
    "load_iris().data[[34, 37, 149]]": [
        [4.9, 3.1, 1.5, 0.2],
        [4.9, 3.6, 1.4, 0.1],
        [5.9, 3.0, 5.1, 1.8],
    ],
    "np.sum(load_iris(return_X_y=True)[0], axis=0)": [
        876.5000000000002,
        458.60000000000014,
        563.7000000000004,
        179.90000000000012,
    ],
    "np.bincount(load_iris()['target'])": [50, 50, 50],
}


@pytest.mark.parametrize("expression", PRINTED)
def test_the_numbers_are_scikit_learn_s(expression: str) -> None:
    found, printed = result(f"r = {expression}"), PRINTED[expression]
    if not isinstance(found, list):
        found, printed = [found], [printed]
    assert len(found) == len(printed)
    for ours, theirs in zip(found, printed, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_what_a_scale_learned_of_some_rows_is_used_for_others() -> None:
    r = result("s = StandardScaler()\ns.fit(X[:4])\nr = s.transform(X[4:]), s.mean_, s.scale_")
    rows = np.sin(np.arange(24.0)).reshape(8, 3)
    rows[:, 2] = 0.1
    np.testing.assert_allclose(r[0], (rows[4:] - r[1]) / r[2], rtol=1e-15)
    assert r[2][2] == 1.0


REFUSED = {
    "r = StandardScaler().transform(X)": "ValueError: StandardScaler isn't fitted yet",
    "r = StandardScaler(with_mean=False)": "StandardScaler with with_mean=",
    "r = StandardScaler().fit_transform(y)": "ValueError: expected rows and columns",
    "r = StandardScaler().fit_transform(X.astype(np.float32))": "a scale of short numbers",
    "r = train_test_split(X, y, stratify=y)": "train_test_split with stratify=",
    "r = train_test_split(X, test_size=8)": "ValueError: 8 rows can't be split into 0 and 8",
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_read_is_refused(code: str) -> None:
    with pytest.raises(CodeError) as caught:
        result(code)
    assert REFUSED[code] in str(caught.value)


@pytest.mark.skipif(find_spec("sklearn") is not None, reason="scikit-learn is here to draw them")
def test_data_that_only_scikit_learn_can_draw_are_asked_for() -> None:
    with pytest.raises(CodeError) as caught:
        result("from sklearn.datasets import make_moons\nr = make_moons(100)")
    assert "make_moons, which only scikit-learn can draw" in str(caught.value)
    assert "--data NAME=FILE" in str(caught.value)
