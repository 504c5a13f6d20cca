"""The broadcast desk's words for what can be chosen."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.chat.buttons import shortened
from bot.chat.desk import Desk
from messages.chosen import Chosen
from messages.drafts import Content, Sending
from messages.errors import Fault, LianxunError, Refused
from messages.notices import Lane
from messages.organisation.records import Role, role_said
from messages.text.markup import parse
from messages.text.phrase import Phrase, phrase

LANES: Final[Mapping[Lane, Phrase]] = MappingProxyType(
    {
        Lane.BROADCAST: phrase("Ordinary"),
        Lane.CAUTION: phrase("Caution: before ordinary notices"),
        Lane.ORANGE: phrase("Urgent: before almost everything"),
        Lane.RED: phrase("Red: at once, also at night and on days off"),
    }
)
"""How urgent a person may say that a broadcast is, and what that means."""

COMMA: Final = phrase(", ")
"""What stands between the members of a list."""
_NAMED: Final = 3
_BEGINNING: Final = 24


def called(content: Content) -> str:
    """The title, or how it begins."""
    return shortened(content.title or parse(content.text).text, _BEGINNING) or "📎"


def said_when(desk: Desk, content: Content, language: str) -> str:
    """When it is to be sent."""
    if content.sending is Sending.AT and content.at is not None:
        return desk.moment(content.at, language)
    at_once = phrase("At once")
    return desk.catalog.say(phrase("Next working morning") if content.sending is Sending.MORNING else at_once, language)


def said_whom(desk: Desk, chosen: Chosen, language: str) -> str:
    """Who is chosen, in words; empty for nobody yet."""
    if chosen.expression:
        return chosen.expression

    def say(what: Phrase) -> str:
        return desk.catalog.say(what, language)

    parts = [
        _listed(desk, chosen.units, language),
        say(COMMA).join(say(phrase("level {level}", level=level)) for level in sorted(chosen.levels)),
        say(COMMA).join(say(role_said(Role(role))) for role in chosen.roles),
        _listed(desk, chosen.nodes, language),
        say(phrase("risk posts")) if chosen.risk else "",
    ]
    everyone = say(phrase("Everyone")) if chosen.everyone and not chosen.ticked else ""
    return everyone or " · ".join(part for part in parts if part)


def _listed(desk: Desk, names: Sequence[str], language: str) -> str:
    comma = desk.catalog.say(COMMA, language)
    if len(names) <= _NAMED:
        return comma.join(names)
    some = comma.join(names[:_NAMED])
    return desk.catalog.say(phrase("{some} and {more} more", some=some, more=len(names) - _NAMED), language)


def said_fault(desk: Desk, error: LianxunError, language: str) -> str:
    """What was refused and what is accepted, with its place in what was written."""
    faults = error.faults if isinstance(error, Refused) else ()
    return "\n".join(_line(desk, fault, language) for fault in faults) or desk.catalog.say(error.phrase, language)


def _line(desk: Desk, fault: Fault, language: str) -> str:
    message = desk.catalog.say(fault.message, language)
    if fault.shown is not None:
        message = f"«{fault.shown}»: {message}"
    if fault.line is None or fault.column is None:
        return message
    place = phrase("Line {line}, column {column}: {what}", line=fault.line, column=fault.column, what=message)
    return desk.catalog.say(place, language)
