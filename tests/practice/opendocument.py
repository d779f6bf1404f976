"""OpenDocument sheets made by hand, honest and hostile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from tests.practice.hostile import active, zipped

XML = '<?xml version="1.0" encoding="UTF-8"?>'
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def content(inside: str, before: str = "") -> str:
    """Return a document's main part with one sheet, S1."""
    return (
        f"{XML}{before}<office:document-content {SPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="S1">{inside}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )


def document(inside: str = "", **parts: str) -> bytes:
    """Return a file with one sheet; `content` and `manifest` replace parts."""
    found = {"mimetype": KIND, "content.xml": parts.get("content", content(inside))}
    if "manifest" in parts:
        found["META-INF/manifest.xml"] = parts["manifest"]
    return zipped({name: text.encode() for name, text in found.items()})


def cell(value: object, attributes: str = "") -> str:
    """Return a cell with a number or a text."""
    if value is None:
        return f"<table:table-cell {attributes}/>"
    if isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f"<table:table-cell {kind} {attributes}>{text}</table:table-cell>"


def row(*cells: str, attributes: str = "") -> str:
    """Return a row."""
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def write_sheet(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write rows as the only sheet of a workbook, of the kind that its name says."""
    if path.suffix == ".ods":
        path.write_bytes(document("".join(row(*map(cell, line)) for line in rows)))
        return
    book = openpyxl.Workbook()
    for line in rows:
        active(book).append(list(line))
    book.save(path)


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
_MANY = 'table:number-rows-repeated="1048576"'
_WIDE = 'table:number-columns-repeated="16384"'

#: name → (bytes, a piece of the line that refuses it)
HOSTILE = {
    "a number in every row": (document(row(cell(1), attributes=_MANY)), "600,000 cells"),
    "a number in every column and many rows": (
        document(row(cell(1, _WIDE), attributes='table:number-rows-repeated="100"')),
        "600,000 cells",
    ),
    "many rows": (document("<table:table-row/>" * 200_100), "200,000 rows|more tightly"),
    "many cells": (document(row("<table:table-cell/>" * 600_100)), "600,000 cells|more tightly"),
    "a billion laughs": (
        document(content=content("&l9;", f"<!DOCTYPE x [{_LAUGHS}]>")),
        "document type",
    ),
    "an external entity": (
        document(content=content("&e;", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
        "document type",
    ),
    "broken": (document(content="<office:document-content>"), "sound XML"),
    "no sheet": (document(content=f"{XML}<office:document-content {SPACES}/>"), "no sheets"),
    "a password": (
        document(manifest="<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"),
        "password",
    ),
    "packed too tightly": (document(content=content(" " * 90_000_000)), "more tightly"),
}
#: Strange, but readable: nothing of it costs anything.
STRANGE = {
    "empty rows to the end": document(row(cell(1)) + row(cell(None, _WIDE), attributes=_MANY)),
    "repeats that are no numbers": document(row(cell(1, 'table:number-columns-repeated="x"'))),
    "spaces without end": document(
        row(cell("@").replace("@", '<text:s text:c="99999999"/>' * 900))
    ),
}
