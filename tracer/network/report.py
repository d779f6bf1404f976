"""What the command says of a template it wrote."""

from __future__ import annotations

from tracer.network.design import Design
from tracer.network.losses import NUMBER
from tracer.network.scalings import Scaling
from tracer.wording import Wording, load


def some(headings: tuple[str, ...], say: Wording | None = None) -> str:
    """Return headings as a text, of many the first."""
    named = [f"'{heading}'" if "," in heading else heading for heading in headings]
    if len(headings) <= 12:
        return ", ".join(named)
    first = ", ".join(named[:11])
    return (say or load())("new.some", columns=first, count=len(headings))


def summary(design: Design, notes: tuple[str, ...]) -> list[str]:
    """Return what the command says of a template it wrote."""
    data = design.data
    rows = load()("counts.rows", count=data.rows)
    if design.test:
        rows += f" ({design.training:,} for training, {design.test:,} for testing)"
    said = [f"{design.network} network, {design.parameters:,} weights and biases, {rows}"]
    said.append(f"inputs: {some(data.inputs)}, {_how(design.scaling)}")
    target = f"target: {', '.join(data.targets)}, "
    if data.kind == NUMBER:
        target += f"a number, {_how(design.target_scaling)}"
    else:
        named = list(data.classes) != ["0", "1"] and not data.one_hot
        listed = ", ".join(
            f"{name} = {place}" if named else name for place, name in enumerate(data.classes)
        )
        coded = "a column for each" if design.columns else "one column"
        target += f"{len(data.classes)} classes ({listed}), {coded}"
    said.append(target)
    said.append(
        f"output {design.last.name}, loss {design.loss.name}, {design.optimizer.name} with"
        f" learning rate {design.rate:g}, {load()('counts.iterations', count=design.iterations)} of"
        f" {'all rows' if design.batch is None else load()('counts.rows', count=design.batch)}"
    )
    return [*said, *notes]


def _how(scaling: Scaling) -> str:
    return load()(f"new_scalings.{scaling.said}")
