"""What programs use of scikit-learn besides its models: splits, scales, codes and data sets.

Written with NumPy; with a seed, splits and shuffles are those of scikit-learn, number for number.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib import import_module
from math import ceil, floor
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import Module, Unknown
from tracer.code.world.containers import natives
from tracer.code.world.scaling import SCALERS
from tracer.code.world.tables import Table, check_loop, unwrapped, wrapped
from tracer.template.lessons import folder

_GIVE = "Save each array (.npy, .csv), and give it with --data NAME=FILE for each variable."


def _stream(machine: Runner, seed: Any) -> np.random.RandomState:
    if isinstance(seed, np.random.RandomState):
        return seed
    return machine.stream() if seed is None else np.random.RandomState(seed)


def _rows(machine: Runner, value: Any, order: Any) -> Any:
    """Return rows of an array, a table or a list."""
    if isinstance(value, np.ndarray):
        return machine.picked(value, order, value[order])
    check_loop(machine, (value,))
    if isinstance(value, Table):
        return wrapped(value.real.iloc[order])
    return [value[i] for i in order]


def _counts(total: int, test: Any, train: Any) -> tuple[int, int]:
    """Return how many rows train and test; a share of the test is rounded up."""
    if test is None and train is None:
        test = 0.25
    tested = ceil(test * total) if isinstance(test, float) else test
    trained = floor(train * total) if isinstance(train, float) else train
    trained = total - tested if trained is None else trained
    tested = total - trained if tested is None else tested
    if not (trained > 0 and tested > 0 and trained + tested <= total):
        raise ValueError(f"{total} rows can't be split into {trained} and {tested}")
    return int(trained), int(tested)


def _split(
    machine: Runner,
    *arrays: Any,
    test_size: Any = None,
    train_size: Any = None,
    random_state: Any = None,
    shuffle: Any = True,
    stratify: Any = None,
) -> list[Any]:
    """Do `train_test_split`."""
    if stratify is not None:
        raise Refusal("train_test_split with stratify=", "Split without it, or give the parts.")
    total = len(arrays[0])
    trained, tested = _counts(total, test_size, train_size)
    if shuffle:
        order = _stream(machine, random_state).permutation(total)
        train, test = order[tested : tested + trained], order[:tested]
    else:
        train, test = np.arange(trained), np.arange(trained, trained + tested)
    return [_rows(machine, a, rows) for a in arrays for rows in (train, test)]


def _shuffled(
    machine: Runner, *arrays: Any, random_state: Any = None, n_samples: Any = None
) -> Any:
    """Do `sklearn.utils.shuffle`."""
    order = np.arange(len(arrays[0]))
    _stream(machine, random_state).shuffle(order)
    found = [_rows(machine, a, order[:n_samples]) for a in arrays]
    return found[0] if len(found) == 1 else found


class Bunch(dict[str, Any]):
    """A data set of scikit-learn's: its parts by name, also as attributes."""

    def offered(self, machine: Runner, name: str) -> Any:
        """Return a part. Raises AttributeError."""
        if name not in self:
            raise AttributeError(f"this data set has no '{name}'")
        return self[name]


def _iris(machine: Runner, **options: Any) -> Any:
    """Do `load_iris`."""
    if options.get("as_frame"):
        raise Refusal("load_iris with as_frame=", _GIVE)
    with (folder() / "iris.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    kinds = list(dict.fromkeys(row[-1] for row in rows))
    data = np.array([row[:-1] for row in rows], float)
    target = np.array([kinds.index(row[-1]) for row in rows])
    if options.get("return_X_y"):
        return data, target
    names = [f"{part} {size} (cm)" for part in ("sepal", "petal") for size in ("length", "width")]
    return Bunch(data=data, target=target, target_names=np.array(kinds), feature_names=names)


def _theirs(name: str) -> Callable[..., Any]:
    """Return a maker of data that scikit-learn itself draws, where it is installed."""

    def make(machine: Runner, *args: Any, random_state: Any = None, **options: Any) -> Any:
        try:
            datasets = import_module("sklearn.datasets")
        except ImportError:
            raise Refusal(f"{name}, which only scikit-learn can draw", _GIVE) from None
        machine.budget.compute(100 * int(options.get("n_samples", args[0] if args else 100)))
        return getattr(datasets, name)(
            *args, random_state=_stream(machine, random_state), **options
        )

    return make


def _accuracy(machine: Runner, true: Any, said: Any, **_: Any) -> Any:
    """Do `accuracy_score`."""
    check_loop(machine, (true, said))
    return float(np.mean(np.asarray(unwrapped(true)) == np.asarray(unwrapped(said))))


def learning_modules() -> dict[str, Any]:
    """Return the modules by name."""
    made = ("make_moons", "make_blobs", "make_circles", "make_classification", "make_regression")
    downloaded = {
        name: Unknown(f"sklearn.datasets.{name}", f"{name} loads what isn't here", _GIVE)
        for name in listed("fetch_openml load_digits load_wine load_breast_cancer load_boston")
    }
    parts = {
        "datasets": {
            **natives("sklearn.datasets", load_iris=_iris, **{n: _theirs(n) for n in made}),
            **downloaded,
        },
        "model_selection": natives("sklearn.model_selection", train_test_split=_split),
        "utils": natives("sklearn.utils", shuffle=_shuffled),
        "preprocessing": natives("sklearn.preprocessing", **SCALERS),
        "metrics": natives("sklearn.metrics", accuracy_score=_accuracy),
    }
    modules = {name: Module(f"sklearn.{name}", held) for name, held in parts.items()}
    return {
        "sklearn": Module("sklearn", dict(modules)),
        **{f"sklearn.{name}": module for name, module in modules.items()},
        "sklearn.cross_validation": modules["model_selection"],
    }
