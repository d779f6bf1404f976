"""Made-up data: the same from the same seed, and of the shape its name promises."""

from __future__ import annotations

import numpy as np
import pytest

from tracer.data.made import MADE, make
from tracer.errors import DataError


def both(name: str, **options: object) -> tuple[np.ndarray, np.ndarray]:
    spec = {"made": name, **options}
    return make({**spec, "part": "inputs"}, "X"), make({**spec, "part": "targets"}, "y")


@pytest.mark.parametrize("name", MADE)
def test_a_seed_repeats(name: str) -> None:
    options = {} if MADE[name].fixed else {"samples": 11, "noise": 0.3}
    x, y = both(name, **options, seed=5)
    again = both(name, **options, seed=5)
    assert np.array_equal(x, again[0]) and np.array_equal(y, again[1])
    assert (len(x), y.shape) == ((4, (4, 1)) if MADE[name].fixed else (11, (11, 1)))
    other = both(name, **options, seed=6)
    same = np.array_equal(x, other[0]) and np.array_equal(y, other[1])
    assert same == MADE[name].fixed


def test_drawn_numbers_do_not_change_from_version_to_version() -> None:
    x, _ = both("moons", samples=4, seed=1)
    # numpy's own first numbers of this seed, added to (1, 0), (-1, 0), (0, 0.5) and (2, 0.5).
    noise = np.array(
        [0.345584192, 0.821618144, 0.330437076, -1.303157231, 0.905355866, 0.446374572]
    )
    assert (x - [[1, 0], [-1, 0], [0, 0.5], [2, 0.5]]).reshape(-1)[:6] == pytest.approx(noise / 10)


@pytest.mark.parametrize(
    ("name", "expected"), [("xor", [0, 1, 1, 0]), ("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1])]
)
def test_truth_tables(name: str, expected: list[int]) -> None:
    x, y = both(name)
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.reshape(-1).tolist() == expected


def test_shapes_without_noise() -> None:
    x, y = both("circles", samples=20, noise=0)
    assert np.hypot(*x.T) == pytest.approx(np.where(y.reshape(-1) == 0, 1.0, 0.5))
    assert len(np.unique(x.round(9), axis=0)) == 20
    x, y = both("line", samples=5, noise=0)
    assert y == pytest.approx(2 * x + 1)
    x, y = both("blobs", samples=5, noise=0)
    assert x.tolist() == [[-1, -1]] * 3 + [[1, 1]] * 2 and y.ravel().tolist() == [0, 0, 0, 1, 1]
    x, y = both("spiral", samples=20, noise=0)
    assert x[:10] == pytest.approx(-x[10:])
    x, y = both("moons", samples=40, noise=0)
    upper = x[y.reshape(-1) == 0]
    assert (upper[:, 1] >= 0).all() and np.hypot(*upper.T) == pytest.approx(1)
    assert np.hypot(*(x[y.reshape(-1) == 1] - [1, 0.5]).T) == pytest.approx(1)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"made": "mons"}, "X: made = 'mons' is not known. Did you mean moons?"),
        ({"made": "moons", "part": "x"}, 'X: part must be "inputs" or "targets", not \'x\'.'),
        ({"made": "moons", "samples": 1}, "X: samples must be a whole number from 2 to 100,000."),
        ({"made": "moons", "noise": -1}, "X: noise must be a number from 0."),
        ({"made": "moons", "seed": 0.5}, "X: seed must be a whole number from 0."),
        ({"made": "xor", "noise": 1}, "X: xor is four fixed points, without samples or noise."),
    ],
)
def test_bad_recipe(spec: dict[str, object], message: str) -> None:
    with pytest.raises(DataError) as caught:
        make(spec, "X")
    assert str(caught.value).startswith(message)
