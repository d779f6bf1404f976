"""Tables of pandas and what is used of scikit-learn, in programs that are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.code.beside import names_after
from tracer.code.read import read
from tracer.code.values.faults import CodeError
from tracer.run.trace import trace_template

HEAD = "import numpy as np\nimport pandas as pd\ndf = pd.read_csv('t.csv')\n"
TABLE = "a,b,kind\n1,2.5,x\n3,-4,y\n5,6,x\n7,,z\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "t.csv").write_text(TABLE, "utf-8")
    (tmp_path / "semi.csv").write_text("1;2,5\n3;4,5\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


EXPRESSIONS = """
df['a'].values, df.a.to_numpy(), df[['a', 'b']].values, df.iloc[:, 0].values
df.iloc[1:3, :2].values, df.shape, len(df), list(df.columns), list(df), df.columns.tolist()
list(df.index)
df.loc[:, 'a'].values, df.loc[df['a'] > 2, 'a'].tolist(), df.iloc[0, 1], df.at[1, 'b']
df.head(2)['a'].values, df.tail(1).a.values, df.drop('kind', axis=1).values
df.drop(columns=['b']).shape, df.dropna().values[:, :2].astype(float), df['b'].fillna(0).values
df['b'].fillna(df['b'].mean()).values, df['kind'].map({'x': 0, 'y': 1, 'z': 2}).values
df['kind'].replace({'x': 9}).tolist()
df['a'].apply(lambda v: v * 2).values, df['kind'].unique().tolist(), df['kind'].nunique()
pd.get_dummies(df['kind']).values.astype(int), pd.get_dummies(df, columns=['kind']).shape
(df['a'] / 2 - 1).values, (2 * df.a + df.b).values, (df['a'] == 3).tolist(), (-df['a']).values
((df.a - df.a.mean()) / df.a.std()).values, df.a.max(), df['a'].sum(), df.a.min()
np.array(df['a']), np.log(df['a']).values, np.sum(df['a']), np.c_[df['a'].values, df['a'].values]
np.array(df[['a', 'b']])[0], np.asarray(df.a), np.where(df['a'] > 2, 1, 0)
np.dot(df['a'], df['a'])
[row['a'] for _, row in df.iterrows()], [r for r in df['kind']], [v for v in df[['a']].values]
df.sample(frac=1, random_state=3)['a'].values, df.sample(2, random_state=1).index.tolist()
df.sort_values('a', ascending=False).a.values, df.a.isnull().sum(), df[df.kind != 'x'].a.values
df.T.shape, df.astype({'a': float}).a.values, df['a'].astype(float).values
df.a.values.reshape(-1, 1), pd.DataFrame({'p': [1, 2], 'q': [3.5, 4]}).values
pd.Series([1, 2, 3]).mean()
pd.isnull(df.b).tolist(), pd.concat([df, df]).shape, pd.concat([df.a, df.b], axis=1).shape
df.a.tolist(), max(df['a']), sum(df['a'])
pd.read_csv('semi.csv', sep=';', decimal=',', header=None).values, 'a' in df, df.empty
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_a_table_gives_what_pandas_gives(expression: str, folder: Path) -> None:
    _assert_same(f"{HEAD}r = {expression}", folder)


def _assert_same(code: str, folder: Path) -> None:
    """Compare what a program calls `r` with the same program run by Python itself."""
    names: dict[str, Any] = {}
    exec(code, names)
    np.testing.assert_equal(names_after(code, folder)["r"], names["r"])


