"""TOML → template: what a lesson says, read as data and checked; reading never runs code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.errors import DataError, TemplateError, did_you_mean, wrong_keys
from tracer.template.source import read_toml

if TYPE_CHECKING:
    from tracer.backward.update import Optimizers
    from tracer.language.functions import Array
    from tracer.program.model import Batch, Program, Step
    from tracer.template.prediction import Prediction

MOST_ITERATIONS = 100_000_000

#: Every key of a template: its type, and what it is (the README's table says the same).
KEYS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "source": str,
    "about": str,
    "network": str,
    "iterations": int,
    "epochs": int,
    "seed": int,
    "loss": str,
    "backward": str,
    "optimizer": (dict, list),
    "metrics": list,
    "helpers": list,
    "batch": (int, str, dict),
    "given": dict,
    "parameters": dict,
    "steps": list,
    "predict": dict,
    "published": list,
    "unreproducible": list,
    "errata": list,
}
STEP_KEYS = ("number", "title", "phase", "equations", "shows", "explain")
PUBLISHED_KEYS = ("place", "quantity", "iteration", "index", "printed", "note")


@dataclass(frozen=True)
class Published:
    """A figure that a source prints, as printed, and where the trace has it.

    Iteration 0 is before training. `index` picks from the quantity as `[i, j]` does.
    """

    place: str
    quantity: str
    iteration: int
    printed: tuple[str, ...]
    index: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Erratum:
    """A mistake in what a source prints: where it stands, and what is right."""

    place: str
    text: str


@dataclass(frozen=True)
class Template:
    """A lesson: its words, its numbers, its equations, and what its source published."""

    name: str
    path: Path
    title: str
    source: str
    about: str
    network: str
    iterations: int
    loss: str | None
    metrics: tuple[str, ...]
    helpers: tuple[str, ...]
    given: Mapping[str, Array]
    parameters: Mapping[str, Array]
    steps: tuple[Step, ...]
    batch: Batch | None
    published: tuple[Published, ...]
    unreproducible: tuple[Erratum, ...]
    errata: tuple[Erratum, ...]
    origins: Mapping[str, str]
    settings: tuple[str, ...] = ()
    lines: Mapping[str, int] | None = None
    predict: Prediction | None = None
    #: Which quantity is the gradient of which parameter, where the backward pass is derived.
    gradients: Mapping[str, str] = field(default_factory=dict)

    def program(self, *, decimals: int | None = None) -> Program:
        """Return the checked program. Raises TemplateError with every fault found."""
        from tracer.program.compile import check

        program = check(
            source=str(self.path),
            steps=self.steps,
            given={name: array.shape for name, array in self.given.items()},
            parameters={name: array.shape for name, array in self.parameters.items()},
            helpers=self.helpers,
            loss=self.loss,
            metrics=self.metrics,
            batch=self.batch,
            decimals=decimals,
            lines=self.lines,
        )
        for item in self.published:
            if item.quantity not in program.quantities():
                raise TemplateError(
                    f"{self.path}: published: '{item.quantity}' is not a quantity of the template."
                    + did_you_mean(item.quantity, program.quantities())
                )
        if self.predict is not None:
            from tracer.template.prediction import check_prediction

            check_prediction(self.predict, program, str(self.path))
        return program

    def derived(self, optimizer: Optimizers) -> Template:
        """Return the template with derived backward and update steps, in place of its own.

        `optimizer` is the table of that name, or several. Raises TemplateError where there is
        nothing to derive.
        """
        from tracer.backward.complete import complete

        made = complete(
            self.steps, self.given, self.parameters, optimizer, loss=self.loss,
            helpers=self.helpers, batch=self.batch, lines=self.lines, where=str(self.path),
        )  # fmt: skip
        # What a source printed of steps that are replaced is no part of this any more.
        kept = {step.title for step in self.steps} <= {step.title for step in made.steps}
        return replace(
            self, steps=made.steps, given=made.given, parameters=made.parameters,
            gradients=made.gradients, published=self.published if kept else (),
        )  # fmt: skip

    def with_values(self, changes: Mapping[str, Array]) -> Template:
        """Return the template with other givens or starting parameters.

        Raises DataError for an unknown name or another shape.
        """
        from tracer.language.expression import shape_text

        known = {**self.given, **self.parameters}
        for name, array in changes.items():
            if name not in known:
                raise DataError(
                    f"'{name}' is neither given nor a parameter of {self.name}."
                    f"{did_you_mean(name, known)} It has: {', '.join(known)}."
                )
            if array.shape != known[name].shape:
                raise DataError(
                    f"{name} is {shape_text(known[name].shape)} in {self.name},"
                    f" not {shape_text(array.shape)}."
                )
        return replace(
            self,
            given={n: changes.get(n, a) for n, a in self.given.items()},
            parameters={n: changes.get(n, a) for n, a in self.parameters.items()},
            settings=(*self.settings, *(f"{name} changed" for name in changes)),
        )


def read_template(
    path: Path, *, seed: int | None = None, data_folder: Path | None = None
) -> Template:
    """Read a template file with its data.

    `seed` replaces the seed of every random array; `data_folder` is where IDX files are
    looked for first. Raises TemplateError or DataError.
    """
    return template_of(read_toml(path), path, seed=seed, data_folder=data_folder)


def template_of(
    raw: dict[str, Any], path: Path, *, seed: int | None = None, data_folder: Path | None = None
) -> Template:
    """Return the template with this raw content; `path` names it and its data's folder."""
    faults = [*wrong_keys(raw, KEYS, "the template"), *_wrong_types(raw)]
    if not faults and not isinstance(raw.get("title"), str):
        faults.append('a title is needed: title = "…".')
    if not faults and raw.get("backward", "derived") != "derived":
        faults.append('backward must be "derived", or left out where the steps say it all.')
    if not faults and "optimizer" in raw and "backward" not in raw:
        faults.append('optimizer belongs to a derived backward pass: backward = "derived".')
    if not faults and not raw.get("steps"):
        faults.append("steps are needed: [[steps]] with equations.")
    if not faults:
        faults = _wrong_steps(raw["steps"])
    if faults:
        raise TemplateError("\n".join(f"{path}: {fault}" for fault in faults))
    return _Builder(path, raw, seed, data_folder).template()


