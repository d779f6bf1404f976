"""The lessons that come with the tracer: their names, and finding one by name or path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import TemplateError, did_you_mean
from tracer.paths import is_file

if TYPE_CHECKING:
    from tracer.template.template import Template

#: Files that are programs, which are read as templates, by the end of their names.
PROGRAMS = (".py", ".ipynb")


def folder() -> Path:
    """Return the folder of lessons: inside an installed package, beside it in a checkout."""
    here = Path(__file__).resolve().parents[1]
    installed = here / "templates"
    return installed if installed.is_dir() else here.parent / "templates"


def lessons() -> dict[str, Path]:
    """Return every lesson's path by its name, sorted; `ray.de.toml` is a translation of one."""
    paths = sorted(folder().glob("*.toml"), key=lambda path: path.stem)
    return {path.stem: path for path in paths if "." not in path.stem}


def template_names() -> list[str]:
    """Return the names of all lessons, sorted."""
    return list(lessons())


def is_path(name: str) -> bool:
    """Say whether a name is a template's path, rather than a lesson's name."""
    return name.endswith(".toml") or is_program(name) or "/" in name or "\\" in name


def is_program(name: str) -> bool:
    """Say whether a template's name is that of a program."""
    return name.lower().endswith(PROGRAMS)


def is_named(name: str) -> bool:
    """Say whether a name is a lesson's, or a path, or that of a file but for its suffix."""
    return is_path(name) or name in lessons() or is_file(f"{name}.toml")


def find_template(name: str) -> Path:
    """Return the path of a lesson by its name, or of anyone's template by its path.

    Raises TemplateError, naming the nearest lessons.
    """
    if is_path(name):
        return Path(name)
    known = lessons()
    if name in known:
        return known[name]
    if is_file(f"{name}.toml"):
        raise TemplateError(f"'{name}' is not a lesson; for the file write {name}.toml.")
    near = did_you_mean(name, known)
    raise TemplateError(
        f"there is no template '{name}'.{near} 'tracer templates' lists them; a template of"
        " your own is given by its path, such as my-own.toml."
    )


def load_template(
    name: str | Path, *, seed: int | None = None, data_folder: Path | None = None
) -> Template:
    """Read a lesson by its name, or a template by its path, with its data.

    Raises TemplateError or DataError.
    """
    from tracer.template.read import read_template

    return read_template(find_template(str(name)), seed=seed, data_folder=data_folder)
