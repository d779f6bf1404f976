"""Files that nobody should have to open: each is built here, and refused by one line."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def sheet(inside: str, before: str = "", after: str = "") -> str:
    return (
        f'{XML}{before}<worksheet xmlns="{NAMESPACE}"><sheetData>{inside}</sheetData>'
        f"{after}</worksheet>"
    )


def package(
    inside: str = "", *, sheets: int = 1, **changes: str | bytes | None
) -> dict[str, bytes]:
    """Return the parts of a small workbook; `changes` replace or remove (None) some."""
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet"'
        f' Target="worksheets/sheet{min(n, 1)}.xml"/>'
        for n in range(1, sheets + 1)
    )
    parts: dict[str, str | bytes | None] = {
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}"><Relationship Id="a"'
        f' Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{XML}<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATIONS}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}">{related}'
        f'<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="t" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet(inside),
    }
    parts |= {_PARTS[key]: value for key, value in changes.items()}
    return {
        name: value if isinstance(value, bytes) else value.encode()
        for name, value in parts.items()
        if value is not None
    }


_PARTS = {
    "sheet1": "xl/worksheets/sheet1.xml",
    "workbook": "xl/workbook.xml",
    "related": "xl/_rels/workbook.xml.rels",
    "root": "_rels/.rels",
    "strings": "xl/sharedStrings.xml",
    "styles": "xl/styles.xml",
}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _sheet_twice() -> bytes:
    """Return a workbook in which another sheet has the first one's name, as nobody reads it."""
    parts = package(sheets=2)
    return zipped({**parts, "xl/workbook.xml": parts["xl/workbook.xml"].replace(b"S2", b"s1")})


def _twice() -> bytes:
    """Return an archive with a part that occurs twice."""
    raw = zipped({**package(), "xl/worksheets/sheet2.xml": b"<x/>"})
    return raw.replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/sheet1.xml")


def _patched(raw: bytes, marker: bytes, at: int, value: bytes) -> bytes:
    """Return bytes with `value` written `at` behind every marker."""
    changed = bytearray(raw)
    start = raw.find(marker)
    while start >= 0:
        changed[start + at : start + at + len(value)] = value
        start = raw.find(marker, start + 1)
    return bytes(changed)


def _encrypted() -> bytes:
    return _patched(zipped(package()), b"PK\x01\x02", 8, b"\x01\x00")


def _lying_size() -> bytes:
    """Return an archive whose table says that a bomb is small."""
    bomb = zipped(package(sheet1=sheet(" " * 30_000_000)))
    return _patched(bomb, b"PK\x01\x02", 24, struct.pack("<L", 1_000))


def _ratio_bomb() -> bytes:
    return zipped(package(sheet1=sheet(" " * 90_000_000)))


def _many_bombs() -> bytes:
    """Return an archive whose parts are small enough each, and too large together."""
    parts = package() | {f"xl/media/{number}.bin": b"" for number in range(5)}
    return _patched(zipped(parts), b"PK\x01\x02", 24, struct.pack("<L", 60_000_000))


def _nested() -> bytes:
    return _stored(package(sheet1=f"{XML}" + "<a>" * 1_000_000))


def _deep_cell() -> bytes:
    return _stored(package('<row><c r="A1" t="inlineStr">' + "<is>" * 100_000))


def _random_bits() -> bytes:
    rng = np.random.default_rng(1)
    raw = bytearray(zipped(package('<row><c r="A1"><v>1</v></c></row>' * 500)))
    start = raw.find(b"sheet1.xml") + 10
    for place in rng.integers(start, start + 100, 40):
        raw[int(place)] ^= 0xFF
    return bytes(raw)


def _quadratic() -> str:
    body = "&a;" * 50_000
    return f'<!DOCTYPE x [<!ENTITY a "{"b" * 50_000}">]><worksheet>{body}</worksheet>'


def _laughs() -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))
    return f"<!DOCTYPE x [{entities}]><worksheet>&l9;</worksheet>"


def _external() -> str:
    return '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'


def _utf16_doctype() -> bytes:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><worksheet/>'
    return text.encode("utf-16")


def _rows(count: int) -> str:
    return "<row/>" * count


def _cells(count: int) -> str:
    return "<row>" + "<c><v>1</v></c>" * count + "</row>"


def _strings(count: int) -> str:
    return f'{XML}<sst xmlns="{NAMESPACE}">' + "<si><t>x</t></si>" * count + "</sst>"


USES_STRINGS = '<row r="1"><c r="A1" t="s"><v>299999999</v></c></row>'
USES_STYLES = '<row r="1"><c r="A1" s="1"><v>1</v></c></row>'


def _npy(header: str, body: bytes = b"", version: int = 1) -> bytes:
    raw = header.encode("latin-1")
    size = struct.pack("<H" if version == 1 else "<I", len(raw))
    return b"\x93NUMPY" + bytes([version, 0]) + size + raw + body


