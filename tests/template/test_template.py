from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tracer.errors import DataError, TemplateError, TracerError
from tracer.language.functions import Array
from tracer.program.model import PHASES, Batch
from tracer.template import batches
from tracer.template.keys import PICTURED, TEMPLATE
from tracer.template.lessons import find_template, load_template, template_names
from tracer.template.read import read_template
from tracer.template.template import Template
from tracer.wording import load

STEP = '[[steps]]\nequations = ["h = X"]\n'
PLAIN = 'title = "t"\n[given]\nX = [[1, 2], [3, 4]]\n' + STEP


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "t.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def template(folder: Path, text: str, seed: int | None = None) -> Template:
    return read_template(written(folder, text), seed=seed)


def fault(folder: Path, text: str | bytes) -> str:
    """Return what is wrong, with the template's path as `t`."""
    path = written(folder, text)
    with pytest.raises((TemplateError, DataError)) as caught:
        read_template(path).program()
    return str(caught.value).replace(str(path), "t")


def top(line: str) -> str:
    return f'title = "t"\n{line}\n{STEP}'


def step(*lines: str) -> str:
    return "\n".join(['title = "t"', "[[steps]]", *lines])


def given(value: str) -> str:
    return f'title = "t"\n[given]\nX = {value}\n{STEP}'


