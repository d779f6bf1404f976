"""Which sheets a workbook has, in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracer.atomic import written
from tracer.errors import TracerError
from tracer.run.last_bits import doubt_text, find_doubt
from tracer.run.trace import ProgramTrace, default_sheets
from tracer.template.translation import spoken, translated
from tracer.wording import Wording, load
from tracer.workbook.explorations import explorations
from tracer.workbook.made_by import made_by
from tracer.workbook.plan.numbers import formats
from tracer.workbook.plan.palette import TUTORIAL, Palette, find_palette
from tracer.workbook.plan.plan import Book, Sheet
from tracer.workbook.sheets.article.code import code_sheet
from tracer.workbook.sheets.article.counterparts import Counterparts
from tracer.workbook.sheets.article.sheet import article_sheet
from tracer.workbook.sheets.glossary import glossary_sheet
from tracer.workbook.sheets.gradient_check import gradient_sheet
from tracer.workbook.sheets.how_to import how_to
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.iteration import Iterations, Preparation
from tracer.workbook.sheets.start import start_sheet
from tracer.workbook.sheets.stored_run import show_notice, told_on_inputs
from tracer.workbook.sheets.training import Training

MOST_SHEETS = 2_000


@dataclass(frozen=True)
class BookOptions:
    """How a workbook is to look: which iterations get a sheet, how many decimals show.

    `lang` is the language of its texts, `palette` the name of its colours.
    """

    sheets: Sequence[int] | None = None
    #: None: the template's, or the usual ones.
    decimals: int | None = None
    lang: str = "en"
    palette: str = TUTORIAL.name

    def looks(self) -> dict[str, str | None]:
        """Return what else was chosen, by the commands' options; None for what is usual."""
        return {
            "decimals": None if self.decimals is None else str(self.decimals),
            "lang": None if self.lang == BookOptions.lang else self.lang,
            "palette": None if self.palette == BookOptions.palette else self.palette,
        }


def plan_book(trace: ProgramTrace, options: BookOptions | None = None) -> Book:
    """Return the plan of a trace's workbook.

    Raises TracerError for an iteration that the trace doesn't have, and for a language or a
    palette there is none of.
    """
    options = options or BookOptions()
    palette = find_palette(options.palette)
    wording = worded(options.lang, palette)
    given = trace
    program = spoken(trace.program, trace.template, wording)
    trace = ProgramTrace(translated(trace.template, wording.language), program, trace.record)
    shown = _shown(trace, options)
    # Without iteration sheets, the first iteration says how many digits numbers need.
    formatted = formats(trace, shown or [1], options.decimals)
    made = made_by(trace, options.sheets, options.looks())
    inputs = Inputs(trace, formatted, wording)
    preparation = Preparation(trace, inputs, formatted)
    training = Training(trace, inputs, formatted, preparation.live, shown)
    told = None
    if not training.live:
        told = told_on_inputs(trace, inputs, made.command, again=not made.changes)
    if told is not None:
        show_notice(training.sheet, told)
    iterations = Iterations(trace, inputs, preparation, training, formatted, shown, told)
    others: list[Sheet] = [inputs.sheet]
    if preparation.sheet is not None:
        others.append(preparation.sheet)
    others.append(training.sheet)
    tried = explorations(trace, inputs, preparation, training, formatted, palette, shown, told)
    left_out = {title: sheet for title, sheet in tried.items() if isinstance(sheet, str)}
    others += [sheet for sheet in tried.values() if isinstance(sheet, Sheet)]
    gradients = gradient_sheet(trace, wording)
    if gradients is not None:
        others.append(gradients)
    counterparts = Counterparts(trace, inputs, preparation, training, iterations, shown)
    titles = [wording.sheet("start"), *(sheet.title for sheet in others)]
    article = article_sheet(trace, counterparts, wording, titles)
    if article is not None:
        others.append(article)
    listing = code_sheet(trace, counterparts, wording)
    if listing is not None:
        others.append(listing)
    # The iteration sheets come last: the writer copies all but the first of them.
    others += [glossary_sheet(given, wording), *iterations.sheets]
    first = next((sheet.title for sheet in iterations.sheets), None)
    said = made.lines(wording)
    lines = how_to(trace, inputs, training, first)
    doubt = find_doubt(trace)
    told_of_it = doubt_text(doubt, wording) if doubt else ""
    start = start_sheet(trace, training, others, said, told_of_it, left_out, lines, wording)
    template = trace.template
    return Book(
        title=template.title,
        subject=template.source,
        description=" ".join(said),
        sheets=[start, *others],
        names=inputs.names,
        palette=palette,
        footer=wording("common.footer"),
        beyond=wording("common.footer_beyond"),
        doubt=doubt_text(doubt, load()) if doubt else "",
    )


def worded(lang: str, palette: Palette) -> Wording:
    """Return a language's wording that names a palette's colours.

    Raises TracerError for a language there is none of.
    """
    wording = load(lang)
    colours = {f"{use}_colour": wording(f"colours.{c}") for use, c in palette.names.items()}
    return wording.naming(**colours)


def write_book(
    book: Book,
    path: str | Path,
    *,
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a planned workbook, whole or not at all; `progress` is told the cells written.

    Raises OutputError for a path that can't be written.
    """
    from tracer.workbook.writer import write

    with written(path, force=force) as temporary:
        write(book, temporary, progress)


def _shown(trace: ProgramTrace, options: BookOptions) -> list[int]:
    chosen = options.sheets
    shown = default_sheets(trace.iterations) if chosen is None else sorted(set(chosen))
    for iteration in shown:
        if not 1 <= iteration <= trace.iterations:
            raise TracerError(
                f"there is no iteration {iteration}: the trace has 1 to {trace.iterations:,}."
            )
    if len(shown) > MOST_SHEETS:
        raise TracerError(
            f"{len(shown):,} iteration sheets are more than {MOST_SHEETS:,}: choose fewer with"
            " --sheets; the sheet Training has every iteration anyway."
        )
    missing = set(shown) - set(trace.record.full_of.tolist())
    if missing:
        raise TracerError(
            f"iteration {min(missing)} was not kept whole: name the iterations to show before"
            " tracing (--sheets)."
        )
    return shown
