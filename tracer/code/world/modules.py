"""The modules that a program may import, besides NumPy."""

from __future__ import annotations

import copy
import math
import operator
import statistics
import string
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import (
    Class,
    Inert,
    Instance,
    Module,
    Native,
    OwnFunction,
    Unknown,
)
from tracer.code.world.arguments import argument_parser
from tracer.code.world.builtins import BUILTINS
from tracer.code.world.containers import container_modules, natives
from tracer.code.world.exceptions import Ended
from tracer.code.world.progress import progress_modules

_MATH = listed(
    "exp log log2 log10 log1p expm1 sqrt sin cos tan asin acos atan atan2 sinh cosh tanh "
    "floor ceil trunc fabs pow fmod hypot isnan isinf isfinite degrees radians erf gcd "
    "copysign isclose"
)

_CLOCK = ("time", "perf_counter", "process_time", "clock", "sleep", "monotonic")
#: What only draws, prints, waits or measures time, and tools that show progress.
INERT = frozenset(
    listed(
        "matplotlib pylab seaborn plotly bokeh IPython ipywidgets time timeit datetime "
        "logging warnings pprint tabulate termcolor colorama tqdm wandb tensorboardX networkx "
        "graphviz PIL cv2 imageio gc platform traceback unittest pytest doctest typing "
        "typing_extensions abc __future__ enum dataclasses mpl_toolkits moviepy pathlib loguru "
        "tkinter turtle pygame subprocess threading multiprocessing signal "
        "contextlib inspect textwrap shutil tempfile psutil asyncio"
    )
)
#: Libraries that train by themselves: there is nothing in the program that could be read.
TRAINING = frozenset(
    listed(
        "tensorflow keras torch theano mxnet jax flax chainer paddle caffe lasagne cntk "
        "pybrain autograd tinygrad"
    )
)

_CHARACTERS = listed(
    "ascii_letters ascii_lowercase ascii_uppercase digits punctuation printable whitespace"
)
_AVERAGES = listed("mean median stdev pstdev variance pvariance")


def _math(name: str) -> Native:
    function = getattr(math, name)
    return Native(f"math.{name}", function)


def _factorial(n: Any) -> int:
    if n > 1000:
        raise Refusal("the factorial of more than 1000")
    return math.factorial(n)


def _copied(machine: Runner, value: Any, memo: dict[int, Any] | None = None) -> Any:
    """Return a deep copy; what was copied once is copied once."""
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    machine.budget.step()
    made: Any = value
    if isinstance(value, np.ndarray):
        made = machine.followed("numpy.copy", (value,), {}, value.copy())
    elif isinstance(value, list):
        made = memo[id(value)] = []
        made.extend(_copied(machine, item, memo) for item in value)
    elif isinstance(value, dict):
        made = memo[id(value)] = type(value)()
        made.update({key: _copied(machine, item, memo) for key, item in value.items()})
    elif isinstance(value, tuple):
        made = tuple(_copied(machine, item, memo) for item in value)
    elif isinstance(value, Instance):
        made = memo[id(value)] = Instance(value.cls)
        made.attributes.update({k: _copied(machine, v, memo) for k, v in value.attributes.items()})
    elif isinstance(value, set):
        made = set(value)
    memo[id(value)] = made
    return made


