"""Second pass: the small parts of the file, mended; and sheets that repeat another."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from posixpath import dirname, relpath

from tracer.language.addresses import column_letters
from tracer.language.formula import quoted_sheet
from tracer.workbook.plan.plan import Sheet

TEXTS = "xl/sharedStrings.xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
#: Arial's letters are as wide wherever a file is opened: a program without it has a copy of its
#: measures. The ordinary font, in this size, is the measure of columns.
FONT, FONT_SIZE = "Arial", 10
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sheet_part(number: int) -> str:
    """Return the name of a sheet's part; sheets count from 1."""
    return f"xl/worksheets/sheet{number}.xml"


@dataclass(frozen=True)
class Repeats:
    """The sheets at a book's end that repeat a model: same pattern, other numbers.

    openpyxl takes milliseconds for a sheet, a copy of its XML microseconds: so it makes
    `sheets[model]` only, and the repeats' parts, entries and names are copied from there.
    """

    sheets: Sequence[Sheet]
    model: int
    first: int

    @classmethod
    def of(cls, sheets: Sequence[Sheet]) -> Repeats:
        """Find the repeats among a book's sheets."""
        model = len(sheets) - 1
        while model > 0 and sheets[model - 1].pattern is sheets[-1].pattern:
            model -= 1
        return cls(sheets, model, model + 1)

    @property
    def numbers(self) -> range:
        """The repeats' places among the book's sheets, counted from 0."""
        return range(self.first, len(self.sheets))

    def types(self, part: bytes) -> bytes:
        """Name the repeats' parts in [Content_Types].xml."""
        entries = "".join(
            f'<Override PartName="/{sheet_part(n + 1)}" ContentType="{SHEET_TYPE}"/>'
            for n in self.numbers
        )
        return part.replace(b"</Types>", entries.encode() + b"</Types>")

    def relations(self, part: bytes) -> bytes:
        """Name the repeats' parts in the workbook's relations."""
        entries = "".join(
            f'<Relationship Type="{_RELATIONS}/worksheet" Target="/{sheet_part(n + 1)}"'
            f' Id="repeat{n}"/>'
            for n in self.numbers
        )
        return part.replace(b"</Relationships>", entries.encode() + b"</Relationships>")

    def workbook(self, part: bytes) -> bytes:
        """List the repeats, and give each the names that the model has on its sheet."""
        text = part.decode()
        sheets = "".join(
            f'<sheet xmlns:r="{_RELATIONS}" name="{escape(self.sheets[n].title)}"'
            f' sheetId="{n + 1}" state="visible" r:id="repeat{n}"/>'
            for n in self.numbers
        )
        own = rf'<definedName [^>]*localSheetId="{self.model}"[^>]*>[^<]*</definedName>'
        names = "".join(re.findall(own, text))
        before = f"'{self.sheets[self.model].title}'!"
        repeated = "".join(
            names.replace(f'localSheetId="{self.model}"', f'localSheetId="{n}"').replace(
                before, f"'{self.sheets[n].title}'!"
            )
            for n in self.numbers
        )
        text = text.replace("</sheets>", sheets + "</sheets>")
        return text.replace("</definedNames>", repeated + "</definedNames>").encode()

    def frame(self, model: bytes, sheet: Sheet) -> bytes:
        """Return a repeat's XML without cells: the model's, with links of its own."""
        links = "".join(
            f'<hyperlink ref="{column_letters(link.column)}{link.row}"'
            f' location="{escape(quoted_sheet(link.sheet))}{link.cell}"'
            f' display="{escape(link.sheet)}"/>'
            for link in sheet.links
        )
        found = re.compile(rb"<hyperlinks>.*</hyperlinks>", re.DOTALL)
        return found.sub(f"<hyperlinks>{links}</hyperlinks>".encode(), model, count=1)


def relative(name: str, part: bytes) -> bytes:
    """Return relations with targets told from where they stand: some programs know no others."""
    if not name.endswith(".rels"):
        return part
    folder = dirname(dirname(name)) or "."

    def told(target: re.Match[bytes]) -> bytes:
        return f'Target="{relpath(target[1].decode(), folder)}"'.encode()

    return re.sub(rb'Target="/([^"]*)"', told, part)


#: What comes after the list of marks that a sheet is spared, in the order of the schema.
_AFTER_MARKS = re.compile(rb"<drawing |<legacyDrawing |<tableParts |</worksheet>")


def unmarked(end: bytes, cells: str) -> bytes:
    """Return a sheet's XML after its cells, with Excel told to mark no cell as a likely mistake.

    It would mark numbers that are texts (answers as they were typed, steps, the looks in a
    legend) and formulas unlike their neighbours with green corners; here, both are meant.
    """
    marks = f'sqref="{cells}" numberStoredAsText="1" formula="1" formulaRange="1"'
    spared = f"<ignoredErrors><ignoredError {marks}/></ignoredErrors>".encode()
    found = _AFTER_MARKS.search(end)
    assert found is not None
    return end[: found.start()] + spared + end[found.start() :]


def _undated(core: bytes) -> bytes:
    return re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", core)


#: The order that the file format's schema wants inside a font; openpyxl writes another.
_FONT_ORDER = (
    b"b i strike condense extend outline shadow u vertAlign sz color name family charset scheme"
).split()


def _in_order(styles: bytes) -> bytes:
    ordinary = f'<font><sz val="{FONT_SIZE}"/><name val="{FONT}"/><family val="2"/></font>'
    styles = re.sub(rb"<font>.*?</font>", ordinary.encode(), styles, count=1, flags=re.DOTALL)

    def sort(font: re.Match[bytes]) -> bytes:
        parts = re.findall(rb"<(\w+)[^>]*/>", font[1])
        whole = re.findall(rb"<\w+[^>]*/>", font[1])
        pairs = sorted(zip(parts, whole, strict=True), key=lambda p: _FONT_ORDER.index(p[0]))
        return b"<font>" + b"".join(text for _, text in pairs) + b"</font>"

    return re.sub(rb"<font>(.*?)</font>", sort, styles, flags=re.DOTALL)


def _with_texts(opening: bytes, entry: bytes, end: bytes) -> Callable[[bytes], bytes]:
    """Return what names the table of texts in a part, where openpyxl hasn't."""

    def mend(part: bytes) -> bytes:
        return part if opening in part else part.replace(end, entry + end)

    return mend


_TEXTS_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_TEXTS_RELATION = (
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
)
MENDED: dict[str, Callable[[bytes], bytes]] = {
    "[Content_Types].xml": _with_texts(
        _TEXTS_TYPE,
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + _TEXTS_TYPE + b'"/>',
        b"</Types>",
    ),
    "xl/_rels/workbook.xml.rels": _with_texts(
        _TEXTS_RELATION,
        b'<Relationship Type="' + _TEXTS_RELATION + b'" Target="sharedStrings.xml" Id="texts"/>',
        b"</Relationships>",
    ),
    "docProps/core.xml": _undated,
    "xl/styles.xml": _in_order,
}
