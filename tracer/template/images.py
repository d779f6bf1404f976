"""What a template says of its images: which samples are pictures, and who looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracer.data.keys import Key, either, is_number, is_whole, table, text, texts, wanted
from tracer.errors import TemplateError, did_you_mean
from tracer.language.expression import shape_text
from tracer.program.model import Program, Role, Slot
from tracer.template.headings import class_names

#: The sides of an image: what is larger doesn't fit a screen beside another.
SMALLEST_SIDE, LARGEST_SIDE = 2, 32


def _sides(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(is_whole(side) and SMALLEST_SIDE <= side <= LARGEST_SIDE for side in value)
    )


IMAGES = table(
    "a key of images",
    Key("of", text("a name"), 'the given or prepared array whose samples are images: `"X"`'),
    Key(
        "shape",
        wanted(
            f"two whole numbers from {SMALLEST_SIDE} to {LARGEST_SIDE}: shape = [28, 28]", _sides
        ),
        f"rows and columns of an image: `[28, 28]`; at most {LARGEST_SIDE} each",
    ),
    Key(
        "samples",
        either("rows", "columns"),
        'where the samples of `of` lie: `"rows"` or `"columns"` (default: as its sizes say)',
    ),
    Key(
        "weights",
        text("a name"),
        "the parameter that holds a weight for each pixel and neuron: each neuron's are a picture,"
        " too",
    ),
    Key(
        "target",
        text("a name"),
        "the given or prepared array with the class (0, 1, …) of each sample, or with a number for"
        " each class, of which the largest is the sample's",
    ),
    Key(
        "output",
        text("a name"),
        "the computed quantity with the network's answer to each sample: one number, or one for"
        " each class, of which the largest is the answer",
    ),
    Key(
        "threshold",
        wanted("a number", is_number),
        "of an answer in one number: class 1 if it is above this, else class 0",
    ),
    Key(
        "names",
        texts(some=True),
        'what the classes are called: `["five", "eight"]`; needed wherever there are classes',
        (),
    ),
)


@dataclass(frozen=True)
class Images:
    """The `[images]` table: `of` has a sample a row (or column), each an image of this shape.

    `in_columns` is None where the sizes say how the samples lie. The other names are of what
    belongs to the samples, None where there is nothing.
    """

    of: str
    shape: tuple[int, int]
    in_columns: bool | None = None
    weights: str | None = None
    target: str | None = None
    output: str | None = None
    threshold: float | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Items:
    """A block read as so many items of so many numbers each; `across`: an item a column."""

    slot: Slot
    across: bool

    @property
    def count(self) -> int:
        """How many items there are."""
        return _sizes(self.slot)[self.across]

    @property
    def size(self) -> int:
        """How many numbers an item has."""
        return _sizes(self.slot)[not self.across]


@dataclass(frozen=True)
class Laid:
    """How everything that belongs to the images lies: samples, neurons, classes, answers."""

    samples: Items
    weights: Items | None = None
    target: Items | None = None
    output: Items | None = None


def read_images(said: Mapping[str, Any], what: str) -> Images:
    """Return a sound `[images]` table's content. Raises TemplateError with every fault."""
    faults = IMAGES.faults(said, "images: ")
    for key, form in (("of", '"…"'), ("shape", "[28, 28]")):
        if key not in said:
            faults.append(f"images: {key} is needed: {key} = {form}.")
    if faults:
        raise TemplateError("\n".join(f"{what}: {fault}" for fault in faults))
    read = IMAGES.filled(said)
    rows, columns = read["shape"]
    threshold = read["threshold"]
    return Images(
        of=read["of"],
        shape=(rows, columns),
        in_columns=None if read["samples"] is None else read["samples"] == "columns",
        weights=read["weights"],
        target=read["target"],
        output=read["output"],
        threshold=None if threshold is None else float(threshold),
        names=class_names(read["names"]),
    )


def written(images: Images) -> dict[str, Any]:
    """Return an `[images]` table that reads as this one."""
    lie = {None: None, False: "rows", True: "columns"}[images.in_columns]
    return IMAGES.written(
        {
            "of": images.of,
            "shape": list(images.shape),
            "samples": lie,
            "weights": images.weights,
            "target": images.target,
            "output": images.output,
            "threshold": images.threshold,
            "names": list(images.names) or None,
        }
    )


