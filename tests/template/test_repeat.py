"""Loops of a template say what is said when every turn is typed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracer.errors import TemplateError
from tracer.run.trace import trace_template
from tracer.template.read import read_template, template_of
from tracer.template.repeat import MOST_EQUATIONS, number, written_out
from tracer.template.translation import translated

SIZES = {"T": 3, "D": 4}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("h{t} = h{t - 1} + {2*t}", "h2 = h1 + 4"),
        ("a = x[:, {D // 2}:{D}] / sqrt({D})", "a = x[:, 2:4] / sqrt(4)"),
        ("H = hstack([h{i} for i in 1..T])", "H = hstack([h1, h2, h3])"),
        ("H = hstack([h{i} for i in T..1])", "H = hstack([h3, h2, h1])"),
        ("H = [A[:, {i}:{i + 1}] for i in 0..1]", "H = [A[:, 0:1], A[:, 1:2]]"),
        ("M = [[m{i}{j} for j in 1..i] for i in 1..2]", "M = [[m11], [m21, m22]]"),
        ("a = f([g([h{i} for i in 1..2])[0], {t}])", "a = f([g([h1, h2])[0], 2])"),
        ("H = [max(a{i}, 0) for i in {t}-1..t]", None),
        ("H = [max(a{i}, 0) for i in t - 1..t]", "H = [max(a1, 0), max(a2, 0)]"),
        ("a = x[{t - 3}]", "a = x[-1]"),
        ("a = b{t - 3}", None),
        ("a = b{s}", None),
        ("a = b{t ** 2}", None),
        ("a = b{t / 2}", None),
        ("a = b{}", None),
        ("a = [b for t in 1..2]", None),
        ("a = [b{i} for i in 1..99999]", None),
    ],
)
def test_an_equation_is_written_out(text: str, becomes: str | None) -> None:
    values = {**SIZES, "t": 2}
    if becomes is not None:
        assert written_out(text, values, "x") == becomes
        return
    with pytest.raises(TemplateError, match=r"^x: ") as caught:
        written_out(text, values, "x")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "is_"),
    [("7", 7), ("T", 3), ("-T + 2*(D - 1)", 3), ("D % 3", 1), ("(" * 5 + "T" + ")" * 5, 3)],
)
def test_a_number(text: str, is_: int) -> None:
    assert number(text, SIZES, "x") == is_


@pytest.mark.parametrize(
    "text",
    ["", "T.x", "f(T)", "T // 0", "1.5", "True", "9" * 30, "999999 * 999999", "(" * 5000, "a\nb"],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(TemplateError):
        number(text, SIZES, "x")


@pytest.mark.parametrize("text", ["9" * 30, "999999 * 999999", "T + 1000000", "-9999999"])
def test_what_is_too_large_is_called_that(text: str) -> None:
    with pytest.raises(TemplateError, match="too large here: at most 1,000,000"):
        number(text, SIZES, "x")


def looped(**changes: Any) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "title": "Looped",
        "loss": "loss",
        "backward": "derived",
        "sizes": {"L": 2, "N": 2},
        "given": {"h0": [[0.5, -1.0]], "y": 0.25},
        "parameters": {
            "W{l}": {"random": "normal", "shape": ["N", "N"], "seed": 4, "for": "l in 1..L"}
        },
        "steps": [
            {"for": "l in 1..L", "title": "Sum {l}", "equations": ["z{l} = h{l - 1} @ W{l}"]},
            {"for": "l in 1..L", "title": "Layer {l}", "equations": ["h{l} = tanh(z{l})"]},
            {"equations": ["loss = sum([mean((h{l} - y) ** 2) for l in 1..L]) / {L}"]},
        ],
    }
    return {**raw, **changes}


def typed() -> dict[str, Any]:
    drawn = {"random": "normal", "shape": [2, 2], "seed": 4}
    return {
        "title": "Looped",
        "loss": "loss",
        "backward": "derived",
        "given": {"h0": [[0.5, -1.0]], "y": 0.25},
        "parameters": {"W1": drawn, "W2": drawn},
        "steps": [
            {"title": "Sum 1", "equations": ["z1 = h0 @ W1"]},
            {"title": "Layer 1", "equations": ["h1 = tanh(z1)"]},
            {"title": "Sum 2", "equations": ["z2 = h1 @ W2"]},
            {"title": "Layer 2", "equations": ["h2 = tanh(z2)"]},
            {"equations": ["loss = sum([mean((h1 - y) ** 2), mean((h2 - y) ** 2)]) / 2"]},
        ],
    }


def test_it_is_the_template_that_one_would_type() -> None:
    by_loop = template_of(looped(), Path("t.toml"))
    by_hand = template_of(typed(), Path("t.toml"))
    assert by_loop.steps == by_hand.steps
    ours, theirs = (trace_template(template, 2) for template in (by_loop, by_hand))
    for name in ("W1", "W2", "gradient_W1", "loss"):
        np.testing.assert_array_equal(ours[name], theirs[name])


def test_loops_within_loops_and_counted_down() -> None:
    step = {
        "for": ["l in 2..1", "h in l..l + 1"],
        "title": "{l}.{h}",
        "equations": ["a{l}_{h} = W{l} * {h}"],
    }
    last = {"equations": ["loss = sum(a1_1) + sum(a1_2) + sum(a2_2) + sum(a2_3)"]}
    template = template_of(looped(steps=[step, last]), Path("t.toml"))
    titles = [s.title for s in template.steps if s.phase == "forward"]
    assert titles == ["2.2", "2.3", "1.1", "1.2", "Step 5"]


def test_names_are_read_as_equations_read_them() -> None:
    """µ as keyboards type it is the Greek μ."""
    u = "\N{MICRO SIGN}"
    raw = looped(
        sizes={u: 2, "N": 2},
        loss={f"l{u}": [f"w{u}"]},
        parameters={f"w{u}": [[0.5]]},
        steps=[
            {"for": f"t{u} in 1..{u}", "equations": [f"a{{t{u}}} = 1"]},
            {"equations": [f"l{u} = sum(w{u} * a{{{u}}})"]},
        ],
    )
    template = template_of(raw, Path("t.toml"))
    assert template.losses == {"w\N{GREEK SMALL LETTER MU}": "l\N{GREEK SMALL LETTER MU}"}
    assert template.program().loss == "l\N{GREEK SMALL LETTER MU}"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sizes": {"L": 2.5}}, "sizes.L must be a name and a whole number"),
        ({"sizes": {"L": 2, "N": True}}, "sizes.N must be"),
        ({"steps": [{"for": "l in 1", "equations": ["a = 1"]}]}, 'as in "t in 1..8"'),
        ({"steps": [{"for": 3, "equations": ["a = 1"]}]}, 'for must be a text: for = "t in 1..8"'),
        ({"steps": [{"for": "L in 1..2", "equations": ["a = 1"]}]}, "is a loop or a size already"),
        ({"steps": [{"for": "l in 1..M", "equations": ["a = 1"]}]}, "'M' is neither a loop's"),
        (
            {"steps": [{"for": "l in 1..999999", "equations": ["a = 1"]}]},
            f"{MOST_EQUATIONS:,}",
        ),
        (
            {"steps": [{"for": ["l in 1..99", "k in 1..99"], "equations": ["a{l} = {k}"]}]},
            "more than 1,000 steps",
        ),
        ({"parameters": {"W": {"random": "zeros", "shape": [2], "for": "l in 1..2"}}}, "twice"),
        ({"parameters": {"W": {"random": "zeros", "shape": ["K"]}}}, "'K' is neither"),
    ],
)
def test_what_is_wrong_is_one_line(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        template_of(looped(**changes), Path("t.toml"))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_fault_is_on_the_line_where_it_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(
        'title = "x"\n[given]\nx0 = 1\n[[steps]]\nfor = "t in 1..3"\nequations = [\n'
        '  "x{t} = x{t - 1} * 2",\n  "y{t} = z{t}",\n]\n',
        encoding="utf-8",
    )
    with pytest.raises(TemplateError, match="line 8"):
        read_template(path).program()


def test_a_repeated_text_is_translated_once(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(
        'title = "x"\n[given]\nx0 = 1\n[[steps]]\nfor = "t in 1..2"\ntitle = "Turn {t} of 2"\n'
        'explain = "After {t - 1} comes {t}."\nequations = ["x{t} = x{t - 1} * 2"]\n',
        encoding="utf-8",
    )
    (tmp_path / "t.de.toml").write_text(
        '[texts]\n"Turn {t} of 2" = "Von 2 die {t}."\n'
        '"After {t - 1} comes {t}." = "{t} kommt nach {t - 1}."\n',
        encoding="utf-8",
    )
    steps = translated(read_template(path), "de").steps
    assert [s.title for s in steps] == ["Von 2 die 1.", "Von 2 die 2."]
    assert [s.explain for s in steps] == ["1 kommt nach 0.", "2 kommt nach 1."]
