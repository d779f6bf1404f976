"""NumPy's functions that read files; those that write are left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import Inert, Native
from tracer.code.world.containers import natives
from tracer.code.world.files import check_archive, content
from tracer.code.world.guards import check_options
from tracer.code.world.opened import NumpyArchive, stream_of

_TEXT_OPTIONS = frozenset(
    listed(
        "dtype comments delimiter converters skiprows usecols unpack ndmin max_rows skip_header "
        "skip_footer missing_values filling_values names excludelist autostrip case_sensitive "
        "invalid_raise encoding quotechar"
    )
)
#: The largest element of an array that is asked for, in bytes.
_WIDEST = 1_000


def _load(machine: Runner, file: Any, *_: Any, **options: Any) -> Any:
    """Do `np.load`, without ever unpickling."""
    stream = stream_of(machine, file, text=False)
    held = stream.read()
    if zipfile.is_zipfile(io.BytesIO(held)):
        return NumpyArchive(_unpacked(machine, held))
    return _array(machine, held)


def _unpacked(machine: Runner, held: bytes) -> dict[str, Any]:
    check_archive(held)
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        return {
            name.removesuffix(".npy"): _array(machine, archive.read(name))
            for name in archive.namelist()
        }


def _array(machine: Runner, held: bytes) -> Any:
    try:
        found = np.load(io.BytesIO(held), allow_pickle=False)
    except ValueError as error:
        if "pickle" not in str(error):
            raise
        raise Refusal(
            "np.load of objects, which would run what their file says",
            "Save arrays of numbers with np.savez.",
        ) from None
    machine.budget.compute(found.size)
    return found


def _text_reader(name: str) -> Callable[..., Any]:
    function = getattr(np, name)

    def read(machine: Runner, file: Any, *given: Any, **options: Any) -> Any:
        check_options(f"np.{name}", options, _TEXT_OPTIONS)
        kind = given[0] if given else options.get("dtype", float)
        if kind is not None and np.dtype(kind).itemsize > _WIDEST:
            raise Refusal(f"np.{name} of texts of more than {_WIDEST} bytes")
        if "converters" in options:
            options["converters"] = {
                column: _own(machine, function)
                for column, function in options["converters"].items()
            }
        lines = file if isinstance(file, list) else stream_of(machine, file, text=True)
        return function(lines, *given, **options)

    return read


def _own(machine: Runner, function: Any) -> Callable[..., Any]:
    """Return a function of the program's as NumPy can call it."""
    return lambda *args: machine.call(function, args)


def _from_file(machine: Runner, file: Any, dtype: Any = float, count: int = -1) -> Any:
    held = stream_of(machine, file, text=False).read()
    return np.frombuffer(held, dtype, count).copy()


def given_array(machine: Runner, path: Path) -> Any:
    """Return the arrays of a file that is given for a variable. Raises Refusal."""
    held = content(path)
    if path.suffix == ".npy":
        return _array(machine, held)
    if path.suffix == ".npz":
        arrays = _unpacked(machine, held)
        return next(iter(arrays.values())) if len(arrays) == 1 else NumpyArchive(arrays)
    if path.suffix not in _TEXTS:
        raise Refusal(f"{path.name} is no file of arrays", "Give .npy, or .csv with numbers.")
    lines = io.StringIO(held.decode("utf-8-sig"))
    return np.loadtxt(lines, delimiter=_TEXTS[path.suffix])


#: What stands between the numbers of text files.
_TEXTS = {".csv": ",", ".txt": None}


def numpy_readers() -> dict[str, Any]:
    """Return these functions by name."""
    return {
        **natives(
            "numpy",
            load=_load,
            loadtxt=_text_reader("loadtxt"),
            genfromtxt=_text_reader("genfromtxt"),
            fromfile=_from_file,
        ),
        "frombuffer": Native("numpy.frombuffer", np.frombuffer),
        **{n: Inert(f"numpy.{n}") for n in ("save", "savez", "savez_compressed", "savetxt")},
    }
