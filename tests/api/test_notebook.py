"""A real notebook, run in a real kernel: what it shows, and what it completes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import tracer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
#: The cells, by what each is for.
CELLS = {
    "begin": "import tracer",
    "trace": 'trace = tracer.trace("ray", 3)\ntrace',
    "iteration": "trace.at(2)",
    "text": "print(trace)",
    "template": 'tracer.load_template("xor")',
    "in": '"wh" in trace, len(trace), list(trace)[:2]',
    "verify": 'tracer.verify("ray")',
    "check": 'tracer.check("ray", d_output=[[1], [2], [3]])',
    "curve": "trace.plot();",
    # As the kernel answers when somebody presses Tab.
    "names": """
from IPython import get_ipython
from IPython.core.completer import provisionalcompleter
def complete(text):
    with provisionalcompleter():
        return [one.text for one in get_ipython().Completer.completions(text, len(text))]
complete("tracer."), complete("trace."), complete('trace["hidden')
""",
    "save": 'trace.to_excel("ray.xlsx")',
    "again": 'try:\n    trace.to_excel("ray.xlsx")\nexcept tracer.TracerError as error:\n'
    "    print(error)",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Any]]:
    """Return what each cell showed, by the kind of output."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.v4.new_notebook()
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n%matplotlib inline\n"
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in CELLS.values()]
    notebook.cells[0].source = path + notebook.cells[0].source
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return {
        name: {
            kind: content
            for output in cell.outputs
            for kind, content in (output.get("data") or {"stream": output.get("text", "")}).items()
        }
        for name, cell in zip(CELLS, notebook.cells, strict=True)
    }


def test_it_ran_in_a_fresh_kernel(shown: Mapping[str, Mapping[str, Any]]) -> None:
    assert shown["in"]["text/plain"] == "(True, 18, ['X', 'y'])"
    assert "Path('ray.xlsx')" in shown["save"]["text/plain"]


@pytest.mark.parametrize("name", ["trace", "iteration", "check"])
def test_it_shows_itself_as_html_and_as_text(
    name: str, shown: Mapping[str, Mapping[str, Any]]
) -> None:
    assert {"text/html", "text/plain"} <= {*shown[name]}
    assert "<script" not in shown[name]["text/html"] and "<table" in shown[name]["text/html"]
    assert " object at 0x" not in shown[name]["text/plain"]


@pytest.mark.parametrize("name", ["text", "template", "verify", "names"])
def test_texts_are_readable(name: str, shown: Mapping[str, Mapping[str, Any]]) -> None:
    text = "".join(shown[name].values())
    assert text and " object at 0x" not in text and "array(" not in text


def test_a_curve_is_drawn(shown: Mapping[str, Mapping[str, Any]]) -> None:
    assert len(shown["curve"]["image/png"]) > 5_000


def test_names_are_completed(shown: Mapping[str, Mapping[str, Any]]) -> None:
    found = ast.literal_eval(shown["names"]["text/plain"])
    assert {name.removeprefix(".") for name in found[0]} == set(tracer.__all__) - {"__version__"}
    assert {"at", "keys", "plot", "to_excel", "value"} <= {n.removeprefix(".") for n in found[1]}
    assert any("hidden_layer_input" in name for name in found[2])
    assert any("hiddenlayer_activations" in name for name in found[2])


def test_messages_speak_python(shown: Mapping[str, Mapping[str, Any]]) -> None:
    assert shown["again"]["stream"] == "ray.xlsx: the file exists; force=True replaces it.\n"
