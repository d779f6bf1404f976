"""What each role of a cell looks like, in each palette. Colours stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from tracer.errors import TracerError, did_you_mean
from tracer.workbook.plan.roles import CellRole

#: The tones of a palette, by what they are for; a role names those it uses.
RESULT, OPERAND, INPUT, INPUT_LINE = "result", "operand", "input", "input_line"
INK, MUTED, LINK, WHITE = "ink", "muted", "link", "white"
BAND, GREY, LINE, FAINT = "band", "grey", "line", "faint"
AGREES, AGREES_INK, DIFFERS, DIFFERS_INK = "agrees", "agrees_ink", "differs", "differs_ink"
RIGHT, FOLLOWS, WRONG = "right", "follows", "wrong"
RIGHT_INK, FOLLOWS_INK, WRONG_INK = "right_ink", "follows_ink", "wrong_ink"
LOSS_LINE = "loss_line"


@dataclass(frozen=True)
class Look:
    """A role's appearance, in tones of the palette; number formats come with each cell."""

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
    wrap: bool = False  # in lines
    shrink: bool = False  # smaller, where it needs more than its cell
    low: bool = False  # at the bottom of its cell


ROLES: Mapping[CellRole, Look] = {
    "title": Look(bold=True, size=18),
    "subtitle": Look(color=MUTED, size=11),
    "line": Look(),
    "muted": Look(color=MUTED),
    "meaning": Look(across="left", indent=1),
    "note": Look(color=MUTED, italic=True),
    "link": Look(color=LINK, underline=True),
    "band": Look(fill=BAND, color=WHITE, bold=True, size=11),
    "equation": Look(fill=GREY, mono=True),
    "code": Look(mono=True),
    "label": Look(bold=True),
    "size": Look(color=MUTED, size=9),
    "sign": Look(bold=True, size=12, across="center"),
    "sign_left": Look(bold=True, size=12, across="left"),
    "sign_right": Look(bold=True, size=10.5, across="right"),
    # Being calculated: the heavier border says the same in grey print.
    "result": Look(fill=RESULT, border=INK, heavy=True, across="right"),
    "operand": Look(fill=OPERAND, border=LINE, across="right"),
    # Italics mark a number that is stored because not all it needs is on the sheet.
    "stored_result": Look(fill=RESULT, border=INK, heavy=True, italic=True, across="right"),
    "stored_operand": Look(fill=OPERAND, border=LINE, italic=True, across="right"),
    "shown": Look(border=LINE, across="right", shrink=True),
    "stored_shown": Look(border=LINE, italic=True, across="right", shrink=True),
    "input": Look(fill=INPUT, border=INPUT_LINE, across="right"),
    # Rows to type in are quiet until something stands in them.
    "to_type": Look(border=LINE, across="right", indent=1),
    "typed": Look(fill=INPUT, border=INPUT_LINE),
    # Of a gradebook, what a teacher types: points beside the marks, and notes.
    "typed_points": Look(fill=INPUT, border=INPUT_LINE, across="center"),
    "note_cell": Look(fill=INPUT, border=INPUT_LINE, across="left", quoted=True),
    "stored_input": Look(fill=GREY, border=LINE, italic=True, across="right"),
    "layer": Look(bold=True, across="center"),
    "neuron": Look(fill=INPUT, border=INPUT_LINE, bold=True, across="center"),
    # Choices to make, and the looks that cells take on by them.
    "choice": Look(fill=INPUT, border=INPUT_LINE, heavy=True, bold=True, across="left", indent=1),
    "choice_wide": Look(fill=INPUT, bold=True, across="left", indent=1),
    "active": Look(fill=RESULT, bold=True, border=INK),
    "blank": Look(fill=WHITE, border=INK, heavy=True, across="right"),
    # What a practice sheet says of an answer; a symbol beside it says the same.
    "right": Look(fill=RIGHT, color=RIGHT_INK, border=INK, across="right"),
    "follows": Look(fill=FOLLOWS, color=FOLLOWS_INK, border=INK, across="right"),
    "wrong": Look(fill=WRONG, color=WRONG_INK, bold=True, border=INK, across="right"),
    # A text in the place of a number stays one, whatever it begins with.
    "wrong_text": Look(
        fill=WRONG, color=WRONG_INK, bold=True, border=INK, across="right", quoted=True
    ),
    "quoted": Look(quoted=True),
    "total": Look(bold=True, across="center"),
    "alarm": Look(color=WRONG_INK, bold=True),
    "symbols": Look(bold=True, size=12, across="left", indent=1),
    "counter": Look(color=MUTED, size=9, across="left", indent=1),
    "hint": Look(fill=INPUT, border=INPUT_LINE, across="left"),
    "hint_text": Look(color=LINK, mono=True, across="left", indent=1),
    "quiet": Look(color=MUTED, across="right"),
    "field": Look(border=INK, across="left", indent=1, quoted=True),
    "framed": Look(border=INK),
    # Not calculated yet.
    "later": Look(fill=GREY, border=LINE),
    # The bench, whose cells hold other things with each choice: names, numbers or signs, sizes.
    # Of a list, what is chosen.
    "chosen": Look(fill=RESULT, bold=True),
    "bench": Look(across="center", shrink=True),
    "bench_name": Look(bold=True, size=8, across="left", wrap=True, low=True),
    "column_name": Look(fill=GREY, size=8, across="center", wrap=True, low=True),
    "bench_size": Look(color=MUTED, size=7, across="left", wrap=True),
    "used": Look(fill=OPERAND, border=LINE),
    "pointer": Look(bold=True, across="right"),
    "arithmetic": Look(bold=True, size=13),
    "mono": Look(mono=True),
    "helper": Look(color=MUTED, size=8, across="left"),
    "head_left": Look(fill=BAND, color=WHITE, bold=True, across="left"),
    "subhead": Look(fill=GREY, bold=True, across="center"),
    "subhead_left": Look(fill=GREY, bold=True, across="left"),
    "heading": Look(fill=GREY, bold=True, across="center", wrap=True),
    "index": Look(fill=GREY, color=MUTED, across="center"),
    "start_row": Look(fill=GREY, across="right"),
    "number": Look(across="right"),
    "count": Look(across="center"),
    "plain": Look(border=LINE, across="left", indent=1),
    # Beside the colour a symbol and a word say the same.
    "agrees": Look(fill=AGREES, color=AGREES_INK, bold=True, border=AGREES_INK, across="center"),
    "differs": Look(
        fill=DIFFERS, color=DIFFERS_INK, bold=True, border=DIFFERS_INK, heavy=True, across="center"
    ),
    "answer": Look(fill=RESULT, border=INK, heavy=True, bold=True, across="left", indent=1),
    # The cells of a decision surface, and the data points marked among them.
    "grid": Look(color=MUTED, size=9, across="center", shrink=True),
    "mark": Look(color=INK, bold=True, across="center"),
    "axis": Look(fill=GREY, size=9, across="center", shrink=True),
    # The squares of a picture, coloured by scales.
    "pixel": Look(border=FAINT),
}