STATEMENTS = {
    "a new column": "df['c'] = df['a'] * 2\ndf['d'] = np.arange(4)",
    "a changed column": "df['a'] = df['a'] / df['a'].max()\ndf['a'] += 1",
    "cells": "df.loc[df['kind'] == 'x', 'a'] = 10\ndf.iloc[1, 0] = 20",
    "in place": "df.dropna(inplace=True)\ndf.drop('kind', axis=1, inplace=True)",
    "columns renamed": "df.columns = ['p', 'q', 'r']",
    "a column deleted": "del df['b']",
    "the same table": "other = df\nother['c'] = 1\nother['a'] -= 1",
    "a copy": "other = df.copy()\nother['c'] = 1",
    "a column changed under another name": "s = df['a'] * 1\nt = s\ns -= 5\ndf['c'] = t",
    "our stream": "np.random.seed(3)\ndf = df.sample(frac=1)",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("code", STATEMENTS.values(), ids=STATEMENTS)
def test_a_table_changes_as_in_pandas(code: str, folder: Path) -> None:
    _assert_same(f"{HEAD}{code}\nr = list(df.columns), df.values.tolist()", folder)


REFUSED = {
    "df.to_numpy().__class__": "an array has no '__class__'",
    "df.eval('a + 1')": "a table has no 'eval'",
    "df.query('a > 1')": "a table has no 'query'",
    "pd.read_pickle('t.csv')": "pandas.read_pickle is not among what can be read",
    "pd.read_csv('../t.csv')": "lies outside of the program's folder",
    "pd.read_csv('t.csv', storage_options={})": "pd.read_csv with storage_options=",
    "pd.read_csv('t.csv', sep='(a+)+;')": "pd.read_csv with a pattern between columns",
    "df['kind'].replace('(a+)+', '', regex=True)": "replace with regex=",
    "df['a'].apply('sum')": "a function that is only named by a text",
    "df['a'].fillna(0, inplace=True)": "a change of a part of another table",
    "df['kind'] * 3": "a table of texts that is computed with",
    "pd.DataFrame(1, index=range(10**6), columns=range(999))": "an array of 999,000,000 numbers",
    "df.sample(10**9, replace=True)": "an array of 3,000,000,000 numbers",
    "df['none']": "KeyError: 'none'",
    "from sklearn.datasets import fetch_openml\nfetch_openml('x')": "fetch_openml loads what isn't",
    "from sklearn.svm import SVC\nSVC()": "the module 'sklearn.svm' is neither",
    "from sklearn.model_selection import train_test_split\ntrain_test_split([1, 2], stratify=1)": (
        "train_test_split with stratify="
    ),
}


@pytest.mark.parametrize("code", REFUSED, ids=lambda code: code.splitlines()[-1])
def test_what_tables_don_t_do_is_refused_at_its_line(code: str, folder: Path) -> None:
    with pytest.raises(CodeError) as caught:
        names_after(HEAD + code, folder)
    assert REFUSED[code] in str(caught.value)
    assert f"program.py, line {3 + len(code.splitlines())}: " in str(caught.value)


def test_to_csv_writes_nothing(folder: Path) -> None:
    names_after(HEAD + "df.to_csv('new.csv')\ndf.info()", folder)
    assert not (folder / "new.csv").exists()


TRAINED = {
    "arrays": "X = df[['a', 'b']].values\ny = df['c'].values\n",
    "tables": "X = df[['a', 'b']]\ny = df['c']\n",
}


@pytest.mark.parametrize("data", TRAINED.values(), ids=TRAINED)
def test_a_loop_that_computes_with_a_table_is_read_as_with_its_numbers(
    data: str, folder: Path
) -> None:
    (folder / "net.py").write_text(
        "import numpy as np\nimport pandas as pd\ndf = pd.read_csv('t.csv').dropna()\n"
        f"df['c'] = df['a'] + df['b']\n{data}w = np.zeros(2)\nfor i in range(9):\n"
        "    error = np.dot(X, w) - y\n    w = w - 0.01 * np.dot(X.T, error)\n",
        "utf-8",
    )
    names: dict[str, Any] = {}
    exec((folder / "net.py").read_text("utf-8"), names)
    found = read(folder / "net.py")
    assert {g.name for g in found.read.equations.givens.values()} >= {"X", "y"}
    traced = trace_template(found.template)
    assert traced["w"][-1] == pytest.approx(np.asarray(names["w"]), rel=1e-12)


CHANGED_IN_THE_LOOP = {
    "df['p'] = w * 1.0": "a table that the training loop changes",
    "df.loc[w > 0, 'a'] = 1": "a table that the training loop changes",
    "w = w + df[w > 9]['a'].sum()": "a table that the training loop changes",
    "w = w + pd.Series(w).sum()": "pd.Series in the training loop",
}


@pytest.mark.parametrize("line", CHANGED_IN_THE_LOOP)
def test_what_the_loop_computes_never_gets_lost_in_a_table(line: str, folder: Path) -> None:
    (folder / "net.py").write_text(
        "import numpy as np\nimport pandas as pd\ndf = pd.read_csv('t.csv')\n"
        f"w = np.ones(4)\nfor i in range(9):\n    w = w * 0.5\n    {line}\n",
        "utf-8",
    )
    with pytest.raises(CodeError, match=CHANGED_IN_THE_LOOP[line]) as caught:
        read(folder / "net.py")
    assert "net.py, line 7: " in str(caught.value)
