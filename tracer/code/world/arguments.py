"""argparse: a program is read as if it were started without arguments."""

from __future__ import annotations

from typing import Any

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.objects import Class, Inert, Instance, Module, Native


class Parser:
    """An `ArgumentParser`: what it is told of arguments and their defaults."""

    def __init__(self) -> None:
        self.defaults: dict[str, Any] = {}
        self.needed: list[str] = []

    def offered(self, machine: Runner, name: str) -> Any:
        """Return a method."""
        if name == "add_argument":
            return Native("argparse.add_argument", self._add, machine=True, followed=True)
        if name in {"parse_args", "parse_known_args"}:
            return Native(
                f"argparse.{name}",
                self._parsed if name == "parse_args" else lambda *a: (self._parsed(), []),
                followed=True,
            )
        if name in {"add_argument_group", "add_mutually_exclusive_group"}:
            return Native(f"argparse.{name}", lambda *_, **__: self, followed=True)
        if name == "set_defaults":
            return Native("argparse.set_defaults", lambda **given: self.defaults.update(given))
        return Inert(f"argparse.{name}")

    def _add(self, machine: Runner, *names: str, **keywords: Any) -> None:
        longest = max(names, key=len)
        name = keywords.get("dest") or longest.lstrip("-").replace("-", "_")
        flag = {"store_true": False, "store_false": True}.get(str(keywords.get("action")))
        value = keywords.get("default", flag)
        if isinstance(value, str) and "type" in keywords:
            value = machine.call(keywords["type"], (value,))
        self.defaults[name] = value
        if (
            not longest.startswith("-")
            and "default" not in keywords
            and keywords.get("nargs") not in {"?", "*"}
        ):
            self.needed.append(name)

    def _parsed(self, *_: Any) -> Instance:
        if self.needed:
            raise Refusal(
                f"the program needs arguments: {', '.join(self.needed)}",
                "Give them defaults, or write the values into the program.",
            )
        return Instance(Class("Namespace"), dict(self.defaults))


def argument_parser() -> Module:
    """Return the module argparse."""
    return Module(
        "argparse",
        {
            "ArgumentParser": Native(
                "argparse.ArgumentParser", lambda *_, **__: Parser(), followed=True
            ),
            "ArgumentDefaultsHelpFormatter": Inert("argparse.formatter"),
            "RawTextHelpFormatter": Inert("argparse.formatter"),
            "FileType": Inert("argparse.FileType"),
        },
    )