@dataclass(frozen=True)
class Palette:
    """A set of colours: the tones that roles name, and those of charts and scales.

    `names` are the words for what texts speak of, as keys of the wording's colours; `why` is
    what the palette is good for, as the commands' help says it.
    """

    name: str
    tones: Mapping[str, str]
    names: Mapping[str, str]
    #: From an output below the threshold over the middle to one above; marks are read on them.
    surface: tuple[str, str, str]
    #: From a negative number over 0 to a positive one, where no text is read on them.
    signed: tuple[str, str, str]
    #: Lines of one chart: colours, then the same ones dashed.
    lines: tuple[str, ...]
    dashes: tuple[str, ...]
    #: Points of two classes: shape and colour.
    markers: tuple[tuple[str, str], ...]
    why: str = ""

    @cached_property
    def looks(self) -> Mapping[str, Look]:
        """Every role's look, its tones replaced by this palette's colours."""
        return {role: self._look(look) for role, look in ROLES.items()}

    def _look(self, look: Look) -> Look:
        fill = look.fill and self.tones[look.fill]
        border = look.border and self.tones[look.border]
        return replace(look, fill=fill, color=self.tones[look.color], border=border)


_PLAIN = {
    INK: "1F2933",
    MUTED: "5B6570",
    LINK: "1F5FA8",
    WHITE: "FFFFFF",
    BAND: "33475B",
    GREY: "ECEFF2",
    LINE: "8A94A0",
    FAINT: "D5DAE0",
}
#: An image from its smallest number to its largest, as ink on paper, in every palette.
INK_ON_PAPER = ("FFFFFF", "7F7F7F", "000000")
#: Okabe and Ito's colours, which red-green blindness keeps apart.
_LINES = ("0072B2", "D55E00", "009E73", "CC79A7", "56B4E9", "E69F00")

