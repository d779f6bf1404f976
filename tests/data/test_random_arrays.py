"""Random arrays: every way to draw, the streams they come from, and what is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from tracer.data.random_arrays import SYNONYMS, WAYS, Streams
from tracer.errors import DataError
from tracer.language.functions import Array

SHAPE = [300, 500]


def draw(seed: int = 7, /, **spec: object) -> Array:
    return Streams(seed).draw(spec, "parameters.W")


@dataclass(frozen=True)
class Expected:
    """What 150,000 numbers of one way must look like."""

    way: str
    options: dict[str, object] = field(default_factory=dict)
    mean: float = 0.0
    std: float = 0.0
    bounds: tuple[float, float] | None = None


def uniform(way: str, low: float, high: float, /, **options: object) -> Expected:
    return Expected(way, options, (low + high) / 2, (high - low) / math.sqrt(12), (low, high))


def normal(way: str, mean: float, std: float, /, **options: object) -> Expected:
    return Expected(way, options, mean, std)


def exactly(way: str, value: float, /, **options: object) -> Expected:
    return Expected(way, options, value, 0.0, (value, value))


GLOROT, HE = math.sqrt(6 / 800), math.sqrt(6 / 300)
ROWS: dict[str, Expected] = {
    "uniform": uniform("uniform", 0, 1),
    "uniform from -2 to 3": uniform("uniform", -2, 3, low=-2, high=3.0),
    "normal": normal("normal", 0, 1),
    "normal around 4": normal("normal", 4, 0.25, mean=4, std=0.25),
    "zeros": exactly("zeros", 0),
    "constant": exactly("constant", 0),
    "constant 0.1": exactly("constant", 0.1, value=0.1),
    "glorot_uniform": uniform("glorot_uniform", -GLOROT, GLOROT),
    "glorot_uniform, samples in columns": uniform("glorot_uniform", -GLOROT, GLOROT, fan_in=500),
    "glorot_normal": normal("glorot_normal", 0, math.sqrt(2 / 800)),
    "he_uniform": uniform("he_uniform", -HE, HE),
    "he_uniform, samples in columns": uniform(
        "he_uniform", -math.sqrt(6 / 500), math.sqrt(6 / 500), fan_in=500
    ),
    "he_normal": normal("he_normal", 0, math.sqrt(2 / 300)),
    "he_normal, samples in columns": normal("he_normal", 0, math.sqrt(2 / 500), fan_in=500),
    "glorot": uniform("glorot", -GLOROT, GLOROT),
    "xavier": uniform("xavier", -GLOROT, GLOROT),
    "he": normal("he", 0, math.sqrt(2 / 300)),
    "xavier_uniform": uniform("xavier_uniform", -GLOROT, GLOROT),
    "xavier_normal": normal("xavier_normal", 0, math.sqrt(2 / 800)),
    "kaiming_uniform": uniform("kaiming_uniform", -HE, HE),
    "kaiming_normal": normal("kaiming_normal", 0, math.sqrt(2 / 300)),
    "kaiming": normal("kaiming", 0, math.sqrt(2 / 300)),
    "zero": exactly("zero", 0),
    "lecun": normal("lecun", 0, math.sqrt(1 / 300)),
    "lecun_normal": normal("lecun_normal", 0, math.sqrt(1 / 300)),
    "lecun_uniform": uniform("lecun_uniform", -0.1, 0.1),
    "bernoulli": Expected("bernoulli", {"p": 0.3}, 0.3, math.sqrt(0.21), (0, 1)),
}


def test_every_way_is_looked_at() -> None:
    assert {row.way for row in ROWS.values()} == {*WAYS, *SYNONYMS}


@pytest.mark.parametrize("stream", ["current", "legacy"])
@pytest.mark.parametrize("case", ROWS)
def test_way(case: str, stream: str) -> None:
    row = ROWS[case]
    drawn = draw(7, random=row.way, shape=SHAPE, stream=stream, **row.options)
    assert drawn.shape == tuple(SHAPE)
    assert drawn.dtype == np.float64
    # Five standard errors of 150,000 numbers.
    assert abs(drawn.mean() - row.mean) <= 5 * row.std / math.sqrt(drawn.size) + 1e-12
    assert drawn.std() == pytest.approx(row.std, rel=0.015, abs=1e-12)
    if row.bounds is not None:
        low, high = row.bounds
        assert drawn.min() >= low
        assert drawn.max() <= high
        # They are reached, too, as nearly as so many numbers must.
        assert drawn.min() - low < 0.001 * max(high - low, 1e-9)
        assert high - drawn.max() < 0.001 * max(high - low, 1e-9)
    else:
        # A normal distribution has 68.27% within one standard deviation.
        near = np.abs(drawn - row.mean) < row.std
        assert near.mean() == pytest.approx(0.6827, abs=0.01)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [([4, 3], (4, 3)), ([4], (4,)), (4, (4,)), ([1, 1], (1, 1))],
    ids=["matrix", "vector", "a number alone", "one by one"],
)
@pytest.mark.parametrize("way", WAYS)
def test_shapes(way: str, shape: object, expected: tuple[int, ...]) -> None:
    assert draw(random=way, shape=shape).shape == expected


# --- streams ------------------------------------------------------------------------------


def test_seeds_repeat() -> None:
    first, again = (draw(3, random="normal", shape=[5, 5]) for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, draw(4, random="normal", shape=[5, 5]))
    own = draw(4, random="normal", shape=[5, 5], seed=3)
    assert np.array_equal(first, own)


def test_current_stream_is_numpys() -> None:
    streams, generator = Streams(11), np.random.default_rng(11)
    first = streams.draw({"random": "uniform", "shape": [4, 3]}, "W1")
    second = streams.draw({"random": "normal", "shape": [3, 1]}, "W2")
    assert np.array_equal(first, generator.uniform(0.0, 1.0, (4, 3)))
    assert np.array_equal(second, generator.normal(0.0, 1.0, (3, 1)))


def test_legacy_stream_is_random_state() -> None:
    streams, legacy = Streams(42), np.random.RandomState(42)
    for way, expected in (
        ("uniform", legacy.uniform(size=(4, 3))),
        ("uniform", legacy.uniform(size=(3, 1))),
        ("normal", legacy.randn(2, 5)),
    ):
        spec = {"random": way, "shape": list(expected.shape), "stream": "legacy"}
        assert np.array_equal(streams.draw(spec, "W"), expected)


def test_seeds_have_streams_of_their_own() -> None:
    streams = Streams(1)
    spec = {"random": "uniform", "shape": [3]}
    first = streams.draw(spec, "a")
    streams.draw({**spec, "seed": 2}, "b")
    streams.draw({**spec, "stream": "legacy"}, "c")
    second = streams.draw(spec, "d")
    assert np.array_equal([*first, *second], np.random.default_rng(1).uniform(size=6))


@pytest.mark.parametrize("stream", ["current", "legacy"])
def test_skip(stream: str) -> None:
    whole = draw(random="uniform", shape=[20], stream=stream)
    rest = draw(random="uniform", shape=[8], stream=stream, skip=12)
    assert np.array_equal(rest, whole[12:])
    assert np.array_equal(draw(random="uniform", shape=[20], stream=stream, skip=0), whole)


def test_zeros_draw_nothing() -> None:
    streams = Streams(5)
    streams.draw({"random": "zeros", "shape": [9]}, "b")
    streams.draw({"random": "constant", "shape": [9], "value": 2}, "c")
    assert not streams.used
    drawn = streams.draw({"random": "uniform", "shape": [3]}, "W")
    assert streams.used
    assert np.array_equal(drawn, np.random.default_rng(5).uniform(size=3))


def test_override_replaces_every_seed() -> None:
    streams = Streams(1, override=9)
    drawn = [
        streams.draw({"random": "uniform", "shape": [2]}, "a"),
        streams.draw({"random": "uniform", "shape": [2], "seed": 5}, "b"),
    ]
    assert np.array_equal(np.concatenate(drawn), np.random.default_rng(9).uniform(size=4))


# --- what is refused ----------------------------------------------------------------------

BAD: dict[str, tuple[dict[str, object], str]] = {
    "unknown way": (
        {"random": "gaussian", "shape": [2]},
        f"parameters.W: random = 'gaussian' is not known. Known: {', '.join(WAYS)}.",
    ),
    "misspelt way": (
        {"random": "unifrom", "shape": [2]},
        "parameters.W: random = 'unifrom' is not known. Did you mean uniform",
    ),
    "way as a number": ({"random": 1, "shape": [2]}, "random = '1' is not known."),
    "option of another way": (
        {"random": "uniform", "shape": [2], "std": 1},
        "parameters.W: 'std' is not an option of uniform.",
    ),
    "misspelt option": (
        {"random": "normal", "shape": [2], "men": 1},
        "'men' is not an option of normal. Did you mean mean?",
    ),
    "option as text": (
        {"random": "normal", "shape": [2], "std": "1"},
        "parameters.W: std must be a finite number, not '1'.",
    ),
    "option as truth": (
        {"random": "constant", "shape": [2], "value": True},
        "parameters.W: value must be a finite number, not True.",
    ),
    "negative std": ({"random": "normal", "shape": [2], "std": -1}, "parameters.W: scale < 0."),
    "infinite range": (
        {"random": "uniform", "shape": [2], "low": -1e308, "high": 1e308},
        "parameters.W: ",
    ),
    "negative fan_in": ({"random": "he_normal", "shape": [2], "fan_in": -2}, "parameters.W: "),
    "stream": (
        {"random": "uniform", "shape": [2], "stream": "old"},
        'parameters.W: stream must be "legacy" or "current", not \'old\'.',
    ),
    "negative seed": (
        {"random": "uniform", "shape": [2], "seed": -1},
        "parameters.W: seed must be a whole number from 0, not -1.",
    ),
    "seed as text": (
        {"random": "uniform", "shape": [2], "seed": "7"},
        "parameters.W: seed must be a whole number from 0, not '7'.",
    ),
    "seed as truth": (
        {"random": "uniform", "shape": [2], "seed": True},
        "parameters.W: seed must be a whole number from 0, not True.",
    ),
    "huge seed": (
        {"random": "uniform", "shape": [2], "seed": 2**32, "stream": "legacy"},
        "parameters.W: seed must be a whole number from 0, not 4294967296.",
    ),
    "skip as a fraction": (
        {"random": "uniform", "shape": [2], "skip": 1.5},
        "parameters.W: skip must be a whole number from 0, not 1.5.",
    ),
    "huge skip": (
        {"random": "uniform", "shape": [2], "skip": 10**9},
        "1,000,000,002 random numbers, skipped ones included; at most 60,000,000 are drawn.",
    ),
    "too large": (
        {"random": "zeros", "shape": [100_000, 100_000]},
        "10,000,000,000 random numbers, skipped ones included; at most 60,000,000 are drawn.",
    ),
}
SHAPE_TEXT = "parameters.W: shape must be one or two whole numbers: shape = [4, 3]."
BAD_SHAPES: dict[str, object] = {
    "none": None,
    "three": [2, 2, 2],
    "zero": [0, 2],
    "negative": [-1],
    "fraction": [2.0],
    "truth": [True],
    "text": "2",
    "nested": [[2, 2]],
}


@pytest.mark.parametrize("case", BAD)
def test_refused(case: str) -> None:
    spec, message = BAD[case]
    with pytest.raises(DataError) as caught:
        draw(7, **spec)
    assert str(caught.value).startswith("parameters.W: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("case", BAD_SHAPES)
def test_refused_shape(case: str) -> None:
    with pytest.raises(DataError) as caught:
        draw(random="uniform", shape=BAD_SHAPES[case])
    assert str(caught.value) == SHAPE_TEXT


def test_refused_without_a_shape() -> None:
    with pytest.raises(DataError) as caught:
        draw(random="uniform")
    assert str(caught.value) == SHAPE_TEXT


#: What gets through today and should not: strict, so that mending the code asks to mend this.
GETS_THROUGH: dict[str, dict[str, object]] = {
    "no fan_in": {"random": "he_normal", "shape": [2], "fan_in": 0},
    "infinite mean": {"random": "normal", "shape": [2], "mean": math.inf},
    "constant that is no number": {"random": "constant", "shape": [2], "value": math.nan},
}


@pytest.mark.parametrize("case", GETS_THROUGH)
def test_should_be_refused(case: str) -> None:
    with pytest.raises(DataError, match=r"^parameters\.W: "):
        draw(7, **GETS_THROUGH[case])