def _npz(raw: bytes) -> bytes:
    return zipped({"output.npy": raw})


def _pickled() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, output=np.array([{"a": 1}], dtype=object))
    return stream.getvalue()


#: name → (suffix, what builds the bytes, a piece of the line that refuses it)
WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "text": (lambda: b"Hello, I am not a workbook", "not an Excel workbook"),
    "old xls or password": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
    "only the beginning of a zip": (lambda: zipped(package())[:200], "damaged"),
    "only the end of a zip": (
        lambda: b"PK\x03\x04" + zipped(package())[-60:],
        "damaged|missing|not",
    ),
    "a zip of nothing": (lambda: zipped({}), "not an Excel workbook"),
    "a zip of something else": (lambda: zipped({"a.txt": b"x"}), "not an Excel workbook"),
    "too large a file": (lambda: b"PK\x03\x04" + b"\0" * 20_000_001, "larger than 20 MB"),
    "too many parts": (lambda: zipped({f"{n}": b"" for n in range(2_100)}), "2,000 parts"),
    "a very long table of contents": (
        lambda: zipped({f"{n:0300}": b"" for n in range(3_200)}),
        "2,000 parts",
    ),
    "zip64 end": (lambda: _far_end(), "2,000 parts|damaged"),
    "a part twice": (_twice, "twice"),
    "encrypted parts": (_encrypted, "encrypted"),
    "bzip2": (lambda: zipped(package(), zipfile.ZIP_BZIP2), "unusual way"),
    "lzma": (lambda: zipped(package(), zipfile.ZIP_LZMA), "unusual way"),
    "packed too tightly": (_ratio_bomb, "more tightly"),
    "a lie about the size": (_lying_size, "damaged|sound XML|unpacked"),
    "several bombs": (_many_bombs, "200 MB"),
    "a part over 100 MB": (lambda: _claims(150_000_000), "100 MB"),
    "flipped bits": (_random_bits, "damaged|sound XML"),
    "no workbook part": (lambda: zipped(package(workbook=None)), "not an Excel workbook"),
    "no sheet part": (lambda: zipped(package(sheet1=None)), "missing"),
    "no sheets": (lambda: zipped(package(sheets=0)), "no sheets"),
    "too many sheets": (lambda: zipped(package(sheets=600)), "500 sheets"),
    "broken XML": (lambda: zipped(package(sheet1="<worksheet><row>")), "sound XML"),
    "empty XML": (lambda: zipped(package(sheet1="")), "sound XML"),
    "binary for XML": (lambda: zipped(package(sheet1=bytes(range(256)))), "sound XML"),
    "an unknown encoding": (
        lambda: zipped(package(sheet1='<?xml version="1.0" encoding="x-y"?><a/>')),
        "encoding|sound XML",
    ),
    "a broken workbook part": (lambda: zipped(package(workbook="<workbook")), "sound XML"),
    "a doctype": (lambda: zipped(package(sheet1="<!DOCTYPE x><worksheet/>")), "document type"),
    "a billion laughs": (lambda: zipped(package(sheet1=_laughs())), "document type"),
    "quadratic entities": (lambda: zipped(package(sheet1=_quadratic())), "document type"),
    "an external entity": (lambda: zipped(package(sheet1=_external())), "document type"),
    "a doctype in UTF-16": (lambda: zipped(package(sheet1=_utf16_doctype())), "document type"),
    "a doctype in the relations": (lambda: zipped(package(root=_laughs())), "document type"),
    "too many rows": (lambda: _stored(package(_rows(200_100))), "200,000 rows"),
    "too many cells": (lambda: _stored(package(_cells(600_100))), "600,000 cells"),
    "too many elements": (
        lambda: _stored(package(sheet1=sheet("", after="<x/>" * 1_400_100))),
        "1,400,000 elements",
    ),
    "too many texts": (
        lambda: _stored(package(USES_STRINGS, strings=_strings(300_100))),
        "300,000 texts",
    ),
    "too many styles": (
        lambda: _stored(
            package(USES_STYLES, styles="<s><cellXfs>" + "<xf/>" * 70_000 + "</cellXfs></s>")
        ),
        "65,000 styles",
    ),
    "nested too deeply": (_nested, "sound XML|deeply"),
    "a cell nested too deeply": (_deep_cell, "sound XML|deeply"),
    "a sheet twice": (_sheet_twice, "two of its sheets are called 's1'"),
    "a cell twice": (
        lambda: zipped(package('<row><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>')),
        "twice",
    ),
}

_ENDLESS = '<dimension ref="A1:XFD9999999"/>'
_AWAY = b'TargetMode="External" Target="w'

