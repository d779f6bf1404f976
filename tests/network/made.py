"""Templates of `tracer new`, made and run by tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tracer.network.build import build
from tracer.network.design import Design
from tracer.network.options import NewOptions
from tracer.network.write import write
from tracer.template.read import read_template
from tracer.template.template import Template


def designed(folder: Path, data: str = "xor", **options: Any) -> Design:
    """Return the design that options ask for; files are looked for in the folder."""
    path = folder / data
    named = str(path) if path.suffix else data
    return build(NewOptions(data=named, **options), folder / "t.toml")


def templated(folder: Path, data: str = "xor", **options: Any) -> Template:
    """Write a template as the command does, and read it back."""
    path = folder / "t.toml"
    path.write_text(write(designed(folder, data, **options), "tracer new").text, "utf-8")
    return read_template(path)
