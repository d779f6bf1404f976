"""A trace in Python: a mapping that shows itself, draws, and writes files and buffers."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import openpyxl
import pytest

import tracer
from tracer.api.traced import Trace

NASTY = """
title = "<script>alert('title')</script> & <b>"
iterations = 2
loss = "loss"
[given]
x = [[0], [1]]
[parameters]
w = [[1.0]]
[[steps]]
title = "<img src=x onerror=alert(1)>"
equations = ["right = x @ w < 0.5", "loss = sum(right)"]
"""


@pytest.fixture(scope="module")
def ray() -> Trace:
    return tracer.trace("ray", 3)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# -- a mapping ---------------------------------------------------------------------------------


def test_it_is_a_mapping_from_names_to_arrays(ray: Trace) -> None:
    assert list(ray)[:4] == ["X", "y", "lr", "wh"] == ray.keys()[:4]
    assert len(ray) == len(ray.keys()) == len(dict(ray)) == len(ray.items())
    assert "wh" in ray and "nope" not in ray and 3 not in ray
    assert ray._ipython_key_completions_() == ray.keys()
    assert all(np.array_equal(array, ray[name]) for name, array in ray.items())


def test_functions_take_names(ray: Trace) -> None:
    assert np.array_equal(ray.value("wh", 2), ray["wh"][1])
    assert np.array_equal(ray.values("wh", [3, 1]), ray["wh"][[2, 0]])
    assert np.array_equal(ray.over_iterations("wh"), ray["wh"])


def test_an_iteration_has_all_quantities(ray: Trace) -> None:
    second = ray.at(2)
    assert dict(second).keys() == set(ray)
    assert all(np.array_equal(second[name], ray[name][1]) for name in second)
    assert np.array_equal(second.start("wh"), ray["wh"][0])
    assert len(second) == len(ray) and "wh" in second and "nope" not in second
    assert repr(second).startswith("<ray, iteration 2: X 3 × 4, y 3 × 1, lr number, wh 4 × 3,")
    before = ray.at(0)
    assert list(before) == ["X", "y", "lr", "wh", "bh", "wout", "bout"]
    assert np.array_equal(before["wh"], tracer.load_template("ray").parameters["wh"])


def test_what_an_iteration_gives_is_ones_own(ray: Trace) -> None:
    ray.at(1)["wh"][:] = 0
    assert ray["wh"][0].all()


WRONG: dict[str, tuple[Callable[[Trace], object], str]] = {
    "a number": (lambda t: t[1], "1 is no quantity's name: write a text, such as trace['X'];"),  # type: ignore[index]
    "a typing error": (
        lambda t: t["wha"],
        "'wha' is not a quantity of this trace. Did you mean wh",
    ),
    "in an iteration": (lambda t: t.at(1)["wha"], "'wha' is not a quantity of this iteration. Did"),
    "value": (lambda t: t.value("wha", 1), "'wha' is not a quantity of this trace. Did you mean w"),
    "its start": (lambda t: t.start("wha"), "'wha' is not a quantity of this trace. Did you mean"),
    "too late": (lambda t: t.at(4), "there is no iteration 4: the trace has 0 to 3."),
    "too early": (lambda t: t.value("wh", 0), "there is no iteration 0: the trace has 1 to 3."),
    "between": (lambda t: t.at(2.5), "there is no iteration 2.5: the trace has 0 to 3."),  # type: ignore[arg-type]
    "a file": (lambda t: t.to_excel("a.txt"), "a.txt: the name must end in .xlsx."),
    "no path": (lambda t: t.to_excel(5), "to_excel: 5 is neither a path nor a binary buffer."),  # type: ignore[call-overload]
    "decimals": (
        lambda t: t.to_excel("a.xlsx", decimals=2.5),  # type: ignore[call-overload]
        "decimals must be a whole number from 0 to 12, not 2.5.",
    ),
    "all sheets": (
        lambda t: t.to_excel("a.xlsx", sheets="all"),  # type: ignore[arg-type]
        "sheets must be a list of iterations, such as [1, 2, 10].",
    ),
    "a text buffer": (
        lambda t: t.to_excel(io.StringIO()),  # type: ignore[arg-type]
        "to_excel: <_io.StringIO object",
    ),
    "no palette": (
        lambda t: t.to_excel("a.xlsx", palette=None),  # type: ignore[call-overload]
        "palette must be a text, not None.",
    ),
    "a table's path": (lambda t: t.to_csv(3), "3 is no path."),  # type: ignore[arg-type]
    "values": (lambda t: t.values("wh", [9]), "there is no iteration 9: the trace has 1 to 3."),
    "values in words": (
        lambda t: t.values("wh", "12"),  # type: ignore[arg-type]
        "iterations must be a list of iterations, such as [1, 2, 10].",
    ),
    "start of a number": (lambda t: t.start(3), "3 is no quantity's name: write"),  # type: ignore[arg-type]
    "a late sheet": (
        lambda t: t.to_excel("a.xlsx", sheets=[9]),
        "there is no iteration 9: the tra",
    ),
    "a language": (
        lambda t: t.to_excel("a.xlsx", lang="xx"),
        "'xx' is not a language of workbooks",
    ),
    "lines": (lambda t: t.plot("wh", "X"), "plot: wh, X would be 24 lines; at most 20 can be told"),
    "no line": (lambda t: t.plot("nope"), "'nope' is not a quantity of this trace."),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(name: str, ray: Trace) -> None:
    wrong, message = WRONG[name]
    with pytest.raises(tracer.TracerError) as caught:
        wrong(ray)
    said = str(caught.value)
    assert said.startswith(message) and "--" not in said and "\n" not in said
    assert not Path("a.xlsx").exists()


# -- shown -------------------------------------------------------------------------------------


def test_its_repr_is_short(ray: Trace) -> None:
    assert repr(ray) == "<Trace: ray, 3 iterations, loss 0.354106 → 0.351847, 18 quantities>"
    assert repr(tracer.trace("ray", 1)).startswith("<Trace: ray, 1 iteration, loss")


class _Read(HTMLParser):
    """What a browser makes of HTML: elements, texts, and the texts of cells by their colour."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self._style = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert {name for name, _ in attrs} <= {"style"}
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)
        self._style = dict(attrs).get("style") or ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.open and self.open[-1] == "td":
            self.cells.append((self._style.rpartition("background:")[2], data))


