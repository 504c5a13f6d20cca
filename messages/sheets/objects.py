"""Reads JSON: an array of objects, or ``{"items": […]}``, each object like a line whose columns are its keys."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from messages.errors import Fault, refused
from messages.sheets.headers import header_faults, header_of
from messages.sheets.lines import Cell
from messages.sheets.tables import Row
from messages.sheets.vocabulary import C, Vocabulary
from messages.text.phrase import phrase

MOST_BYTES: Final = 50 * 1024 * 1024

_OPENING: Final = re.compile(r'\s*(\{\s*"items"\s*:\s*)?\[\s*')
_BLANK: Final = re.compile(r"\s*")
_CLOSING: Final = re.compile(r"\s*\}\s*")
_VALUE_SHOWN: Final = 60


def object_rows(content: bytes, vocabulary: Vocabulary[C], faults: list[Fault]) -> Iterator[Row[C]]:
    """Each object as a row, at the line where it begins; what is wrong with them is added to ``faults``.

    Raises ``Refused`` for what is no such JSON.
    """
    for line, value in _values(_decode(content)):
        if not isinstance(value, dict):
            message = phrase("An object with the columns' names is accepted: {columns}.", columns=vocabulary.accepted())
            faults.append(Fault(line=line, value=_shown(value), message=message))
            continue
        header = header_of(vocabulary, None, line, tuple(value))
        faults.extend(header_faults(header))
        if header.is_whole:
            yield Row(header, line, [_cell(line, *pair, faults) for pair in value.items()], faults)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refused(phrase("A JSON file in UTF-8 is accepted."), line=line) from None


def _values(text: str) -> Iterator[tuple[int, Any]]:
    """The values of the array, with the lines on which they begin."""
    line, counted = 1, 0
    try:
        for at, value in _scanned(text):
            line, counted = line + text.count("\n", counted, at), at
            yield line, value
    except RecursionError:
        raise refused(phrase("Objects of plain values are accepted; this is nested too deeply."), line=line) from None
    except ValueError as error:  # also of a number with more digits than anyone needs
        at = getattr(error, "pos", counted)
        reason = getattr(error, "msg", str(error))
        message = phrase("This is no array of objects in JSON: {reason}.", reason=reason)
        raise refused(message, line=text.count("\n", 0, at) + 1) from None


def _scanned(text: str) -> Iterator[tuple[int, Any]]:
    opening = _OPENING.match(text)
    if opening is None:
        raise _malformed(text, 0, '"["')
    decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
    at, ended = opening.end(), text.startswith("]", opening.end())
    while not ended:
        value, end = decoder.raw_decode(text, at)
        yield at, value
        at = _after(text, end)
        ended = text.startswith("]", at)
        if not ended and not text.startswith(",", at):
            raise _malformed(text, at, '"," or "]"')
        at = at if ended else _after(text, at + 1)
    rest = (_CLOSING if opening[1] else _BLANK).fullmatch(text, at + 1)
    if rest is None:
        raise _malformed(text, at + 1, "end")


def _malformed(text: str, at: int, expected: str) -> json.JSONDecodeError:
    return json.JSONDecodeError(f"{expected} expected", text, at)


def _after(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a key stands twice in an object"
        raise ValueError(message)
    for name, value in pairs:
        _check_encodable(name)
        _check_encodable("".join(map(str, value)) if isinstance(value, list) else value)
    return found


def _check_encodable(value: object) -> None:
    """Half a character can be written in JSON, and nowhere else; what cannot be encoded is a ``ValueError``."""
    if isinstance(value, str):
        value.encode()


def _no_number(name: str) -> float:
    message = f"{name} is no number"
    raise ValueError(message)


def _cell(line: int, name: str, value: Any, faults: list[Fault]) -> Cell:  # noqa: ANN401 -- whatever JSON holds
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    if isinstance(value, str | bool | float):
        return value
    if isinstance(value, int):
        return str(value)
    faults.append(Fault(line=line, column=name, value=_shown(value), message=phrase("A plain value is accepted.")))
    return ""


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:_VALUE_SHOWN].encode(errors="replace").decode()
