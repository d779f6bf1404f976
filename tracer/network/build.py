"""What was typed → a design: every option read, checked and made to fit the data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from tracer.backward.optimizers import OPTIMIZER_ALIASES, OPTIMIZERS, SCHEDULES, Optimizer
from tracer.backward.vocabulary import VOCABULARIES
from tracer.data.random_arrays import SYNONYMS
from tracer.errors import TracerError
from tracer.network import choices
from tracer.network.activations import ACTIVATION_ALIASES, ACTIVATIONS, Activation
from tracer.network.asked_data import asked_data
from tracer.network.dataset import Data
from tracer.network.design import (
    MOST_NEURONS,
    SMALL,
    Design,
    fitting_output,
    fitting_scaling,
    fitting_sizes,
    fitting_target_scaling,
)
from tracer.network.initialisations import INITIALISATIONS, Initialisation
from tracer.network.losses import LOSS_ALIASES, LOSSES, NUMBER, Loss
from tracer.network.options import NewOptions
from tracer.network.scalings import SCALING_ALIASES, SCALINGS, Scaling, simplest
from tracer.network.vocabulary import Vocabulary
from tracer.template.keys import MOST_ITERATIONS
from tracer.wording import load
from tracer.wording.catalogue import FIRST

#: How often all rows are used, unless it is said, where an iteration uses some of them.
PASSES, BATCH, ITERATIONS = 20, 32, 200


def build(options: NewOptions, target: Path) -> Design:
    """Return the design that the options ask for; `target` is where its template will stand.

    Raises TracerError, one line, for whatever can't be read or doesn't fit.
    """
    seed = choices.whole("--seed", options.seed, 0, 2**32 - 1)
    data = asked_data(options, target, seed)
    last, loss = _asked(options)
    compared = ACTIVATIONS[loss.outputs[0]] if loss is not None and loss.outputs else None
    sizes = fitting_sizes(data, _layers(options.layers), last or compared)
    hidden = _hidden(options.activation, len(sizes) - 2)
    last, loss = fitting_output(data, sizes[-1], last, loss)
    test = _test(options.test, data.rows)
    training = data.rows - test
    batch = _batch(options.batch, training)
    keep = _keep(options.dropout, len(hidden))
    _check_batch_norm(options, hidden, batch or training)
    optimizer, settings = _optimizer(options.optimizer)
    schedule, schedule_settings = _schedule(options.schedule)
    scaling, target_scaling = _scalings(options, data, last)
    rate = choices.maybe_number("--rate", options.rate, 0, 1e6, above=True)
    if rate is None:
        rate = _usual_rate(optimizer.rate, (batch or training) if loss.summed else 1)
    return Design(
        data=data, sizes=sizes, hidden=hidden, last=last, loss=loss,
        words=Vocabulary(choices.one_of("--names", options.names, VOCABULARIES), len(sizes) - 1),
        scaling=simplest(scaling, data.x), target_scaling=simplest(target_scaling, data.y),
        starts=_starts(options.init, (*hidden, last)),
        optimizer=optimizer, optimizer_settings=settings, rate=rate,
        schedule=schedule, schedule_settings=schedule_settings,
        penalties=_penalties(options), keep=keep,
        clip=choices.maybe_number("--clip", options.clip, 0, 1e6, above=True),
        batch_norm=options.batch_norm, batch=batch, in_order=options.in_order, test=test,
        iterations=_iterations(options, training, batch), seed=seed, title=_title(options.title),
        say=load(options.lang or FIRST),
    )  # fmt: skip


def _asked(options: NewOptions) -> tuple[Activation | None, Loss | None]:
    """Return the last activation and the loss that the options name."""
    last, loss = options.output_activation, options.loss
    return (
        choices.chosen("--output-activation", last, ACTIVATIONS, ACTIVATION_ALIASES)
        if last is not None
        else None,
        choices.chosen("--loss", loss, LOSSES, LOSS_ALIASES) if loss is not None else None,
    )


def _layers(text: str | None) -> list[int] | None:
    if text is None:
        return None
    return [
        choices.whole("--layers", part, 1, MOST_NEURONS)
        for part in choices.listed("--layers", text)
    ]


def _hidden(text: str | None, count: int) -> tuple[Activation, ...]:
    if text is None:
        return (ACTIVATIONS["tanh"],) * count
    found = [
        choices.chosen("--activation", part, ACTIVATIONS, ACTIVATION_ALIASES)
        for part in choices.listed("--activation", text)
    ]
    if not count:
        raise TracerError(
            "--activation: is for hidden layers, and there is none; see --output-activation."
        )
    if len(found) not in (1, count):
        raise TracerError(
            f"--activation: {len(found)} for {_hidden_layers(count)}; name one for all or one"
            " for each."
        )
    return tuple(found) * (count if len(found) == 1 else 1)


def _hidden_layers(count: int) -> str:
    return "1 hidden layer" if count == 1 else f"{count} hidden layers"


def _keep(text: str | None, count: int) -> tuple[float, ...]:
    if text is None:
        return (1.0,) * count
    shares = [
        choices.number("--dropout", part, 0, 0.95) for part in choices.listed("--dropout", text)
    ]
    if not count:
        raise TracerError("--dropout: is for hidden layers, and there is none.")
    if len(shares) not in (1, count):
        raise TracerError(
            f"--dropout: {len(shares)} for {_hidden_layers(count)}; give one for all or one for"
            " each (0 for none)."
        )
    # 1 - 0.2 in decimals, not in binary digits.
    return tuple(round(1 - share, 12) for share in shares) * (count if len(shares) == 1 else 1)


def _check_batch_norm(options: NewOptions, hidden: tuple[Activation, ...], rows: int) -> None:
    if options.batch_norm and not hidden:
        raise TracerError("--batch-norm: is for hidden layers, and there is none.")
    if options.batch_norm and rows < 2:
        raise TracerError("--batch-norm: an iteration must use at least 2 rows.")


def _test(text: str | None, rows: int) -> int:
    if text is None:
        return 0
    if text.strip().endswith("%"):
        share = choices.number("--test", text.strip()[:-1], 0, 100) / 100
    else:
        share = choices.number("--test", text, 0)
    count = round(rows * share) if share < 1 else share
    if count != int(count):
        raise TracerError(
            f"--test: {text} is neither a share below 1, such as 0.2, nor a whole number of rows."
        )
    if share and not 1 <= count < rows:
        raise TracerError(
            f"--test: {text} of {load()('counts.rows', count=rows)} leaves nothing to"
            f" {'test' if count < 1 else 'train'} with."
        )
    return int(count)


def _batch(text: str | None, rows: int) -> int | None:
    if text is None:
        return None if rows <= SMALL else BATCH
    if text.strip().casefold() == "all":
        return None
    return choices.whole("--batch", text, 1, rows)


def _optimizer(text: str) -> tuple[Optimizer, dict[str, float]]:
    name, given = choices.with_settings("--optimizer", text)
    row = choices.chosen("--optimizer", name, OPTIMIZERS, OPTIMIZER_ALIASES)
    return row, choices.settings_of("--optimizer", row.name, given, row.settings)


def _schedule(text: str | None) -> tuple[str | None, dict[str, float]]:
    if text is None:
        return None, {}
    typed, given = choices.with_settings("--schedule", text)
    name = choices.chosen("--schedule", typed, {name: name for name in SCHEDULES})
    settings = choices.settings_of("--schedule", name, given, SCHEDULES[name].settings)
    for key, value in settings.items():
        if value <= 0 or (key in ("every", "over") and value != int(value)):
            kind = "a whole number from 1" if key in ("every", "over") else "above 0"
            raise TracerError(f"--schedule: {key} must be {kind}, not {value:g}.")
    return name, settings


def _penalties(options: NewOptions) -> Mapping[str, float]:
    return {
        key: choices.number(f"--{key}", text, 0, 1e6)
        for key, text in (("l1", options.l1), ("l2", options.l2))
        if text is not None
    }


def _scalings(options: NewOptions, data: Data, last: Activation) -> tuple[Scaling, Scaling]:
    scaling = (
        choices.chosen("--scale", options.scale, SCALINGS, SCALING_ALIASES)
        if options.scale is not None
        else fitting_scaling(data.x)
    )
    if options.scale_target is None:
        return scaling, fitting_target_scaling(data, last)
    if data.kind != NUMBER:
        raise TracerError("--scale-target: the target is classes; only numbers can be scaled.")
    wanted = choices.chosen("--scale-target", options.scale_target, SCALINGS, SCALING_ALIASES)
    return scaling, wanted


def _starts(
    text: str | None, activations: tuple[Activation, ...]
) -> tuple[tuple[Initialisation, Mapping[str, float]], ...]:
    if text is None:
        rows = [INITIALISATIONS[activation.start] for activation in activations]
        return tuple((row, row.options) for row in rows)
    name, given = choices.with_settings("--init", text)
    row = choices.chosen("--init", name, INITIALISATIONS, SYNONYMS)
    settings = choices.settings_of("--init", row.name, given, row.options)
    if settings.get("low", 0) > settings.get("high", math.inf):
        raise TracerError("--init: low must not be above high.")
    if settings.get("std", 0) < 0:
        raise TracerError("--init: std must be from 0.")
    return ((row, settings),) * len(activations)


def _usual_rate(rate: float, rows: int) -> float:
    """Return a learning rate for a loss that is a sum over so many rows: one digit."""
    return float(f"{rate / rows:.0e}") if rows > 1 else rate


def _iterations(options: NewOptions, training: int, batch: int | None) -> int:
    if options.iterations is not None and options.epochs is not None:
        raise TracerError("--epochs: give --iterations or --epochs, not both.")
    if options.iterations is not None:
        return choices.whole("--iterations", options.iterations, 1, MOST_ITERATIONS)
    if options.epochs is None and batch is None:
        return ITERATIONS
    passes = PASSES
    if options.epochs is not None:
        passes = choices.whole("--epochs", options.epochs, 1, 1_000_000)
    # Counted as the engine counts passes: samples come as one endless stream.
    return min(MOST_ITERATIONS, max(1, -(-passes * training // (batch or training))))


def _title(text: str | None) -> str:
    if text is None:
        return ""
    if not text.strip() or not text.isprintable():
        raise TracerError("--title: write a line of text.")
    return text.strip()
