"""The sheets on which a reader tries a network out, and why a workbook hasn't got them all."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.run.forward import Forward
from tracer.run.sample import forward_or_why
from tracer.run.trace import ProgramTrace
from tracer.template.prediction import features
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.palette import Palette
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.sheets.boundary import boundary_sheet
from tracer.workbook.sheets.charts import charts_sheet
from tracer.workbook.sheets.chosen import Chosen
from tracer.workbook.sheets.explore.sheet import explore_sheet
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.iteration import Preparation
from tracer.workbook.sheets.predict import predict_sheet
from tracer.workbook.sheets.stored_run import show_notice
from tracer.workbook.sheets.training import Training


def explorations(
    trace: ProgramTrace,
    inputs: Inputs,
    preparation: Preparation,
    training: Training,
    formats: Formats,
    palette: Palette,
    shown: Sequence[int],
    told: str | None,
) -> dict[str, Sheet | str]:
    """Return by their titles the sheets that one expects, or why there is none.

    `shown` are the iterations with a sheet; `told` is where it is said that a stored run is out of
    date.
    """
    wording = inputs.wording
    found: dict[str, Sheet | str | None] = {
        "explore": explore_sheet(trace, inputs, training, formats, told)
    }
    forward = forward_or_why(trace)
    if isinstance(forward, Forward):
        chosen = [Chosen(forward, inputs, preparation, training, formats) for _ in range(2)]
        if chosen[0].possible():
            found["predict"] = predict_sheet(chosen[0], formats)
            found["boundary"] = boundary_sheet(chosen[1], inputs, palette)
        else:
            found |= _neither(trace, wording("left_out.no_room"))
    elif forward is not None:
        found |= _neither(trace, wording(f"left_out.{forward}"))
    if trace.template.images is not None:
        # Most lessons have none: they don't wait for what draws them.
        from tracer.workbook.sheets.picture.sheet import picture_sheet

        found["picture"] = picture_sheet(trace, inputs, preparation, training, shown, palette)
    found["charts"] = charts_sheet(trace, training, wording)
    for name, sheet in found.items():
        # Explore has no row for it, and says it elsewhere.
        if told is not None and name != "explore" and isinstance(sheet, Sheet):
            show_notice(sheet, told)
    return {wording.sheet(name): sheet for name, sheet in found.items() if sheet is not None}


def _neither(trace: ProgramTrace, why: str) -> dict[str, str]:
    """Say why there are no sheets for new samples: Boundary is expected of two inputs only."""
    prediction = trace.template.predict
    assert prediction is not None
    inputs = features(prediction, trace.program.start(prediction.input[0]).shape)
    return {"predict": why, **({"boundary": why} if inputs == 2 else {})}
