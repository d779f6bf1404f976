"""Second pass: form controls, which openpyxl doesn't write.

A spin button is a shape of the older drawing format that Excel keeps such controls in; what it
counts is said in it. It holds no macro. The form is that of Excel 2007 and later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape

from tracer.language.formula import quoted_sheet
from tracer.workbook.plan.plan import Sheet, Spin

#: The relation by which a sheet names its controls.
RELATION = "spins"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPE = (
    b'<Default Extension="vml"'
    b' ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
)
#: A spin button counts no further; it is so many points wide.
MOST, WIDTH = 30_000, 18
_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    '<o:idmap v:ext="edit" data="{number}"/></o:shapelayout><v:shapetype id="_x0000_t201"'
    ' coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f"'
    ' o:connecttype="rect"/><o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{shape}" type="#_x0000_t201" alt="{says}" style="position:absolute;'
    'width:{width}pt;height:15pt;z-index:{order}" filled="f" stroked="f" o:insetmode="auto">'
    '<x:ClientData ObjectType="Spin"><x:MoveWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:PrintObject>False</x:PrintObject><x:FmlaLink>{cell}</x:FmlaLink><x:Val>{now}</x:Val>"
    "<x:Min>{low}</x:Min><x:Max>{high}</x:Max><x:Inc>1</x:Inc><x:Page>10</x:Page><x:Dx>16</x:Dx>"
    "</x:ClientData></v:shape>"
)


class SpinButtons:
    """The controls of a book's sheets, by the sheets' numbers from 1."""

    def __init__(self, sheets: Mapping[int, Sheet]) -> None:
        self._parts = {f"xl/drawings/controls{n}.vml": _part(n, s) for n, s in sheets.items()}
        self._related = {f"xl/worksheets/_rels/sheet{n}.xml.rels": n for n in sheets}
        self._sheets = {f"xl/worksheets/sheet{n}.xml" for n in sheets}

    def new(self, names: Collection[str]) -> list[str]:
        """Return the names of the parts that a book needs besides those that it has."""
        return [name for name in (*self._related, *self._parts) if name not in names]

    def mended(self, name: str, content: bytes) -> bytes:
        """Return a part with what the controls need there."""
        if name in self._parts:
            return self._parts[name]
        if name in self._related:
            return _related(content, self._related[name])
        if name in self._sheets:
            return _in_sheet(content)
        if self._parts and name == "[Content_Types].xml" and _TYPE not in content:
            return content.replace(b"<Override", _TYPE + b"<Override", 1)
        return content


def _part(number: int, sheet: Sheet) -> bytes:
    title = quoted_sheet(sheet.title)
    shapes = (_shape(number, order, spin, title) for order, spin in enumerate(sheet.spins, 1))
    return (_HEAD.format(number=number) + "".join(shapes) + "</xml>").encode()


def _shape(number: int, order: int, spin: Spin, sheet: str) -> str:
    # From the cell's corner, a little inside: columns, pixels, rows, pixels, twice.
    column, row = spin.column - 1, spin.row - 1
    anchor = f"{column}, 2, {row}, 0, {column}, {2 + WIDTH}, {row + spin.rows}, 0"
    return _SHAPE.format(
        shape=number * 1024 + order,
        says=escape(spin.says),
        width=WIDTH * 3 // 4,
        order=order,
        anchor=anchor,
        # LibreOffice looks for a cell of the first sheet where none is named.
        cell=escape(sheet) + spin.cell,
        low=spin.low,
        now=min(spin.now, MOST),
        high=min(spin.high, MOST),
    )


def _related(relations: bytes, number: int) -> bytes:
    """Add the controls to a sheet's relations, of which it may have none yet."""
    entry = (
        f'<Relationship Id="{RELATION}" Type="{_RELATIONS}/vmlDrawing"'
        f' Target="../drawings/controls{number}.vml"/>'
    )
    whole = relations or f'<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode()
    return whole.replace(b"</Relationships>", entry.encode() + b"</Relationships>")


def _in_sheet(content: bytes) -> bytes:
    """Name the controls in a sheet's XML."""
    entry = f'<legacyDrawing xmlns:r="{_RELATIONS}" r:id="{RELATION}"/>'.encode()
    before = b"<tableParts" if b"<tableParts" in content else b"</worksheet>"
    return content.replace(before, entry + before, 1)
