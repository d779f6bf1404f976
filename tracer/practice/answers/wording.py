"""What practice sheets say of answers: symbols, which need no language, and words, which do."""

from __future__ import annotations

from tracer.practice.answers.marks import Verdict
from tracer.wording import LANGUAGES, Wording, load

#: A symbol for each verdict that a cell can show.
SYMBOLS: dict[Verdict, str] = {
    Verdict.BLANK: "·",
    Verdict.NOT_A_NUMBER: "?",
    Verdict.WRONG: "✗",
    Verdict.VAGUE: "≈0",
    Verdict.FOLLOWS: "➜",
    Verdict.ROUNDED: "≈",
    Verdict.RIGHT: "✓",
}
#: The verdicts that are counted, in the order of the counts.
COUNTED = tuple(sorted(SYMBOLS, reverse=True))


def counted(verdict: Verdict, wording: Wording) -> str:
    """Return the word above the count of a verdict."""
    return wording(f"practice_counted.{verdict.name.lower()}")


def verdict_word(verdict: Verdict, wording: Wording) -> str:
    """Return what a verdict is called where marks are reported."""
    return wording(f"verdicts.{verdict.name.lower()}")


def verdict_in_full(verdict: Verdict, wording: Wording) -> str:
    """Return what a verdict says of a number."""
    return wording(f"verdicts_in_full.{verdict.name.lower()}")


def meaning(verdict: Verdict, wording: Wording) -> str:
    """Return what a verdict's colour and symbol mean."""
    return wording(f"practice_meanings.{verdict.name.lower()}")


def recipe_titles() -> dict[str, str]:
    """Return what the sheet with the recipe is called in each language.

    Which one a file has is known only once it was read.
    """
    return {language: load(language)("practice.recipe") for language in LANGUAGES}


def training_titles() -> set[str]:
    """Return what the sheet with a row for each iteration is called, in every language."""
    return {load(language).sheet("training") for language in LANGUAGES}
