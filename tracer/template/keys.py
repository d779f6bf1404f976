"""The keys of a template: of its top, and of its steps, figures and notes."""

from __future__ import annotations

from typing import Any

from tracer import limits
from tracer.data.keys import (
    Key,
    Rule,
    is_texts,
    is_whole,
    nearest,
    one_of,
    subtable,
    table,
    text,
    texts,
    truth,
    wanted,
    whole,
)
from tracer.program.model import PHASES
from tracer.template.goals import wrong_loss

MOST_ITERATIONS = limits.ITERATIONS.most
#: The sheets that may show what a picture in a source does.
PICTURED = (
    *("start", "inputs", "preparation", "training", "explore"),
    *("predict", "boundary", "charts", "gradient_check"),
)


def _kind(words: str, *kinds: type) -> Rule:
    return wanted(words, lambda value: isinstance(value, kinds) and not isinstance(value, bool))


def _count(value: Any) -> str | None:
    if not is_whole(value):
        return "a whole number"
    return None if 1 <= value <= MOST_ITERATIONS else f"from 1 to {MOST_ITERATIONS:,}"


def _names(value: Any) -> str | None:
    if not isinstance(value, list):
        return "a list"
    return None if is_texts(value) else "a list of texts"


def _phase(value: Any) -> str | None:
    wrong = nearest(PHASES)(value)
    # Also of a value that is like none, it is said what it was.
    return None if wrong is None else wrong.replace(PHASES[-1], f"{PHASES[-1]}, not {value!r}", 1)


_TEXT, _LIST = _kind("text", str), _kind("a list", list)

TEMPLATE = table(
    "a key of the template",
    Key("title", _TEXT, "required"),
    Key("source", _TEXT, "where it comes from", ""),
    Key("article", _TEXT, "instead of `source`: the article that it goes with", ""),
    Key("part", _TEXT, "which part of the article", ""),
    Key("group", _TEXT, "where there is no article: which lessons it is listed with", ""),
    Key("order", whole(0), "where it comes among the lessons, which are listed in this order"),
    Key("begin", truth(), "`true`: a lesson to begin with", False),
    Key("about", _TEXT, "one or two sentences", ""),
    Key("network", _TEXT, 'layer sizes such as `"4-3-1"`', ""),
    Key("iterations", _count, "how often the steps run (default 1)", 1),
    Key("epochs", _count, "instead of `iterations`; an epoch is one pass over all samples"),
    Key(
        "seed",
        _kind("a whole number", int),
        "for random arrays without a seed of their own (default 1)",
        1,
    ),
    Key(
        "loss",
        wrong_loss,
        "the quantity (a single number) that charts and checks use; several: `[loss]`, each with"
        " the parameters that follow it (below)",
    ),
    Key(
        "backward",
        _TEXT,
        '`"derived"`: the backward pass and the updates are derived from the forward steps'
        " and the loss (below)",
    ),
    Key(
        "optimizer",
        _kind("a table or a list", dict, list),
        "how a derived update moves the parameters: `[optimizer]`, or several `[[optimizer]]`"
        " (below)",
    ),
    Key(
        "decimals",
        whole(0, 15),
        "how many decimals numbers show at least: as many as the source has (default 3)",
    ),
    Key("metrics", _names, 'further single numbers to follow: `["accuracy"]` (below)', ()),
    Key(
        "helpers",
        _names,
        'functions of your own: `["sigmoid_derivative(a) = a * (1 - a)"]`; one may use those'
        " before it",
        (),
    ),
    Key(
        "batch",
        _kind("a whole number or text or a table", int, str, dict),
        'how many samples one iteration uses: `"all"` (default), a number, or a table (below)',
        "all",
    ),
    Key(
        "sizes",
        subtable(),
        "`[sizes]`: whole numbers that loops and shapes go by: `T = 8` (below)",
        {},
    ),
    Key("given", subtable(), "`[given]`: data and settings; a step can't assign them", {}),
    Key(
        "parameters",
        subtable(),
        "`[parameters]`: what the steps update; the next iteration starts from the new value",
        {},
    ),
    Key(
        "headings",
        subtable(),
        "`[headings]`: what the columns of given arrays are called, where no data file says so:"
        ' `X = ["hours", "sleep"]`',
        {},
    ),
    Key("steps", _LIST, "`[[steps]]`: required (below)"),
    Key(
        "predict",
        subtable(),
        "`[predict]`: which array is the input and which quantity the answer (below)",
    ),
    Key(
        "images",
        subtable(),
        "`[images]`: which samples are images, and whose weights: both are shown as pictures"
        " (below)",
    ),
    Key("published", _LIST, "`[[published]]`: figures that the source prints (below)", ()),
    Key(
        "unreproducible",
        _LIST,
        "`[[unreproducible]]`: figures that can't be reproduced (below)",
        (),
    ),
    Key("errata", _LIST, "`[[errata]]`: mistakes in the source (below)", ()),
    Key("pictures", _LIST, "`[[pictures]]`: pictures and diagrams in the source (below)", ()),
    Key(
        "places",
        subtable(),
        "`[places]`: where the source has the steps, by number, each also for those after it:"
        ' `3 = "Hidden layer calculation"`',
        {},
    ),
)


