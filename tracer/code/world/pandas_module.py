"""The module pandas, as far as a program may use it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import Inert, Module
from tracer.code.world.containers import natives
from tracer.code.world.files import check_archive
from tracer.code.world.guards import check_options
from tracer.code.world.opened import stream_of
from tracer.code.world.tables import Table, check_loop, unwrapped, wrapped

_CSV_OPTIONS = frozenset(
    listed(
        "sep delimiter header names index_col usecols dtype skiprows nrows na_values decimal "
        "thousands engine skipinitialspace comment quotechar low_memory encoding keep_default_na "
        "skipfooter"
    )
)
_EXCEL_OPTIONS = frozenset(
    listed("sheet_name header names index_col usecols dtype skiprows nrows na_values")
)
#: Separators that are more than a character, and can't take for ever.
_SEPARATORS = frozenset((r"\s+", r"\s*,\s*", r",\s*", r"\t+", r" +", r"\t"))
_SILENT = listed("set_option options plotting Timestamp")


def _read_csv(
    machine: Runner, file: Any, sep: Any = None, *, name: str = "read_csv", **options: Any
) -> Table:
    import pandas as pd

    check_options(f"pd.{name}", options, _CSV_OPTIONS)
    sep = options.pop("delimiter", sep) if sep is None else sep
    if isinstance(sep, str) and len(sep) > 1 and sep not in _SEPARATORS:
        raise Refusal(f"pd.{name} with a pattern between columns", "Use a character, or \\s+.")
    if sep is not None:
        options["sep"] = sep
    encoding = options.pop("encoding", None)
    if encoding is None:
        return _counted(machine, pd.read_csv(stream_of(machine, file, text=True), **options))
    stream = stream_of(machine, file, text=False)
    return _counted(machine, pd.read_csv(stream, encoding=encoding, **options))


def _read_table(machine: Runner, file: Any, sep: Any = "\t", **options: Any) -> Table:
    return _read_csv(machine, file, sep, name="read_table", **options)


def _read_excel(machine: Runner, file: Any, sheet_name: Any = 0, **options: Any) -> Table:
    import pandas as pd

    check_options("pd.read_excel", options, _EXCEL_OPTIONS)
    if not isinstance(sheet_name, int | str):
        raise Refusal("pd.read_excel of several sheets")
    stream = io.BytesIO(stream_of(machine, file, text=False).read())
    check_archive(stream.getvalue())
    return _counted(machine, pd.read_excel(stream, sheet_name, engine="openpyxl", **options))


def _counted(machine: Runner, real: Any) -> Table:
    machine.budget.compute(int(np.size(real)))
    return Table(real)


def _made(kind: str) -> Callable[..., Any]:
    def make(machine: Runner, data: Any = None, *args: Any, **options: Any) -> Any:
        import pandas as pd

        if machine.recorder is not None:
            raise Refusal(f"pd.{kind} in the training loop", "Make the table after the loop.")
        index = args[0] if args else options.get("index")
        columns = args[1] if len(args) > 1 else options.get("columns")
        rows, wide = (1 if v is None else max(1, len(v)) for v in (index, columns))
        machine.budget.compute(rows * wide)
        real = getattr(pd, kind)(
            unwrapped(data), *map(unwrapped, args), **{k: unwrapped(v) for k, v in options.items()}
        )
        return wrapped(real)

    return make


def _concatenated(machine: Runner, parts: Any, **options: Any) -> Any:
    import pandas as pd

    check_options("pd.concat", options, frozenset(("axis", "ignore_index", "sort")))
    real = [unwrapped(p) for p in machine.iterate(parts)]
    check_loop(machine, tuple(real))
    machine.budget.compute(sum(map(len, real)) * max(1, sum(np.ndim(r) for r in real)))
    return wrapped(pd.concat(real, **options))


def _dummies(machine: Runner, data: Any, **options: Any) -> Any:
    import pandas as pd

    check_options(
        "pd.get_dummies",
        options,
        frozenset(listed("prefix prefix_sep dummy_na columns drop_first dtype")),
    )
    check_loop(machine, (data,))
    real = unwrapped(data)
    kinds = pd.DataFrame(real).nunique().sum()
    machine.budget.compute(len(real) * int(kinds))
    return wrapped(pd.get_dummies(real, **options))


def _plain(name: str) -> Callable[..., Any]:
    """Return a function of pandas' that takes and gives tables."""

    def call(machine: Runner, value: Any, *args: Any, **options: Any) -> Any:
        import pandas as pd

        check_loop(machine, (value, *args))
        return wrapped(getattr(pd, name)(unwrapped(value), *args, **options))

    return call


def pandas_module() -> Module:
    """Return the module."""
    plain = ("isnull", "isna", "notnull", "to_numeric", "factorize", "unique")
    return Module(
        "pandas",
        {
            **natives(
                "pandas",
                read_csv=_read_csv,
                read_table=_read_table,
                read_excel=_read_excel,
                DataFrame=_made("DataFrame"),
                Series=_made("Series"),
                concat=_concatenated,
                get_dummies=_dummies,
                **{name: _plain(name) for name in plain},
            ),
            **{name: Inert(f"pandas.{name}") for name in _SILENT},
            "__version__": "3.0",
        },
    )
