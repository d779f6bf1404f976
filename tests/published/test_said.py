"""What lessons without an article say of themselves is what their numbers show."""

from __future__ import annotations

import numpy as np
import pytest

from tests.published.claims import CLAIMS, Claim
from tracer.template.lessons import folder
from tracer.template.reading import listed

from .figures import template, traced

#: Lessons whose claims are in other tests: in test_claims.py and in tests/backward.
FOLLOWED_ELSEWHERE = {
    *("xor", "xor-linear", "iris", "convolution", "batches", "optimizers"),
    *("deep-sigmoid", "deep-relu", "rnn", "lstm", "attention"),
}


@pytest.mark.parametrize(("name", "words", "claim"), CLAIMS)
def test_what_a_lesson_says_is_what_its_numbers_show(name: str, words: str, claim: Claim) -> None:
    # A claim that is no longer made needn't hold; one that is changed needs another test.
    assert words in (folder() / f"{name}.toml").read_text("utf-8")
    trace = traced(name, template(name).iterations)

    def of(quantity: str, iteration: int = 0) -> np.ndarray:
        """A quantity after an iteration, from 1; without one, after the last."""
        return np.asarray(trace[quantity][iteration - 1])

    assert claim(of)


def test_every_lesson_of_a_group_is_followed_up() -> None:
    grouped = {one.name for one in listed() if one.reading.group}
    assert grouped <= {name for name, *_ in CLAIMS} | FOLLOWED_ELSEWHERE
