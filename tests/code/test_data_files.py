"""What programs load: from their folder, from files that are given, and from nowhere else."""

from __future__ import annotations

import gzip
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import pytest

from tests.code.beside import names_after
from tracer.code.values.faults import CodeError
from tracer.code.world import files

HEAD = "import numpy as np\nimport csv, json, gzip, os, struct\n"
TABLE = "a,b,label\n1,2.5,x\n3,-4,y\n5,6e2,x\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "table.csv").write_text(TABLE, "utf-8")
    (inside / "numbers.txt").write_text("1 2\n3 4\n", "utf-8")
    (inside / "sub").mkdir()
    (inside / "sub" / "text.txt").write_text("Übung\nzwei\n", "utf-8")
    (inside / "some.json").write_text('{"X": [[1, 2], [3, 4]]}', "utf-8")
    with gzip.open(inside / "packed.gz", "wb") as packed:
        packed.write(bytes(range(12)))
    with gzip.open(inside / "numbers.txt.gz", "wb") as packed:
        packed.write(b"1 2\n3 4\n")
    np.save(inside / "a.npy", np.arange(6.0).reshape(2, 3))
    np.savez(inside / "both.npz", x=np.arange(3), y=np.ones(2))
    np.save(inside / "objects.npy", np.array([{}, []], object), allow_pickle=True)
    (inside / "net.pkl").write_bytes(pickle.dumps([1]))
    (tmp_path / "secret.txt").write_text("1 2\n", "utf-8")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.chdir(inside)
    return inside


LOADED = {
    "a table by genfromtxt": "r = np.genfromtxt('table.csv', delimiter=',', skip_header=1)",
    "columns by loadtxt": "r = np.loadtxt('table.csv', delimiter=',', skiprows=1, usecols=(0, 1))",
    "converters": "r = np.loadtxt('table.csv', delimiter=',', skiprows=1,"
    " converters={2: lambda t: float(len(t))})",
    "packed numbers": "r = np.loadtxt('numbers.txt.gz')",
    "an open file": "with open('numbers.txt') as f:\n    r = np.loadtxt(f)",
    "an array": "r = np.load('a.npy')",
    "several arrays": "with np.load('both.npz') as f:\n    r = f['x'], f['y'], sorted(f.files)",
    "a text": "r = open('sub/text.txt', encoding='utf-8').read()",
    "its lines": "f = open('./sub/text.txt', 'r', encoding='utf-8')\nnext(f)\n"
    "r = [line.strip() for line in f]\nf.close()",
    "lines at once": "f = open('numbers.txt')\nr = f.readline(), f.readlines()",
    "bytes": "with open('numbers.txt', 'rb') as f:\n    r = f.read()",
    "csv": "with open('table.csv') as f:\n    rows = csv.reader(f)\n    head = next(rows)\n"
    "    r = head, [[float(v) for v in row[:2]] for row in rows]",
    "csv by heading": "r = [row['label'] for row in csv.DictReader(open('table.csv'))]",
    "json": "r = np.array(json.load(open('some.json'))['X'])",
    "gzip": "with gzip.open('packed.gz', 'rb') as f:\n"
    "    r = struct.unpack('>I', f.read(4)), np.frombuffer(f.read(), dtype=np.uint8)",
    "what is there": "r = os.path.exists('a.npy'), os.path.isfile('none.npy')",
    "beside the file": "p = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a.npy')\n"
    "r = np.load(p)",
}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("code", LOADED.values(), ids=LOADED)
def test_what_lies_in_the_folder_is_loaded_as_python_does(code: str, folder: Path) -> None:
    names: dict[str, Any] = {"__file__": str(folder / "program.py")}
    exec(HEAD + code, names)
    np.testing.assert_equal(names_after(HEAD + code, folder)["r"], names["r"])


GIVEN = {
    "the variable": "df = np.load('/home/me/x.npy')",
    "one of several": "other, df = np.load('https://a.b/c'), 1",
    "with": "with np.load(who + 'x.npy') as df:\n    pass",
    "its path": "r = np.load('data/first.npy')",
    "its name": "r = np.load('C:\\\\me\\\\second.npy')",
}