def _loop(value: Any) -> str | None:
    return None if isinstance(value, str) or is_texts(value) else 'a text: for = "t in 1..8"'


STEP = table(
    "a key of a step",
    Key(
        "number", _kind("a whole number or a text", int, str), "its number (default: its position)"
    ),
    Key("title", text(), "what it is called (default: by its number)", ""),
    Key(
        "phase",
        _phase,
        "`prepare`, `forward` (default), `backward`, `update` or `measure`",
        "forward",
    ),
    Key("equations", texts(), "what it computes, in order", ()),
    Key("shows", texts(), "quantities to show without computing anything", ()),
    Key("explain", text(), "a sentence on what it is for", ""),
    Key("for", _loop, '`"t in 1..8"`: the step is written once for each value of `t` (below)', ()),
)

_INDEX = Key(
    "index",
    wanted(
        "whole numbers: index = [0, 1]", lambda v: isinstance(v, list) and all(map(is_whole, v))
    ),
    "which of its numbers, from 0: `[0, 1]` (default: all)",
    (),
)

PUBLISHED = table(
    "a key of a published figure",
    Key("place", text(), "where the source prints it"),
    Key("quantity", text(), "which quantity it is"),
    Key("iteration", whole(0), "of which iteration (default 1; 0 is before training)", 1),
    _INDEX,
    Key("printed", text(), 'as printed: `"0.79 0.80"`'),
    Key("note", text(), "what else is to say of it", ""),
    Key(
        "computed",
        truth(),
        "`true`: the source doesn't print it; it was computed for this lesson (default false)",
        False,
    ),
    Key(
        "step",
        text(),
        "after which step it stands in the source (default: the one that computes it)",
        "",
    ),
)

NOTE = table(
    "a key of a note",
    Key("place", text(), "where it stands in the source"),
    Key("text", text(), "what is to say of it"),
    Key("step", text(), "after which step it stands there (default: after all of them)", ""),
    Key("printed", text(), "what is printed there", ""),
    Key("quantity", text(), "the quantity that is right", ""),
    Key("iteration", whole(0), "of which iteration (default 1; 0 is before training)", 1),
    _INDEX,
)

PICTURE = table(
    "a key of a picture",
    Key("place", text(), "where it stands in the source"),
    Key("text", text(), "what it shows", ""),
    Key("step", text(), "after which step it stands there (default: after all of them)", ""),
    Key("quantity", text(), "the quantity that it shows", ""),
    Key("iteration", whole(0), "of which iteration (default 1; 0 is before training)", 1),
    Key("sheet", one_of(PICTURED), "the sheet that shows the same"),
)
