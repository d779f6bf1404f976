"""Plan → .xlsx. The one package that knows the file format.

Two passes: openpyxl saves the book with its styles, names, charts and print set-up but
empty sheets; then its archive is copied, and the rows of each sheet are streamed in,
formula and value side by side (openpyxl alone stores no value beside a formula).

May import the plan and the palette. Called by the book alone.
"""

from __future__ import annotations

import errno
import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from tracer.language.addresses import column_letters
from tracer.workbook.plan.plan import Book, Sheet
from tracer.workbook.writer.charts import chart_parts
from tracer.workbook.writer.controls import SpinButtons
from tracer.workbook.writer.frame import frame
from tracer.workbook.writer.parts import MENDED, TEXTS, Repeats, relative, sheet_part, unmarked
from tracer.workbook.writer.patterns import Patterns
from tracer.workbook.writer.tables import Progress, table_xml

#: Level 1 writes three times faster than level 6, for files about a fifth larger.
COMPRESSION = 1
#: The earliest date a zip archive can state: the same inputs give the same bytes.
STAMP = (1980, 1, 1, 0, 0, 0)


def write(book: Book, path: Path, progress: Progress | None = None) -> None:
    """Write a planned workbook to `path`. `progress` is told the cells written."""
    repeats = Repeats.of(book.sheets)
    models = book.sheets[: repeats.first]
    workbook, styles = frame(book, models)
    saved = _saved(workbook)
    patterns = Patterns(styles)
    sheets = {sheet_part(n): sheet for n, sheet in enumerate(models, 1)}
    repeated = {
        "[Content_Types].xml": repeats.types,
        "xl/_rels/workbook.xml.rels": repeats.relations,
        "xl/workbook.xml": repeats.workbook,
    }
    charts = chart_parts(models, book.palette)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as target:

        def put(name: str, content: bytes, sheet: Sheet) -> None:
            with target.open(_entry(name), "w") as stream:
                for piece in _sheet_xml(content, sheet, patterns, progress):
                    stream.write(piece)

        controls = SpinButtons({n: sheet for n, sheet in enumerate(models, 1) if sheet.spins})
        for name in (*source.namelist(), *controls.new(source.namelist())):
            content = controls.mended(name, source.read(name) if name in source.NameToInfo else b"")
            if name in sheets:
                put(name, content, sheets[name])
            elif name in charts:
                target.writestr(_entry(name), charts[name]())
            elif name != TEXTS:
                content = MENDED.get(name, bytes)(content)
                content = relative(name, repeated.get(name, bytes)(content))
                target.writestr(_entry(name), content)
        model = source.read(sheet_part(repeats.model + 1))
        for n in repeats.numbers:
            put(sheet_part(n + 1), repeats.frame(model, book.sheets[n]), book.sheets[n])
        # Last, because only now every sheet has said which texts it holds.
        target.writestr(_entry(TEXTS), patterns.texts.xml())


def _saved(workbook: Workbook) -> io.BytesIO:
    """Save a workbook into memory. Raises OSError where a file in between can't be written."""
    saved = io.BytesIO()
    try:
        # The archive is ours: `workbook.save` leaves its own open where it fails, and then some
        # Pythons print a traceback when they clear it away.
        with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
            ExcelWriter(workbook, archive).save()
    except Exception as error:
        # Where lxml is installed openpyxl writes with it, and a full disk is an error of its own.
        if type(error).__name__ != "SerialisationError":
            raise
        number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
        raise OSError(number, os.strerror(number)) from error
    return saved


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    # Public since Python 3.13; before, a stream's level can be set in no other way.
    level = "compress_level" if hasattr(entry, "compress_level") else "_compresslevel"
    setattr(entry, level, COMPRESSION)
    return entry


def _sheet_xml(
    content: bytes, sheet: Sheet, patterns: Patterns, progress: Progress | None
) -> Iterator[bytes]:
    row, column = sheet.extent()
    dimension = f'<dimension ref="A1:{column_letters(column)}{row}"/>'.encode()
    content = re.sub(rb"<dimension [^>]*/>", dimension, content, count=1)
    found = re.search(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", content, re.DOTALL)
    assert found is not None
    yield content[: found.start()] + b"<sheetData>"
    yield patterns.filled(sheet)
    if progress is not None:
        progress(len(sheet.pattern.cells))
    if sheet.table is not None:
        yield from table_xml(sheet.table, patterns.styles, progress)
    yield b"</sheetData>" + unmarked(content[found.end() :], f"A1:{column_letters(column)}{row}")
