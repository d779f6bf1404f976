"""Picture: the sample chosen as an image, and a neuron's weights as another, square by square.

Each square is a cell whose formula picks one number; colour scales make the picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracer.run.trace import ProgramTrace, default_sheets
from tracer.template.images import check_images
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import INK_ON_PAPER, Palette
from tracer.workbook.plan.plan import Scale, Sheet
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.iteration import Preparation
from tracer.workbook.sheets.picture.choices import Choices
from tracer.workbook.sheets.picture.pictures import Pictures
from tracer.workbook.sheets.picture.places import Places
from tracer.workbook.sheets.picture.sources import Kept, Source, Tabled, standing
from tracer.workbook.sheets.picture.workings import Workings
from tracer.workbook.sheets.training import Training

#: Of the iterations with a sheet, so many have their numbers stored, and the last.
MOST_STATES = 5


def picture_sheet(
    trace: ProgramTrace,
    inputs: Inputs,
    preparation: Preparation,
    training: Training,
    shown: Sequence[int],
    palette: Palette,
) -> Sheet | None:
    """Return the Picture sheet; None where the template has no images.

    `shown` are the iterations with a sheet: of what the workbook doesn't hold, theirs is stored.
    """
    images = trace.template.images
    if images is None:
        return None
    laid = check_images(images, trace.program, str(trace.template.path))
    found = {
        "samples": laid.samples,
        "weights": laid.weights,
        "target": laid.target,
        "output": laid.output,
    }
    items = {name: lying for name, lying in found.items() if lying is not None}
    wording = inputs.wording
    about = wording("about.picture_neuron" if laid.weights else "about.picture")
    page = Page(
        wording.sheet("picture"),
        about=about,
        back=(6, wording.sheet("start")),
        subtitle=wording("picture.subtitle_neuron" if laid.weights else "picture.subtitle"),
    )
    places = Places(images.shape, 2 if laid.weights else 1)
    workings = Workings(page.pattern, places, wording)
    homes = {name: standing(i, trace, inputs, preparation, training) for name, i in items.items()}
    states = _states(trace, shown)
    sources: dict[str, Source] = {
        name: home or workings.keep(items[name], states, trace) for name, home in homes.items()
    }
    choices = Choices(page.sheet, workings, sources, states, trace.iterations)
    pictures = Pictures(page.pattern, places, workings, choices, sources, trace)
    bounds = pictures.sample(images)
    page.sheet.scales.append(_scale(places, 0, INK_ON_PAPER, bounds))
    if laid.weights is not None:
        bounds = pictures.weights()
        page.sheet.scales.append(_scale(places, 1, palette.signed, bounds))
    page.row = places.notes_row
    _notes(page, sources, training, inputs)
    sheet = page.sheet
    sheet.printed = page.row - 1, places.last_column
    sheet.widths, sheet.zoom = places.widths(), places.zoom()
    page.pattern.heights.update(places.heights())
    return sheet


def _states(trace: ProgramTrace, shown: Sequence[int]) -> list[int]:
    """Return the iterations of which numbers are stored, the first among them."""
    few = [*(shown or default_sheets(trace.iterations))]
    return sorted({1, *few[:MOST_STATES], few[-1]})


def _scale(
    places: Places, picture: int, colors: tuple[str, str, str], bounds: tuple[str, str, str]
) -> Scale:
    """Colour a picture, and the bar below it alike."""
    return Scale(f"{places.grid(picture)} {places.bar(picture)}", colors, bounds)


def _notes(page: Page, sources: Mapping[str, Source], training: Training, inputs: Inputs) -> None:
    """Write below the pictures what they are, and which of their numbers are stored."""
    wording = inputs.wording
    says = [wording("picture.squares")]
    if "weights" in sources:
        says.append(wording("picture.reads"))
        if sources["weights"].varies:
            key = "begins" if "output" in sources else "begins_weights"
            says.append(wording(f"picture.{key}"))
    kept = [s.items.slot.name for s in sources.values() if isinstance(s, Kept)]
    if kept:
        says += [wording("picture.kept", names=", ".join(kept)), wording("picture.kept_here")]
    tabled = [s.items.slot.name for s in sources.values() if isinstance(s, Tabled)]
    if tabled and not training.live:
        says.append(wording("picture.tabled", names=", ".join(tabled)))
    page.lines(says, "note")