def check_images(images: Images, program: Program, what: str) -> Laid:
    """Return how all of it lies.

    Raises TemplateError with every fault that the program's names and shapes show.
    """
    faults = _wrong_names(images, program)
    if not faults:
        laid = _laid(images, program)
        if not isinstance(laid, list):
            faults = _wrong_classes(images, laid)
            if not faults:
                return laid
        else:
            faults = laid
    raise TemplateError("\n".join(f"{what}: images: {fault}" for fault in faults))


def _wrong_names(images: Images, program: Program) -> list[str]:
    data = _named(program, "given", "prepared")
    wanted_of = (
        (images.of, data, "neither given nor prepared"),
        (images.weights, _named(program, "parameter"), "not a parameter"),
        (images.target, data, "neither given nor prepared"),
        (images.output, _named(program, "computed"), "not computed by a step of an iteration"),
    )
    return [
        f"'{name}' is {wrong}.{did_you_mean(name, known)}"
        for name, known, wrong in wanted_of
        if name is not None and name not in known
    ]


def _named(program: Program, *roles: Role) -> list[str]:
    return [slot.name for slot in program.of_role(*roles)]


def _laid(images: Images, program: Program) -> Laid | list[str]:
    """Return how everything lies, or what is wrong with its sizes."""
    pixels = images.shape[0] * images.shape[1]
    image = f"{images.shape[0]} × {images.shape[1]} = {pixels:,} pixels"
    samples = _items(program.start(images.of), images.in_columns, size=pixels)
    if samples is None or images.in_columns not in (None, samples.across):
        return [f"an image has {image}, but '{images.of}' is {_shape(program, images.of)}."]
    faults, found = [], {}
    if images.weights is not None:
        # Where both sides fit: X @ W has the pixels in the rows of W, W @ X in its columns.
        weights = _items(program.start(images.weights), not samples.across, size=pixels)
        if weights is None:
            shape = _shape(program, images.weights)
            faults.append(f"an image has {image}, but the weights '{images.weights}' are {shape}.")
        else:
            found["weights"] = weights
    for key, name in (("target", images.target), ("output", images.output)):
        if name is None:
            continue
        slot = program.newest(name)
        items = _items(slot, samples.across, count=samples.count)
        if items is None:
            shape = shape_text(slot.shape)
            faults.append(f"'{name}' is {shape}, but there are {samples.count:,} images.")
        else:
            found[key] = items
    return faults or _in_order(Laid(samples, **found), program)


def _in_order(laid: Laid, program: Program) -> Laid | list[str]:
    """Return how everything lies, or what is wrong where answers are those of other samples."""
    batch = program.batch
    if laid.output is None or batch is None or batch.size != laid.samples.count:
        return laid
    name = laid.output.slot.name
    return [f"'{name}' has the samples of batches, in an order of their own."]


def _wrong_classes(images: Images, laid: Laid) -> list[str]:
    """Return what is wrong with the classes' names: each class has one, if there are any."""
    sizes = {items.size for items in (laid.target, laid.output) if items and items.size > 1}
    if images.threshold is not None and (laid.output is None or laid.output.size > 1):
        return ["threshold is for an output of one number for each image."]
    if len(sizes) > 1:
        return ["the target and the output have different numbers of classes."]
    if sizes or images.threshold is not None:
        count = sizes.pop() if sizes else 2
        if len(images.names) != count:
            return [f"names must name {count} classes, not {len(images.names)}."]
    if laid.target is not None and not images.names:
        return ['names must name the classes of the target: names = ["…"].']
    return []


def _items(
    slot: Slot, across: bool | None, *, size: int | None = None, count: int | None = None
) -> Items | None:
    """Return how a block lies if its items shall have a size, or there shall be so many.

    `across` decides where both ways fit (None: items are rows). None where neither does.
    """
    ways = (Items(slot, way) for way in (False, True))
    fitting = [w for w in ways if size in (None, w.size) and count in (None, w.count)]
    return next((way for way in fitting if way.across is across), next(iter(fitting), None))


def _sizes(slot: Slot) -> tuple[int, int]:
    """Return the rows and columns of a block: a vector is a row."""
    rows, columns = (1, 1, *slot.shape)[-2:]
    return rows, columns


def _shape(program: Program, name: str) -> str:
    return shape_text(program.start(name).shape)
