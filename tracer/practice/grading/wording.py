"""Every fixed text of the gradebook, the marked copies, the exports and the report."""

from __future__ import annotations

from tracer.practice.answers.marks import Verdict

TEXTS: dict[str, str] = {
    # What became of a student, or of a file.
    "marked": "marked",
    "missing": "missing",
    "unreadable": "can't be marked",
    "missing_says": "no file was found",
    # Why a file isn't marked.
    "not_xlsx": "this is not an .xlsx workbook, and only those are marked.",
    "no_recipe": "this is not a sheet of an assignment (its sheet '{sheet}' is missing).",
    "no_sheet": "its sheet '{sheet}' is missing or has another name.",
    "self_study": "this is a self-study workbook, not one of an assignment.",
    "other_assignment": "it belongs to another assignment than {file}, or that file was changed.",
    "recipe_broken": "what it was made from can't be read: {why}",
    "failed": "marking it failed ({kind}).",
    "unknown_id": "the id in it, '{id}', is not in the class list.",
    "unknown_name": "it says no id, and its name fits nobody in the class list.",
    "superseded": "not marked: {other} is {student}'s, too, and {why}.",
    "superseded_name": "has the id in its name",
    "superseded_newer": "is newer",
    "superseded_first": "comes first",
    # What a teacher should look at.
    "by_name": "the file says no id: matched by its name, marked with the sheet that is"
    " everyone's.",
    "name_differs": "{file} is named after {other}, but is the sheet of {student}.",
    "same_bytes": "{file} is the same file, byte by byte, as {other}.",
    "same_numbers": "{count} wrong numbers are the same as in {other}.",
    "same_as_many": "wrong numbers are the same as in {count} other files ({others}, …):"
    " perhaps a mistake that many made.",
    "zeros": "zeros typed where other numbers are right: {where}; later numbers that follow"
    " from them: {count}.",
    "formulas_count": "formulas in place of typed numbers: {count} (they count).",
    "formulas_lost": "formulas in place of typed numbers: {count} (they earn nothing).",
    "zero_is_right": "with this tolerance 0 is right in {count} of {all} blanks of {quantity}:"
    " a smaller one (absolute, in [rules]) would tell them apart.",
    # The gradebook.
    "gradebook": "Gradebook",
    "grades": "Grades",
    "grades_says": "Points by step. Totals, grades and means are live: change a number, and they"
    " follow. Missing is not zero: those rows stay empty and count nowhere.",
    "id": "Student",
    "name": "Name",
    "status": "Status",
    "file": "File",
    "step": "Step {step}",
    "total": "Points",
    "grade": "Grade",
    "possible": "possible",
    "mean": "mean",
    "look": "Look at",
    "mistakes": "Mistakes",
    "mistakes_says": "What the class got wrong most, the first at the top: what to teach next."
    " What only follows from an earlier mistake isn't counted.",
    "mistake": "Mistake",
    "step_column": "Step",
    "title": "Title",
    "quantity": "Result",
    "students": "Students",
    "share": "Of those marked",
    "who": "Who",
    "unexplained": "wrong, with no mistake known that explains it",
    "results": "Results",
    "results_says": "How each result went: the blanks of the whole class.",
    "right_share": "Share right",
    "remarks": "Remarks",
    "remarks_says": "Every mistake of every student, with what should stand there; and what to"
    " look at.",
    "remark": "Remark",
    "files": "Files",
    "files_says": "Every file of the folder and what became of it.",
    "became": "What became of it",
    "whose": "Whose",
    # Where a mistake is.
    "place": 'step {step} "{title}", {quantity} ({cell})',
    # The marked copy.
    "copy": "Marked copy",
    "footer": "&A, page &P of &N",
    "copy_says": "Your numbers as you handed them in, marked. Typing here changes nothing.",
    "points": "Points",
    "of": "of",
    "all_steps": "All steps",
    "first_mistake": "Where to look first",
    "other_mistakes": "Then",
    "no_mistake": "Nothing is wrong. Well done.",
    "only_blank": "Nothing that you filled in is wrong; some blanks are left.",
    "you_wrote": "You wrote {typed}; {wanted} is right.",
    "you_wrote_own": "You wrote {typed}; with your own earlier numbers it is {wanted}.",
    "more_wrong": "{count} more in this block are wrong, too.",
    "one_more_wrong": "One more in this block is wrong, too.",
    "arithmetic": "How: {arithmetic}",
    "explained": "What happened, {sureness}: {words}.",
    "follow": "Following correctly from your own earlier numbers, which aren't the exact ones:"
    " {count}. That earns {share} of the points.",
    "rounded": "Right, but rounded to fewer decimals than wanted: {count}. That earns {share} of"
    " the points.",
    "formula_cells": "Formulas: {count}. Only typed numbers earn points here.",
    "not_numbers": "Can't be read as a number: {count}.",
    "blank_left": "Left blank: {count}.",
    "more_results": "Further results with wrong numbers: {count}.",
    # Course systems.
    "summary": "{points} of {possible} points.",
    "summary_first": "First mistake: {place}",
    "summary_why": "({words})",
    "nothing_handed_in": "No file was handed in.",
    "could_not_read": "The file that was handed in can't be marked: {why}",
    # What the command prints.
    "said_marked": "{name}: {marked} of {students} students marked, {missing} missing,"
    " {unreadable} can't be marked",
    "said_mean": "mean {mean} of {possible} points",
    "said_refused": "Can't be marked:",
    "said_missing": "Missing: {who}",
    "said_look": "Look at:",
    "said_teach": "Most frequent mistakes:",
}

COUNTED: dict[Verdict, str] = {
    Verdict.RIGHT: "right",
    Verdict.ROUNDED: "rounded",
    Verdict.FOLLOWS: "follow",
    Verdict.WRONG: "wrong",
    Verdict.NOT_A_NUMBER: "no number",
    Verdict.BLANK: "blank",
}