_TYPE_WORDS = {str: "text", int: "a whole number", list: "a list", dict: "a table"}


def _wrong_types(raw: Mapping[str, Any]) -> list[str]:
    faults = []
    for key, wanted in KEYS.items():
        kinds = wanted if isinstance(wanted, tuple) else (wanted,)
        value = raw.get(key)
        if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            faults.append(f"{key} must be {' or '.join(_TYPE_WORDS[k] for k in kinds)}.")
    faults += [
        f"{key} must be a list of texts."
        for key in ("metrics", "helpers")
        if isinstance(raw.get(key), list) and any(not isinstance(i, str) for i in raw[key])
    ]
    for key in ("iterations", "epochs"):
        value = raw.get(key, 1)
        if isinstance(value, int) and not 1 <= value <= MOST_ITERATIONS:
            faults.append(f"{key} must be from 1 to {MOST_ITERATIONS:,}.")
    return faults


def _wrong_steps(steps: Sequence[Any]) -> list[str]:
    from tracer.program.model import PHASES

    faults = []
    for position, step in enumerate(steps, 1):
        what = f"step {position}"
        if not isinstance(step, dict):
            faults.append(f"{what} must be a table: [[steps]].")
            continue
        faults += wrong_keys(step, STEP_KEYS, what)
        if step.get("phase", "forward") not in PHASES:
            faults.append(
                f"{what}: phase must be one of {', '.join(PHASES)}, not {step['phase']!r}."
                + did_you_mean(str(step["phase"]), PHASES)
            )
        for key in ("equations", "shows"):
            texts = step.get(key, [])
            if not isinstance(texts, list) or any(not isinstance(text, str) for text in texts):
                faults.append(f"{what}: {key} must be a list of texts.")
        if not isinstance(step.get("number", 0), int | str):
            faults.append(f"{what}: number must be a whole number or a text.")
        for key in ("title", "explain"):
            if not isinstance(step.get(key, ""), str):
                faults.append(f"{what}: {key} must be a text.")
        if not step.get("equations") and not step.get("shows"):
            faults.append(f"{what} has neither equations nor anything it shows.")
    return faults


