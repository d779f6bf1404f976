"""What the command says of a template it wrote."""

from __future__ import annotations

from tracer.network.design import Design
from tracer.network.losses import NUMBER


def some(headings: tuple[str, ...]) -> str:
    """Return headings as a text, of many the first."""
    if len(headings) <= 12:
        return ", ".join(headings)
    return ", ".join(headings[:11]) + f", … ({len(headings)} in all)"


def summary(design: Design, notes: tuple[str, ...]) -> list[str]:
    """Return what the command says of a template it wrote."""
    data = design.data
    rows = f"{data.rows:,} row{'s' if data.rows > 1 else ''}"
    if design.test:
        rows += f" ({design.training:,} for training, {design.test:,} for testing)"
    said = [f"{design.network} network, {design.parameters:,} weights and biases, {rows}"]
    said.append(f"inputs: {some(data.inputs)}, {design.scaling.words}")
    target = f"target: {', '.join(data.targets)}, "
    if data.kind == NUMBER:
        target += f"a number, {design.target_scaling.words}"
    else:
        named = list(data.classes) != ["0", "1"]
        listed = ", ".join(
            f"{name} = {place}" if named else name for place, name in enumerate(data.classes)
        )
        coded = "a column for each" if design.columns else "one column"
        target += f"{len(data.classes)} classes ({listed}), {coded}"
    said.append(target)
    said.append(
        f"output {design.last.name}, loss {design.loss.name}, {design.optimizer.name} with"
        f" learning rate {design.rate:g}, {design.iterations:,} iterations of"
        f" {'all' if design.batch is None else format(design.batch, ',')} rows"
    )
    return [*said, *notes]