def _shallow(machine: Runner, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return machine.followed("numpy.copy", (value,), {}, value.copy())
    if isinstance(value, Instance):
        return Instance(value.cls, dict(value.attributes))
    return copy.copy(value) if isinstance(value, list | dict | set) else value


def _expit(machine: Runner, value: Any) -> Any:
    result = 1 / (1 + np.exp(-np.asarray(value)))
    return machine.followed("scipy.special.expit", (value,), {}, result)


def _ended(*_: Any) -> None:
    raise Ended()


def _softmax(x: Any, axis: Any = None) -> Any:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def own_modules() -> dict[str, Any]:
    """Return the modules that don't depend on a program's files."""
    inert: dict[str, Any] = {name: Inert(name) for name in INERT}
    clock: dict[str, object] = {n: Native(f"time.{n}", lambda *_: 0.0) for n in _CLOCK}
    clock |= {n: Native(f"time.{n}", lambda *_: "") for n in ("ctime", "strftime")}
    inert["time"] = Module("time", clock)
    return {
        **inert,
        **container_modules(),
        **progress_modules(),
        "numpy.typing": Inert("numpy.typing"),
        "string": Module("string", {n: getattr(string, n) for n in _CHARACTERS}),
        "statistics": Module(
            "statistics", {n: Native(f"statistics.{n}", getattr(statistics, n)) for n in _AVERAGES}
        ),
        "math": Module(
            "math",
            {n: _math(n) for n in _MATH}
            | {
                "pi": math.pi,
                "e": math.e,
                "inf": math.inf,
                "nan": math.nan,
                "tau": math.tau,
                "factorial": Native("math.factorial", _factorial),
                **natives(
                    "math",
                    fsum=lambda machine, values: math.fsum(machine.iterate(values)),
                    prod=lambda machine, values: math.prod(machine.iterate(values)),
                ),
            },
        ),
        "copy": Module("copy", natives("copy", copy=_shallow, deepcopy=_copied)),
        "sys": Module(
            "sys",
            {
                "argv": ["program.py"],
                "exit": Native("sys.exit", _ended),
                "stdout": Inert("sys.stdout"),
                "stderr": Inert("sys.stderr"),
                "stdin": Inert("sys.stdin"),
                "path": [],
                "maxsize": 2**63 - 1,
                "version_info": (3, 11, 0),
                "version": "3.11",
                "float_info": Module(
                    "sys.float_info",
                    {
                        "epsilon": 2.0**-52,
                        "min": 2.2250738585072014e-308,
                        "max": 1.7976931348623157e308,
                    },
                ),
                "setrecursionlimit": Native("sys.setrecursionlimit", lambda *_: None),
            },
        ),
        "os": Module(
            "os",
            {
                "path": _paths(),
                "getcwd": Native("os.getcwd", lambda: "."),
                "environ": {},
                "makedirs": Inert("os.makedirs"),
                "mkdir": Inert("os.mkdir"),
                "system": Inert("os.system"),
                "sep": "/",
                "chdir": Inert("os.chdir"),
            },
        ),
        "operator": Module(
            "operator", {n: Native(f"operator.{n}", getattr(operator, n)) for n in ("itemgetter",)}
        ),
        "scipy": Module(
            "scipy",
            {"special": _special(), "stats": Unknown("scipy.stats", "scipy.stats can't be read")},
        ),
        "scipy.special": _special(),
        "numba": Module("numba", {n: Native(f"numba.{n}", _same) for n in ("jit", "njit")}),
        "argparse": argument_parser(),
        "__builtin__": Module("builtins", dict(BUILTINS)),
        "builtins": Module("builtins", dict(BUILTINS)),
    }


def _same(*args: Any, **_: Any) -> Any:
    """Return what a decorator that changes nothing gives."""
    if args and isinstance(args[0], OwnFunction | Class | Instance):
        return args[0]
    return Native("decorator", lambda function: function)


def _special() -> Module:
    return Module(
        "scipy.special",
        {
            **natives("scipy.special", expit=_expit),
            "softmax": Native("scipy.special.softmax", _softmax),
        },
    )


def _paths() -> Module:
    return Module(
        "os.path",
        {
            "join": Native("os.path.join", lambda *parts: "/".join(map(str, parts))),
            "basename": Native("os.path.basename", lambda p: str(p).rsplit("/", 1)[-1]),
            "dirname": Native("os.path.dirname", lambda p: "."),
            "abspath": Native("os.path.abspath", lambda p: p),
            "realpath": Native("os.path.realpath", lambda p: p),
            **natives(
                "os.path",
                exists=lambda machine, p: machine.is_there(p),
                isfile=lambda machine, p: machine.is_there(p),
            ),
            "isdir": Native("os.path.isdir", lambda p: False),
        },
    )
