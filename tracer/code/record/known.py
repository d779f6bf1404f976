"""Which value each array and number of a program stands for, while a turn is followed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tracer.code.record.graph import Asked, Kind, Value, Whole, Wide
from tracer.code.record.places import Path
from tracer.code.record.views import PartOf, plain, root, view

NUMBERS = (int, float, np.number, np.bool_)


class Known:
    """Keeps, for every array and number that is met, the value it stands for.

    `leaves` are the arrays and numbers that were there before, by identity, with the places
    where they stand.
    """

    def __init__(self, leaves: dict[int, tuple[Any, Path]]) -> None:
        self.values: list[Value] = []
        #: The line of the statement that runs; 0 in a file beside the program.
        self.line = 0
        #: What was asked: the value, and the answer.
        self.decided: dict[Asked, tuple[Value | None, bool]] = {}
        self._asked: dict[int, int] = {}
        self._leaves = leaves
        self._known: dict[int, tuple[Any, Value]] = {}
        self._hints: dict[int, tuple[str, int]] = {}
        #: For arrays that own numbers and stand nowhere: one that shows all of them and does.
        self._owners: dict[int, Any] = {}
        for real, _ in leaves.values():
            if isinstance(real, np.ndarray) and real.base is not None:
                owner = root(real)
                if id(owner) not in leaves and owner.size == real.size and real.size:
                    self._owners.setdefault(id(owner), real)

    def whole(self, array: Any) -> Any:
        """Return the array whose numbers one shows: the one that stands somewhere."""
        owner = root(array)
        return self._owners.get(id(owner), owner)

    # -- making values --------------------------------------------------------------------------

    def _new(
        self, kind: Kind, what: str, args: Iterable[Value], real: Any, detail: tuple[Any, ...] = ()
    ) -> Value:
        # Making the arguments' values makes values, too.
        args, shape = tuple(args), tuple(np.shape(real))
        if len(shape) > 2 and kind != "leaf":
            kind, what = "refused", "an array of more than two dimensions"
        # An array may be overwritten later.
        kept = np.array(real) if isinstance(real, np.ndarray) else real
        value = Value(len(self.values), kind, what, args, shape, kept, detail, line=self.line)
        self.values.append(value)
        return value

    def operation(self, sign: str, args: tuple[Any, ...], real: Any) -> Value:
        """Return an operator's result."""
        return self._new("operation", sign, map(self.value, args), real)

    def call(
        self, name: str, args: tuple[Any, ...], real: Any, detail: tuple[Any, ...] = ()
    ) -> Value:
        """Return a function's result."""
        return self._new("call", name, map(self.value, args), real, detail)

    def refused(self, what: str, args: tuple[Any, ...], real: Any) -> Value:
        """Return a value that the language can't say."""
        return self._new("refused", what, [self.value(a) for a in args if self._numeric(a)], real)

    def _keep(self, real: Any, value: Value) -> Any:
        """Remember what something real stands for; return it, told apart from others."""
        if isinstance(real, np.bool_ | int):
            real = Whole(real)
        elif isinstance(real, np.integer):
            real = type(real)(real)
        elif isinstance(real, float) and not isinstance(real, np.generic):
            real = Wide(real)
        elif isinstance(real, np.generic) and id(real) in self._known:
            real = type(real)(real)
        self._known[id(real)] = (real, value)
        return real

    @staticmethod
    def _numeric(real: Any) -> bool:
        return isinstance(real, (Value, np.ndarray, *NUMBERS))

    def _met(self, real: Any) -> bool:
        """Say whether something is an array, or a number that was computed or stands in a place."""
        return isinstance(real, np.ndarray) or id(real) in self._known or id(real) in self._leaves

    def value(self, real: Any) -> Value:
        """Return the value that an array or a number stands for."""
        if isinstance(real, Value):
            return real
        known = self._known.get(id(real))
        if known is not None:
            return known[1]
        if isinstance(real, np.ndarray):
            whole = self.whole(real)
            return self._leaf(real) if whole is real else self._shown(whole, real)
        if id(real) in self._leaves:
            return self._leaf(real)
        if isinstance(real, list | tuple):
            return self._written(real)
        number = real.item() if isinstance(real, np.generic) else real
        return self._new("number", repr(number), (), number)

    def taken(self, item: Any) -> Any:
        """Follow what a loop goes through: numbers of the data; whole ones of Python only count."""
        if isinstance(item, tuple):
            return tuple(map(self.taken, item))
        if not isinstance(item, float | np.number) or self._met(item):
            return item
        return self._keep(item, self._new("leaf", "", (), item, ((),)))

    def asked(self, value: Any, answer: bool) -> None:
        """Follow that it was asked whether a value counts as true."""
        before = self._asked[self.line] = self._asked.get(self.line, 0) + 1
        met = isinstance(value, NUMBERS) and (id(value) in self._known or id(value) in self._leaves)
        self.decided[self.line, before] = (self.value(value) if met else None, answer)

    def now(self, real: Any) -> Value | None:
        """Return the value that something stands for, if it was met."""
        known = self._known.get(id(real))
        if known is not None:
            return known[1]
        if isinstance(real, np.ndarray) and id(self.whole(real)) in self._known:
            return self.value(real)
        return None

    def _leaf(self, real: Any) -> Value:
        place = self._leaves.get(id(real))
        path = place[1] if place else ()
        value = self._new("leaf", "", (), real, (path,))
        if not path and id(real) in self._hints:
            value.name, value.line = self._hints[id(real)]
        self._known[id(real)] = (real, value)
        return value

    def _shown(self, whole: Any, part: Any) -> Value:
        """Return the value of an array that shows part of another."""
        if id(whole) not in self._known and id(whole) not in self._leaves:
            return self._leaf(part)
        found = view(whole, part)
        base = self.value(whole)
        if found is None or len(base.shape) > 2:
            return (
                self._leaf(part)
                if base.kind == "leaf"
                else self.refused("this part of an array", (base,), part)
            )
        return self._through(base, found, part)

    def _through(self, value: Value, found: PartOf, part: Any) -> Value:
        if not plain(found.items, value.shape):
            real = np.asarray(value.real)[found.items]
            value = self._new("pick", "", (value,), real, found.items)
        if found.transposed:
            value = self.call("transpose", (value,), np.transpose(value.real))
        if found.reshaped is not None and found.reshaped != value.shape:
            value = self.call("reshape", (value,), np.array(part), (found.reshaped,))
        return value

    def _written(self, items: Any) -> Value:
        """Return an array that is written out of numbers and arrays."""
        parts = tuple(self.value(i) for i in items)
        return self._new("array", "", parts, np.array([p.real for p in parts]))
