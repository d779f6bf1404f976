"""The interpreter beside Python itself: expressions, statements, functions and classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.code.beside import names_after
from tracer.code.values import budget
from tracer.code.values.faults import CodeError

HEAD = "import numpy as np\nimport math, random\nA = np.arange(6.0).reshape(2, 3)\n"


EXPRESSIONS = """
1 + 2 * 3 ** 2 // 4 % 5 - -1
7 / 2, 7 // -2, 7 % -2, 2 ** -1
1 < 2 <= 2 < 3, not 1 > 2, 1 == 1.0, 'a' in 'abc', 3 not in [1, 2]
[i * j for i in range(3) for j in range(i) if i != 2]
{k: v for k, v in zip('abc', range(3))}
{x % 3 for x in range(7)}
sum(x * x for x in range(5))
(lambda a, *b, c=3, **d: (a, b, c, d))(1, 2, 4, c=5, e=6)
sorted(['bb', 'a', 'ccc'], key=len, reverse=True)
max([3, 1, 2], key=lambda v: -v), min(4, 2, 8), abs(-3.5), round(2.5), round(2.345, 2)
list(map(lambda a, b: a - b, [5, 6], [1, 2])), list(filter(None, [0, 1, 2]))
list(enumerate('ab', 1)), list(reversed([1, 2, 3])), any([0, 1]), all([])
'%.2f and %d' % (1.239, 7), f'{3.14159:.3f}|{5:>4}|{"x"!r}', '{0}-{b}'.format(1, b=2)
'a,b,,c'.split(','), ' x '.strip(), 'abc'[::-1], '-'.join(['a', 'b']), 'Ab'.lower()
[*range(3), 9], {**{'a': 1}, 'b': 2}, (1, *[2, 3])
isinstance(1, (int, str)), isinstance(np.zeros(2), np.ndarray), isinstance(2.5, int)
math.sqrt(2), math.exp(1), math.floor(-2.5), math.pi
A.T.shape, A.sum(axis=0), A.mean(), A[1], A[:, -1], A[A > 2], A[[1, 0]], A[::-1, 1:]
A @ A.T, np.dot(A[0], A[1]), np.outer(A[0], A[1]), A.reshape(3, -1), A.ravel()
np.where(A > 2, A, 0), np.maximum(A, 3), np.clip(A, 1, 4), np.argmax(A, axis=1)
np.concatenate([A, A], axis=1), np.vstack((A, A[0])), np.c_[A, A[:, 0]], np.hstack([A[0], A[1]])
np.eye(3)[[0, 2]], np.zeros((2, 2)), np.ones_like(A), np.full((2,), 7), np.linspace(0, 1, 3)
np.std(A), np.var(A, axis=0), np.linalg.norm(A), np.exp(A).sum(), np.sum(A, axis=1, keepdims=True)
sum(A), sum(sum(A)), max(A[0]), len(A), list(A[0])
np.array([[1, 2], [3, 4]], dtype=float) / 2, np.array([1, 2]) // 2, np.float64(3) + 1
(x := 5) + x, 1 if A[0, 0] else 2, None is None, [] or 'empty', 0 and 1
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_an_expression_is_what_it_is_in_python(expression: str) -> None:
    names: dict[str, Any] = {}
    exec(f"{HEAD}result = {expression}", names)
    ours = names_after(f"{HEAD}result = {expression}")["result"]
    assert type(ours) is type(names["result"])
    np.testing.assert_equal(ours, names["result"])


