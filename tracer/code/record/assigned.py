"""Assignments to parts of arrays, and to arrays in their place."""

from __future__ import annotations

from typing import Any

import numpy as np

from tracer.code.record.graph import Value
from tracer.code.record.known import Known
from tracer.code.record.views import plain, view
from tracer.code.world.operators import BINARY

_CUT_OFF = "the cut to whole numbers, in an array that holds only those,"


class Assigned(Known):
    """Follows what is written into arrays: whoever shows their numbers has others, too."""

    def put(self, target: Any, index: Any, value: Any) -> None:
        """Follow `target[index] = value`, before it is done."""
        whole, new = self.whole(target), self.value(value)
        if target.dtype.kind in "iu" and np.asarray(value).dtype.kind == "f":
            new = self.refused(_CUT_OFF, (new,), value)
        items = index if isinstance(index, tuple) else (index,)
        if not all(map(_constant, items)):
            self._put_labelled(whole, target, items, new)
        elif whole is target and None not in items:
            constant = tuple(int(i) if isinstance(i, int | np.integer) else i for i in items)
            if not plain(constant, whole.shape) or new.shape != whole.shape:
                args = (self.value(whole), new)
                new = self._new("put", "", args, _after(whole, constant, new), constant)
            self.overwritten(whole, new)
        else:
            self._put_region(whole, target[tuple(map(_widened, items))], new)

    def _put_labelled(self, whole: Any, target: Any, items: tuple[Any, ...], new: Value) -> None:
        """Follow an assignment by mask or by labels."""
        if whole is not target:
            what = "parts of a part of an array, assigned by mask or label"
            self.overwritten(whole, self.refused(what, (whole, new), whole))
            return
        parts = [self.value(i) for i in items if isinstance(i, np.ndarray | list)]
        if len(parts) == 1 and not new.shape and _named_mask(parts[0], whole):
            after = _after(whole, items[0], new)
            self.overwritten(whole, self.call("where", (parts[0], new, self.value(whole)), after))
            return
        detail = tuple(i if isinstance(i, int | slice) or i is None else ... for i in items)
        args = (self.value(whole), new, *parts)
        after = _after(whole, items if len(items) > 1 else items[0], new)
        self.overwritten(whole, self._new("put", "labels", args, after, detail))

    def _put_region(self, whole: Any, shown: Any, new: Value) -> None:
        """Follow an assignment to a part of an array that shows it."""
        found = view(whole, shown) if shown.size else None
        before = self.value(whole)
        if found is None or found.reshaped is not None:
            self.overwritten(
                whole, self.refused("an assignment to this part of an array", (before, new), whole)
            )
            return
        if plain(found.items, whole.shape) and new.shape == whole.shape and not found.transposed:
            self.overwritten(whole, new)
            return
        if found.transposed and len(new.shape) == 2:
            new = self.call("transpose", (new,), np.transpose(new.real))
        after = _after(whole, found.items, new)
        self.overwritten(whole, self._new("put", "", (before, new), after, found.items))

    def overwritten(self, target: Any, value: Value) -> None:
        """Follow that an array has other numbers now: `value`."""
        whole = self.whole(target)
        if whole is target:
            self._known[id(whole)] = (whole, value)
        else:
            self._put_region(whole, target, value)

    def updated(self, sign: str, target: Any, value: Any) -> None:
        """Follow `target += value`, before it is done."""
        after = np.asarray(BINARY[sign](target, value))
        new = self.operation(sign, (target, value), after.astype(target.dtype, copy=False))
        if target.dtype.kind in "iu" and np.asarray(value).dtype.kind == "f":
            new = self.refused(_CUT_OFF, (new,), target)
        self.overwritten(target, new)


def _named_mask(value: Value, whole: Any) -> bool:
    """Say whether a label is a mask that was computed before, and stands under a name."""
    asked = np.asarray(value.real).dtype.kind == "b"
    return asked and value.shape == whole.shape and bool(value.name or value.kind == "leaf")


def _after(whole: Any, index: Any, new: Value) -> Any:
    """Return what an array will be once a part of it is assigned."""
    after = np.array(whole)
    after[index] = new.real
    return after


def _constant(item: Any) -> bool:
    return isinstance(item, int | np.integer | slice) or item is None


def _widened(item: Any) -> Any:
    """Return an index as a range, so that what it picks shows the array."""
    return slice(int(item), int(item) + 1 or None) if isinstance(item, int | np.integer) else item
