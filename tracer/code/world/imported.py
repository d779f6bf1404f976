"""Modules by their names: what may be imported, what is refused, and why."""

from __future__ import annotations

from typing import Any

from tracer.code.values.objects import MISSING, Inert, Unknown
from tracer.code.world.learning import learning_modules
from tracer.code.world.modules import INERT, TRAINING, own_modules
from tracer.code.world.numpy_files import numpy_readers
from tracer.code.world.numpy_module import numpy_module
from tracer.code.world.opened import file_modules
from tracer.code.world.pandas_module import pandas_module
from tracer.code.world.random_module import RandomStreams, numpy_random, python_random


class Imports:
    """The modules that a program may import; what they load, the machine finds."""

    def __init__(self, streams: RandomStreams) -> None:
        drawn = numpy_random(streams)
        numpy = numpy_module(drawn, numpy_readers())
        self._modules: dict[str, Any] = {
            **own_modules(),
            **file_modules(),
            **learning_modules(),
            "pandas": pandas_module(),
            "numpy": numpy,
            "numpy.random": drawn,
            "numpy.linalg": numpy.members["linalg"],
            "random": python_random(streams),
        }

    def get(self, name: str) -> Any:
        """Return a module, or MISSING; `name` may have dots."""
        found = self._modules.get(name, MISSING)
        if found is not MISSING:
            return found
        first = name.split(".")[0]
        if first in INERT:
            return Inert(name)
        if first in TRAINING:
            return self._training(name)
        return MISSING

    def _training(self, name: str) -> Unknown:
        return Unknown(
            name,
            f"{name} trains by itself: its calculation isn't in this file",
            "What can be read is a network that the file computes itself, with NumPy.",
        )

    def missing(self, name: str, level: int) -> Unknown:
        """Return what stands for a module that isn't there: using it is refused."""
        return Unknown(
            name,
            f"the module '{name}' is neither one that can be read nor a file beside this one",
            "" if level else "Leave out what it is used for, or write it into the file.",
        )