STATEMENTS = {
    "closures": "def f(n):\n    def g():\n        nonlocal n\n        n += 1\n        return n\n"
    "    return g\nh = f(3)\nresult = (h(), h())",
    "globals": "n = 1\ndef f():\n    global n\n    n = n + 5\nf()\nresult = n",
    "loops": "result = []\nfor i in range(5):\n    if i == 1:\n        continue\n    if i == 4:\n"
    "        break\n    result.append(i)\nelse:\n    result.append('no')",
    "while": "n, result = 0, []\nwhile n < 3:\n    n += 1\nelse:\n    result = [n]",
    "unpacking": "(a, *b), c = [1, 2, 3], 4\na, c = c, a\nresult = a, b, c",
    "classes": "class A:\n    count = 0\n    def __init__(self, n=1):\n        self.n = n\n"
    "    def double(self):\n        return self.n * 2\n    @property\n    def half(self):\n"
    "        return self.n / 2\n    @staticmethod\n    def one():\n        return 1\n"
    "class B(A):\n    def __init__(self):\n        super().__init__(7)\n    def double(self):\n"
    "        return super().double() + 1\nb = B()\nresult = b.double(), b.half, B.one(), b.count",
    "mangled": "class A:\n    def __init__(self):\n        self.__n = 3\n    def get(self):\n"
    "        return self.__n\nresult = A().get(), hasattr(A(), '__n')",
    "called": "class A:\n    def __call__(self, x):\n        return x + 1\n"
    "    def __len__(self):\n        return 2\n    def __getitem__(self, i):\n"
    "        if i > 2:\n            raise IndexError()\n        return i * 10\n"
    "result = A()(1), len(A()), A()[2], list(A())",
    "caught": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    result = 'caught'\n"
    "finally:\n    other = 1",
    "raised": "class Mine(ValueError):\n    pass\ntry:\n    raise Mine('no')\nexcept Mine:\n"
    "    result = 'mine'",
    "aliases": "a = np.zeros(3)\nb = a\nb += 1\nc = a[1:]\nc[0] = 5\n"
    "a[[0, 2]] = 7\nresult = a, b, c",
    "copies": "import copy\na = [np.zeros(2), [1]]\nb = copy.deepcopy(a)\n"
    "b[0] += 1\nb[1].append(2)\n"
    "result = a, b",
    "seeded": "np.random.seed(4)\nrandom.seed(2)\nr = np.random.RandomState(1)\n"
    "g = np.random.default_rng(8)\nresult = np.random.rand(2), np.random.randint(0, 9, 3),"
    " r.randn(2), g.normal(size=2), random.random(), np.random.permutation(4),"
    " g.integers(5), random.uniform(1, 2), r.choice(3, 2), np.random.normal(0, 1, (2, 2))",
    "shuffled": "np.random.seed(1)\nl = [1, 2, 3, 4]\nnp.random.shuffle(l)\nresult = l",
    "in place": "a = np.arange(4.0)\nnp.exp(a, out=a)\nnp.clip(a, 1, 5, out=a)\nresult = a",
    "defaults": "def f(x, seen=[]):\n    seen.append(x)\n    return seen\nf(1)\nresult = f(2)",
    "a property assigned": "class A:\n    def __init__(self):\n        self._n = 1\n    @property\n"
    "    def n(self):\n        return self._n\n    @n.setter\n    def n(self, v):\n"
    "        self._n = v * 2\na = A()\na.n = 4\nresult = a.n",
    "one and the same text": "d = {'a': 'relu'}\nr = 'relu'\nresult = d['a'] is r, d is r",
    "ranges as places": "a = np.zeros((3, 3))\na[range(3), [0, 2, 1]] -= 1\n"
    "result = a, a[range(2)], a[range(3), [0, 2, 1]]",
    "texts": "import string, statistics\n"
    "result = [c for c in 'a,b.' if c not in string.punctuation],"
    " statistics.mean([1.5, 2.5, 4]), statistics.stdev([1, 2, 4])",
    "decorated": "def twice(f):\n    def g(x):\n        return f(f(x))\n    return g\n@twice\n"
    "def add(x):\n    return x + 3\nresult = add(1)",
}


@pytest.mark.parametrize("code", STATEMENTS.values(), ids=STATEMENTS)
def test_a_program_does_what_it_does_in_python(code: str) -> None:
    names: dict[str, Any] = {}
    exec(HEAD + code, names)
    np.testing.assert_equal(names_after(HEAD + code)["result"], names["result"])


PROGRESS = """
from tqdm import tqdm, trange
from tqdm.auto import tqdm as other
seen = []
bar = tqdm(range(3), desc="x")
for i in bar:
    seen.append(i)
    bar.set_description("y")
    tqdm.write("z")
with tqdm(total=3) as shown:
    shown.update(1)
result = seen, [i for i, _ in enumerate(other([5, 6]))], list(trange(2)), len(bar)
"""


def test_a_progress_bar_goes_through_what_it_is_given() -> None:
    assert names_after(PROGRESS)["result"] == ([0, 1, 2], [0, 1], [0, 1], 3)


