"""Templates that look for disagreement: numbers at ties, at kinks, at the ends of what there is.

Not random numbers, which never tie: sums of decimals that are equal but for their last bits, the
doubles beside them, what cancels, and what is almost too large or too small.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Decimals that no binary fraction is, some that are, and whole numbers.
DECIMALS = (
    0.1,
    0.2,
    0.3,
    0.7,
    0.05,
    0.15,
    1.1,
    0.6,
    0.9,
    0.07,
    1 / 3,
    0.5,
    0.25,
    1.0,
    2.0,
    3.0,
    0.0,
)
#: Where functions are steep, flat, or end: exp, sigmoid, log, squares, products.
EDGES = (
    *(0.0, 1e-300, 1e-200, 1e-160, 1e-150, 1e-12, 1e-9, 1.0, 30.0, 36.7, 40.0, 350.0, 690.0, 700.0),
    *(708.0, 709.7, 710.0, 720.0, 745.0, 750.0, 900.0, 1e5, 1e12, 1e15, 1e16, 1e150, 1e154, 1e155),
    *(1e200, 1e300, 1e307, 1.7e308),
)
LENGTH = 5


@dataclass(frozen=True)
class Kind:
    """A kind of numbers, what equations are made of them, and how large sums of them are."""

    name: str
    size: float
    forms: Sequence[str]


#: What decides; {x} and {y} are sums, {p} and {q} numbers.
DECIDING = (
    *(f"{{x}} {sign} {{y}}" for sign in ("<", "<=", ">", ">=", "==", "!=")),
    *(f"{{x}} {sign} {{n}}" for sign in ("<", "<=", ">", ">=", "==", "!=")),
    *("{n} < {x}", "{n} == {x}", "({x} > {y}) * ({x} <= {q})", "({x} > {n}) == ({p} > {n})"),
    *("sign({x})", "sign({x} - {y})", "floor({x})", "floor({x} / {m})", "step({x})", "relu({x})"),
    *("where({x} > {y}, {p}, {q})", "where({x} - {y}, {p}, {q})", "where({x} == {y}, 1, {x})"),
    *("round({x})", "round({x}, 1)", "round({x}, 2)", "round({x} * 10, 1)", "round({x} - {y}, 3)"),
    *(
        "argmax({x})",
        "argmin({x})",
        "argmax([{u}[0], {u}[1], {v}[0], {v}[1]])",
        "argmax({x} == {y})",
    ),
    *("max({x}) == {x}", "max({x})", "min({x})", "sum({x} > {y})", "mean({x} == {y})"),
    *("maximum({x}, {y})", "minimum({x}, {y})", "maximum({x}, {y}) == {x}", "abs({x} - {y})"),
    *("leaky_relu({x} - {y})", "elu({x} - {y})", "clip({x}, {n}, 1)", "clip({x}, 0, 1) == {x}"),
    *("{p} ** floor({x})", "{p} ** ({x} > {y})", "eye(3)[argmax({u}[:3] * ones((2, 3)), axis=1)]"),
    *("abs({x}) < 1e-15", "sqrt(abs({x} - {y})) > 0.001", "softplus({x} - {y}) > 0.7"),
    *("where({x} > {y}, 1 / {p}, 0)", "where({p} > 0, 1 / {p}, 0)", "exp({x} - {y}) == 1"),
)
ENDING = (
    *("exp({p})", "exp(-{p})", "sigmoid({p})", "sigmoid(-{p})", "tanh({p})", "softplus({p})"),
    *(
        "softplus(-{p})",
        "silu({p})",
        "silu(-{p})",
        "gelu({p})",
        "gelu(-{p})",
        "elu(-{p})",
        "elu({p})",
    ),
    *("1 / (1 + exp(-{p}))", "1 / (1 + exp({p}))", "log({p})", "log(1 + {p})", "log1p({p})"),
    *("expm1({p})", "expm1(-{p})", "log(sigmoid({p}))", "log(1 - sigmoid({p}))", "log2({p})"),
    *(
        "log(sigmoid(-{p}))",
        "sqrt({p})",
        "{p} ** 2",
        "{p} ** 0",
        "{p} ** 0.5",
        "{p} ** -1",
        "1 / {p}",
    ),
    *("{p} * {q}", "{p} / {q}", "minimum(1 / {p}, 5)", "maximum(1 / {p}, 5)", "1 / (1 / {p})"),
    *(
        "1 / {p} > 3",
        "where({p} > 1, 1 / {p}, 5)",
        "softmax({p})",
        "softmax(-{p})",
        "max(exp({p}))",
    ),
    *(
        "exp({p}) / (1 + exp({p}))",
        "tanh(exp({p}))",
        "exp(-exp({p}))",
        "sign(1 / {p})",
        "{p} ** {q}",
    ),
    *("relu(-exp({p}))", "{p} - {q} > 0", "{p} + {q} > 3", "var({p})", "std({p})", "norm({p})"),
    *("mean({p})", "sum({p} * {q})", "{p} @ {q}", "{p} @ {q} > 1", "tanh({p} @ {q})", "floor({p})"),
    *("round({p}, 2)", "{p} * exp(-{p})", "{q} ** {n}", "exp(log({p}))", "abs({p}) < 1e-200"),
    *("argmax(1 / (1 + {p}))", "sin({n} * {x})", "cos({x})", "outer({x}, {y}) == 0", "{p} == {q}"),
    *(
        "(1 + {p}) - 1 == {p}",
        "where({p}, 1, 2)",
        "sign({p})",
        "{p} >= {q}",
        "2 ** {p}",
        "2 ** -{p}",
    ),
)
KINDS = (
    Kind("ones", 1.0, DECIDING),
    Kind("thousands", 1e3, DECIDING),
    Kind("millions", 1e6, DECIDING),
    Kind("ends", 1.0, ENDING),
)


class Writer:
    """Writes templates of a kind, the same ones for the same seed."""

    def __init__(self, kind: Kind, seed: int) -> None:
        self.kind = kind
        self.random = random.Random(f"{kind.name} {seed}")

    def equation(self) -> str:
        """Return an equation's right side over the names of the head."""
        choose = self.random.choice
        form = choose(self.kind.forms)
        places = {name: choose("abt") for name in "pquv"}
        return form.format(
            x=self._sum(),
            y=self._sum(),
            n=repr(choose(DECIMALS)),
            m=choose((0.1, 0.3, 3)),
            **places,
        )

    def head(self) -> str:
        """Return what is given, and what every iteration moves a little."""
        arrays = {name: [self._number() for _ in range(LENGTH)] for name in "abt"}
        # Some of the second are those of the first, some the doubles beside them.
        for place in range(LENGTH):
            if self.random.random() < 0.5:
                arrays["b"][place] = self._beside(arrays["a"][place])
        lines = [f"{name} = {arrays[name]}" for name in "ab"]
        step = self.random.choice((0.1, 0.3, 0.05, 0.25)) * self.kind.size
        return "\n".join(
            ["[given]", *lines, f"step = {step!r}", "[parameters]", f"t = {arrays['t']}"]
        )

    def _number(self) -> float:
        if self.kind.name == "ends":
            return self.random.choice(EDGES)
        number = self.random.choice(DECIMALS) * self.random.choice((1, 1, 1, 3, 7, 0.1))
        return self.random.choice((1, -1, 1)) * number * self.kind.size

    def _beside(self, number: float) -> float:
        toward = self.random.choice((-np.inf, np.inf))
        for _ in range(self.random.choice((0, 0, 1, 2, 5, 40))):
            number = float(np.nextafter(number, toward))
        return number if np.isfinite(number) else 0.0

    def _sum(self) -> str:
        choose = self.random.choice
        one, two, three = choose("abt"), choose("abt"), choose("abt")
        number = repr(choose(DECIMALS[:-1]))
        return choose(
            (
                one,
                f"({one} + {two})",
                f"({one} - {two})",
                f"({one} + {two} - {three})",
                f"({one} * {number})",
                f"({one} * {number} + {two} * {number})",
                f"({one} / {number} * {number})",
                f"({one} * 3 - {one} - {two})",
                f"({one} + {number} - {number})",
                f"(mean({one}) - {two})",
                f"({one} @ {two} - {three})",
            )
        )
