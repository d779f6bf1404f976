"""Every figure that a lesson's source prints is what the lesson computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import tracer
from tracer.template.template import Published

from .figures import disagreements, figure, half_a_unit, template, traced

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

#: The least that a lesson must list of what its source prints: entries of [[published]], and
#: numbers in them.
EXPECTED = {
    "exam-hand": (12, 22),
    "exam-scores": (3, 11),
    "loy": (2, 16),
    "perceptron-bias": (7, 7),
    "perceptron-threshold": (5, 5),
    "perceptron-weights": (7, 7),
    "ray": (7, 43),
    "ray-columns": (4, 30),
    "ray-columns-training": (14, 40),
    "ray-moons": (7, 7),
    "ray-r": (2, 6),
    "ray-step7": (7, 43),
    "two-class": (29, 29),
    "two-class-as-coded": (10, 28),
    "two-class-matrix": (9, 27),
    "two-class-rows": (12, 30),
}
#: Words that must stand in a lesson's errata: one row per mistake of its source.
ERRATA = {
    "exam-hand": (("7.5", "3.9"), ("1.000553084", "0.999447221"), ("1.79832", "0.85674680")),
    "exam-scores": (("7.5", "3.9"), ("1.000553084", "0.999447221"), ("factor 2/n",)),
    "loy": (("squared difference",), ("biases", "left out"), ("sigmoid_derivative", "activation")),
    "ray": (("Step 7", "learning rate"), ("Step 11", "hidden bias"), ("Mathematical", "sign")),
    "ray-columns-training": (("0.01", "0.1"),),
    "ray-r": (("byrow", "each training row"), ("rowSums", "colSums")),
    "ray-step7": (("Step 7", "learning rate", "ten times"),),
    "two-class": (("mean square error", "half the squared error"),),
    "two-class-as-coded": (
        ("forward pass", "never computed again"),
        ("first row", "row 0", "every row"),
        ("w7 and w8", "y1", "y2"),
        ("w3 and w4", "h1", "h2"),
        ("w5 to w8", "for ever"),
        ("rounded to 8 decimals",),
        ("biases", "never updated"),
        ("1.12543373", "1.81960248", "0.96045598"),
    ),
}
UNREPRODUCIBLE = {
    "exam-scores": ("without a seed",),
    "loy": ("without a seed",),
    "ray": ("0.98032096", "0.96845624", "0.04532167"),
    "ray-moons": ("0.00775", "0.00689", "0.07556"),
}


def _entries() -> list[ParameterSet]:
    entries = []
    for name in tracer.template_names():
        for number, published in enumerate(template(name).published, 1):
            words = [name, str(number), published.quantity, *map(str, published.index)]
            case = f"{'-'.join(words)}-iteration-{published.iteration}"
            entries.append(pytest.param(name, published, id=case))
    return entries


def _last(name: str) -> int:
    return max((p.iteration for p in template(name).published), default=0)


@pytest.mark.parametrize(("name", "published"), _entries())
def test_published_figure_is_reproduced(name: str, published: Published) -> None:
    assert disagreements(traced(name, _last(name)), published) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_every_listed_figure_is_there(name: str) -> None:
    published = template(name).published
    entries, numbers = EXPECTED[name]
    assert len(published) >= entries
    assert sum(len(p.printed) for p in published) >= numbers


@pytest.mark.parametrize(
    ("name", "words"), [(name, words) for name, rows in ERRATA.items() for words in rows]
)
def test_erratum_is_there(name: str, words: tuple[str, ...]) -> None:
    texts = [f"{e.place} {e.text}".lower() for e in template(name).errata]
    assert any(all(word.lower() in text for word in words) for text in texts)


@pytest.mark.parametrize("name", UNREPRODUCIBLE)
def test_what_cannot_be_reproduced_is_named(name: str) -> None:
    text = " ".join(f"{e.place} {e.text}" for e in template(name).unreproducible)
    assert [word for word in UNREPRODUCIBLE[name] if word not in text] == []


@pytest.mark.parametrize("name", tracer.template_names())
def test_places_are_told_apart(name: str) -> None:
    seen = [(p.place, p.quantity, p.iteration, p.index) for p in template(name).published]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("1.48", 0.005), ("7", 0.5), (".94", 0.005), ("-0.1130", 0.00005), ("12.", 0.5)],
)
def test_half_a_unit(printed: str, expected: float) -> None:
    assert half_a_unit(printed) == pytest.approx(expected, rel=1e-15)


def test_a_wrong_digit_is_found() -> None:
    trace = traced("ray", 1)
    right = Published("here", "hidden_layer_input", 1, ("1.48", "1.78", "1.10"), (0,))
    wrong = Published("here", "hidden_layer_input", 1, ("1.48", "1.79", "1.10"), (0,))
    short = Published("here", "hidden_layer_input", 1, ("1.48",), (0,))
    assert disagreements(trace, right) == []
    assert disagreements(trace, wrong) == ["number 2: printed 1.79, computed 1.78"]
    assert disagreements(trace, short) == ["1 numbers printed, 3 computed"]


def test_a_parameter_means_its_value_after_the_update() -> None:
    trace = traced("ray", 1)
    assert figure(trace, "bout", 0, (0, 0)) == 0.69
    np.testing.assert_allclose(figure(trace, "bout", 1, (0, 0)), 0.6836322439645574, rtol=1e-12)


def test_moons_are_told_apart() -> None:
    last = _last("ray-moons")
    assert figure(traced("ray-moons", last), "accuracy", last) > 0.95
    assert template("ray-moons").iterations >= last


def test_blobs_are_told_apart() -> None:
    trace = tracer.trace("ray-blobs")
    assert figure(trace, "accuracy", trace.iterations) == 1
    assert trace.loss is not None
    assert trace.loss[1] < 0.01