FOLDER = {
    "nets/__init__.py": "from .layer import Layer\nfrom . import tools\nsize = 3\n",
    "nets/layer.py": "from nets.tools import double\nclass Layer:\n    n = double(2)\n",
    "nets/tools.py": "def double(x):\n    return 2 * x\n",
    "plain/inner/a.py": "from ..b import c\nimport d\n",
    "plain/b.py": "c = 7\n",
    "plain/inner/d.py": "e = 8\n",
    "beside.py": "from nets import *\n",
}
IMPORTED = {
    "from nets import Layer\nresult = Layer.n": 4,
    "import nets.tools\nresult = nets.tools.double(1), nets.size": (2, 3),
    "import nets.layer as l\nresult = l.Layer.n": 4,
    "from nets import tools\nresult = tools.double(4)": 8,
    "from .nets.tools import double\nresult = double(3)": 6,
    "from . import beside\nresult = beside.size": 3,
    "from plain.inner.a import c, d\nresult = c, d.e": (7, 8),
    "import plain.inner.a\nresult = plain.inner.a.c": 7,
}


@pytest.mark.parametrize("code", IMPORTED)
def test_files_and_folders_beside_the_program_are_imported(code: str, tmp_path: Path) -> None:
    for name, content in FOLDER.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    assert names_after(code, tmp_path)["result"] == IMPORTED[code]


REFUSED = {
    "list(map(float, input('x').split()))": "the program asks for something here",
    "import matplotlib.pyplot as plt\nplt.imread('x.png')": "images can't be read",
    "from PIL import Image\nImage.open('x.png')": "images can't be read",
    "import os\nos.remove('x')": "os.remove is not among what can be read",
    "open('/etc/passwd').read()": "'/etc/passwd' lies outside of the program's folder",
    "().__class__.__bases__[0].__subclasses__()": "'tuple' has no '__class__' that can be read",
    "eval('1')": "eval() can't be read",
    "__import__('os')": "__import__() can't be read",
    "import torch\ntorch.ones(2)": "torch trains by itself",
    "import nothing_there\nnothing_there.f()": "the module 'nothing_there' is neither one",
    "'{0.__class__}'.format(1)": "an attribute in a format",
    "def f():\n    yield 1\nlist(f())": "'yield' in f",
    "import numpy as np\nnp.matrix([1])": "np.matrix, whose * is a matrix product",
    "class A:\n    def __add__(self, o):\n        return 1\nA() + 1": "'+' of an object of A",
    "while True:\n    pass": "the program goes on for too long",
    "x = 10 ** 10 ** 10": "a whole number of more than 4096 binary digits",
    "x = [0] * 10 ** 9": "1,000,000,000 items in one list",
    "import numpy as np\nnp.zeros((10**6, 10**6))": "an array of 1,000,000,000,000 numbers",
    "import numpy as np\na = np.ones(10**5)\na[:, None] * a": "an array of 10,000,000,000 numbers",
    "def f():\n    return f()\nf()": "functions that call each other more than 120 deep",
    "x = 1j": "a complex number can't be read",
    "undefined + 1": "NameError: name 'undefined' is not defined.",
    "import numpy as np\nnp.ones(3) @ np.ones(4)": "ValueError: matmul",
    "x = {}\nx['a']": "KeyError: 'a'",
    "'%1000000000d' % 1": "a format with so large a number in it",
    "async def f():\n    pass": "'async def' can't be read",
}


@pytest.mark.parametrize("code", REFUSED, ids=lambda code: code.splitlines()[-1])
def test_what_can_t_be_read_is_refused_at_its_line(code: str) -> None:
    with pytest.raises(CodeError) as caught:
        names_after(code)
    text = str(caught.value)
    assert REFUSED[code] in text
    assert text.startswith("program.py, line ")
    assert "\n    ^" in text or "^" in text.splitlines()[2]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says what is held")
@pytest.mark.parametrize("made", ["np.zeros(2_000_000)", "[0] * 2_000_000"])
def test_a_program_that_holds_too_much_is_refused(
    made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "MOST_MEMORY", 1_000)
    with pytest.raises(CodeError, match="the program holds more than"):
        names_after(f"import numpy as np\nx = {made}")
