"""Tables to be handed out as files: a workbook's sheets, or what ``bot.printing`` prints."""

from dataclasses import dataclass

from bot.graphs import Line
from messages.organisation.spreadsheets import Book, Value


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column by its heading, as wide as so many characters; numbers stand at its right."""

    label: str
    width: int = 12
    number: bool = True


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with what it is called; a value of None is not known."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Up to two lines over the same columns."""

    lines: tuple[Line, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Tables that belong together, said in one language; ``about`` says below the title what they are of."""

    title: str
    about: tuple[str, ...]
    tables: tuple[Table, ...]
    graph: Graph | None = None


def workbook(report: Report) -> bytes:
    """A sheet for each table, below what the report is of; numbers are numbers."""
    book = Book()
    for table in report.tables:
        sheet = book.sheet(table.title, [column.width for column in table.columns], above=len(report.about) + 2)
        sheet.add([report.title], bold=True)
        for line in report.about:
            sheet.add([line])
        sheet.add([column.label for column in table.columns], bold=True)
        for row in table.rows:
            sheet.add(row)
    return book.content()