def _one_line(text: str) -> str:
    """Return an equation on one line, without its comments."""
    return " ".join(" ".join(line.split("#")[0] for line in text.splitlines()).split())


def _listed(options: Mapping[str, Any]) -> str:
    """Return where numbers come from as a sheet says it."""
    return ", ".join(
        f"{key} {_listed(value) if isinstance(value, dict) else value}"
        for key, value in options.items()
    )


class _Builder:
    """Turns a template's sound raw content into a Template with its arrays."""

    def __init__(
        self, path: Path, raw: dict[str, Any], seed: int | None, data_folder: Path | None
    ) -> None:
        from tracer.data.random_arrays import Streams

        self.path = path
        self.raw = raw
        self.data_folder = data_folder
        self.streams = Streams(raw.get("seed", 1), seed)
        self.origins: dict[str, str] = {}
        self.seed = seed

    def template(self) -> Template:
        from tracer.template.batches import read_batch

        raw = self.raw
        given = self._arrays("given")
        parameters = self._arrays("parameters")
        both = set(given) & set(parameters)
        if both:
            name = sorted(both)[0]
            raise TemplateError(f"{self.path}: '{name}' is both given and a parameter.")
        if self.seed is not None and not self.streams.used:
            raise DataError(
                f"{self.path}: --seed changes nothing: the template draws no random numbers."
            )
        batch = read_batch(raw.get("batch", "all"), given, str(self.path))
        template = Template(
            name=self.path.stem,
            path=self.path,
            title=raw["title"],
            source=raw.get("source", ""),
            about=raw.get("about", ""),
            network=raw.get("network", ""),
            iterations=self._iterations(batch, given),
            loss=raw.get("loss"),
            metrics=tuple(raw.get("metrics", ())),
            helpers=tuple(raw.get("helpers", ())),
            given=given,
            parameters=parameters,
            steps=tuple(starmap(self._step, enumerate(self.raw["steps"], 1))),
            batch=batch,
            published=tuple(
                self._published(i, item) for i, item in enumerate(raw.get("published", ()), 1)
            ),
            unreproducible=self._notes("unreproducible"),
            errata=self._notes("errata"),
            origins=self.origins,
            settings=() if self.seed is None else (f"--seed {self.seed}",),
            lines=self._lines(),
            predict=self._prediction(),
        )
        if "backward" not in raw:
            return template
        from tracer.backward.complete import WRITTEN

        written = [step for step in template.steps if step.phase in WRITTEN]
        if written:
            step = written[0]
            raise TemplateError(
                f'{self.path}: step {step.number} "{step.title}" is of the phase {step.phase}, but'
                ' backward = "derived" writes those steps: leave out one or the other.'
            )
        return template.derived(raw.get("optimizer", {}))

    def _prediction(self) -> Prediction | None:
        from tracer.template.prediction import read_prediction

        table = self.raw.get("predict")
        return None if table is None else read_prediction(table, str(self.path))

    def _arrays(self, table: str) -> dict[str, Array]:
        from tracer.data.files import as_array

        arrays = {}
        for name, value in self.raw.get(table, {}).items():
            what = f"{self.path}: {table}.{name}"
            if not name.isidentifier() or name in ("np", "numpy", "AXIS"):
                raise TemplateError(f"{what}: an equation can't use this as a name.")
            if not isinstance(value, dict):
                arrays[name] = as_array(value, what)
                continue
            if "random" in value:
                arrays[name] = self.streams.draw(value, what)
                self.origins[name] = _listed({k: v for k, v in value.items() if k != "shape"})
            elif "file" in value or "made" in value:
                arrays[name] = self._data(value, what)
                first = "file" if "file" in value else "made"
                others = {key: text for key, text in value.items() if key != first}
                self.origins[name] = f"{value[first]} {_listed(others)}".strip()
            else:
                raise TemplateError(
                    f"{what}: a table needs random = … (with a shape), file = … or made = …"
                )
        return arrays

    def _data(self, value: dict[str, Any], what: str) -> Array:
        """Return what a file holds or a recipe makes."""
        from tracer.data.files import FILE_KEYS, chosen_rows, load
        from tracer.data.made import MADE_KEYS, make

        wrong = wrong_keys(value, FILE_KEYS if "file" in value else MADE_KEYS, what)
        if wrong:
            raise TemplateError(wrong[0])
        if "file" in value:
            array = load(value, self.path.parent, self.data_folder)
        else:
            array = make(value, what)
        return chosen_rows(array, value.get("rows"), what)

    def _iterations(self, batch: Batch | None, given: Mapping[str, Array]) -> int:
        epochs = self.raw.get("epochs")
        if epochs is None:
            return int(self.raw.get("iterations", 1))
        if "iterations" in self.raw:
            raise TemplateError(f"{self.path}: give iterations or epochs, not both.")
        if batch is None:
            return int(epochs)
        sizes = [given[n].shape[batch.axis] for n in batch.names if n in given]
        if not sizes:
            raise TemplateError(
                f"{self.path}: epochs needs batches of given arrays; give iterations instead."
            )
        updates: int = -(-int(epochs) * sizes[0] // batch.size)
        return max(1, updates)

    def _step(self, position: int, step: dict[str, Any]) -> Step:
        from tracer.program.model import Step, by_number
        from tracer.wording import load

        number = str(step.get("number", position))
        return Step(
            number=number,
            title=step.get("title", ""),
            phase=step.get("phase", "forward"),
            equations=tuple(map(_one_line, step.get("equations", ()))),
            shows=tuple(step.get("shows", ())),
            explain=" ".join(step.get("explain", "").split()),
            said=(None if "title" in step else by_number(number), None),
        ).worded(load())

    def _published(self, position: int, item: Any) -> Published:
        what = f"{self.path}: published entry {position}"
        if not isinstance(item, dict):
            raise TemplateError(f"{what} must be a table: [[published]].")
        faults = wrong_keys(item, PUBLISHED_KEYS, what)
        for key in ("place", "quantity", "printed"):
            if not isinstance(item.get(key), str):
                faults.append(f"{what}: {key} must be a text.")
        index = item.get("index", [])
        if not isinstance(index, list) or any(not isinstance(i, int) for i in index):
            faults.append(f"{what}: index must be whole numbers: index = [0, 1].")
        iteration = item.get("iteration", 1)
        if isinstance(iteration, bool) or not isinstance(iteration, int) or iteration < 0:
            faults.append(f"{what}: iteration must be a whole number from 0.")
        if faults:
            raise TemplateError("\n".join(faults))
        return Published(
            item["place"], item["quantity"], iteration, tuple(item["printed"].split()),
            tuple(index), item.get("note", ""),
        )  # fmt: skip

    def _notes(self, key: str) -> tuple[Erratum, ...]:
        notes = []
        for position, item in enumerate(self.raw.get(key, ()), 1):
            texts = [item.get("place"), item.get("text")] if isinstance(item, dict) else [None]
            if any(not isinstance(text, str) for text in texts) or len(item) != 2:
                raise TemplateError(
                    f'{self.path}: {key} entry {position} needs place = "…" and text = "…".'
                )
            notes.append(Erratum(item["place"], " ".join(item["text"].split())))
        return tuple(notes)

    def _lines(self) -> dict[str, int]:
        """Return the line on which each equation or helper stands, where it stands on one."""
        lines: dict[str, int] = {}
        texts = {_one_line(t) for s in self.raw["steps"] for t in s.get("equations", ())}
        texts |= set(self.raw.get("helpers", ()))
        # Content that came from elsewhere has no lines.
        written = self.path.read_text("utf-8-sig") if self.path.is_file() else ""
        for number, line in enumerate(written.splitlines(), 1):
            for text in texts:
                if text not in lines and (f'"{text}"' in line or f"'{text}'" in line):
                    lines[text] = number
        return lines
