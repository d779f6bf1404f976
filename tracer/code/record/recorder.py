"""Follows one turn of a training loop: which value was computed from which."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from tracer.code.record.arrays import MADE
from tracer.code.record.calls import RULES, SAME, SILENT
from tracer.code.record.entered import Entered
from tracer.code.record.graph import Value
from tracer.code.record.helpers import OwnFunctions
from tracer.code.record.known import NUMBERS
from tracer.code.record.places import Path
from tracer.code.record.views import root
from tracer.code.values.frames import Frame
from tracer.code.values.objects import Instance


class Recording(Entered):
    """Is told by the interpreter of everything that is computed, assigned and called."""

    def __init__(
        self, leaves: dict[int, tuple[Any, Path]], frames: list[Frame], helpers: OwnFunctions
    ) -> None:
        super().__init__(leaves, helpers)
        self._frames = frames
        self._kept: list[Any] = []
        #: What was printed or put into a list.
        self.shown: list[Value] = []

    def operated(self, sign: str, args: tuple[Any, ...], result: Any) -> Any:
        """Follow an operator."""
        if not all(map(self._numeric, args)) or not any(map(self._met, args)):
            return result
        if sign == "+" and len(args) == 1:
            return result
        return self._keep(result, self.operation(sign, args, result))

    def called(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], result: Any
    ) -> Any:
        """Follow a function of the world."""
        if name in _SHOWING:
            return self._shown_to_people(name, args, result)
        if name in SILENT or name.startswith(("numpy.random", "random.")) or not args:
            return self._unfollowed(name, args, keywords, result)
        if name == "array.tolist":
            return self._listed(args[0])
        if isinstance(result, list | tuple):
            return self._several(name, args, result)
        if isinstance(keywords.get("out"), np.ndarray):
            return self._by_rule(name, args, keywords, result)
        if not isinstance(result, (np.ndarray, *NUMBERS)) or _shares(result, args):
            return result
        special = _SPECIAL.get(name)
        if special is not None and not isinstance(result, list):
            return special(self, name, args, result)
        return self._by_rule(name, args, keywords, result)

    def _by_rule(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], result: Any
    ) -> Any:
        """Follow a function as the table says."""
        if name not in MADE and not self._any_met(args):
            return result
        rule = RULES.get(name)
        if rule is None:
            value = self.refused(_said(name), _flat(args), result)
        else:
            value = rule(self, name, args, keywords, result)
        out = keywords.get("out")
        if isinstance(out, np.ndarray):
            self.overwritten(out, value)
            return result
        return self._keep(result, value)

    def _shown_to_people(self, name: str, args: tuple[Any, ...], result: Any) -> Any:
        """Follow what is printed, or kept in a list."""
        if name == "list.append":
            self._appended(*args)
        self.shown += [known[1] for a in args if (known := self._known.get(id(a))) is not None]
        return result

    def _appended(self, items: Any, value: Any) -> None:
        """Call what is put into a list by the list's name."""
        known = self._known.get(id(value))
        if known is not None and not known[1].name and known[1].kind not in {"leaf", "number"}:
            known[1].name = self._list_name(items)

    def _list_name(self, items: Any) -> str:
        for name, value in self._frames[-1].names.items():
            if value is items:
                return name
            if isinstance(value, Instance):
                for inner, held in value.attributes.items():
                    if held is items:
                        return inner
        return ""

    def _unfollowed(self, name: str, args: Any, keywords: Any, result: Any) -> Any:
        """Let constants that are made out of nothing be what they are."""
        if name in MADE and isinstance(result, np.ndarray):
            self._keep(result, RULES[name](self, name, args, keywords, result))
        return result

    def _same(self, name: str, args: tuple[Any, ...], result: Any) -> Any:
        """Keep a copy of a value as the same value."""
        real = args[0]
        if not self._numeric(real) or not self._met(real):
            return result
        return self._keep(result, self.value(real))

    def _array(self, name: str, args: tuple[Any, ...], result: Any) -> Any:
        """Follow `np.array([…])`."""
        items = args[0]
        if isinstance(items, NUMBERS):
            return self._same(name, args, result)
        if isinstance(items, np.ndarray):
            return (
                self._by_rule(name, args, {}, result)
                if name == "numpy.stack"
                else self._same(name, args, result)
            )
        if not isinstance(items, list | tuple) or not self._any_met(items):
            return result
        if result.dtype.kind not in "biuf":
            return result
        return self._keep(result, self._built(items, result))

    def _any_met(self, items: Any) -> bool:
        return any(
            self._any_met(i) if isinstance(i, list | tuple) else self._numeric(i) and self._met(i)
            for i in items
        )

    def _built(self, items: Any, result: Any) -> Value:
        parts = tuple(
            self._built(i, np.array(i)) if isinstance(i, list | tuple) else self.value(i)
            for i in items
        )
        return self._new("array", "", parts, np.array(result))

    def _cast(self, name: str, args: tuple[Any, ...], result: Any) -> Any:
        real = args[0]
        if not self._numeric(real) or not self._met(real):
            return result
        whole = np.asarray(result).dtype.kind in "iub"
        if np.array_equal(np.asarray(real, float), np.asarray(result, float)) and not (
            whole and np.asarray(real).dtype.kind == "f"
        ):
            return self._keep(result, self.value(real))
        return self._keep(
            result, self.refused("a fraction that is cut off to a whole number", (real,), result)
        )

    def _listed(self, array: Any) -> Any:
        """Follow `array.tolist()`."""
        if array.ndim > 1:
            return [self._listed(row) for row in array]
        if not array.ndim:
            return self.picked(array, (), array[()])
        return [self.picked(array, i, item) for i, item in enumerate(array.tolist())]

    def _several(self, name: str, args: Any, result: Any) -> Any:
        for part in result:
            if isinstance(part, np.ndarray) and not _shares(part, args):
                self._keep(part, self.refused(_said(name), _flat(args), part))
        return result

    def picked(self, value: Any, index: Any, result: Any) -> Any:
        """Follow `value[index]`: only what is copied; what shares its numbers is seen through."""
        if isinstance(result, np.ndarray) and np.may_share_memory(result, value):
            return result
        if value.dtype.kind not in "biuf":
            return result
        items = index if isinstance(index, tuple) else (index,)
        if all(isinstance(i, int | np.integer | slice) or i is None for i in items):
            constant = tuple(int(i) if isinstance(i, int | np.integer) else i for i in items)
            made = self._new("pick", "", (self.value(value),), result, constant)
        else:
            parts = [
                self.value(value),
                *(self.value(i) for i in items if isinstance(i, np.ndarray | list)),
            ]
            made = self._new(
                "pick",
                "labels",
                parts,
                result,
                tuple(i if isinstance(i, int | slice) or i is None else ... for i in items),
            )
        return self._keep(result, made)

    def named(self, place: str, value: Any, node: ast.AST) -> Any:
        """Follow an assignment."""
        line = getattr(node, "lineno", 0) if self.line else 0
        if isinstance(value, (np.ndarray, *NUMBERS)):
            known = self._known.get(id(value))
            if known is not None:
                made = known[1]
                unnamed = made.kind not in {"leaf", "number"} or made.detail == ((),)
                if not made.name and unnamed:
                    made.name, made.line = place, line
            else:
                self._hints.setdefault(id(value), (place, line))
                self._kept.append(value)
        return value


_CASTS = ("array.astype", "builtins.int", "numpy.int64", "numpy.int32")
_SPECIAL: dict[str, Callable[[Recording, str, tuple[Any, ...], Any], Any]] = {
    **dict.fromkeys(SAME, Recording._same),
    "numpy.array": Recording._array,
    "numpy.stack": Recording._array,
    **dict.fromkeys(_CASTS, Recording._cast),
}
_SHOWING = frozenset(("builtins.print", "list.append"))


def _said(name: str) -> str:
    short = name.replace("numpy.", "np.").replace("builtins.", "").replace("array.", ".")
    return f"{short}()"


def _flat(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        a
        for arg in args
        for a in (arg if isinstance(arg, list | tuple) else (arg,))
        if isinstance(a, (np.ndarray, *NUMBERS))
    )


def _shares(result: Any, args: tuple[Any, ...]) -> bool:
    """Say whether a result shows the numbers of an argument, or is it."""
    return any(isinstance(a, np.ndarray) and (a is result or root(result) is root(a)) for a in args)
