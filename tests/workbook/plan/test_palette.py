"""Colours that everybody can read: contrast, colour blindness, grey print, words for them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.workbook.colours import DEUTERANOPIA, PROTANOPIA, contrast, distance, lab, luminance
from tracer.errors import TracerError
from tracer.wording import LANGUAGES, load
from tracer.workbook.plan.palette import (
    DIFFERS,
    INK,
    INK_ON_PAPER,
    PALETTES,
    ROLES,
    WHITE,
    Palette,
    find_palette,
)

every_palette = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
every_eye = pytest.mark.parametrize(
    "eye", [np.eye(3), PROTANOPIA, DEUTERANOPIA], ids=["normal", "protanopia", "deuteranopia"]
)
#: What must not be taken for each other; `white` is a plain cell, `grey` a heading's.
FILLS = ("result", "operand", "input", "white")
#: CIEDE2000: 1 is just seen side by side, 10 is plain at a glance.
PLAIN, GREYS = 10, 8


def test_the_ratio_is_the_published_one() -> None:
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_the_published_one(
    one: tuple[float, ...], other: tuple[float, ...], published: float
) -> None:
    # Sharma, Wu, Dalal: The CIEDE2000 color-difference formula (2005), table 1.
    assert distance(np.array(one), np.array(other)) == pytest.approx(published, abs=1e-4)


def test_the_simulated_eyes_are_blind_and_see_grey() -> None:
    for eye in (PROTANOPIA, DEUTERANOPIA):
        assert eye.sum(axis=1) == pytest.approx(1, abs=1e-5)
        red, green = lab("B05A3C", eye), lab("857A35", eye)
        assert distance(lab("B05A3C"), lab("857A35")) > 25 > 15 > distance(red, green)


@every_palette
@pytest.mark.parametrize("role", ROLES)
def test_text_can_be_read_on_its_fill(role: str, palette: Palette) -> None:
    look = palette.looks[role]
    assert contrast(look.color, look.fill or palette.tones[WHITE]) >= 4.5


@every_palette
def test_numbers_and_marks_can_be_read_on_a_surface(palette: Palette) -> None:
    for fill in palette.surface:
        assert contrast(palette.tones[INK], fill) >= 4.5


@every_palette
def test_a_chosen_number_can_be_read_in_every_role(palette: Palette) -> None:
    # A rule changes the fill of a cell that keeps its own text colour otherwise.
    for role in ("active", "used", "framed"):
        look = palette.looks[role]
        for text in (look.color, palette.tones[INK]):
            assert contrast(text, look.fill or palette.tones[WHITE]) >= 4.5


@every_palette
def test_results_differ_from_operands_also_in_grey(palette: Palette) -> None:
    result, operand = palette.looks["result"], palette.looks["operand"]
    assert result.heavy and not operand.heavy
    assert result.fill and operand.fill
    assert abs(luminance(result.fill) - luminance(operand.fill)) > 0.2


@every_palette
def test_verdicts_differ_also_in_grey(palette: Palette) -> None:
    agrees, differs = palette.looks["agrees"], palette.looks["differs"]
    assert differs.heavy and not agrees.heavy
    for language in LANGUAGES:
        wording = load(language)
        assert wording("gradient_check.agrees")[0] == "✓"
        assert wording("gradient_check.differs")[0] == "✗"


@every_eye
@pytest.mark.parametrize("name", ["okabe-ito", "grey"])
def test_fills_stay_apart_for_every_eye(name: str, eye: np.ndarray) -> None:
    palette = PALETTES[name]
    least = GREYS if name == "grey" else PLAIN
    seen = {tone: lab(palette.tones[tone], eye) for tone in FILLS}
    for one, other in combinations(FILLS, 2):
        assert distance(seen[one], seen[other]) >= least, (one, other)
    agrees, differs = (lab(palette.tones[tone], eye) for tone in ("agrees", DIFFERS))
    assert distance(agrees, differs) >= PLAIN


@every_eye
@every_palette
def test_surfaces_and_points_stay_apart_for_every_eye(palette: Palette, eye: np.ndarray) -> None:
    for scale in (palette.surface, palette.signed, INK_ON_PAPER):
        for first, second in combinations([lab(color, eye) for color in scale], 2):
            assert distance(first, second) >= PLAIN
    # Where no text has to be read, colours are stronger.
    ends = [lab(color, eye) for color in palette.signed]
    assert min(distance(ends[0], ends[1]), distance(ends[1], ends[2])) >= 2 * PLAIN
    (shape, color), (other_shape, other_color) = palette.markers
    assert shape != other_shape
    assert distance(lab(color, eye), lab(other_color, eye)) >= PLAIN
    paper = lab(palette.tones[WHITE], eye)
    for drawn in (color, other_color, *palette.lines):
        assert distance(lab(drawn, eye), paper) >= 2 * PLAIN
    for one, other in combinations(palette.lines, 2):
        assert distance(lab(one, eye), lab(other, eye)) >= PLAIN


def test_grey_is_grey() -> None:
    palette = PALETTES["grey"]
    points = [color for _, color in palette.markers]
    scales = (*palette.surface, *palette.signed, *INK_ON_PAPER)
    for color in (*palette.tones.values(), *scales, *palette.lines, *points):
        assert color[:2] == color[2:4] == color[4:]


@every_palette
def test_a_chart_tells_twelve_lines_apart(palette: Palette) -> None:
    assert len(palette.lines) * len(palette.dashes) >= 12


@every_palette
@pytest.mark.parametrize("language", LANGUAGES)
def test_fills_that_texts_name_have_names_of_their_own(palette: Palette, language: str) -> None:
    named = [load(language)(f"colours.{palette.names[use]}") for use in FILLS[:3]]
    surface = [load(language)(f"colours.{palette.names[u]}") for u in ("low", "middle", "high")]
    assert len({*named}) == len({*surface}) == 3


def test_a_palette_there_is_none_of() -> None:
    with pytest.raises(TracerError, match=r"Did you mean okabe-ito\?$"):
        find_palette("okabe")
