"""Command lines: every command's own options, with values that fit, nearly fit, or are nonsense."""

from __future__ import annotations

import random
from collections.abc import Sequence

import click

from tests.fuzz.stock import NAMES, TEXTS
from tracer.commands.main import COMMANDS, main

#: What no option expects.
NONSENSE = (
    *("", " ", "0", "-1", "1.5", "1e999", "-1e-999", "nan", "inf", "9" * 30, "0x10", "٣", "½"),
    *("\x1b[2J", "\udcff", "\u202e", "\ufffe", "'", '"', "x" * 300, "x" * 5_000, "../x", "/"),
    *("..", ".", "~", "-", "--", "--help", "a=b", "=", "==", "\n", "a\nb", "😀", "CON", "a/b/c"),
    *("/dev/null", "/dev/zero/x", "{t}", "%s", "$(id)", "`", "*", "True", "1,2", "1-3", "last"),
    *("[[", "]", "None"),
)
NUMBERS = ("1", "2", "3", "0", "0.5", "1e-3", "20%", "0.2", "7", "100000001", "2147483648", "-3")
SETTINGS = (
    "lr=1",
    "lr=1e200",
    "lr=[[1]]",
    "w=[[2]]",
    "w=2",
    "b=nan",
    "b=1e999",
    "lr=",
    "zz=1",
    "x=1",
)
#: Values that an option of this name may take, of whichever command.
FITTING: dict[str, Sequence[str]] = {
    "settings": SETTINGS,
    "sheets": ("1", "1-3", "all", "none", "last", "1,last", "3-1", "1-99999999", "1,1,1", "0-2"),
    "blank": ("all", "loss", "backward", "1", "p,loss", "zz", "update,forward", ","),
    "lang": ("en", "de", "fr", "EN"),
    "palette": ("tutorial", "gray", "zz"),
    "target": ("y", "x1", "y,x1", "name", "zz"),
    "columns": ("x1", "x1,x2", "y", "x1,x1", ""),
    "task": ("number", "classes", "zz"),
    "layers": ("3,1", "1", "0", "2,2,2", "99999", "8,3", "3,", "-1", "1,1,1,1,1,1"),
    "activation": ("relu", "tanh", "zz", "sigmoid,relu", "softmax"),
    "output_activation": ("sigmoid", "softmax", "identity", "none", "relu"),
    "loss": ("mse", "mean_squared_error", "binary_cross_entropy", "hinge", "zz"),
    "optimizer": ("adam", "sgd", "momentum", "rmsprop", "zz", "adagrad"),
    "schedule": ("step", "cosine", "zz", "warm_up", "exponential"),
    "init": ("he", "zeros", "zz", "xavier"),
    "scale": ("none", "max", "min-max", "standardise", "zz"),
    "scale_target": ("none", "max", "min-max", "zz"),
    "batch": ("1", "2", "all", "0", "99999999"),
    "separator": (",", ";", "tab", "|", "x"),
    "decimal": (",", ".", "x"),
    "sheet": ("Sheet", "zz"),
    "encoding": ("utf-8", "utf-16", "gb18030", "zz"),
    "names": ("words", "ng", "zz"),
    "only": ("ada", "bob", "zz", "=1+1"),
    "call": ("", "f()", "main()", "x = 1", "import os", "f(", "w = 1; print(w)"),
}
#: Options and arguments that take a file's name.
FILES = (
    *("data", "data_folder", "assignment", "assignment_file", "students", "roster", "template"),
    *("program", "file", "what", "folder", "html", "output", "feedback", "canvas", "moodle"),
)
MADE_UP = ("xor", "and", "moons", "line", "spiral", "blobs")
#: Lessons that take little time.
LESSONS = ("perceptron-bias", "xor", "ray", "zz", "Ray")
MISSING = ("missing.toml", "missing.csv", "missing.xlsx")
OUTPUTS = ("out.xlsx", "out.csv", "out.toml", "out.html", "o/out.xlsx", "out", "new")
#: Words that a command needs to come to its work at all, often given.
SOUND: dict[str, Sequence[Sequence[str]]] = {
    "trace": [[name, "-o", "out.csv"] for name in ("line.toml", "derived.toml", "net.py")],
    "templates": [["line.toml"], ["derived.toml", "--derive"], ["ray"], ["chain", "rule"]],
    "verify": [["line.toml"], ["derived.toml"]],
    "check": [
        *(["line.toml", f"answers.{kind}"] for kind in ("csv", "json")),
        *(["line.toml", "iterations.csv"], ["derived.toml", "answers.npz"]),
        *(["line.toml", "data.xlsx"], ["practice.xlsx"]),
    ],
    "new": [
        ["out.toml", "--data", "data.csv", "--target", "y"],
        ["out.toml", "--data", "xor"],
        ["out.toml", "--data", "data.xlsx", "--target", "name"],
    ],
    "read": [["net.py", "--toml"], ["book.ipynb", "--toml"]],
    "practice": [["line.toml", "-b", "loss", "-o", "out.xlsx"]],
    "grade": [["handed", "--assignment", "hw.toml", "--roster", "class.csv", "-o", "out.xlsx"]],
}
#: How often a command is chosen: those that start processes or write workbooks less often.
WEIGHTS = {"trace": 20, "templates": 12, "verify": 8, "check": 20, "new": 22, "read": 8}
#: Of how many sound lines one is left as it is: workbooks take much longer than refusals.
UNBROKEN = {"practice": 12, "grade": 40}


