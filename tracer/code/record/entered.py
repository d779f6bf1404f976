"""Calls of a program's own functions: short ones become helpers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tracer.code.record.assigned import Assigned
from tracer.code.record.helpers import Call, OwnFunctions
from tracer.code.record.known import NUMBERS
from tracer.code.record.names import usable
from tracer.code.record.places import Path
from tracer.code.values.objects import OwnFunction


class Entered(Assigned):
    """Follows which function of the program's own is being run, with which arguments."""

    def __init__(self, leaves: dict[int, tuple[Any, Path]], helpers: OwnFunctions) -> None:
        super().__init__(leaves)
        self._helpers = helpers
        self._calls: list[Call] = []

    def entered(
        self, function: OwnFunction, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> None:
        """Follow a call of a function of the program's own."""
        names = [a.arg for a in (*function.parameters.posonlyargs, *function.parameters.args)]
        given = [*zip(names, args, strict=False), *keywords.items()]
        numbers = [
            (n, r) for n, r in given if isinstance(r, (np.ndarray, *NUMBERS)) and self._met(r)
        ]
        values = [(usable(n), self.value(r)) for n, r in numbers]
        chosen = [n for n, r in given if r is True] + [
            usable(r) for _, r in given if isinstance(r, str)
        ]
        self._calls.append(
            Call(
                function.name.strip("_") or "function", len(self.values), values, chosen, self.line
            )
        )

    def left(self, function: OwnFunction, result: Any) -> Any:
        """Follow what such a call gives back."""
        call = self._calls.pop()
        self.line = call.line
        known = self._known.get(id(result))
        if known is None or not isinstance(result, (np.ndarray, *NUMBERS)):
            return result
        made = self._helpers.made(call, known[1])
        if made is None:
            return result
        name, args, detail = made
        return self._keep(result, self._new("call", name, args, result, detail))
