"""Every fixed text of the practice sheets."""

from __future__ import annotations

from tracer.practice.marks import Verdict

TEXTS: dict[str, str] = {
    "preparation": "Preparation",
    "iteration": "Iteration {iteration}",
    "iteration_of": "Iteration {iteration} of {iterations}",
    "front": "Practice",
    "front_link": "◀ Practice",
    "next": "{sheet} ▶",
    "recipe": "Made from",
    "self_study": "Fill in the blank cells; the sheets say at once what is right.",
    "assignment": "Fill in the blank cells and hand this file in.",
    "prompt_title": "Step {step}: {label}",
    "prompt": "Type the number, or a formula that calculates it.",
    "name": "Name",
    "student": "Student",
    "due": "Due",
    "assignment_id": "Assignment",
    "absolute": "Tolerance ±",
    "absolute_says": "an answer this near the exact one is right",
    "relative": "or relative ±",
    "relative_says": "of the exact number's size, if that is more",
    "assignment_tolerance": "An answer is right within {absolute} of the exact number,"
    " or within {percent} of its size.",
    "show": "Show answers",
    "show_says": "yes: the exact numbers appear beside the blanks",
    "no": "no",
    "yes": "yes",
    "tolerance_error": "Type a number from 0.",
    "example": "1.23",
    "switch_error": "Choose yes or no.",
    "colours": "What the cells say",
    "progress": "Progress",
    "step": "Step",
    "all": "All steps",
    "asked": "blanks",
    "hint_none": "no hint",
    "hint_equation": "equation",
    "hint_numbers": "numbers",
    "hint_error": "Choose one of the list.",
    "hint_title": "Hint",
    "hint_prompt": "equation: what is calculated; numbers: the first blank, with the numbers"
    " that stand here.",
    "unknown_number": "…",
    "wanted": "?",
    "counter": " of {count}",
    "answers": "exact",
    "how": "How it works",
    "made_from": "What this file was made from. The marking reads it from here: leave it as it is.",
    "made_by": "Made by step-tracer {version}",
    "blank_here": "blank: fill in",
    "operand_here": "orange: what it is calculated from (your own numbers, where you filled in)",
    "book": "Answer book",
    "book_says": "For the teacher: every student's exact results. Keep it from the students.",
    "book_numbers": "Numbers",
    "book_numbers_says": "The numbers that every student has own ones of.",
    "book_answers": "Answers",
    "book_answers_says": "The exact result of every blank: sheet and cell are those of the"
    " students' files.",
    "everyone": "everyone",
    "file": "File",
    "sheet": "Sheet",
    "cell": "Cell",
    "quantity": "Quantity",
    "row": "Row",
    "column": "Column",
}

HOW = (
    "Each step shows what a result is calculated from; your own earlier numbers appear there.",
    "Type numbers, or formulas that point at the cells beside them.",
    "You may round every result, as far as the tolerance allows.",
)
HOW_SELF_STUDY = (
    "A hint stands above each result: choose it in the blue cell.",
    "After a mistake, amber says that you went on correctly from your own number.",
)
HOW_ASSIGNMENT = (
    "After a mistake, going on correctly from your own number may still earn credit.",
    "Leave rows, columns and sheets where they are.",
)

#: A symbol and a meaning for each verdict that a cell can show.
SYMBOLS: dict[Verdict, str] = {
    Verdict.BLANK: "·",
    Verdict.NOT_A_NUMBER: "?",
    Verdict.WRONG: "✗",
    Verdict.FOLLOWS: "➜",
    Verdict.ROUNDED: "≈",
    Verdict.RIGHT: "✓",
}
MEANINGS: dict[Verdict, str] = {
    Verdict.RIGHT: "green: right",
    Verdict.ROUNDED: "green: right, but rounded to fewer decimals than wanted",
    Verdict.FOLLOWS: "amber: follows correctly from an earlier number that isn't right",
    Verdict.WRONG: "red: wrong",
    Verdict.NOT_A_NUMBER: "red: not a number (a comma where this program wants a point?)",
    Verdict.BLANK: "not filled in yet",
}
COUNTED: dict[Verdict, str] = {
    Verdict.RIGHT: "right",
    Verdict.ROUNDED: "rounded",
    Verdict.FOLLOWS: "follow",
    Verdict.WRONG: "wrong",
    Verdict.NOT_A_NUMBER: "no number",
    Verdict.BLANK: "to do",
}
