"""Reads CSV: UTF-8 with or without a mark, GB18030, or UTF-16 with its mark; commas, semicolons or tabs."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from messages.errors import Fault, Refused, refused
from messages.organisation.spreadsheets import unguard
from messages.sheets.lines import MOST_LINES, Sheet
from messages.text.phrase import phrase

UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How text in UTF-16 begins, such as what spreadsheet programs save as “Unicode text”."""

_MOST_PLACES: Final = 100
_FEW_PLACES: Final = 5
_AROUND: Final = 100_000  # bytes
_MANY_TIMES: Final = 4
_DELIMITERS: Final = (",", ";", "\t")


def read_csv(content: bytes) -> Sheet:
    """The lines of a CSV file.

    Raises ``Refused`` for bytes that are no text and for quotes that do not close, naming the line.
    """
    text = _decode(content)
    if text.count("\n") >= MOST_LINES * 2:
        raise refused(phrase("A file of at most {most} lines is accepted.", most=MOST_LINES))
    lines = list(_records(text))
    return Sheet(name=None, lines=lines, count=len(lines))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    # Strict, so that a quote that does not close is told instead of swallowing the rest of the file.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    start = 1
    try:
        for cells in reader:
            if start > MOST_LINES:
                raise refused(phrase("A file of at most {most} lines is accepted.", most=MOST_LINES), line=start)
            yield start, [unguard(cell) for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        raise refused(
            phrase('The quotes or the size of this line are broken: a value with quotes is written "like ""this""".'),
            line=start,
        ) from error


def _delimiter(text: str) -> str:
    """The delimiter that is most frequent in the first lines."""
    head = "\n".join(text.split("\n", 20)[:20])
    return max(_DELIMITERS, key=head.count) if any(map(head.count, _DELIMITERS)) else ","


def _decode(content: bytes) -> str:
    if content.startswith(UTF16_MARKS):
        return _decode_utf16(content)
    if b"\0" in content:
        raise _no_text()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(content[max(0, error.start - _AROUND) : error.start + _AROUND]):
            raise _undecodable(content, "utf-8") from None
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        raise _undecodable(content, "gb18030") from None


def _decode_utf16(content: bytes) -> str:
    try:
        text = content.decode("utf-16")
    except UnicodeDecodeError:
        raise _no_text() from None
    if "\0" in text:
        raise _no_text()
    return text


def _is_broken_utf8(around: bytes) -> bool:
    """Whether the text around a bad byte is UTF-8 otherwise: as GB18030 it could be read too, wrongly."""
    text = around.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for character in text if character > "\x7f") - bad
    return good > _MANY_TIMES * bad


def _undecodable(content: bytes, encoding: str) -> Refused:
    faults: list[Fault] = []
    number = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            line.decode(encoding)
        except UnicodeDecodeError as error:
            place = line[max(0, error.start - 10) : error.start + 10].decode(encoding, errors="replace")
            faults.append(Fault(line=number, value=place, message=phrase("Text in UTF-8 or GB18030 is accepted.")))
        if len(faults) == _MOST_PLACES:
            break
    if len(faults) > _FEW_PLACES and len(faults) * 2 > number:
        return _no_text()
    return Refused(phrase("The file was refused; nothing of it was taken."), faults)


def _no_text() -> Refused:
    return refused(
        phrase("This is not a table in text: a CSV file in UTF-8, GB18030 or UTF-16 with its mark is accepted.")
    )
