"""What a program raises and catches."""

from __future__ import annotations

from typing import Any

from tracer.code.values.frames import Runner
from tracer.code.values.objects import Class, Instance

#: Exceptions of Python's own that a program may name.
EXCEPTIONS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        Exception,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        NameError,
        ZeroDivisionError,
        ArithmeticError,
        OverflowError,
        FloatingPointError,
        RuntimeError,
        NotImplementedError,
        AssertionError,
        StopIteration,
        OSError,
        FileNotFoundError,
        ImportError,
        ModuleNotFoundError,
        LookupError,
        UnicodeError,
        Warning,
        UserWarning,
        RuntimeWarning,
        DeprecationWarning,
    )
}
EXCEPTIONS["IOError"] = OSError
EXCEPTIONS["BaseException"] = Exception
EXCEPTIONS["KeyboardInterrupt"] = Exception
EXCEPTIONS["SystemExit"] = Exception


class Raised(Exception):
    """What a program raised of a class of its own; `value` is the object."""

    def __init__(self, name: str, text: str, value: object = None) -> None:
        super().__init__(text)
        self.name = name
        self.value = value


class Ended(Exception):
    """The program ended itself."""


def exception_of(machine: Runner, value: Any) -> Exception:
    """Return what `raise value` raises."""
    if isinstance(value, type) and issubclass(value, Exception):
        return value()
    if isinstance(value, Exception):
        return value
    if isinstance(value, Class):
        value = machine.call(value, ())
    if isinstance(value, Instance):
        text = " ".join(str(a) for a in value.attributes.get("args", ()))  # type: ignore[attr-defined]
        return Raised(value.cls.name, text, value)
    return TypeError("only exceptions can be raised")


def matches(error: Exception, kind: Any) -> bool:
    """Say whether an `except` catches what was raised."""
    if isinstance(kind, tuple):
        return any(matches(error, one) for one in kind)
    if isinstance(error, Ended):
        return False
    if isinstance(kind, type):
        return isinstance(error, kind)
    if isinstance(kind, Class):
        value = getattr(error, "value", None)
        return isinstance(value, Instance) and value.cls.is_a(kind)
    return False
