"""What a template is: a lesson's words, numbers and equations, and its program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import DataError, TemplateError, did_you_mean
from tracer.template.cited import Cited, Erratum, Picture, Published, nowhere, wrong_reference
from tracer.template.reading import Reading
from tracer.wording import load

if TYPE_CHECKING:
    from tracer.backward.settings import Optimizers
    from tracer.language.functions import Array
    from tracer.program.compile import DefinedHelpers
    from tracer.program.model import Batch, Program, Step
    from tracer.template.headings import Headings
    from tracer.template.images import Images
    from tracer.template.listing import Listing
    from tracer.template.prediction import Prediction
    from tracer.wording import Said


@dataclass(frozen=True, repr=False)
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
    origins: Mapping[str, str | Said]
    settings: tuple[str, ...] = ()
    helper_lines: tuple[int, ...] = ()
    predict: Prediction | None = None
    images: Images | None = None
    reading: Reading = field(default_factory=Reading)
    pictures: tuple[Picture, ...] = ()
    #: How many decimals numbers show, where the template says it.
    decimals: int | None = None
    #: Where the source has each step, by its number.
    places: Mapping[str, str] = field(default_factory=dict)
    #: What the columns of given arrays are called.
    headings: Headings = field(default_factory=dict)
    #: What was read: the template's own file, and those of its data.
    files: tuple[Path, ...] = field(default=(), compare=False, repr=False)
    #: The program that it was read from, where it is one's own.
    code: Listing | None = field(default=None, compare=False, repr=False)
    #: Of a program: numbers that it starts from and computes a change of, but never changes; and
    #: the lines that do.
    unchanged: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    #: Where there are several losses: which of them a parameter follows.
    losses: Mapping[str, str] = field(default_factory=dict)
    #: Which quantity is the gradient of which parameter, where the backward pass is derived.
    gradients: Mapping[str, str] = field(default_factory=dict)
    #: The checked program, once it has been asked for. Templates that differ in numbers only
    #: share it.
    _checked: list[Program] = field(default_factory=list, init=False, compare=False, repr=False)

    def __repr__(self) -> str:
        said = load()("counts.iterations", count=self.iterations)
        network = f", {self.network}" if self.network else ""
        return f"<Template {self.name}: {self.title}{network}, {said}>"

    def program(self, *, decimals: int | None = None) -> Program:
        """Return the checked program; with `decimals`, one that rounds every result.

        It is checked once. Raises TemplateError with every fault found.
        """
        if not self._checked:
            self._checked.append(self._sound(self._compiled()))
        program = self._checked[0]
        return program if decimals is None else replace(program, decimals=decimals)

    def _compiled(self) -> Program:
        from tracer.language.whole import whole_ones
        from tracer.program.compile import check

        return check(
            source=str(self.path),
            steps=self.steps,
            given={name: array.shape for name, array in self.given.items()},
            parameters={name: array.shape for name, array in self.parameters.items()},
            helpers=self._helpers(),
            loss=self.loss,
            metrics=self.metrics,
            batch=self.batch,
            whole=whole_ones(self.given),
        )

    def _helpers(self) -> DefinedHelpers:
        from tracer.program.compile import DefinedHelpers

        return DefinedHelpers(self.helpers, self.helper_lines)

    def _sound(self, program: Program) -> Program:
        """Return the program. Raises TemplateError where the template says more than is there."""
        cited: dict[str, tuple[Cited, ...]] = {
            "published": self.published,
            "unreproducible": self.unreproducible,
            "errata": self.errata,
            "pictures": self.pictures,
        }
        for key, items in cited.items():
            for item in items:
                if fault := wrong_reference(item, program):
                    raise TemplateError(f"{self.path}: {key}: {fault}")
        if self.predict is not None:
            from tracer.template.prediction import check_prediction

            check_prediction(self.predict, program, str(self.path))
        if self.images is not None:
            from tracer.template.images import check_images

            check_images(self.images, program, str(self.path))
        return program

    def derived(self, optimizer: Optimizers) -> Template:
        """Return the template with derived backward and update steps, in place of its own.

        `optimizer` is the table of that name, or several. Raises TemplateError where there is
        nothing to derive.
        """
        from tracer.backward.complete import complete

        made = complete(
            self.steps,
            self.given,
            self.parameters,
            optimizer,
            loss=self.loss,
            losses=self.losses,
            metrics=self.metrics,
            helpers=self._helpers(),
            batch=self.batch,
            where=str(self.path),
        )
        # What a source printed of steps that are replaced is no part of this any more.
        kept = {step.title for step in self.steps} <= {step.title for step in made.program.steps}
        template = replace(
            self,
            steps=made.program.steps,
            given=made.given,
            parameters=made.parameters,
            gradients=made.gradients,
            published=self.published if kept else (),
            unreproducible=tuple(note if kept else nowhere(note) for note in self.unreproducible),
            errata=tuple(note if kept else nowhere(note) for note in self.errata),
            pictures=self.pictures if kept else (),
        )
        template._checked.append(template._sound(made.program))
        return template

    def with_values(self, changes: Mapping[str, Array]) -> Template:
        """Return the template with other givens or starting parameters.

        Raises DataError for an unknown name or another shape.
        """
        from tracer.language.expression import shape_text
        from tracer.language.whole import whole_ones

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
        template = replace(
            self,
            given={n: changes.get(n, a) for n, a in self.given.items()},
            parameters={n: changes.get(n, a) for n, a in self.parameters.items()},
            settings=(*self.settings, *(f"{name} changed" for name in changes)),
        )
        # The shapes are the same, and a program knows of its numbers only which are whole.
        whole = whole_ones(template.given)
        template._checked.extend(p for p in self._checked if set(p.whole_givens) <= set(whole))
        return template

    def told(self, other: Template) -> Template:
        """Return another template that says the same in other words; nothing is checked again."""
        other._checked.extend(replace(p, steps=other.steps) for p in self._checked)
        return other
