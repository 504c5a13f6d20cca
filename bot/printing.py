"""Reports to be printed, as PDF: tables and lines on A4, in a font that is embedded, as far as it is used.

That takes half a second and about 25 KB. The font writes Chinese in the forms of Taiwan; those of the mainland are in
it too, and chosen here by its own table of local forms. Who needs this module imports it then, and prints in a thread.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from fpdf import FPDF, XPos, YPos
from fpdf.enums import Align, TableBordersLayout, TextEmphasis, WrapMode
from fpdf.fonts import FontFace, TTFFont

from bot.font import drawable, font_file, written_with
from bot.graphs import Line
from bot.tables import Column, Report, Table
from messages.organisation.spreadsheets import Share, Value

_FONT: Final = "noto"
_FORMS: Final = {"zh_CN": "ZHS "}
"""The font's own name of the forms of Chinese signs that readers of a language expect."""
_MARGIN: Final = 16
_INK: Final = (23, 32, 46)
_SOFT: Final = (87, 97, 116)
_GROUND: Final = (238, 241, 245)
_RULE: Final = (200, 207, 217)
_PAPER: Final = (255, 255, 255)
_COLOURS: Final = ((47, 109, 181), (26, 122, 76))
_MOMENT: Final = {"zh_CN": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
_UNKNOWN: Final = "–"
_HEIGHT: Final = 42.0
_MARK: Final = 1.8
_TICK: Final = 4.5


def pdf(report: Report, language: str) -> bytes:
    """The whole report; a table's headings stand on each of its pages."""
    paper = _Paper(language)
    paper.begin(report)
    if report.graph:
        paper.graph(report.graph.lines, report.graph.labels)
    for table in report.tables:
        paper.tabulate(table)
    return bytes(paper.output())


def written(value: Value, language: str) -> str:
    """A value as readers of a language write it."""
    if value is None:
        return _UNKNOWN
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return format_datetime(value, _MOMENT[language], locale=language)
    if isinstance(value, Share):
        return format_percent(value, "0.0%", locale=language)
    return format_decimal(value, locale=language)


class _Paper(FPDF):
    """A4 under way: everything on it is one line of text after another."""

    def __init__(self, language: str) -> None:
        super().__init__(format="A4")
        self._language = language
        self.set_lang(language.replace("_", "-"))
        self.set_margin(_MARGIN)
        self.add_font(_FONT, fname=font_file())
        font = self.fonts[_FONT]
        if not isinstance(font, TTFFont):
            raise TypeError
        self._glyphs = font.cmap
        _localise(font, _FORMS.get(language))

    def footer(self) -> None:
        """The page's number, at its foot."""
        self.set_y(-_MARGIN + 2)
        self._write(f"{self.page_no()} / {{nb}}", 8, _SOFT, align=Align.C)

    def begin(self, report: Report) -> None:
        title = drawable(report.title, self._glyphs)
        self.set_title(title)
        self.add_page()
        self._write(title, 17)
        for line in report.about:
            self._write(line, 9, _SOFT)

    def tabulate(self, table: Table) -> None:
        if self.will_page_break(26):  # its name, the headings and a row stay together
            self.add_page()
        self.ln(6)
        self._write(table.title, 12)
        self.ln(1)
        self.set_font(_FONT, size=8)
        self.set_text_color(*_INK)
        self.set_draw_color(*_RULE)
        self.set_fill_color(*_PAPER)
        with self.table(**_look(table.columns)) as drawn:
            self._row(drawn, [column.label for column in table.columns])
            for row in table.rows:
                self._row(drawn, [written(value, self._language) for value in row])

    def _row(self, drawn: Any, texts: Sequence[str]) -> None:  # noqa: ANN401 -- the library's own table
        row = drawn.row()
        for text in texts:
            row.cell(written_with(text, self._glyphs))

    def graph(self, lines: Sequence[Line], labels: Sequence[str]) -> None:
        """Lines of shares above the names of their columns; each line has marks of its own."""
        self.ln(4)
        self._legend(lines)
        left, top, width = self.l_margin + 10, self.get_y() + 3, self.epw - 10
        for share in (0.0, 0.5, 1.0):
            y = top + (1 - share) * _HEIGHT
            self.set_draw_color(*_RULE)
            self.line(left, y, left + width, y)
            self._at(self.l_margin, y - 2, 9, written(Share(share), self._language), Align.R)
        for number, line in enumerate(lines):
            self._line(line, number, lambda point: (left + point[0] * width, top + point[1] * _HEIGHT))
        column = width / len(labels)
        for place, label in enumerate(labels):
            self._at(left + place * column, top + _HEIGHT + 1, column, label, Align.C)
        self.set_xy(self.l_margin, top + _HEIGHT + _TICK)

    def _legend(self, lines: Sequence[Line]) -> None:
        for number, line in enumerate(lines):
            self._mark(number, self.get_x() + 2, self.get_y() + 2.5)
            self.set_x(self.get_x() + 4)
            self.set_font(_FONT, size=9)
            self.set_text_color(*_INK)
            self.cell(self.get_string_width(line.name) + 8, 5, line.name)
        self.ln(5)

    def _line(self, line: Line, number: int, place: Any) -> None:  # noqa: ANN401 -- from the line's points to the paper's
        self.set_draw_color(*_COLOURS[number])
        self.set_line_width(0.6)
        for stroke in line.strokes:
            self.polyline([place(point) for point in stroke])
        self.set_line_width(0.2)
        for point in line.marks:
            self._mark(number, *place(point))

    def _mark(self, number: int, x: float, y: float) -> None:
        """Discs for the first line, squares for the second."""
        self.set_fill_color(*_COLOURS[number])
        shape = self.ellipse if number == 0 else self.rect
        shape(x - _MARK / 2, y - _MARK / 2, _MARK, _MARK, style="F")

    def _at(self, x: float, y: float, width: float, text: str, align: Align) -> None:
        self.set_font(_FONT, size=7.5)
        self.set_text_color(*_SOFT)
        self.set_xy(x, y)
        self.cell(width, 4, text, align=align)

    def _write(self, text: str, size: float, colour: tuple[int, int, int] = _INK, *, align: Align = Align.L) -> None:
        """A paragraph: lines may end between any two signs, as Chinese has no spaces."""
        self.set_font(_FONT, size=size)
        self.set_text_color(*colour)
        wrap = WrapMode.CHAR if self._language in _FORMS else WrapMode.WORD
        shown = drawable(text, self._glyphs)
        self.multi_cell(0, size * 0.5, shown, align=align, wrapmode=wrap, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _look(columns: Sequence[Column]) -> Mapping[str, Any]:
    return {
        "col_widths": [column.width for column in columns],
        "text_align": [Align.R if column.number else Align.L for column in columns],
        "headings_style": FontFace(emphasis=TextEmphasis.NONE, color=_INK, fill_color=_GROUND),
        "borders_layout": TableBordersLayout.HORIZONTAL_LINES,
        "line_height": 4.6,
        "padding": 0.8,
        "wrapmode": WrapMode.CHAR,
    }


def _localise(font: TTFFont, forms: str | None) -> None:
    """Have a font write the signs in the forms of a place, by its table of them (OpenType's feature «locl»)."""
    if forms is None:
        return
    local, ids = _local_forms(font.ttfont["GSUB"].table, forms), font.ttfont.getReverseGlyphMap()
    for code, glyph in font.cmap.items():
        if glyph in local:
            font.cmap[code] = local[glyph]
            font.glyph_ids[code] = ids[local[glyph]]


def _local_forms(table: Any, forms: str) -> Mapping[str, str]:  # noqa: ANN401 -- the font library gives no types
    """Which glyph stands for which."""
    scripts = {one.ScriptTag: one.Script for one in table.ScriptList.ScriptRecord}
    languages = {one.LangSysTag: one.LangSys for one in scripts["hani"].LangSysRecord}
    features = [table.FeatureList.FeatureRecord[place] for place in languages[forms].FeatureIndex]
    lookups = [place for one in features if one.FeatureTag == "locl" for place in one.Feature.LookupListIndex]
    found: dict[str, str] = {}
    for place in lookups:
        for part in table.LookupList.Lookup[place].SubTable:
            found |= getattr(part, "ExtSubTable", part).mapping
    return found