#: Strange, but readable: nothing of it costs anything.
STRANGE: dict[str, Callable[[], bytes]] = {
    "a merge over everything": lambda: zipped(
        package(sheet1=sheet("", after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'))
    ),
    "half a million merges": lambda: _stored(
        package(sheet1=sheet("", after="<m>" + '<mergeCell ref="A1:B2"/>' * 500_000 + "</m>"))
    ),
    "links over everything": lambda: zipped(
        package(sheet1=sheet("", after='<h><hyperlink ref="A1:XFD1048576"/></h>'))
    ),
    "a dimension that lies": lambda: zipped(
        package(sheet1=sheet("").replace("<sheetData>", f"{_ENDLESS}<sheetData>"))
    ),
    "a cell in the last corner": lambda: zipped(
        package('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "a row number that is none": lambda: zipped(package('<row r="x"><c><v>1</v></c></row>')),
    "a sheet that is elsewhere": lambda: zipped(
        package(related=package()["xl/_rels/workbook.xml.rels"].replace(b'Target="w', _AWAY))
    ),
    "not a number stored as one": lambda: zipped(
        package('<row r="1"><c r="A1"><v>nan</v></c><c r="B1"><v>1e400</v></c></row>')
    ),
    "a text that isn't there": lambda: zipped(package(USES_STRINGS, strings=_strings(3))),
    "a style that isn't there": lambda: zipped(package(USES_STYLES, styles="<styleSheet/>")),
    "a name that climbs": lambda: zipped({**package(), "../../etc/passwd": b"x"}),
    "a long text": lambda: _stored(
        package(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 1_000_000}</t></is></c></row>')
    ),
}


def _stored(parts: dict[str, bytes]) -> bytes:
    """Pack so that the ratio stays ordinary."""
    noise = zlib.compress(np.random.default_rng(0).bytes(200), 0)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("xl/noise.bin", noise)
    return stream.getvalue()


def _far_end() -> bytes:
    raw = zipped(package())
    end = raw.rfind(b"PK\x05\x06")
    return raw[:end] + b"PK\x06\x07" + b"\0" * 16 + raw[end:]


def _claims(size: int) -> bytes:
    raw = zipped(package())
    first = raw.find(b"PK\x01\x02") + 24
    return raw[:first] + struct.pack("<L", size) + raw[first + 4 :]


FLAT: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "an empty table": (".csv", lambda: b"", "empty"),
    "a table of null bytes": (".csv", lambda: b"\0" * 1_000, "null"),
    "a picture called a table": (".csv", lambda: b"\x89PNG\r\n\x1a\n\0\0", "null|not text"),
    "a table of commas": (".csv", lambda: b"," * 5_000_000, "600,000 cells|table"),
    "a table of lines": (".csv", lambda: b"1\n" * 300_000, "600,000 cells"),
    "an endless field": (".csv", lambda: b'"' + b"x" * 5_000_000, "table"),
    "deep JSON": (".json", lambda: b"[" * 1_000_000, "deeply|JSON"),
    "JSON a bit too deep": (".json", lambda: b"[" * 50 + b"]" * 50, "deeply"),
    "broken JSON": (".json", lambda: b'{"output": [1, 2', "JSON"),
    "much JSON": (".json", lambda: b"[" + b"0," * 1_100_000 + b"0]", "200,000 values"),
    "an array of objects": (".npz", _pickled, "something else than numbers"),
    "a heading that is code": (
        ".npz",
        lambda: _npz(_npy("__import__('os').system('true')")),
        "heading",
    ),
    "a heading too long": (".npz", lambda: _npz(_npy("(" * 20_000)), "too long"),
    "a heading nested": (".npz", lambda: _npz(_npy("(" * 9_000)), "heading"),
    "a shape that lies": (
        ".npz",
        lambda: _npz(_npy("{'descr':'<f8','fortran_order':False,'shape':(99999,)}")),
        "too early",
    ),
    "a huge shape": (
        ".npz",
        lambda: _npz(_npy("{'descr':'<f8','fortran_order':False,'shape':(10**9,)}")),
        "heading",
    ),
    "a huge shape written out": (
        ".npz",
        lambda: _npz(_npy("{'descr':'<f8','fortran_order':False,'shape':(99999,99999)}")),
        "200,000 numbers",
    ),
    "a program in an array's place": (".npz", lambda: zipped({"a.py": b"x"}), "something else"),
    "no array": (".npz", lambda: _npz(b"hello"), "not an array"),
    "not an archive": (".npz", lambda: b"hello", "not an archive"),
}


def all_refused() -> Iterator[tuple[str, str, Callable[[], bytes], str]]:
    """Yield every refused file: name, suffix, bytes, a pattern of the line."""
    for name, (build, pattern) in WORKBOOKS.items():
        yield name, ".xlsx", build, pattern
    for name, (suffix, build, pattern) in FLAT.items():
        yield name, suffix, build, pattern


def write(folder: Path, suffix: str, build: Callable[[], bytes]) -> Path:
    path = folder / f"file{suffix}"
    path.write_bytes(build())
    return path


def active(book: openpyxl.Workbook) -> Worksheet:
    """Return a new workbook's only sheet."""
    assert isinstance(book.active, Worksheet)
    return book.active