_KNOWN = ", ".join(TEMPLATE.keys)
_LOSS = "text, or a table [loss] of several with the parameters of each"
_STEP_KEYS = "number, title, phase, equations, shows, explain, for"
#: name → template, the whole message
FAULTY: dict[str, tuple[str | bytes, str]] = {
    # Files
    "broken": (
        'title = "t\n',
        "t: this is not TOML: Illegal character '\\n' (at line 1, column 11).",
    ),
    "broken later": (
        'title = "t"\n\n[given]\nX = [1, 2\nlr = 1\n',
        "t: this is not TOML: Unclosed array (at line 5, column 1).",
    ),
    "key twice": (
        'title = "t"\ntitle = "u"\n',
        "t: this is not TOML: Cannot overwrite a value (at line 2, column 12).",
    ),
    "not UTF-8": (b'title = "gr\xf6\xdfe"', "t: the template is not UTF-8 text."),
    "a workbook": (
        b"PK\x03\x04\x00",
        "t: this is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 3).",
    ),
    "empty": ("", 't: a title is needed: title = "…".'),
    "deep": ("x = " + "[" * 5_000, "t: this is not TOML: "),
    # Keys
    "no title": (STEP, 't: a title is needed: title = "…".'),
    "no steps": ('title = "t"', "t: steps are needed: [[steps]] with equations."),
    "unknown key": (
        top("iteration = 3"),
        f"t: 'iteration' is not a key of the template. Did you mean iterations? Known: {_KNOWN}.",
    ),
    "two faults": (
        top("qqqq = 3\nloss = 4"),
        f"t: 'qqqq' is not a key of the template. Known: {_KNOWN}.\nt: loss must be {_LOSS}.",
    ),
    "title": ("title = 3\n" + STEP, "t: title must be text."),
    "iterations": (top('iterations = "3"'), "t: iterations must be a whole number."),
    "iterations true": (top("iterations = true"), "t: iterations must be a whole number."),
    "decimals": (top("decimals = 16"), "t: decimals must be a whole number from 0 to 15."),
    "decimals in halves": (
        top("decimals = 2.5"),
        "t: decimals must be a whole number from 0 to 15.",
    ),
    "iterations 0": (top("iterations = 0"), "t: iterations must be from 1 to 100,000,000."),
    "epochs": (top("epochs = -1"), "t: epochs must be from 1 to 100,000,000."),
    "helpers": (top("helpers = [1]"), "t: helpers must be a list of texts."),
    "helpers number": (top("helpers = 1"), "t: helpers must be a list."),
    "metrics": (top('metrics = "loss"'), "t: metrics must be a list."),
    "batch": (top("batch = 1.5"), "t: batch must be a whole number or text or a table."),
    "given": (top("given = 3"), "t: given must be a table."),
    "steps": ('title = "t"\n[steps]\nequations = []', "t: steps must be a list."),
    # Steps
    "step no table": ('title = "t"\nsteps = [1]', "t: step 1 must be a table: [[steps]]."),
    "step key": (
        step('equation = ["h = 1"]'),
        (
            f"t: 'equation' is not a key of step 1. Did you mean equations? Known: {_STEP_KEYS}.\n"
            "t: step 1 has neither equations nor anything it shows."
        ),
    ),
    "phase": (
        step('equations = ["h = 1"]', 'phase = "forwards"'),
        (
            f"t: step 1: phase must be one of {', '.join(PHASES)}, not 'forwards'."
            " Did you mean forward?"
        ),
    ),
    "equations": (step('equations = "h = 1"'), "t: step 1: equations must be a list of texts."),
    "shows": (step("shows = [1]"), "t: step 1: shows must be a list of texts."),
    "number": (
        step('equations = ["h = 1"]', "number = 1.5"),
        "t: step 1: number must be a whole number or a text.",
    ),
    "step title": (
        step('equations = ["h = 1"]', "title = 1", "explain = 2"),
        "t: step 1: title must be a text.\nt: step 1: explain must be a text.",
    ),
    "nothing": (step("number = 3"), "t: step 1 has neither equations nor anything it shows."),
    "unknown shown": (
        step('shows = ["h"]', "number = 7"),
        "t: step 7 \"Step 7\" shows 'h', which is not known.",
    ),
    # Values
    "ragged": (
        given("[[1, 2], [3]]"),
        "t: given.X: row 2 has 1 numbers, row 1 has 2; every row of a matrix must be equally long.",
    ),
    "half a matrix": (
        given("[[1, 2], 3]"),
        "t: given.X: row 2 has 0 numbers, row 1 has 2; every row of a matrix must be equally long.",
    ),
    "half a vector": (given("[1, [2, 3]]"), "t: given.X: [2, 3] is not a number."),
    "cube": (given("[[[1]]]"), "t: given.X: [1] is not a number."),
    "no numbers": (given("[]"), "t: given.X: the list is empty."),
    "text": (given('"1"'), "t: given.X: '1' is not a number."),
    "truth": (given("[1, true]"), "t: given.X: True is not a number."),
    "nan": (given("[1, nan]"), "t: given.X: nan is not a finite number."),
    "inf": (given("-inf"), "t: given.X: -inf is not a finite number."),
    "huge": (given("1" + "0" * 400), "t: this is not TOML: a whole number has more than 64 bits."),
    "both": (
        'title = "t"\n[given]\nX = 1\n[parameters]\nX = 2\n' + STEP,
        "t: 'X' is both given and a parameter.",
    ),
    "bad name": (
        'title = "t"\n[given]\n"my X" = 1\n' + STEP,
        "t: given.my X: an equation can't use this as a name.",
    ),
    "np": (
        'title = "t"\n[parameters]\nnp = 1\n' + STEP,
        "t: parameters.np: an equation can't use this as a name.",
    ),
    "table": (
        given("{ shape = [2] }"),
        "t: given.X: a table needs random = … (with a shape), file = … or made = …",
    ),
    # Random arrays
    "way": (
        given('{ random = "norml", shape = 3 }'),
        (
            "t: given.X: random = 'norml' is not known. Did you mean normal or he_normal or"
            " uniform? Known: uniform, normal, zeros, constant, glorot_uniform, glorot_normal,"
            " he_uniform, he_normal,"
            " lecun_uniform, lecun_normal, bernoulli."
        ),
    ),
    "option": (
        given('{ random = "normal", shape = 3, sdt = 2 }'),
        "t: given.X: 'sdt' is not an option of normal. Did you mean std?",
    ),
    "option of another": (
        given('{ random = "zeros", shape = 3, mean = 2 }'),
        "t: given.X: 'mean' is not an option of zeros.",
    ),
    "option text": (
        given('{ random = "normal", shape = 3, std = "2" }'),
        "t: given.X: std must be a finite number, not '2'.",
    ),
    "no shape": (
        given('{ random = "normal" }'),
        "t: given.X: shape must be one or two whole numbers: shape = [4, 3].",
    ),
    "shape": (
        given('{ random = "normal", shape = [2, 0] }'),
        "t: given.X: shape must be one or two whole numbers: shape = [4, 3].",
    ),
    "three sizes": (
        given('{ random = "normal", shape = [2, 2, 2] }'),
        "t: given.X: shape must be one or two whole numbers: shape = [4, 3].",
    ),
    "large shape": (
        given('{ random = "normal", shape = [100000, 100000] }'),
        "t: 10,000,000,000 random numbers, skipped ones included; at most 60,000,000 are drawn.",
    ),
    "seed": (
        given('{ random = "normal", shape = 2, seed = -1 }'),
        "t: given.X: seed must be a whole number from 0, not -1.",
    ),
    "stream": (
        given('{ random = "normal", shape = 2, stream = "new" }'),
        't: given.X: stream must be "legacy" or "current", not \'new\'.',
    ),
    "std": (
        given('{ random = "normal", shape = 2, std = -1 }'),
        "t: given.X: scale < 0.",
    ),
    # Batches
    "batch 0": (
        top("batch = 0"),
        't: batch: size must be "all" or a whole number from 1.',
    ),
    "batch text": (
        top('batch = "some"'),
        't: batch: size must be "all" or a whole number from 1.',
    ),
    "batch key": (
        top("batch = { size = 1, shuffle = true }"),
        "t: 'shuffle' is not a key of batch. Known: size, of, axis, order, seed, cycle.",
    ),
    "batch values": (
        top('batch = { size = 1, axis = 0, order = "random", seed = -1, of = "X", cycle = 1 }'),
        (
            "t: batch: of must be a list of names.\n"
            't: batch: axis must be "rows" or "columns".\n'
            't: batch: order must be "in order", "shuffled" or a list of sample numbers from 0.\n'
            "t: batch: seed must be a whole number from 0.\n"
            "t: batch: cycle must be a list of names, or a table of names with how many rows of"
            " each."
        ),
    ),
    "batch of nothing": (
        'title = "t"\nbatch = 1\n[given]\nX = [1, 2]\n' + STEP,
        't: batch: name the arrays to split: of = ["X", "y"].',
    ),
    "batch of nothing but a list": (
        top('batch = { of = [], cycle = ["y"] }'),
        't: batch: size must be "all" or a whole number from 1.',
    ),
    "batch order": (
        "batch = { size = 1, order = [0, 2] }\n" + PLAIN,
        "t: batch: order has sample 2, but there are 2, counted from 0.",
    ),
    "batch cycle": (
        top("batch = { size = 1, cycle = { y = 0 } }"),
        "t: batch: cycle must be a list of names, or a table of names with how many rows of each.",
    ),
    "batch too large": (
        "batch = 3\n" + PLAIN,
        "t: batch: 3 samples at a time, but there are 2.",
    ),
    "iterations and epochs": (
        "iterations = 3\nepochs = 3\n" + PLAIN,
        "t: give iterations or epochs, not both.",
    ),
    "epochs of prepared": (
        'epochs = 2\nbatch = { size = 1, of = ["Z"] }\n' + PLAIN,
        "t: epochs needs batches of given arrays; give iterations instead.",
    ),
    # What was published
    "published": (
        PLAIN + '[[published]]\nplace = 1\nquantity = "h"\nindex = [0.5]\niteration = -1\n',
        (
            "t: published entry 1: place must be a text.\n"
            "t: published entry 1: iteration must be a whole number from 0.\n"
            "t: published entry 1: index must be whole numbers: index = [0, 1].\n"
            "t: published entry 1: printed must be a text."
        ),
    ),
    "published no table": (
        "published = [1]\n" + PLAIN,
        "t: published entry 1 must be a table: [[published]].",
    ),
    "errata": (
        PLAIN + '[[errata]]\nplace = "Step 3"\n',
        "t: errata entry 1: text must be a text.",
    ),
    "unreproducible": (
        'unreproducible = ["x"]\n' + PLAIN,
        "t: unreproducible entry 1 must be a table: [[unreproducible]].",
    ),
    "a mistake in a step there is none of": (
        PLAIN + '[[errata]]\nplace = "p"\ntext = "x"\nstep = "9"\n',
        "t: errata: '9' is not a step of the template.",
    ),
    "a picture of nothing": (
        PLAIN + '[[pictures]]\nplace = "p"\nquantity = "nothing"\n',
        "t: pictures: 'nothing' is not a quantity of the template.",
    ),
    "a picture on no sheet": (
        PLAIN + '[[pictures]]\nplace = "p"\nsheet = "graph"\n',
        f"t: pictures entry 1: sheet must be one of {', '.join(PICTURED)}.",
    ),
    "a place of no step": (
        PLAIN + '[places]\n7 = "p"\n',
        "t: places.7 must be a step's, and a text.",
    ),
    "a source twice": (
        'source = "s"\narticle = "a"\n' + PLAIN,
        "t: give a source, or an article and its part, not both.",
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_faulty_template(tmp_path: Path, name: str) -> None:
    text, message = FAULTY[name]
    if name == "deep":
        assert fault(tmp_path, text).startswith(message)
    else:
        assert fault(tmp_path, text) == message


def test_files_that_can_not_be_read(tmp_path: Path) -> None:
    for path, message in (
        (tmp_path / "none.toml", "there is no such file."),
        (tmp_path, "this can't be read: Is a directory."),
    ):
        with pytest.raises(TemplateError) as caught:
            read_template(path)
        assert str(caught.value) == f"{path}: {message}"


def test_a_template_too_large(tmp_path: Path) -> None:
    text = PLAIN + "#" * 4_000_000
    assert fault(tmp_path, text) == "t: the template is larger than 4,000,000 bytes."


def test_a_fault_of_an_equation_says_file_line_step_and_carets(tmp_path: Path) -> None:
    text = (
        PLAIN
        + '[[steps]]\ntitle = "Output"\nequations = [\n    "z = h @ 2",\n    \'q = sig(h)\',\n]\n'
    )
    assert fault(tmp_path, text) == (
        "t, line 10: step 2 \"Output\": 'sig' is not a known function.\n"
        "    q = sig(h)\n"
        "        ^^^^^^\n"
        "  Did you mean sign or sin or sigmoid?\n"
        't, line 9: step 2 "Output": @ needs two arrays, and this multiplies 2 × 2 by number.\n'
        "    z = h @ 2\n"
        "        ^^^^^\n"
        "  Shapes: h is 2 × 2.\n"
        "  Write * to multiply by a number."
    )


class TestWhatIsRead:
    def test_defaults(self, tmp_path: Path) -> None:
        made = template(tmp_path, "\ufeff" + PLAIN)
        assert (made.name, made.title, made.source, made.about) == ("t", "t", "", "")
        assert (made.iterations, made.loss, made.metrics, made.batch) == (1, None, (), None)
        assert (made.helpers, made.published, made.settings) == ((), (), ())
        (only,) = made.steps
        assert (only.number, only.title, only.phase) == ("1", "Step 1", "forward")

    def test_values(self, tmp_path: Path) -> None:
        made = template(
            tmp_path,
            'title = "t"\n[given]\nn = 3\nv = [1, 2.5]\nX = [[1], [-2e-3]]\n[parameters]\n"ü" = 0\n'
            '[[steps]]\nshows = ["X"]\n',
        )
        assert {name: array.tolist() for name, array in made.given.items()} == {
            "n": 3,
            "v": [1, 2.5],
            "X": [[1], [-0.002]],
        }
        assert all(array.dtype == np.float64 for array in made.given.values())
        assert list(made.parameters) == ["ü"]

    def test_texts_over_several_lines(self, tmp_path: Path) -> None:
        made = template(
            tmp_path,
            PLAIN + '[[steps]]\nnumber = "3b"\nexplain = """\n  Two\n  lines."""\n'
            'equations = ["""\n  z = h\n    + 1"""]\n',
        )
        assert made.steps[1].explain == "Two lines."
        assert made.steps[1].equations == ("z = h + 1",)
        assert made.steps[1].title == "Step 3b"

    def test_a_comment_inside_an_equation_of_several_lines(self, tmp_path: Path) -> None:
        made = template(tmp_path, step('equations = ["""h = (1 # one\n  + 2)"""]'))
        assert made.program().newest("h").shape == ()

    def test_what_was_published(self, tmp_path: Path) -> None:
        made = template(
            tmp_path,
            PLAIN + '[[published]]\nplace = "p"\nquantity = "h"\nprinted = "0.5  0.60"\n'
            'index = [0]\niteration = 0\nnote = "n"\n[[errata]]\nplace = "p"\ntext = "a\\n b"\n',
        )
        (figure,) = made.published
        assert (figure.printed, figure.index, figure.iteration) == (("0.5", "0.60"), (0,), 0)
        assert made.errata[0].text == "a b"

    def test_a_table_from_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "d.csv").write_text("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "utf-8")
        made = template(
            tmp_path,
            'title = "t"\n[given]\nX = { file = "d.csv", columns = ["c", "a"], rows = [2, 3] }\n'
            + STEP,
        )
        assert made.given["X"].tolist() == [[6, 4], [9, 7]]
        assert load().say(made.origins["X"]) == "d.csv, rows 2 to 3"
        assert made.headings == {"X": ("c", "a")}

    @pytest.mark.parametrize("rows", ["3", "[1]", "[0, 2]", "[2, 1]", "[1, 4]", '["1", "2"]'])
    def test_rows_outside_a_file(self, tmp_path: Path, rows: str) -> None:
        (tmp_path / "d.csv").write_text("a\n1\n2\n3\n", "utf-8")
        assert fault(tmp_path, given(f'{{ file = "d.csv", rows = {rows} }}')) == (
            "t: given.X: rows must be [first, last] within 1 to 3."
        )

    def test_an_unknown_key_of_a_file(self, tmp_path: Path) -> None:
        assert fault(tmp_path, given('{ file = "d.csv", column = ["a"] }')) == (
            "'column' is not a key of t: given.X. Did you mean columns?"
            " Known: file, columns, classes, filled, separator, decimal, encoding, sheet, header,"
            " labels, keep, rows."
        )

    def test_columns_that_are_no_list(self, tmp_path: Path) -> None:
        (tmp_path / "d.csv").write_text("a\n1\n", "utf-8")
        assert "columns" in fault(tmp_path, given('{ file = "d.csv", columns = 1 }'))


class TestRandom:
    def arrays(self, folder: Path, spec: str, seed: int | None = None) -> dict[str, Array]:
        text = f'title = "t"\nseed = 5\n[parameters]\n{spec}\n[[steps]]\nshows = ["w"]\n'
        return dict(template(folder, text, seed).parameters)

    def test_one_stream_for_a_seed_in_order(self, tmp_path: Path) -> None:
        made = self.arrays(
            tmp_path,
            'w = { random = "normal", shape = [2, 3] }\nb = { random = "uniform", shape = 2 }',
        )
        generator = np.random.default_rng(5)
        np.testing.assert_array_equal(made["w"], generator.normal(0, 1, (2, 3)))
        np.testing.assert_array_equal(made["b"], generator.uniform(0, 1, 2))

    def test_numpys_old_generator(self, tmp_path: Path) -> None:
        made = self.arrays(
            tmp_path, 'w = { random = "uniform", shape = [2, 3], seed = 1, stream = "legacy" }'
        )
        np.testing.assert_array_equal(made["w"], np.random.RandomState(1).uniform(size=(2, 3)))

    def test_another_seed(self, tmp_path: Path) -> None:
        spec = 'w = { random = "normal", shape = 2, seed = 8 }'
        np.testing.assert_array_equal(
            self.arrays(tmp_path, spec, seed=3)["w"], np.random.default_rng(3).normal(0, 1, 2)
        )

    def test_constant(self, tmp_path: Path) -> None:
        made = self.arrays(tmp_path, 'w = { random = "constant", shape = [1, 2], value = 0.1 }')
        assert made["w"].tolist() == [[0.1, 0.1]]


class TestBatch:
    @pytest.mark.parametrize(
        ("batch", "expected"),
        [
            ('"all"', None),
            ("1", Batch(1, ("X", "y"), 0, False, 1)),
            ("{ size = 2 }", Batch(2, ("X", "y"), 0, False, 1)),
            (
                '{ size = 1, of = ["y"], order = "shuffled", seed = 9 }',
                Batch(1, ("y",), 0, True, 9),
            ),
            ('{ size = 1, axis = "columns" }', Batch(1, ("X", "Z"), 1, False, 1)),
            ('{ size = 1, cycle = ["y"] }', Batch(1, ("X",), 0, False, 1, (("y", 1),))),
            (
                "{ size = 1, cycle = { y = 2 }, order = [1, 0, 1] }",
                Batch(1, ("X",), 0, False, 1, (("y", 2),), (1, 0, 1)),
            ),
            ("{ of = [], cycle = { y = 2 } }", Batch(0, (), 0, False, 1, (("y", 2),))),
            ('{ size = 2, of = [], cycle = ["y"] }', Batch(0, (), 0, False, 1, (("y", 2),))),
        ],
    )
    def test_batch(self, tmp_path: Path, batch: str, expected: Batch | None) -> None:
        made = template(
            tmp_path,
            f'title = "t"\nbatch = {batch}\n[given]\nlr = 1\nX = [[1, 2], [3, 4]]\n'
            'y = [[1], [2]]\nv = [1, 2]\nZ = [[5, 6]]\n[[steps]]\nequations = ["h = y"]\n',
        )
        assert made.batch == expected
        assert batches.read_batch(batches.written(made.batch), made.given, "t") == expected

    @pytest.mark.parametrize(
        ("lines", "iterations"),
        [
            ("epochs = 3", 3),
            ("epochs = 3\nbatch = 1", 6),
            ("epochs = 3\nbatch = 2", 3),
            ("iterations = 5\nbatch = 1", 5),
        ],
    )
    def test_epochs(self, tmp_path: Path, lines: str, iterations: int) -> None:
        assert template(tmp_path, f"{lines}\n{PLAIN}").iterations == iterations

    def test_a_last_batch_that_is_not_full_counts(self, tmp_path: Path) -> None:
        text = PLAIN.replace("[[1, 2], [3, 4]]", "[[1], [2], [3]]")
        assert template(tmp_path, "epochs = 1\nbatch = 2\n" + text).iterations == 2


class TestCatalogue:
    def test_every_lesson_is_sound(self) -> None:
        assert "ray" in template_names()
        assert template_names() == sorted(template_names())

    def test_by_name_and_by_path(self) -> None:
        path = find_template("ray")
        assert load_template("ray").title == load_template(str(path)).title
        assert load_template(path).name == "ray"

    def test_an_unknown_lesson(self) -> None:
        with pytest.raises(TemplateError) as caught:
            load_template("rayy")
        text = str(caught.value)
        assert text.startswith("there is no template 'rayy'. Did you mean ray")
        assert text.endswith(
            "? 'tracer templates' lists them; a template of your own is given by its path,"
            " such as my-own.toml."
        )
        with pytest.raises(TemplateError, match=r"^there is no template 'qqqqqq'\. 'tracer temp"):
            load_template("qqqqqq")

    def test_a_file_without_its_suffix(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written(tmp_path, PLAIN).rename(tmp_path / "mine.toml")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(TracerError) as caught:
            load_template("mine")
        assert str(caught.value) == "'mine' is not a lesson; for the file write mine.toml."
        assert load_template("mine.toml").title == "t"
