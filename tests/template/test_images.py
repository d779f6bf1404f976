"""What a template says of its images: read, checked, written again, refused with a word on why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.errors import TemplateError
from tracer.template.images import check_images
from tracer.template.read import read_template
from tracer.template.write import template_text

BARS = """
title = "Bars"
[given]
X = [[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0]]
y = [0, 0, 1]
T = [[1, 0], [1, 0], [0, 1]]
[parameters]
W = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6], [0.7, 0.8]]
V = [[1, 2, 3, 4], [5, 6, 7, 8]]
[[steps]]
phase = "prepare"
equations = ["C = X.T"]
[[steps]]
equations = ["A = X @ W", "p = sum(A, axis=1)", "B = V @ C"]
[[steps]]
phase = "update"
equations = ["W = W - 0.1 * X.T @ A"]
"""
HEAD = 'of = "X"\nshape = [2, 2]\n'
TWO = 'names = ["up", "flat"]\n'


def _path(folder: Path, images: str) -> Path:
    path = folder / "bars.toml"
    path.write_text(f"{BARS}\n[images]\n{images}\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("images", "message"),
    [
        ("shape = [2, 2]", 'images: of is needed: of = "…".'),
        ('of = "X"', "images: shape is needed: shape = [28, 28]."),
        ('of = "X"\nshape = [2]', "shape must be two whole numbers from 2 to 32"),
        ('of = "X"\nshape = [1, 4]', "shape must be two whole numbers from 2 to 32"),
        ('of = "X"\nshape = [2, 2.0]', "shape must be two whole numbers from 2 to 32"),
        (HEAD + "weigths = 1", "Did you mean weights"),
        (HEAD + 'samples = "across"', 'samples must be "rows" or "columns"'),
        ('of = "x"\nshape = [2, 2]', "'x' is neither given nor prepared. Did you mean X?"),
        ('of = "A"\nshape = [2, 2]', "'A' is neither given nor prepared."),
        (HEAD + 'weights = "X"', "'X' is not a parameter."),
        (HEAD + 'target = "A"', "'A' is neither given nor prepared."),
        (HEAD + 'output = "W"', "'W' is not computed by a step of an iteration."),
        ('of = "X"\nshape = [2, 3]', "an image has 2 × 3 = 6 pixels, but 'X' is 3 × 4."),
        (HEAD + 'samples = "columns"', "an image has 2 × 2 = 4 pixels, but 'X' is 3 × 4."),
        ('of = "T"\nshape = [2, 2]', "but 'T' is 3 × 2."),
        (HEAD + TWO + 'target = "W"', "'W' is neither given nor prepared."),
        ('of = "V"\nshape = [2, 2]', "'V' is neither given nor prepared."),
        (HEAD + 'target = "y"', 'names must name the classes of the target: names = ["…"].'),
        (HEAD + 'output = "A"', "names must name 2 classes, not 0."),
        (HEAD + 'output = "p"\nthreshold = 0.5', "names must name 2 classes, not 0."),
        (HEAD + TWO + "threshold = 0.5", "threshold is for an output of one number"),
        (HEAD + TWO + 'output = "A"\nthreshold = 1', "threshold is for an output of one number"),
        (HEAD + 'threshold = "high"', "threshold must be a number"),
        (HEAD + "names = 3", "names must be a list"),
    ],
)
def test_faults_are_named(images: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as error:
        read_template(_path(tmp_path, images)).program()
    assert message in str(error.value) and "\n" not in str(error.value)


def test_sizes_of_everything_are_told_at_once(tmp_path: Path) -> None:
    other = BARS.replace("y = [0, 0, 1]", "y = [0, 1]").replace("[[1, 2, 3, 4], ", "[[1, 2, 3], ")
    path = tmp_path / "other.toml"
    images = '[images]\nof = "X"\nshape = [2, 2]\nweights = "b"\ntarget = "y"\nnames = ["a"]\n'
    other = other.replace("[parameters]", "[parameters]\nb = [[1, 2, 3]]")
    path.write_text(other.replace("[[1, 2, 3], [5, 6, 7, 8]]", "[[1, 2, 3, 4]]") + images, "utf-8")
    with pytest.raises(TemplateError) as error:
        read_template(path).program()
    first, second = str(error.value).splitlines()
    assert first.endswith("an image has 2 × 2 = 4 pixels, but the weights 'b' are 1 × 3.")
    assert second.endswith("'y' is vector of 2, but there are 3 images.")


@pytest.mark.parametrize(
    ("images", "lie"),
    [
        (HEAD + 'weights = "W"\ntarget = "T"\noutput = "A"\n' + TWO, (False, True, False, False)),
        (
            'of = "C"\nshape = [2, 2]\nweights = "V"\noutput = "B"\n' + TWO,
            (True, False, None, True),
        ),
        (HEAD + 'target = "y"\noutput = "p"\n' + TWO, (False, None, True, True)),
        (HEAD + 'samples = "rows"', (False, None, None, None)),
    ],
)
def test_samples_and_neurons_lie_as_the_sizes_say(
    images: str, lie: tuple[bool | None, ...], tmp_path: Path
) -> None:
    template = read_template(_path(tmp_path, images))
    assert template.images is not None
    laid = check_images(template.images, template.program(), "bars")
    blocks = (laid.samples, laid.weights, laid.target, laid.output)
    assert tuple(None if block is None else block.across for block in blocks) == lie
    assert (laid.samples.count, laid.samples.size) == (3, 4)


@pytest.mark.parametrize(
    "images",
    [HEAD, HEAD + 'samples = "rows"\ntarget = "y"\noutput = "p"\nthreshold = 0.5\n' + TWO],
)
def test_what_is_written_reads_as_the_same(images: str, tmp_path: Path) -> None:
    template = read_template(_path(tmp_path, images))
    (tmp_path / "again.toml").write_text(template_text(template), "utf-8")
    assert template.images is not None
    assert read_template(tmp_path / "again.toml").images == template.images


SQUARE = """
title = "Four of each"
[given]
X = [[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1]]
[parameters]
W = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 1, 2, 3], [4, 5, 6, 7]]
[[steps]]
equations = ["A = X @ W"]
[images]
of = "X"
shape = [2, 2]
weights = "W"
"""


@pytest.mark.parametrize(("more", "across"), [("", False), ('samples = "columns"', True)])
def test_where_both_ways_fit_weights_lie_as_in_a_product(
    more: str, across: bool, tmp_path: Path
) -> None:
    path = tmp_path / "square.toml"
    path.write_text(SQUARE + more, "utf-8")
    template = read_template(path)
    assert template.images is not None
    laid = check_images(template.images, template.program(), "square")
    assert laid.weights is not None
    assert (laid.samples.across, laid.weights.across) == (across, not across)
