"""Tables of pandas, behind a wall: a program reaches what is listed here, and nothing else.

Outside of the training loop pandas computes with them; in it they are arrays of numbers, so that
what is computed from them can be followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from math import prod
from typing import Any

import numpy as np

from tracer.code.values.budget import Budget
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import Bound, Class, Inert, Native, OwnFunction
from tracer.code.world.operators import BINARY, COMPARED, IN_PLACE

#: What a table tells of itself.
ATTRIBUTES = frozenset(listed("shape columns index T size ndim dtypes dtype empty name is_unique"))
#: Methods that neither write files nor run texts.
METHODS = frozenset(
    listed(
        "head tail drop dropna fillna astype replace map apply sample reset_index set_index "
        "sort_values sort_index copy isnull isna notnull notna sum mean std var min max median "
        "mode quantile unique nunique value_counts tolist to_list iterrows itertuples items rename "
        "corr get isin pop abs round between clip factorize select_dtypes keys nlargest nsmallest "
        "transpose duplicated drop_duplicates idxmax idxmin any all count cumsum insert get_loc "
        "to_numpy to_dict applymap squeeze take"
    )
)
#: What only shows, or writes files.
SILENT = frozenset(
    listed("info describe plot hist boxplot to_csv to_excel to_json to_pickle style memory_usage")
)
_PLACES = frozenset(listed("loc iloc at iat"))
#: Methods that call a function of the program's own.
_CALLING = frozenset(listed("map apply applymap"))
#: Of a table of several columns, what NumPy hands to pandas, whose versions don't agree on it.
REDUCED = frozenset(
    f"numpy.{name}" for name in listed("sum mean std var max min prod median amax amin all any")
)
_IN_LOOP = "a table that the training loop changes or computes with"
LOOP_ADVICE = "Take its numbers out before the loop, with .values."


class Table:
    """A DataFrame, a Series or an Index; `view` says that it shows a part of another one."""

    def __init__(self, real: Any, *, view: bool = False) -> None:
        self.real = real
        self._view = view
        self._array: Any = None

    @property
    def numeric(self) -> bool:
        """Say whether all it holds are numbers."""
        from pandas.api.types import is_numeric_dtype

        kinds = self.real.dtypes
        return all(map(is_numeric_dtype, kinds if self.real.ndim == 2 else [kinds]))

    @property
    def countable(self) -> bool:
        """Say whether it is numbers without gaps: what the training loop may compute with."""
        import pandas as pd

        if isinstance(self.real, pd.Index):
            return False
        # Each turn of the loop asks: numbers that were found stay such until the table changes.
        known = self._array is not None
        return known or (self.numeric and not np.isnan(np.array(self.real, float)).any())

    @property
    def array(self) -> Any:
        """Return its numbers, each time the same array. Raises Refusal where they aren't."""
        if self._array is None:
            found = np.array(self.real)
            if found.dtype.kind not in "biuf" or (
                found.dtype.kind == "f" and np.isnan(found).any()
            ):
                raise Refusal("a table with texts or gaps in the training loop", LOOP_ADVICE)
            self._array = found
        return self._array

    def offered(self, machine: Runner, name: str) -> Any:
        """Return an attribute, a column or a method. Raises AttributeError."""
        if name == "values":
            return np.array(self.real)
        if name in _PLACES:
            return TablePlaces(self, name)
        if name in SILENT:
            return Inert(f"table.{name}")
        if name in ATTRIBUTES and hasattr(self.real, name):
            return wrapped(getattr(self.real, name))
        if name in METHODS and hasattr(self.real, name):
            return Native(f"table.{name}", self._method(machine, name), followed=True)
        if self.real.ndim == 2 and name in self.real.columns:
            return Table(self.real[name], view=True)
        raise AttributeError(f"a table has no '{name}' that can be read")

    def _method(self, machine: Runner, name: str) -> Callable[..., Any]:
        def call(*args: Any, **keywords: Any) -> Any:
            check_loop(machine, (*args, *keywords.values()))
            inplace = keywords.pop("inplace", False)
            if inplace or name in {"pop", "insert"}:
                self.change(machine, part=True)
            if keywords.get("regex"):
                raise Refusal(f"{name} with regex=")
            if name in _CALLING:
                args = tuple(_callback(machine, a) for a in args)
            if name == "sample":
                _sampled(machine, self.real, args, keywords)
            found = getattr(self.real, name)(*args, **keywords)
            machine.budget.compute(int(np.size(self.real)))
            if inplace:
                self.became(found)
                return None
            return _results(found) if isinstance(found, Iterator) else wrapped(found)

        return call

    def change(self, machine: Runner, *, part: bool) -> None:
        """Prepare for a change in place; `part` says that not a whole column is replaced."""
        if machine.recorder is not None:
            raise Refusal(_IN_LOOP, LOOP_ADVICE)
        if part and self._view:
            raise Refusal(
                "a change of a part of another table: pandas' versions don't agree on it",
                "Assign the whole column, or change a .copy().",
            )
        self._array = None

    def became(self, real: Any) -> Table:
        """Change in place to what was computed."""
        self.real, self._array = real, None
        return self

    def item(self, machine: Runner, index: Any) -> Any:
        """Return `table[index]`."""
        check_loop(machine, (index,))
        real = unwrapped(index)
        found = self.real[real]
        machine.budget.compute(int(np.size(found)))
        return wrapped(found, view=isinstance(real, str | slice))

    def put(self, machine: Runner, index: Any, new: Any) -> None:
        """Do `table[index] = new`."""
        self.change(machine, part=self.real.ndim == 1 or not isinstance(index, str | list))
        machine.budget.compute(len(self.real))
        self.real[unwrapped(index)] = unwrapped(new)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.real)

    def __len__(self) -> int:
        return len(self.real)

    def __contains__(self, item: object) -> bool:
        return item in self.real

    def __bool__(self) -> bool:
        return bool(self.real)

    def __repr__(self) -> str:
        return f"<{type(self.real).__name__} {self.real.shape}>"


