"""Files that a program opens for reading, and the modules that read from them."""

from __future__ import annotations

import csv
import io
import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import Inert, Module, Native, Unknown
from tracer.code.world.containers import natives
from tracer.code.world.files import content
from tracer.code.world.guards import check_options

_METHODS = frozenset(listed("read readline readlines seek tell"))
_SILENT = frozenset(listed("close flush"))
_CSV_OPTIONS = frozenset(
    listed("delimiter quotechar quoting skipinitialspace escapechar doublequote strict fieldnames")
)


class Opened:
    """A file that is open for reading: texts, or bytes."""

    def __init__(
        self, held: bytes, *, text: bool, encoding: str | None = None, newline: str | None = None
    ) -> None:
        data = io.BytesIO(held)
        self.stream: Any = (
            io.TextIOWrapper(data, encoding or "utf-8", newline=newline) if text else data
        )

    def offered(self, machine: Runner, name: str) -> Any:
        """Return a method. Raises AttributeError."""
        if name in _SILENT:
            return Native(f"file.{name}", lambda *_: None)
        if name not in _METHODS:
            raise AttributeError(f"a file that is read has no '{name}'")
        method = getattr(self.stream, name)

        def call(*args: Any) -> Any:
            found = method(*args)
            if isinstance(found, list):
                machine.budget.items(len(found))
            return found

        return Native(f"file.{name}", call, followed=True)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.stream)

    def __next__(self) -> Any:
        return next(self.stream)


class NumpyArchive(dict[str, Any]):
    """What `np.load` gives of an .npz file: its arrays by name."""

    def offered(self, machine: Runner, name: str) -> Any:
        """Return an attribute. Raises AttributeError."""
        if name in self:
            return self[name]
        if name == "files":
            return list(self)
        if name == "close":
            return Native("archive.close", lambda: None)
        raise AttributeError(f"what np.load gives has no '{name}'")


#: What may stand in `with`.
OPENED = (Opened, NumpyArchive)


def open_file(
    machine: Runner,
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
) -> Any:
    """Do `open`: what is opened for writing is left out."""
    if isinstance(mode, str) and set(mode) & set("wax+"):
        machine.left_out("open")
        return Inert("open()")
    text = "b" not in str(mode)
    held = content(machine.data_file(file))
    return Opened(held, text=text, encoding=encoding, newline=newline)


def _open_packed(machine: Runner, file: Any, mode: str = "rb", *_: Any, **options: Any) -> Any:
    if set(mode) & set("wax+"):
        machine.left_out("gzip")
        return Inert("gzip.open()")
    held = content(machine.data_file(file), unpacked=True)
    return Opened(held, text="t" in mode, encoding=options.get("encoding"))


def stream_of(machine: Runner, file: Any, *, text: bool) -> Any:
    """Return what NumPy or pandas can read from: of a file's name, or one that is open."""
    if isinstance(file, Opened):
        return file.stream
    path = machine.data_file(file)
    data = io.BytesIO(content(path, unpacked=path.suffix == ".gz"))
    return io.TextIOWrapper(data, "utf-8-sig", errors="surrogateescape") if text else data


def _csv_reader(kind: Callable[..., Any]) -> Callable[..., Any]:
    def read(machine: Runner, lines: Any, *given: Any, **options: Any) -> Any:
        check_options(f"csv.{kind.__name__}", options, _CSV_OPTIONS)
        return kind(machine.iterate(lines), *given, **options)

    return read


def _json(machine: Runner, file: Any) -> Any:
    if not isinstance(file, Opened):
        raise TypeError("json.load reads from an open file")
    return json.loads(file.stream.read())


def file_modules() -> dict[str, Any]:
    """Return the modules that read files, and those that are refused, by name."""
    pickled = Module(
        "pickle",
        {name: Unknown(f"pickle.{name}", *_PICKLED) for name in ("load", "loads", "Unpickler")}
        | {name: Inert(f"pickle.{name}") for name in ("dump", "dumps", "HIGHEST_PROTOCOL")},
    )
    return {
        "csv": Module(
            "csv",
            {
                **natives(
                    "csv",
                    reader=_csv_reader(csv.reader),
                    DictReader=_csv_reader(csv.DictReader),
                ),
                "writer": Inert("csv.writer"),
                "DictWriter": Inert("csv.DictWriter"),
                **{n: getattr(csv, n) for n in ("QUOTE_NONNUMERIC", "QUOTE_ALL", "QUOTE_NONE")},
            },
        ),
        "json": Module(
            "json",
            {
                **natives("json", load=_json),
                "loads": Native("json.loads", json.loads),
                "dump": Inert("json.dump"),
                "dumps": Inert("json.dumps"),
            },
        ),
        "gzip": Module("gzip", natives("gzip", open=_open_packed, GzipFile=_open_packed)),
        "struct": Module(
            "struct", {n: Native(f"struct.{n}", getattr(struct, n)) for n in ("unpack", "calcsize")}
        ),
        **dict.fromkeys(("pickle", "cPickle", "_pickle", "dill", "joblib"), pickled),
        "h5py": Unknown(
            "h5py",
            "h5py's files can't be read",
            "Save the arrays with np.savez, and load those with np.load.",
        ),
    }


_PICKLED = (
    "a pickle can't be read: it would run what its file says",
    "Save the arrays with np.savez, and load those with np.load.",
)