def test_a_notebook_shows_the_blocks_in_their_colours(ray: Trace) -> None:
    read = _Read(ray._repr_html_())
    assert not read.open and "script" not in read.tags
    said = " ".join(read.texts)
    assert "3 iterations, loss 0.354106 → 0.351847" in said
    assert "hidden_layer_input = X @ wh + bh" in said and "wh [4 × 3]" in said
    program = ray.program
    yellow = [text for colour, text in read.cells if colour == "#FFFF66"]
    made = [ray.value(a.slot, 1).reshape(-1) for a in program.iterate]
    assert yellow == [f"{number:z.4g}" for number in np.concatenate(made)]
    orange = [text for colour, text in read.cells if colour == "#F8B26A"]
    used = [
        ray.value(s, 1).reshape(-1)
        for a in program.iterate
        for s in {s.key: s for s in program.reads(a)}.values()
    ]
    assert orange == [f"{number:z.4g}" for number in np.concatenate(used)]
    # Dark on light, whatever the notebook's own colours are; no other text has a colour.
    assert all("color:#111" in style for style in _styles(ray._repr_html_(), "td"))


def _styles(page: str, tag: str) -> Iterator[str]:
    for part in page.split(f"<{tag} style='")[1:]:
        yield part.split("'")[0]


@pytest.mark.parametrize("number", [0, 1, 3])
def test_each_iteration_shows_itself(number: int, ray: Trace) -> None:
    read = _Read(ray.at(number)._repr_html_())
    assert f"Iteration {number}" in read.texts and read.cells


def test_large_blocks_are_shown_in_part() -> None:
    page = tracer.trace("ray-moons", 1)._repr_html_()
    read = _Read(page)
    assert "…" in [text for _, text in read.cells] and len(page) < 120_000


def test_texts_of_a_template_are_no_html() -> None:
    Path("nasty.toml").write_text(NASTY, "utf-8")
    trace = tracer.trace("nasty.toml")
    for page in (trace._repr_html_(), trace.at(0)._repr_html_()):
        read = _Read(page)
        assert not {"script", "img"} & {*read.tags}
    assert "<script>alert('title')</script> & <b>" in _Read(trace._repr_html_()).texts
    assert "right = x @ w < 0.5" in _Read(trace._repr_html_()).texts


# -- drawn -------------------------------------------------------------------------------------


class _Axes:
    """Notes what is drawn, as matplotlib's axes take it."""

    def __init__(self) -> None:
        self.lines: dict[str, tuple[list[float], list[float]]] = {}
        self.said: dict[str, Any] = {}

    def plot(self, x: Any, y: Any, *, label: str, marker: str) -> None:
        self.lines[label] = list(x), list(y)

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *words: self.said.__setitem__(name, words)


def test_plot_draws_the_loss(ray: Trace) -> None:
    axes = _Axes()
    assert ray.plot(ax=axes) is axes
    assert axes.lines == {"loss": ([1, 2, 3], ray["loss"].tolist())}
    assert axes.said["set_ylabel"] == ("loss",) and "set_yscale" not in axes.said


def test_plot_draws_a_line_for_each_number(ray: Trace) -> None:
    axes = _Axes()
    ray.plot("wout", "loss", ax=axes, log=True)
    # Counted from 1, as everywhere where people read.
    assert list(axes.lines) == ["wout[1, 1]", "wout[2, 1]", "wout[3, 1]", "loss"]
    assert axes.lines["wout[2, 1]"][1] == ray["wout"][:, 1, 0].tolist()
    assert axes.said["set_yscale"] == ("log",)


def test_plot_says_what_is_missing(ray: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(tracer.TracerError, match=r"pip install 'step-tracer\[plot\]'"):
        ray.plot()


def test_plot_makes_its_own_axes(ray: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    axes, pyplot = _Axes(), ModuleType("matplotlib.pyplot")
    pyplot.subplots = lambda: (None, axes)  # type: ignore[attr-defined]
    library = ModuleType("matplotlib")
    library.pyplot = pyplot  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "matplotlib", library)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", pyplot)
    assert ray.plot() is axes


# -- written -----------------------------------------------------------------------------------


def test_to_excel_writes_a_file_or_a_buffer(ray: Trace) -> None:
    assert ray.to_excel("ray.xlsx", sheets=[1]) == Path("ray.xlsx")
    buffer = io.BytesIO()
    ray.to_excel(buffer, sheets=range(1, 2))
    assert buffer.getvalue() == Path("ray.xlsx").read_bytes()
    assert "Iteration 1" in openpyxl.load_workbook(buffer, read_only=True).sheetnames
    for write in (ray.to_excel, ray.to_csv):
        with pytest.raises(tracer.TracerError) as caught:
            write("ray.xlsx")
        assert str(caught.value) == "ray.xlsx: the file exists; force=True replaces it."
    assert ray.to_excel("ray.xlsx", force=True) == Path("ray.xlsx")
