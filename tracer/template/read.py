"""TOML → template: what a lesson says, read as data and checked; reading never runs code."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tracer.errors import DataError, TemplateError, wrong_keys
from tracer.template.cited import Erratum, Picture, Published, read_places
from tracer.template.goals import read_losses
from tracer.template.keys import NOTE, PICTURE, PUBLISHED, STEP, TEMPLATE
from tracer.template.names import with_names
from tracer.template.positions import Place, text_lines
from tracer.template.reading import reading_of
from tracer.template.repeat import unrolled
from tracer.template.source import content, read_text
from tracer.template.template import Template

if TYPE_CHECKING:
    from tracer.data.keys import KeyTable
    from tracer.language.functions import Array
    from tracer.program.model import Batch, Step
    from tracer.wording import Said

#: What a table of the template is read as.
Read = TypeVar("Read")


def read_template(
    path: Path, *, seed: int | None = None, data_folder: Path | None = None
) -> Template:
    """Read a template file with its data.

    `seed` replaces the seed of every random array; `data_folder` is where IDX files are
    looked for first. Raises TemplateError or DataError.
    """
    text = read_text(path)
    raw, lines = content(text, path), text_lines(text)
    return template_of(raw, path, seed=seed, data_folder=data_folder, lines=lines)


def template_of(
    raw: dict[str, Any],
    path: Path,
    *,
    seed: int | None = None,
    data_folder: Path | None = None,
    lines: Mapping[Place, int] | None = None,
) -> Template:
    """Return the template with this raw content; `path` names it and its data's folder.

    `lines` are those on which its texts stand in the file, where it comes from one.
    """
    raw = with_names(raw, str(path))
    faults = TEMPLATE.faults(raw)
    if not faults and not isinstance(raw.get("title"), str):
        faults.append('a title is needed: title = "…".')
    if not faults and raw.get("backward", "derived") != "derived":
        faults.append('backward must be "derived", or left out where the steps say it all.')
    if not faults and "optimizer" in raw and "backward" not in raw:
        faults.append('optimizer belongs to a derived backward pass: backward = "derived".')
    if not faults and "source" in raw and "article" in raw:
        faults.append("give a source, or an article and its part, not both.")
    if not faults and not raw.get("steps"):
        faults.append("steps are needed: [[steps]] with equations.")
    if not faults:
        faults = _wrong_steps(raw["steps"])
    if faults:
        raise TemplateError("\n".join(f"{path}: {fault}" for fault in faults))
    raw, places = unrolled(raw, str(path), lines or {})
    return _Builder(path, raw, seed, data_folder, places).template()


def _wrong_steps(steps: Sequence[Any]) -> list[str]:
    faults = []
    for position, step in enumerate(steps, 1):
        what = f"step {position}"
        if not isinstance(step, dict):
            faults.append(f"{what} must be a table: [[steps]].")
            continue
        faults += STEP.faults(step, f"{what}: ", unknown=f"a key of {what}")
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


def _origin(value: Mapping[str, Any]) -> str | Said:
    """Return where data come from as a sheet says it: of a file, not how its texts are read."""
    from tracer.wording import Said

    if "made" in value:
        others = {key: text for key, text in value.items() if key != "made"}
        return f"{value['made']} {_listed(others)}".strip()
    rows, said = value.get("rows"), {"file": value["file"]}
    if isinstance(rows, list) and len(rows) == 2:
        return Said("data.rows", {**said, "first": rows[0], "last": rows[1]})
    if isinstance(rows, dict):
        return Said(f"data.{rows['keep']}", said)
    return Said("data.file", said)


def _check_drawn(raw: Mapping[str, Any], where: str) -> None:
    """Raise DataError for more random numbers than are drawn, before one is."""
    from tracer.data.random_arrays import check_amount

    values = (*raw["given"].values(), *raw["parameters"].values())
    drawn = [value for value in values if isinstance(value, dict) and "random" in value]
    check_amount(drawn, where)


class _Builder:
    """Turns a template's sound raw content into a Template with its arrays."""

    def __init__(
        self,
        path: Path,
        raw: dict[str, Any],
        seed: int | None,
        data_folder: Path | None,
        lines: Mapping[Place, int],
    ) -> None:
        from tracer.data.random_arrays import Streams

        self.path = path
        self.raw = raw
        self.data_folder = data_folder
        self.streams = Streams(TEMPLATE.filled(raw)["seed"], seed)
        self.origins: dict[str, str | Said] = {}
        self.headings: dict[str, tuple[str, ...]] = {}
        self.files = [path]
        self.seed = seed
        self.lines = lines

    def template(self) -> Template:
        from tracer.template.batches import read_batch
        from tracer.template.headings import read_headings
        from tracer.template.images import read_images
        from tracer.template.prediction import read_prediction

        raw = TEMPLATE.filled(self.raw)
        _check_drawn(raw, str(self.path))
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
        batch = read_batch(raw["batch"], given, str(self.path))
        reading = reading_of(raw)
        loss, losses = read_losses(raw["loss"], parameters, str(self.path))
        # What the template says counts more than a file.
        headings = read_headings(raw["headings"], {**given, **parameters}, str(self.path))
        template = Template(
            name=self.path.stem,
            path=self.path,
            title=raw["title"],
            source=raw["source"] or reading.source,
            about=raw["about"],
            network=raw["network"],
            iterations=self._iterations(batch, given),
            loss=loss,
            losses=losses,
            # Other losses are followed like the first.
            metrics=tuple(raw["metrics"])
            + tuple(n for n in dict.fromkeys(losses.values()) if n not in (loss, *raw["metrics"])),
            helpers=tuple(raw["helpers"]),
            given=given,
            parameters=parameters,
            steps=tuple(starmap(self._step, enumerate(self.raw["steps"], 1))),
            batch=batch,
            published=self._published(),
            unreproducible=self._notes("unreproducible"),
            errata=self._notes("errata"),
            origins=self.origins,
            settings=self._settings(),
            files=tuple(dict.fromkeys(self.files)),
            helper_lines=self._lines("helpers"),
            predict=self._said("predict", read_prediction),
            images=self._said("images", read_images),
            reading=reading,
            pictures=tuple(Picture(**f) for f in self._cited("pictures", PICTURE, ("place",))),
            decimals=raw["decimals"],
            places=read_places(self.raw, str(self.path)),
            headings={**self.headings, **headings},
        )
        if raw["backward"] is None:
            return template
        from tracer.backward.derivation import WRITTEN

        written = [step for step in template.steps if step.phase in WRITTEN]
        if written:
            step = written[0]
            raise TemplateError(
                f'{self.path}: step {step.number} "{step.title}" is of the phase {step.phase}, but'
                ' backward = "derived" writes those steps: leave out one or the other.'
            )
        return template.derived(raw["optimizer"] or {})

    def _settings(self) -> tuple[str, ...]:
        """Return the options by which the same numbers are read again."""
        folder = self.data_folder
        said = [] if self.seed is None else [f"--seed {self.seed}"]
        said += [] if folder is None else [f"--data {shlex.quote(str(folder))}"]
        return tuple(said)

    def _said(self, key: str, read: Callable[[Mapping[str, Any], str], Read]) -> Read | None:
        table = self.raw.get(key)
        return None if table is None else read(table, str(self.path))

    def _arrays(self, table: str) -> dict[str, Array]:
        from tracer.data.arrays import as_array
        from tracer.language.naming import may_be_name
        from tracer.template.headings import in_file

        arrays = {}
        for name, value in self.raw.get(table, {}).items():
            what = f"{self.path}: {table}.{name}"
            if not may_be_name(name):
                raise TemplateError(f"{what}: an equation can't use this as a name.")
            if not isinstance(value, dict):
                arrays[name] = as_array(value, what)
                continue
            if "random" in value:
                arrays[name] = self.streams.draw(value, what)
                self.origins[name] = _listed({k: v for k, v in value.items() if k != "shape"})
            elif "file" in value or "made" in value:
                arrays[name] = self._data(value, what)
                self.origins[name] = _origin(value)
                if texts := in_file(value, arrays[name], self.path.parent, self.data_folder):
                    self.headings[name] = texts
            else:
                raise TemplateError(
                    f"{what}: a table needs random = … (with a shape), file = … or made = …"
                )
        return arrays

    def _data(self, value: dict[str, Any], what: str) -> Array:
        """Return what a file holds or a recipe makes."""
        from tracer.data.files import FILE, chosen_rows, files_of, load
        from tracer.data.made import MADE_KEYS, make

        wrong = wrong_keys(value, (FILE if "file" in value else MADE_KEYS).keys, what)
        if wrong:
            raise TemplateError(wrong[0])
        if "file" in value:
            self.files += files_of(value, self.path.parent, self.data_folder)
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
        updates: int = -(-int(epochs) * batch.passed(sizes[0]) // batch.size)
        return max(1, updates)

    def _step(self, position: int, raw: dict[str, Any]) -> Step:
        from tracer.program.model import Step, by_number
        from tracer.wording import load

        step = STEP.filled(raw)
        number = str(raw.get("number", position))
        return Step(
            number=number,
            title=step["title"],
            phase=step["phase"],
            equations=tuple(map(_one_line, step["equations"])),
            shows=tuple(step["shows"]),
            explain=" ".join(step["explain"].split()),
            said=(None if "title" in raw else by_number(number), None),
            lines=self._lines("steps", position - 1, "equations"),
        ).worded(load())

    def _cited(self, key: str, keys: KeyTable, needed: Sequence[str]) -> list[dict[str, Any]]:
        """Return the entries of what the template says of its source, with every key."""
        found = []
        for position, item in enumerate(self.raw.get(key, ()), 1):
            what = f"{self.path}: {key} entry {position}"
            if not isinstance(item, dict):
                raise TemplateError(f"{what} must be a table: [[{key}]].")
            faults = keys.faults(item, f"{what}: ", unknown=f"a key of {what}")
            faults += [f"{what}: {name} must be a text." for name in needed if name not in item]
            if faults:
                raise TemplateError("\n".join(faults))
            read = keys.filled(item)
            read |= {name: tuple(read[name]) for name in ("index",) if name in read}
            read |= {name: " ".join(read[name].split()) for name in ("text",) if name in read}
            found.append(read)
        return found

    def _published(self) -> tuple[Published, ...]:
        found = self._cited("published", PUBLISHED, ("place", "quantity", "printed"))
        return tuple(Published(**{**f, "printed": tuple(f["printed"].split())}) for f in found)

    def _notes(self, key: str) -> tuple[Erratum, ...]:
        return tuple(Erratum(**found) for found in self._cited(key, NOTE, ("place", "text")))

    def _lines(self, *place: str | int) -> tuple[int, ...]:
        """Return the lines on which the texts of a list stand, if they come from a file."""
        found: list[int] = []
        while (*place, len(found)) in self.lines:
            found.append(self.lines[*place, len(found)])
        return tuple(found)
