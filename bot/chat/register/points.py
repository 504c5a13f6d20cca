"""What risk points say, field by field, as cards show it: in words, and no longer than a message holds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from telegram.constants import MessageLimit

from bot.chat.desk import Desk
from bot.chat.words import COMMA
from messages.register.bases import Cited, Superseded, cited_said, superseded_said
from messages.register.point_views import FIELDS
from messages.register.records import LEVEL_MARKS, Content, RiskLevel, level_said
from messages.register.views import flags_of
from messages.text.lengths import cut
from messages.text.markup import visible_length

_MOST: Final = (2000, 900, 450, 200)
"""Characters of a field, the first of these with which everything fits."""
_BELOW: Final = 800
"""Characters that are left for what is asked or was decided, and why."""
_NOTHING: Final = "–"


def fields_of(
    desk: Desk, content: Content, language: str, most: int, before: Content | None = None
) -> list[dict[str, Any]]:
    """The fields that say something; with what stood ``before`` also those that did, and what that was."""
    said, was = _said(desk, content, language), _said(desk, before or content, language)
    return [
        {
            "label": desk.catalog.say(label, language),
            "text": cut(said[name], most) or _NOTHING,
            "was": (cut(was[name], most) or _NOTHING) if was[name] != said[name] else None,
        }
        for name, label in FIELDS.items()
        if said[name] or was[name]
    ]


def flagged(desk: Desk, cited: Sequence[Cited], language: str) -> list[str]:
    """The laws out of date that are cited, each with its successor."""
    outdated = desk.policy.legal_bases.superseded(desk.clock.now().date())
    return flags_said(desk, flags_of(cited, outdated), language)


def flags_said(desk: Desk, flags: Sequence[Superseded], language: str) -> list[str]:
    """These laws in words."""
    return [desk.catalog.say(superseded_said(one), language) for one in flags]


def fitted(draw: Callable[[int], str]) -> str:
    """What is drawn with as much of each field as a message has room for."""
    drawn = (draw(most) for most in _MOST)
    return next((text for text in drawn if visible_length(text) <= MessageLimit.MAX_TEXT_LENGTH - _BELOW), draw(60))


def _said(desk: Desk, content: Content, language: str) -> Mapping[str, str]:
    return {name: _value(desk, getattr(content, name), language) for name in FIELDS}


def _value(desk: Desk, value: object, language: str) -> str:
    match value:
        case RiskLevel():
            return f"{LEVEL_MARKS[value]} {desk.catalog.say(level_said(value), language)}"
        case tuple():
            named = [desk.catalog.say(cited_said(one, desk.policy.legal_bases), language) for one in value]
            return desk.catalog.say(COMMA, language).join(named)
    return str(value)