@pytest.mark.parametrize("code", GIVEN.values(), ids=GIVEN)
def test_a_file_is_given_by_the_variable_or_by_the_name_the_program_writes(
    code: str, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "elsewhere.npz"
    np.savez(file, x=np.ones(2))
    given = {"df": file, "data/first.npy": file, "second.npy": file}
    names_after(f"import numpy as np\nwho = ''\n{code}\n", folder, given)


WRITTEN = {
    "open": "with open('new.txt', 'w') as f:\n    f.write('x')\n    f.write('y')",
    "save": "import numpy as np\nnp.save('new.txt', np.ones(2))",
    "csv": "import csv\ncsv.writer(open('new.txt', 'w')).writerow([1, 2])",
    "pickle": "import pickle\npickle.dump([1], open('new.txt', 'wb'))",
}


@pytest.mark.parametrize("code", WRITTEN.values(), ids=WRITTEN)
def test_nothing_is_ever_written(code: str, folder: Path) -> None:
    before = sorted(folder.iterdir())
    names_after(code, folder)
    assert sorted(folder.iterdir()) == before


REFUSED = {
    "open('/etc/passwd')": "'/etc/passwd' lies outside of the program's folder",
    "open('../secret.txt')": "'../secret.txt' lies outside of the program's folder",
    "open('sub/../../secret.txt')": "lies outside of the program's folder",
    "open('c:/x')": "'c:/x' lies outside of the program's folder",
    "open('link.txt')": "the file 'link.txt' isn't in the program's folder",
    "open('sub')": "the file 'sub' isn't in the program's folder",
    "open('none.txt')": "the file 'none.txt' isn't in the program's folder",
    "open(3)": "a file whose name isn't known here",
    "import pickle\npickle.load(open('net.pkl', 'rb'))": "a pickle can't be read: it would run",
    "import numpy as np\nnp.load('objects.npy', allow_pickle=True)": "np.load of objects",
    "import numpy as np\nnp.load('net.pkl', allow_pickle=True)": "np.load of objects",
    "import numpy as np\nnp.loadtxt('numbers.txt', like=1)": "np.loadtxt with like=",
    "import numpy as np\nnp.loadtxt('numbers.txt', dtype='S9999')": "texts of more than 1000 bytes",
    "import numpy as np\nnp.loadtxt('table.csv', delimiter=',')": "ValueError: could not convert",
    "import gzip\ngzip.open('numbers.txt').read()": "numbers.txt can't be read: Not a gzipped file",
    "import h5py\nh5py.File('a.h5')": "h5py's files can't be read",
}


@pytest.mark.parametrize("code", REFUSED, ids=lambda code: code.splitlines()[-1])
def test_what_can_t_be_loaded_is_refused_at_its_line(code: str, folder: Path) -> None:
    with pytest.raises(CodeError) as caught:
        names_after(code, folder)
    assert REFUSED[code] in str(caught.value)
    assert f"program.py, line {len(code.splitlines())}: " in str(caught.value)


@pytest.mark.parametrize("code", ["np.load('both.npz')", "pd.read_excel('book.xlsx')"])
def test_what_would_unpack_to_too_much_is_refused(
    code: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"import numpy as np\nimport pandas as pd\n{code}"
    pd.DataFrame({"a": [1.5, 2]}).to_excel(folder / "book.xlsx", index=False)
    names_after(code, folder)
    largest = max((folder / name).stat().st_size for name in ("both.npz", "book.xlsx"))
    with ZipFile(folder / "both.npz", "a", ZIP_DEFLATED) as archive:
        archive.writestr("zeros.npy", bytes(2 * largest))
    with ZipFile(folder / "book.xlsx", "a", ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(2 * largest))
    monkeypatch.setattr(files, "LARGEST_DATA", 2 * largest)
    with pytest.raises(CodeError, match="bytes once it is unpacked"):
        names_after(code, folder)


def test_what_is_too_large_is_refused_also_once_it_is_unpacked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_DATA", 11)
    for code in ("import gzip\ngzip.open('packed.gz')", "open('table.csv')"):
        with pytest.raises(CodeError, match="is larger than 11 bytes"):
            names_after(code, folder)


SAVED: dict[str, Callable[[Path], object]] = {
    "x.npy": lambda path: np.save(path, np.arange(6.0).reshape(2, 3)),
    "y.csv": lambda path: path.write_text("1,2\n3,4\n", "utf-8"),
    "both.npz": lambda path: np.savez(path, data=np.ones(2), target=np.arange(2)),
}
INSTEAD = {
    "X, y = make_moons(100)": {"X": "x.npy", "y": "y.csv"},
    "(X, y), _ = mnist.load_data()": {"X": "x.npy", "y": "y.csv", "_": "x.npy"},
    "X = pickle.load(open('net.pkl', 'rb'))": {"X": "x.npy"},
    "d = h5py.File('a.h5')\nX, y = d['data'][:], np.array(d['target'])": {"d": "both.npz"},
    "d = fetch_openml('mnist_784')\nX, y = d.data, d.target": {"d": "both.npz"},
}


@pytest.mark.parametrize("code", INSTEAD)
def test_arrays_are_given_for_the_variables_of_a_line_that_can_t_be_read(
    code: str, folder: Path, tmp_path: Path
) -> None:
    given = {name: tmp_path / file for name, file in INSTEAD[code].items()}
    for path in given.values():
        SAVED[path.name](path)
    head = "import numpy as np, pickle, h5py\nfrom keras.datasets import mnist\n"
    head += "from sklearn.datasets import fetch_openml\nfrom other import make_moons\n"
    names = names_after(head + code, folder, given)
    expected = np.ones(2) if "d" in given else np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(names["X"], expected)
    if "y" in given:
        np.testing.assert_array_equal(names["y"], [[1, 2], [3, 4]])


def test_one_variable_that_is_missing_is_refused(folder: Path, tmp_path: Path) -> None:
    SAVED["x.npy"](tmp_path / "x.npy")
    with pytest.raises(CodeError, match=r"keras\.datasets trains by itself"):
        names_after(
            "from keras.datasets import mnist\nX, y = mnist.load_data()",
            folder,
            {"X": tmp_path / "x.npy"},
        )
