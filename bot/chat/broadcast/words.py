"""The broadcast desk's words for what can be chosen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.chat.buttons import shortened
from bot.chat.desk import Desk
from messages.drafts import Content, Sending
from messages.notices import Lane
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