TUTORIAL = Palette(
    "tutorial",
    {
        **_PLAIN,
        RESULT: "FFFF66",
        OPERAND: "F8B26A",
        INPUT: "E3F0FB",
        INPUT_LINE: "2F6DA8",
        AGREES: "DDF1E0",
        AGREES_INK: "1D5E31",
        DIFFERS: "FBE2D5",
        DIFFERS_INK: "86290A",
        RIGHT: "CBEBD0",
        RIGHT_INK: "1D5E31",
        FOLLOWS: "FFF0A6",
        FOLLOWS_INK: "5A4300",
        WRONG: "F9C9C4",
        WRONG_INK: "8A1410",
        LOSS_LINE: "B3400A",
    },
    {
        "result": "yellow",
        "operand": "orange",
        "input": "blue",
        "low": "blue",
        "middle": "white",
        "high": "orange",
        "right": "green",
        "follows": "amber",
        "wrong": "red",
    },
    surface=("7DB3E0", "FFFFFF", "F5A857"),
    signed=("1F5FA8", "FFFFFF", "D95F02"),
    lines=_LINES,
    dashes=("solid", "sysDash"),
    markers=(("circle", "56B4E9"), ("triangle", "D55E00")),
)
OKABE_ITO = Palette(
    "okabe-ito",
    {
        **_PLAIN,
        RESULT: "F0E442",
        OPERAND: "56B4E9",
        INPUT: "E3B3CF",
        INPUT_LINE: "A2457C",
        AGREES: "BFE0F5",
        AGREES_INK: "00466E",
        DIFFERS: "F2B98F",
        DIFFERS_INK: "7A3000",
        RIGHT: "BFE0F5",
        RIGHT_INK: "00466E",
        FOLLOWS: "F0E442",
        FOLLOWS_INK: "4A4400",
        WRONG: "F2B98F",
        WRONG_INK: "7A3000",
        LOSS_LINE: "0072B2",
    },
    {
        "result": "yellow",
        "operand": "sky",
        "input": "pink",
        "low": "sky",
        "middle": "white",
        "high": "orange",
        "right": "light_blue",
        "follows": "yellow",
        "wrong": "light_orange",
    },
    surface=("56B4E9", "FFFFFF", "E69F00"),
    signed=("0072B2", "FFFFFF", "D55E00"),
    lines=_LINES,
    dashes=("solid", "sysDash"),
    markers=(("circle", "56B4E9"), ("triangle", "D55E00")),
    why="told apart also with a colour weakness",
)
IN_GREY = Palette(
    "grey",
    {
        INK: "000000",
        MUTED: "4D4D4D",
        LINK: "262626",
        WHITE: "FFFFFF",
        BAND: "404040",
        GREY: "F7F7F7",
        LINE: "7F7F7F",
        FAINT: "D9D9D9",
        RESULT: "8A8A8A",
        OPERAND: "B4B4B4",
        INPUT: "D9D9D9",
        INPUT_LINE: "404040",
        AGREES: "FFFFFF",
        AGREES_INK: "000000",
        DIFFERS: "B4B4B4",
        DIFFERS_INK: "000000",
        RIGHT: "FFFFFF",
        RIGHT_INK: "000000",
        FOLLOWS: "D9D9D9",
        FOLLOWS_INK: "000000",
        WRONG: "A6A6A6",
        WRONG_INK: "000000",
        LOSS_LINE: "000000",
    },
    {
        "result": "dark_grey",
        "operand": "grey",
        "input": "light_grey",
        "low": "dark_grey",
        "middle": "light_grey",
        "high": "white",
        "right": "white",
        "follows": "light_grey",
        "wrong": "grey",
    },
    surface=("8A8A8A", "C4C4C4", "FFFFFF"),
    signed=("000000", "A6A6A6", "FFFFFF"),
    lines=("000000", "8C8C8C"),
    dashes=("solid", "sysDash", "sysDot", "lgDash", "dashDot", "lgDashDot"),
    markers=(("circle", "A6A6A6"), ("triangle", "262626")),
    why="for print",
)

PALETTES: Mapping[str, Palette] = {p.name: p for p in (TUTORIAL, OKABE_ITO, IN_GREY)}


def find_palette(name: str) -> Palette:
    """Return a palette by its name. Raises TracerError where there is none of that name."""
    if name not in PALETTES:
        raise TracerError(
            f"'{name}' is not a palette: {', '.join(PALETTES)}.{did_you_mean(name, PALETTES)}"
        )
    return PALETTES[name]