def _commands() -> dict[str, click.Command]:
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in COMMANDS}
    return {name: command for name, command in found.items() if command is not None}


class Speaker:
    """Makes command lines from a seed."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.known = _commands()

    def line(self) -> list[str]:
        """Return the words of a command line, and which files are to be mutated."""
        dice = self._dice
        name = dice.choices(COMMANDS, [WEIGHTS.get(c, 3) for c in COMMANDS])[0]
        command = self.known[name]
        words = [*dice.choice(SOUND[name])] if dice.random() < 0.7 else self._arguments(command)
        options = [p for p in command.params if isinstance(p, click.Option)]
        for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 3, 6))):
            words += self._option(dice.choice(options))
        if dice.randrange(UNBROKEN.get(name, 1)):
            words = self._broken(words)
        return [word for word in [name, *words] if "\0" not in word]

    def _arguments(self, command: click.Command) -> list[str]:
        wanted = [p for p in command.params if isinstance(p, click.Argument)]
        return [self._file() for p in wanted if self._dice.random() < 0.95]

    def _option(self, option: click.Option) -> list[str]:
        word = self._dice.choice([*option.opts, *option.secondary_opts])
        return [word] if option.is_flag else [word, self._value(option.name or "")]

    def _value(self, name: str) -> str:
        dice = self._dice
        if dice.random() < 0.15:
            return dice.choice(NONSENSE)
        if name in FITTING and dice.random() < 0.9:
            return dice.choice(FITTING[name])
        return self._file() if name in FILES else dice.choice(NUMBERS)

    def _file(self) -> str:
        dice = self._dice
        kind = dice.random()
        if kind < 0.45:
            return dice.choice(NAMES)
        if kind < 0.6:
            return f"mutated.{dice.choice([*TEXTS]).split('.', 1)[1]}"
        pools = (
            OUTPUTS,
            MADE_UP,
            LESSONS,
            NONSENSE,
            MISSING,
        )
        return dice.choice(dice.choice(pools))

    def _broken(self, words: list[str]) -> list[str]:
        """Return the words with a few things done to them that people do to command lines."""
        dice = self._dice
        words = [*words]
        for _ in range(dice.choice((0, 1, 1, 2))):
            place = dice.randrange(len(words)) if words else 0
            match dice.randrange(5):
                case 0 if words:
                    del words[place]
                case 1:
                    words.insert(place, dice.choice(NONSENSE))
                case 2 if words:
                    words[place] = self._file()
                case 3 if words:
                    words.insert(place, words[place])
                case _ if words:
                    at = dice.randrange(len(words[place]) + 1)
                    words[place] = (
                        words[place][:at] + dice.choice("-=.,/ x1\x07é") + words[place][at:]
                    )
        return words
