"""What makes the graph, as the rules of functions need it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from tracer.code.record.graph import Value


class Maker(Protocol):
    """Who makes the graph."""

    def value(self, real: Any) -> Value:
        """Return the value of something real."""
        ...

    def operation(self, sign: str, args: tuple[Any, ...], real: Any) -> Value:
        """Return an operator's result."""
        ...

    def call(
        self, name: str, args: tuple[Any, ...], real: Any, detail: tuple[Any, ...] = ()
    ) -> Value:
        """Return a function's result."""
        ...

    def refused(self, what: str, args: tuple[Any, ...], real: Any) -> Value:
        """Return a value that the language can't say."""
        ...


#: What a call becomes, of its arguments, keywords and result.
Rule = Callable[[Maker, str, tuple[Any, ...], dict[str, Any], Any], Value]
