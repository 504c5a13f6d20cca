"""All that is recorded about a person as a text to read: part by part, each record in a paragraph of its own."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from messages.mine.collecting import Document, Say
from messages.mine.values import value_said
from messages.mine.words import PARTS, field_said
from messages.text.phrase import Phrase, phrase

_RULE: Final = "─" * 24
_INSTANT: Final = 19
"""Characters of an instant without its zone: shorter texts are none."""
_YES, _NO, _NONE = phrase("yes"), phrase("no"), phrase("None.")
_HUNDREDTHS: Final = frozenset({("statements", "total"), ("objections", "points")})
"""Kept in hundredths of a point, and read in points."""


def readable(document: Document, say: Say, zone: tzinfo | None) -> str:
    """The text; what ``collect`` gave, said in a language, its instants in a zone (None: the machine's)."""
    document = _local(document, zone)
    person = document["person"]
    lines = [
        say(phrase("All that is recorded about {name} ({code})", name=person["name"], code=person["code"])),
        say(phrase("As of {moment}", moment=_moment(document["at"]))),
        "",
        *(say(one) for one in _NOTES),
    ]
    for part, heading in PARTS.items():
        records = document.get(part, [])
        lines += ["", _RULE, *_part(part, heading, [records] if isinstance(records, Mapping) else records, say)]
    return "\n".join(lines) + "\n"


def _local(value: Any, zone: tzinfo | None) -> Any:  # noqa: ANN401 -- any JSON
    """The same with every instant in a zone: the ledger's rows have theirs in UTC."""
    if isinstance(value, Mapping):
        return {name: _local(one, zone) for name, one in value.items()}
    if isinstance(value, list):
        return [_local(one, zone) for one in value]
    at = _instant(value) if isinstance(value, str) else None
    return at.astimezone(zone).isoformat() if at and at.tzinfo else value


_NOTES: Final = (
    phrase("This is for you alone. The file for programs beside it has the same."),
    phrase("An asterisk stands where an event names somebody else. Secrets such as links and codes are not kept."),
    phrase("What was sent to you long ago may have left for the archive: the office looks it up there."),
    phrase("If something is wrong, please tell the office. Nothing is edited; corrections are added."),
)


def _part(part: str, heading: Phrase, records: list[Mapping[str, Any]], say: Say) -> Iterator[str]:
    yield say(phrase("{what} ({count})", what=heading, count=len(records)))
    if not records:
        yield say(_NONE)
    for number, record in enumerate(records, 1):
        first, *rest = list(_record(part, record, say)) or [""]
        yield f"{number}. {first}"
        yield from (f"   {line}" for line in rest)


def _record(part: str, record: Mapping[str, Any], say: Say) -> Iterator[str]:
    """The fields of a record, one a line; what it does not have is left out."""
    for name, value in record.items():
        if value is None or value in ("", [], {}):
            continue
        known = field_said(part, name, value)
        label = say(known) if known else name
        if isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(one, Mapping) for one in value)):
            yield say(phrase("{label}:", label=label))
            yield from (f"  {line}" for line in _nested(part, value, say))
        else:
            said = _said(part, name, value, say).replace("\n", "\n     ")
            yield say(phrase("{label}: {value}", label=label, value=said))


def _nested(part: str, value: Any, say: Say) -> Iterator[str]:  # noqa: ANN401 -- any JSON
    if isinstance(value, Mapping):
        yield from _record(part, value, say)
        return
    for one in value:
        first, *rest = list(_record(part, one, say)) if isinstance(one, Mapping) else [str(one)]
        yield f"- {first}"
        yield from (f"  {line}" for line in rest)


def _said(part: str, name: str, value: Any, say: Say) -> str:  # noqa: ANN401 -- any JSON
    if isinstance(value, bool):
        return say(_YES if value else _NO)
    if isinstance(value, list):
        return say(phrase(", ")).join(_said(part, name, one, say) for one in value)
    if value is None:
        return "—"
    if isinstance(value, int) and (part, name) in _HUNDREDTHS:
        return f"{value / 100:+.2f}"
    known = value_said(part, name, value)
    if known is not None:
        return say(known)
    return _moment(value) if isinstance(value, str) else str(value)


def _moment(value: str) -> str:
    """An instant to the minute, in the zone in which it is written; any other text as it is."""
    at = _instant(value)
    return f"{at:%Y-%m-%d %H:%M}" if at else value


def _instant(value: str) -> datetime | None:
    if len(value) < _INSTANT or not value[0].isdecimal():
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
