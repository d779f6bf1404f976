"""What each role of a cell looks like. Colours stand here once, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

YELLOW = "FFFF66"
ORANGE = "F8B26A"
INK = "1F2933"
MUTED = "5B6570"
BAND = "33475B"
WHITE = "FFFFFF"
LINE = "8A94A0"
INPUT = "E3F0FB"
INPUT_LINE = "2F6DA8"
GREY = "ECEFF2"
FAINT = "D5DAE0"
LINK = "1F5FA8"
GREEN, GREEN_INK = "DDF1E0", "1D5E31"
RUST, RUST_INK = "FBE2D5", "86290A"
LOSS_LINE = "B3400A"
#: Lines of one chart: colours that red-green blindness keeps apart, then dashes.
LINES = ("0072B2", "D55E00", "009E73", "CC79A7", "56B4E9", "E69F00")
DASHES = ("solid", "sysDash")
#: Points of two classes: shape and colour.
MARKERS = (("circle", "56B4E9"), ("triangle", "D55E00"))
#: From an output below the threshold over white to one above: blue and orange stay apart
#: for everyone, and marks stay readable on them.
SURFACE = ("7DB3E0", "FFFFFF", "F5A857")
#: From no points to all of them.
POINTS = ("F9C9C4", "FFF4D6", "CBEBD0")


@dataclass(frozen=True)
class Look:
    """A role's appearance; number formats come with each cell."""

    fill: str | None = None
    color: str = INK
    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: float = 10
    mono: bool = False
    border: str | None = None
    heavy: bool = False
    across: Literal["left", "center", "right", "general"] = "general"
    indent: int = 0
    quoted: bool = False  # a text that stays one, whatever it begins with


ROLES: dict[str, Look] = {
    "title": Look(bold=True, size=18),
    "subtitle": Look(color=MUTED, size=11),
    "line": Look(),
    "muted": Look(color=MUTED),
    "meaning": Look(across="left", indent=1),
    "note": Look(color=MUTED, italic=True),
    "link": Look(color=LINK, underline=True),
    "band": Look(fill=BAND, color=WHITE, bold=True, size=11),
    "equation": Look(fill=GREY, mono=True),
    "label": Look(bold=True),
    "size": Look(color=MUTED, size=8),
    "sign": Look(bold=True, size=12, across="center"),
    "sign_left": Look(bold=True, size=12, across="left"),
    "sign_right": Look(bold=True, size=12, across="right"),
    # Being calculated: the heavier border says the same in grey print.
    "result": Look(fill=YELLOW, border=INK, heavy=True, across="right"),
    "operand": Look(fill=ORANGE, border=LINE, across="right"),
    # Italics mark a number that is stored because not all it needs is on the sheet.
    "stored_result": Look(fill=YELLOW, border=INK, heavy=True, italic=True, across="right"),
    "stored_operand": Look(fill=ORANGE, border=LINE, italic=True, across="right"),
    "shown": Look(border=LINE, across="right"),
    "stored_shown": Look(border=LINE, italic=True, across="right"),
    "input": Look(fill=INPUT, border=INPUT_LINE, across="right"),
    "stored_input": Look(fill=GREY, border=LINE, italic=True, across="right"),
    "layer": Look(bold=True, across="center"),
    "neuron": Look(fill=INPUT, border=INPUT_LINE, bold=True, across="center"),
    # Choices to make, and the looks that cells take on by them.
    "choice": Look(fill=INPUT, border=INPUT_LINE, heavy=True, bold=True, across="left", indent=1),
    "active": Look(fill=YELLOW, bold=True, border=INK),
    "blank": Look(fill=WHITE, border=INK, heavy=True, across="right"),
    # What a practice sheet says of an answer; a symbol beside it says the same.
    "right": Look(fill="CBEBD0", color=GREEN_INK, border=INK, across="right"),
    "follows": Look(fill="FFD98A", color="5A4300", border=INK, across="right"),
    "wrong": Look(fill="F9C9C4", color="8A1410", bold=True, border=INK, across="right"),
    # A text in the place of a number stays one, whatever it begins with.
    "wrong_text": Look(
        fill="F9C9C4", color="8A1410", bold=True, border=INK, across="right", quoted=True
    ),
    "quoted": Look(quoted=True),
    "total": Look(bold=True, across="center"),
    "differs_text": Look(color="8A1410", bold=True),
    "symbols": Look(bold=True, size=12, across="left", indent=1),
    "counter": Look(color=MUTED, size=8, across="left", indent=1),
    "hint": Look(fill=INPUT, border=INPUT_LINE, color=LINK, across="left"),
    "hint_text": Look(color=LINK, mono=True, across="left", indent=1),
    "quiet": Look(color=MUTED, across="right"),
    "field": Look(border=INK, across="left", indent=1, quoted=True),
    "framed": Look(border=INK),
    "used": Look(fill=ORANGE, border=LINE),
    "pointer": Look(bold=True, across="right"),
    "arithmetic": Look(bold=True, size=13),
    "mono": Look(mono=True),
    "helper": Look(color=MUTED, size=8, across="left"),
    "head_left": Look(fill=BAND, color=WHITE, bold=True, across="left"),
    "subhead": Look(fill=GREY, bold=True, across="center"),
    "subhead_left": Look(fill=GREY, bold=True, across="left"),
    "index": Look(fill=GREY, color=MUTED, across="center"),
    "start_row": Look(fill=GREY, across="right"),
    "number": Look(across="right"),
    "count": Look(across="center"),
    # Beside the colour a symbol and a word say the same.
    "agrees": Look(fill=GREEN, color=GREEN_INK, bold=True, border=GREEN_INK, across="center"),
    "differs": Look(
        fill=RUST, color=RUST_INK, bold=True, border=RUST_INK, heavy=True, across="center"
    ),
    "answer": Look(fill=YELLOW, border=INK, heavy=True, bold=True, across="left", indent=1),
    # The cells of a decision surface, and the data points marked among them.
    "grid": Look(color=MUTED, size=7, across="center"),
    "mark": Look(color=INK, bold=True, across="center"),
    "axis": Look(fill=GREY, size=7, across="center"),
}
