"""What happened to a warning before, for whoever is told of it in a later turn."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from messages.items.records import grade_said
from messages.notices import Grade, Json
from messages.store import answers
from messages.store import warnings as stored
from messages.store.answers import Answer
from messages.store.database import Connection
from messages.store.warnings import Happened
from messages.text.markup import LONGEST_TEXT, visible_length
from messages.text.phrase import Phrase, kept, phrase
from messages.warnings.awaited import happened_said
from messages.warnings.records import WarningEvent, WarningRecord

_SAID: Final[Mapping[WarningEvent, Phrase]] = MappingProxyType(
    {
        WarningEvent.ISSUED: phrase("it was issued"),
        WarningEvent.ACKNOWLEDGED: phrase("it was acknowledged"),
        WarningEvent.ANSWERED: phrase("it was answered"),
        WarningEvent.ACCEPTED: phrase("the answer was accepted"),
        WarningEvent.RETURNED: phrase("the answer was returned"),
        WarningEvent.DECIDED: phrase("it was decided what follows"),
    }
)
_FRAME: Final = 500
"""Characters that a warning's message has besides its title, its text and its history."""
_LINE: Final = 120
_WHY: Final = 60
_FEWEST, _MOST = 2, 8


async def before(conn: Connection, warning: WarningRecord, text: str) -> list[Json]:
    """What happened before the present turn, as many of the newest lines as fit into one message with the text."""
    if warning.turn == 1:
        return []
    room = LONGEST_TEXT - _FRAME - len(warning.title) - visible_length(text)
    given = {one.id: one for one in await answers.of_warning(conn, warning.id)}
    happened = [one for one in await stored.history(conn, warning.id) if one.turn < warning.turn]
    lines = [line for one in happened for line in _line(one, given)]
    return lines[-min(max(room // _LINE, _FEWEST), _MOST) :]


async def raised_from(conn: Connection, warnings: Sequence[WarningRecord]) -> dict[int, Grade]:
    """Of those whose present turn began with a raise, which grade they had before, by their ids."""
    happened = await stored.histories(conn, [one.id for one in warnings])
    found: dict[int, Grade] = {}
    for warning in warnings:
        for before, one in pairwise(happened.get(warning.id, ())):
            if one.event is WarningEvent.RAISED and one.turn == warning.turn:
                found[warning.id] = Grade(str(before.body["grade"]))
    return found


def _line(one: Happened, given: Mapping[int, Answer]) -> list[Json]:
    """One line; none for what is no matter of the holder's."""
    what = _what(one)
    if what is None:
        return []
    answer = given.get(int(str(one.body["answer"]))) if one.body.get("answer") else None
    why = one.why or (_excerpt(answer) if answer else None)
    return [{"at": one.at.isoformat(), "what": kept(what), "who": one.by, "why": _short(why)}]


def _what(one: Happened) -> Phrase | None:
    if one.event is WarningEvent.RAISED:
        return phrase("it was raised to {grade}", grade=grade_said(Grade(str(one.body["grade"]))))
    if one.event is WarningEvent.HANDED_OVER:
        holder = one.body["holder"]
        return (
            phrase("it was handed over to {holder}", holder=str(holder)) if holder else phrase("nobody held the post")
        )
    return happened_said(one.event, one.body) if one.event is WarningEvent.OVERDUE else _SAID.get(one.event)


def _excerpt(answer: Answer) -> str:
    return " ".join(given.text for given in answer.parts.values() if given.text)


def _short(why: str | None) -> str | None:
    return why if why is None or len(why) <= _WHY else f"{why[: _WHY - 1]}…"
