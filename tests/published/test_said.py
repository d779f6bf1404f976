"""What lessons without an article say of themselves is what their numbers show."""

from __future__ import annotations

import numpy as np
import pytest

import tracer
from tests.published.claims import CLAIMS, Claim
from tracer.template.lessons import folder

from .figures import template, traced


@pytest.mark.parametrize(("name", "words", "claim"), CLAIMS)
def test_what_a_lesson_says_is_what_its_numbers_show(name: str, words: str, claim: Claim) -> None:
    # A claim that is no longer made needn't hold; one that is changed needs another test.
    assert words in (folder() / f"{name}.toml").read_text("utf-8")
    trace = traced(name, template(name).iterations)

    def of(quantity: str, iteration: int = 0) -> np.ndarray:
        """A quantity after an iteration, from 1; without one, after the last."""
        return np.asarray(trace[quantity][iteration - 1])

    assert claim(of)


def test_every_lesson_without_an_article_that_came_with_its_claims_has_some() -> None:
    grouped = {one for one in tracer.template_names() if one.startswith("ladder-")}
    assert grouped <= {name for name, *_ in CLAIMS}
