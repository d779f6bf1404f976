"""`python -m tests.template.fuzz`: broken equations and templates by the million.

Each input must give a result or one of the project's own errors, within two seconds and one
gigabyte. Inputs are real equations and lessons with characters and pieces changed, doubled,
nested and left out, from a seed: a fault can be had again. `--inputs N` says how many,
`--seed N` which; one in ten is a whole template.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from tracer.errors import TracerError
from tracer.language.expression import EquationError
from tracer.language.parse import parse_definition, parse_equation
from tracer.template.lessons import find_template, load_template, template_names
from tracer.template.read import read_template

SECONDS, MEMORY = 2.0, 1 << 30
CHARACTERS = "()[]{}+-*/@=<>!.,:;'\"\\#%&|~^`?$ \t\n\r0123456789eEjJxXabλ∑²½\0\ufeff\u202e𝟙"
PIECES = (
    *("**9**9**9", "((((((((((", "[[[[[[[[[[", "- - - - - - - - - -", "~~~~", "a\nb", "\\\n"),
    *("lambda x: x", "__import__('os').system('x')", "np.linalg.inv(", "exec('1')", 'eval("1")'),
    *(".__class__.__mro__", "1e999", "-1e-999", "0x1F", "1_000", "nan", "inf", "...", "None"),
    *("True", "if", "for i in X", "yield", "*args", "**kw", "f'{x}'", "b'1'", ":=", "X[::0]"),
    *("X[99999999999999999999]", "axis=10**9", "keepdims=2", "softmax(", "where(a,b)"),
    *("vstack([])", "round(x, 400)", "not x", "a and b", "a if b else c", "{1: 2}", "{1}"),
)
TOML_PIECES = (
    *("[[steps]]", "[given]", "[[published]]", "[optimizer]", "= []", "= [[]]", "= [["),
    *("shape = [1000000, 1000000]", "= 1e999", "= nan", "= 1979-05-27", "seed = -1", "batch = 0"),
    *("iterations = -1", "iterations = 99999999999", "= [[1], [2, 3]]", "equations = []"),
    *('= { random = "normal" }', '= { file = "/etc/passwd" }', '= "text"', 'loss = ""'),
    *('phase = "forwards"', 'backward = "derived"', 'name = "adam"', '"""', "'''"),
)


class TooSlow(BaseException):
    """The time limit of one input."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise TooSlow


def mutated(text: str, dice: random.Random, pieces: Sequence[str], others: Sequence[str]) -> str:
    """Return a text with a few things done to it that people and programs do to texts."""
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 1, 1, 3, 10)))
        match dice.randrange(7):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + dice.choice(CHARACTERS) + text[end:]
            case 2:
                text = text[:start] + dice.choice(pieces) + text[end:]
            case 3:
                text = text[:end] + text[start:end] * dice.choice((1, 2, 50)) + text[end:]
            case 4:
                other = dice.choice(others)
                cut = dice.randrange(len(other) + 1)
                text = text[:start] + other[cut : cut + 20] + text[end:]
            case 5:
                depth = dice.choice((1, 3, 120, 10_000))
                text = text[:start] + "(" * depth + text[start:end] + ")" * depth + text[end:]
            case _:
                text = text[:start] + chr(dice.randrange(1, 0x2FFF)) + text[end:]
    return text


def run(count: int, seed: int) -> Counter[str]:
    """Feed `count` inputs; return how each kind of result was had. Exits on the first fault."""
    dice = random.Random(seed)
    equations = [
        text
        for name in template_names()
        for step in load_template(name).steps
        for text in step.equations
    ] + ["f(a, b=2) = a ** b", "leaky(x) = where(x > 0, x, 0.1 * x)"]
    # Lessons with much data are read slowly, which is no fault of theirs.
    small = [p for p in map(find_template, template_names()) if p.stat().st_size < 8_000]
    templates = [p.read_text("utf-8") for p in small if "file =" not in p.read_text("utf-8")]
    found: Counter[str] = Counter()
    signal.signal(signal.SIGPROF, _stop)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzzed.toml"
        for number in range(count):
            if number % 10 == 9:
                text = mutated(dice.choice(templates), dice, TOML_PIECES + PIECES, templates)
                path.write_text(text, "utf-8", errors="surrogatepass")
                _feed(lambda: read_template(path).program(), text, found)
            elif number % 10 == 8:
                text = mutated(equations[-1 - number % 2], dice, PIECES, equations)
                _feed(lambda text=text: parse_definition(text), text, found)  # type: ignore[misc]
            else:
                text = mutated(dice.choice(equations), dice, PIECES, equations)
                _feed(lambda text=text: parse_equation(text), text, found)  # type: ignore[misc]
    return found


def _feed(read: Callable[[], object], text: str, found: Counter[str]) -> None:
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        read()
        found["read"] += 1
    except (EquationError, TracerError) as error:
        assert str(error).strip(), text
        found["refused"] += 1
    except BaseException:
        sys.stderr.write(f"\nThis input:\n{text!r}\n")
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    began = time.monotonic()
    found = run(options.inputs, options.seed)
    print(f"{options.inputs:,} inputs in {time.monotonic() - began:.0f} s: {dict(found)}")


if __name__ == "__main__":
    main()
