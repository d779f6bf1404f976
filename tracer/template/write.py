"""Template → TOML: the inverse of reading. What is written reads as the same template.

Every number is written out; steps that were derived are written as ordinary ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tracer.program.model import Step, by_number
from tracer.template import batches, goals, images, prediction, toml
from tracer.template.cited import Erratum, Published
from tracer.template.keys import NOTE, PICTURE, PUBLISHED, STEP, TEMPLATE
from tracer.template.template import Template

#: What a template says of its source, in tables of their own.
LISTS = ("published", "unreproducible", "errata", "pictures")


def raw_of(template: Template) -> dict[str, Any]:
    """Return a template as the content of a template file; what is as by default is left out."""
    return TEMPLATE.written(
        {
            "title": template.title,
            "source": "" if template.reading.article else template.source,
            **asdict(template.reading),
            "about": template.about,
            "network": template.network,
            "iterations": template.iterations,
            "loss": goals.written(template.loss, template.losses),
            "decimals": template.decimals,
            "metrics": list(template.metrics) or None,
            "helpers": list(template.helpers) or None,
            "batch": batches.written(template.batch),
            "given": {name: array.tolist() for name, array in template.given.items()},
            "parameters": {name: array.tolist() for name, array in template.parameters.items()},
            "headings": {name: list(texts) for name, texts in template.headings.items()},
            "steps": [_step(step, position) for position, step in enumerate(template.steps, 1)],
            "predict": None if template.predict is None else prediction.written(template.predict),
            "images": None if template.images is None else images.written(template.images),
            "published": list(map(_figure, template.published)) or None,
            "unreproducible": list(map(_note, template.unreproducible)) or None,
            "errata": list(map(_note, template.errata)) or None,
            "pictures": [PICTURE.written(asdict(item)) for item in template.pictures] or None,
            "places": dict(template.places) or None,
        }
    )


def step_table(step: Step) -> dict[str, Any]:
    """Return a step with every key written out."""
    # A step that was read is repeated no more.
    values = {key: getattr(step, key) for key in STEP.keys if key != "for"}
    return {key: list(v) if isinstance(v, tuple) else v for key, v in values.items()}


def _step(step: Step, position: int) -> dict[str, Any]:
    values = step_table(step)
    if step.number == str(position):
        del values["number"]
    title = {} if step.said[0] == by_number(step.number) else {"title": step.title}
    lists = {key: values[key] or None for key in ("equations", "shows")}
    # A title that is empty is one, too: without any, a step is called by its number.
    return {**title, **STEP.written({**values, **lists, "title": None})}


def _figure(figure: Published) -> dict[str, Any]:
    values = asdict(figure)
    values["printed"] = " ".join(figure.printed)
    values["index"] = list(figure.index) or None
    return PUBLISHED.written(values)


def _note(note: Erratum) -> dict[str, Any]:
    return NOTE.written({**asdict(note), "index": list(note.index) or None})


def template_text(template: Template) -> str:
    """Return a template as the text of a template file."""
    raw = raw_of(template)
    tables: dict[str, Any] = {
        key: raw.pop(key) for key in ("given", "parameters", "headings") if key in raw
    }
    steps = raw.pop("steps")
    lists = {key: raw.pop(key) for key in LISTS if key in raw}
    tables |= {key: raw.pop(key) for key in ("predict", "images", "places") if key in raw}
    if template.losses:
        tables["loss"] = raw.pop("loss")
    rows = toml.lines(raw)
    for key, table in tables.items():
        rows += _headed(f"[{key}]", table)
    for step in steps:
        rows += _headed("[[steps]]", step)
    for key, items in lists.items():
        for item in items:
            rows += _headed(f"[[{key}]]", item)
    return "\n".join(rows) + "\n"


def _headed(heading: str, table: Mapping[str, Any]) -> list[str]:
    return ["", heading, *toml.lines(table)]