class TablePlaces:
    """What `table.loc`, `iloc`, `at` and `iat` are."""

    def __init__(self, table: Table, name: str) -> None:
        self._table = table
        self._name = name

    def item(self, machine: Runner, index: Any) -> Any:
        """Return `table.loc[index]`."""
        check_loop(machine, index if isinstance(index, tuple) else (index,))
        found = getattr(self._table.real, self._name)[unwrapped(index)]
        machine.budget.compute(int(np.size(found)))
        return wrapped(found, view=True)

    def put(self, machine: Runner, index: Any, new: Any) -> None:
        """Do `table.loc[index] = new`."""
        self._table.change(machine, part=True)
        machine.budget.compute(len(self._table.real))
        getattr(self._table.real, self._name)[unwrapped(index)] = unwrapped(new)


#: What has items that tables know how to give.
TABLES = (Table, TablePlaces)


def wrapped(found: Any, *, view: bool = False) -> Any:
    """Return a result of pandas' as a program has it."""
    import pandas as pd

    if isinstance(found, pd.DataFrame | pd.Series | pd.Index):
        return Table(found, view=view)
    if isinstance(found, pd.api.extensions.ExtensionArray):
        return np.array(found)
    if isinstance(found, tuple):
        return tuple(map(wrapped, found))
    return found


def unwrapped(value: Any) -> Any:
    """Return a value as pandas and NumPy have it."""
    if isinstance(value, Table):
        return value.real
    if isinstance(value, list | tuple) and any(isinstance(v, Table) for v in value):
        return type(value)(map(unwrapped, value))
    if isinstance(value, dict):
        return {key: unwrapped(v) for key, v in value.items()}
    return value


def numbers(value: Any) -> Any:
    """Return a value as it is computed with in the training loop: of tables, their numbers."""
    if isinstance(value, Table):
        return value.array
    if isinstance(value, list | tuple) and any(isinstance(v, Table) for v in value):
        return type(value)(map(numbers, value))
    return value


def check_loop(machine: Runner, args: tuple[Any, ...]) -> None:
    """Refuse to hand pandas what the training loop computes: it couldn't be followed."""
    if machine.recorder is not None and any(map(_computed, args)):
        raise Refusal(_IN_LOOP, LOOP_ADVICE)


def _computed(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_computed, value))
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind not in "iuUO"
    return isinstance(value, float | dict)


def combined(budget: Budget, sign: str, left: Any, right: Any, *, in_place: bool = False) -> Any:
    """Return what pandas computes of two values of which one is a table."""
    for value in (left, right):
        if isinstance(value, Table) and not value.numeric and sign not in COMPARED:
            raise Refusal("a table of texts that is computed with", "Take its columns of numbers.")
    if in_place and isinstance(left, np.ndarray):
        return IN_PLACE[sign](left, np.array(right.real))
    a, b = unwrapped(left), unwrapped(right)
    budget.compute(_cost(a, b))
    found = {**BINARY, **COMPARED}[sign](a, b)
    return left.became(found) if in_place and isinstance(left, Table) else wrapped(found)


def _cost(a: Any, b: Any) -> int:
    """Return at most how many numbers an operation gives: other rows are put beside each other."""
    import pandas as pd

    if all(isinstance(v, pd.DataFrame | pd.Series) for v in (a, b)):
        if a.ndim != b.ndim:
            return len(a) * len(b) if a.ndim == b.ndim == 1 else int(np.size(a)) + len(a) * len(b)
        return int(np.size(a)) if a.index.equals(b.index) else int(np.size(a)) * len(b)
    with suppress(ValueError):
        return prod(np.broadcast_shapes(np.shape(a), np.shape(b)))
    return 0


def _callback(machine: Runner, function: Any) -> Any:
    """Return a function of the program's as pandas can call it."""
    if isinstance(function, str):
        raise Refusal("a function that is only named by a text", "Write the function itself.")
    if isinstance(function, OwnFunction | Native | Bound | Class | type):
        return lambda *args, **named: unwrapped(
            machine.call(function, tuple(map(wrapped, args)), named)
        )
    return function


def _sampled(machine: Runner, real: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    """Let `sample` draw from our stream where the program gives no seed."""
    count = args[0] if args else keywords.get("n")
    share = float(keywords.get("frac") or 1)
    machine.budget.compute(int((count or share * len(real)) * max(1, np.size(real[:1]))))
    if keywords.get("random_state") is None:
        keywords["random_state"] = machine.stream()


def _results(found: Iterator[Any]) -> Iterator[Any]:
    return (wrapped(item) for item in found)
