"""How many digits show: as typed, as the source prints, as what must be seen needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.run.trace import ProgramTrace, default_sheets, trace_template
from tracer.template.read import template_of
from tracer.template.template import Template
from tracer.verify.published import decimals_of
from tracer.workbook.plan.numbers import (
    DECIMALS,
    Formats,
    NumberFormat,
    column_width,
    formats,
    value_format,
    widened,
)
from tracer.workbook.plan.plan import Pattern


def _template(decimals: int | None = None, **values: object) -> Template:
    """Return a template in which `w` goes to `factor * w`, and `p` is `w * x`."""
    both = {"x": 0.25, "factor": 0.5, "w": 0.42} | values
    return template_of(
        {
            "title": "Two numbers",
            "given": {name: both[name] for name in ("x", "factor")},
            "parameters": {"w": both["w"]},
            "loss": "loss",
            "steps": [
                {"equations": ["p = w * x", "loss = sum(p * p)"]},
                {"phase": "update", "equations": ["w = factor * w"]},
            ],
        }
        | ({} if decimals is None else {"decimals": decimals}),
        Path("two.toml"),
    )


def _shown(
    template: Template, iterations: int, asked: int | None = None, sheets: list[int] | None = None
) -> dict[str, str]:
    """Return the formats of a trace, by the quantity's name; `w'` is the updated one."""
    trace = trace_template(template, iterations)
    found = formats(trace, sheets or [*range(1, iterations + 1)], asked)
    return {name + "'" * version: str(code) for (name, version), code in found.items()}


#: What decides, by the case: the template, iterations, asked decimals, and some formats.
DECIDED: dict[str, tuple[Template, int, int | None, dict[str, str]]] = {
    "usual": (_template(), 1, None, {"x": "General", "p": "0.000", "loss": "0.000000"}),
    "typed": (_template(), 1, None, {"factor": "General", "w": "0.00#", "w'": "0.000"}),
    "the template's": (_template(2), 1, None, {"p": "0.00", "w'": "0.00", "loss": "0.000000"}),
    "many": (_template(9), 1, None, {"p": "0.000000000", "w": "0.00#######", "x": "General"}),
    "asked": (_template(2), 1, 4, {"p": "0.0000", "w": "0.00##", "w'": "0.0000"}),
    "asked few": (_template(8), 1, 2, {"p": "0.00", "loss": "0.000"}),
    "asked none": (_template(8), 1, 0, {"p": "0", "w": "0", "loss": "0"}),
    "none of the template's": (_template(0), 1, None, {"p": "0.00", "w'": "0.00"}),
    "a small change": (_template(2, factor=0.9999), 1, None, {"w": "0.00####", "w'": "0.00####"}),
    "drawn": (
        _template(2, w={"random": "normal", "shape": [2], "seed": 3}),
        1,
        None,
        {"w": "0.00", "w'": "0.00"},
    ),
    "a start with more": (_template(2, w=0.12345), 1, None, {"w": "0.00000", "w'": "0.00000"}),
    "whole at the start": (_template(2, w=3), 1, None, {"w": "0.0#", "w'": "0.00"}),
    "whole for ever": (_template(2, w=3, factor=1), 1, None, {"w": "General", "w'": "General"}),
    "small late": (_template(2), 9, None, {"p": "0.00000", "w": "0.00###"}),
    "nothing at last": (_template(2, factor=1e-9), 3, None, {"p": "0.00E+00"}),
    "exactly nothing": (_template(2, factor=0), 3, None, {"p": "0.00"}),
    "typed with many": (_template(2, x=0.123456789), 1, None, {"x": "General"}),
}


@pytest.mark.parametrize("case", DECIDED)
def test_what_decides_how_many_digits_show(case: str) -> None:
    template, iterations, asked, wanted = DECIDED[case]
    found = _shown(template, iterations, asked)
    assert {name: found[name] for name in wanted} == wanted


def test_small_numbers_late_cost_no_digits_early_and_the_other_way_round() -> None:
    template = tracer.load_template("ray")
    few, many = (
        _shown(template, n, sheets=s) for n, s in ((3, [1, 2, 3]), (1000, [1, 2, 3, 1000]))
    )
    assert few["d_hiddenlayer"] == many["d_hiddenlayer"] == "0.0000"
    assert all(len(many[name]) >= len(code) for name, code in few.items())
    grown = _template(2, factor=100.0, w=0.00042)
    assert _shown(grown, 1)["p"] == _shown(grown, 3)["p"] == "0.00000"


@pytest.mark.parametrize(
    ("made", "code", "decimals"),
    [
        (NumberFormat(5, least=2), "0.00###", 5),
        (NumberFormat(2, least=2), "0.00", 2),
        (NumberFormat(1, least=2), "0.0", 1),
        (NumberFormat(0, least=2), "0", 0),
        (NumberFormat(4, least=0), "General", 4),
        (value_format(np.array([[0.5], [0.031]]), 3), "0.000", 3),
        (value_format(np.array([[0.5], [0.00031]]), 3), "0.00000", 5),
        (value_format(np.array([[0.5], [1e-17]]), 3), "0.000", 3),
        (value_format(np.array([[2e9], [3.5]]), 3), "0.00E+00", 2),
        (value_format(np.array([[np.nan], [0.5]]), 3), "0.000", 3),
    ],
)
def test_number_formats(made: NumberFormat, code: str, decimals: int) -> None:
    assert (str(made), made.decimals) == (code, decimals)


@pytest.mark.parametrize(
    ("numbers", "decimals", "longest"),
    [
        ([0.60885457, 0.5], 8, "0.60885457"),
        ([-0.60885457, 0.5], 8, "-0.60885457"),
        ([123.5, -2.0], 3, "123.500"),
        ([12.5, -20.0], 3, "-20.000"),
        ([3.0, -12.0], 3, "-12"),
        ([2.5e-9, -1e-9], 3, "-2.50E-09"),
    ],
)
def test_columns_are_as_wide_as_their_numbers(
    numbers: list[float], decimals: int, longest: str
) -> None:
    shown = value_format(np.array([numbers]), decimals)
    assert column_width(shown) > len(longest)
    pattern = Pattern()
    pattern.number(1, 2, "result", numbers[0], shown)
    pattern.number(1, 3, "result", numbers[0])
    wide = widened({1: 4.0}, pattern)
    assert wide == {1: 4.0} | ({2: column_width(shown)} if column_width(shown) > 10 else {})


def _lesson(name: str) -> tuple[ProgramTrace, Formats]:
    template = tracer.load_template(name)
    count = min(template.iterations, 5)
    return (trace := trace_template(template, count)), formats(trace, default_sheets(count))


#: What a source prints more exactly than the rest.
FINER = {"out_h2", "out_h", "o_of_printed_sum"}


@pytest.mark.parametrize(
    "name", [n for n in tracer.template_names() if tracer.load_template(n).published]
)
def test_a_lesson_shows_as_many_decimals_as_its_source_prints(name: str) -> None:
    trace, found = _lesson(name)
    usual = DECIMALS if trace.template.decimals is None else trace.template.decimals
    for figure in trace.template.published:
        shown = found[trace.program.newest(figure.quantity).key]
        if figure.computed or shown == "General":
            continue
        printed = max(map(decimals_of, figure.printed))
        assert shown.decimals is not None and shown.decimals >= printed, figure.quantity
        assert usual >= printed or figure.quantity in FINER, figure.quantity


@pytest.mark.parametrize(
    ("name", "quantity", "text"),
    [
        ("two-class", "h1", "0.4176"),
        ("two-class", "E_total", "0.3060832"),
        ("two-class", "out_h2", "0.60885456921"),
        ("exam-hand", "z", "7.6"),
        ("exam-hand", "z2", "0.999499799"),
        ("ray", "hidden_layer_input", "1.48"),
    ],
)
def test_numbers_show_as_printed(name: str, quantity: str, text: str) -> None:
    trace, found = _lesson(name)
    slot = trace.program.newest(quantity)
    shown, number = found[slot.key], trace.value(slot, 1).flat[0]
    always = str(shown).count("0") - 1
    assert shown.decimals is not None
    whole, point, decimals = f"{number:.{shown.decimals}f}".partition(".")
    assert whole + point + decimals[:always] + decimals[always:].rstrip("0") == text
