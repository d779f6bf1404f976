"""The trace that `import tracer` gives: arrays by name, shown in a notebook, written as files."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, overload

import numpy as np

from tracer.api.arguments import check_looks, iterations_of, path_of, whole_number
from tracer.api.python_words import python_words
from tracer.api.quantities import Iteration, quantities, unknown
from tracer.errors import TracerError
from tracer.language.functions import Array
from tracer.program.model import Slot
from tracer.run import trace as tracing
from tracer.wording import load

if TYPE_CHECKING:
    from tracer.workbook.plan.plan import Book


class Trace(tracing.ProgramTrace):
    """Every quantity of every iteration, by its name; shows itself in a notebook.

    `trace["wh"]` is an array `(iterations, *shape)`, of a parameter its value after each
    iteration's update; `trace.at(3)` has all quantities of iteration 3. Iterations, rows and
    columns count from 1 wherever they are named; arrays count from 0, as arrays do.
    """

    # -- a mapping from names to arrays ---------------------------------------------------

    def __getitem__(self, name: str) -> Array:
        with python_words():
            return self.over_iterations(self._slot(name))

    def keys(self) -> list[str]:
        """Return the names of all quantities, in the order of the calculation."""
        return quantities(self)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return name in self.keys()

    def __len__(self) -> int:
        return len(self.keys())

    def _ipython_key_completions_(self) -> list[str]:
        return self.keys()

    def items(self) -> list[tuple[str, Array]]:
        """Return every quantity's name and its array over the iterations."""
        return [(name, self[name]) for name in self.keys()]

    def _slot(self, quantity: str | Slot) -> Slot:
        if isinstance(quantity, Slot):
            return quantity
        known = self.keys()
        if quantity not in known:
            raise unknown(quantity, known, "trace")
        return self.program.newest(quantity)

    def over_iterations(self, slot: str | Slot) -> Array:
        """Return a quantity's value in every iteration.

        Raises TracerError when the run was too long to keep them all.
        """
        with python_words():
            return super().over_iterations(self._slot(slot))

    def values(self, slot: str | Slot, iterations: Sequence[int] | np.ndarray) -> Array:
        """Return a quantity's value in the given iterations: `(len(iterations), *shape)`.

        Raises TracerError for a name there is none of, and an iteration that was not kept.
        """
        if isinstance(slot, Slot):
            return super().values(slot, iterations)
        with python_words():
            found = self._slot(slot)
            wanted = [self._iteration(k, 1) for k in iterations_of("iterations", iterations)]
            try:
                return super().values(found, wanted)
            except KeyError as missing:
                raise self._not_kept(missing.args[0]) from None

    def start(self, name: str) -> Array:
        """Return what a quantity was at the start of every iteration: `(iterations, *shape)`."""
        with python_words():
            self._slot(name)
            return super().start(name)

    def value(self, slot: str | Slot, iteration: int) -> Array:
        """Return a quantity's value in one iteration (from 1). Raises as `values` does."""
        if isinstance(slot, Slot):
            return super().value(slot, iteration)
        with python_words():
            found, number = self._slot(slot), self._iteration(iteration, 1)
            try:
                return super().value(found, number)
            except KeyError:
                raise self._not_kept(number) from None

    # -- one iteration --------------------------------------------------------------------

    def at(self, iteration: int) -> Iteration:
        """Return all quantities of an iteration; 0 is what there was before training.

        Raises TracerError for an iteration that wasn't run, or not kept whole.
        """
        with python_words():
            number = self._iteration(iteration, 0)
            if number and number not in self.record.full_of:
                raise self._not_kept(number)
            return Iteration(self, number)

    def _iteration(self, wanted: object, first: int) -> int:
        number = int(wanted) if whole_number(wanted) else -1  # type: ignore[call-overload]
        if not first <= number <= self.iterations:
            raise TracerError(
                f"there is no iteration {wanted!r}: the trace has {first} to {self.iterations:,}."
            )
        return int(number)

    def _not_kept(self, iteration: int) -> TracerError:
        return TracerError(
            f"iteration {iteration:,} was not kept whole: the run is too long to keep every"
            " number. Trace fewer iterations."
        )

    # -- shown ----------------------------------------------------------------------------

    def __repr__(self) -> str:
        count = load()("counts.iterations", count=self.iterations)
        said = f"{self.template.name}, {count}"
        if self.loss is not None:
            first, last = self.loss
            said += f", {self.program.loss} {first:z.6g} → {last:z.6g}"
        return f"<Trace: {said}, {len(self)} quantities>"

    def _repr_html_(self) -> str:
        from tracer.api.html import trace_html

        return trace_html(self)

    def plot(self, *names: str, ax: Any = None, log: bool = False) -> Any:
        """Draw quantities against the iterations, by default the loss; return matplotlib's axes.

        Raises TracerError where matplotlib is missing, or a quantity has too many numbers.
        """
        from tracer.api.plotting import plot

        with python_words():
            wanted = names or ((self.program.loss,) if self.program.loss else ())
            if not wanted:
                raise TracerError('plot: name a quantity, such as plot("wh"): there is no loss.')
            for name in wanted:
                self._slot(name)
            return plot(self, wanted, ax, log=log)

    # -- written --------------------------------------------------------------------------

    @overload
    def to_excel(
        self,
        path: str | os.PathLike[str],
        *,
        sheets: Sequence[int] | None = None,
        decimals: int | None = None,
        lang: str = "en",
        palette: str = "tutorial",
        force: bool = False,
    ) -> Path: ...

    @overload
    def to_excel(
        self,
        path: IO[bytes],
        *,
        sheets: Sequence[int] | None = None,
        decimals: int | None = None,
        lang: str = "en",
        palette: str = "tutorial",
        force: bool = False,
    ) -> None: ...

    def to_excel(
        self,
        path: str | os.PathLike[str] | IO[bytes],
        *,
        sheets: Sequence[int] | None = None,
        decimals: int | None = None,
        lang: str = "en",
        palette: str = "tutorial",
        force: bool = False,
    ) -> Path | None:
        """Write the workbook, with a sheet for each iteration in `sheets`; return its path.

        `path` may also be a binary buffer, such as io.BytesIO(): then there is no path to
        return. `lang` is the language of its
        texts ("en", "de"), `palette` its colours ("tutorial", "okabe-ito" for readers with a
        colour weakness, "grey" for print).

        Raises OutputError for a path that can't be written, TracerError for an iteration
        that was not kept, a language or a palette there is none of.
        """
        from tracer.atomic import check_inputs

        # Only this needs the workbook's libraries.
        from tracer.workbook.book import BookOptions, plan_book, write_book

        with python_words():
            check_looks(sheets, decimals, lang, palette)
            looks = BookOptions(sheets=sheets, decimals=decimals, lang=lang, palette=palette)
            if isinstance(path, str | os.PathLike):
                target = path_of(path, ".xlsx")
                check_inputs([target], self.template.files)
                write_book(_told_of(plan_book(self, looks)), target, force=force)
                return target
            if not hasattr(path, "write") or isinstance(path, io.TextIOBase):
                raise TracerError(f"to_excel: {path!r} is neither a path nor a binary buffer.")
            with TemporaryDirectory() as folder:
                made = Path(folder, "trace.xlsx")
                write_book(_told_of(plan_book(self, looks)), made)
                path.write(made.read_bytes())
            return None

    def to_csv(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the tidy table. Raises OutputError for a path that can't be written."""
        with python_words():
            return super().to_csv(path_of(path), force=force)


def _told_of(book: Book) -> Book:
    """Warn of numbers of a workbook that a spreadsheet program may show otherwise."""
    if book.doubt:
        warnings.warn(book.doubt, stacklevel=3)
    return book
