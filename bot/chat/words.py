"""Words that several desks have for the same: whom an audience means, which post, what was refused."""

from collections.abc import Sequence
from typing import Final

from bot.chat.acts import Said
from bot.chat.desk import Desk
from messages.audience_words import EVERYONE, risk_said
from messages.chosen import Chosen
from messages.errors import Fault, LianxunError, Refused
from messages.items.records import AboutPost
from messages.organisation.records import Role, role_said
from messages.register.records import RiskLevel
from messages.text.entities import to_api_html
from messages.text.lengths import cut
from messages.text.markup import parse
from messages.text.phrase import Phrase, phrase

COMMA: Final = phrase(", ")
"""What stands between the members of a list."""
_NAMED: Final = 3
_SHOWN_UP_TO: Final = 400


def marked_text(said: Said) -> str:
    """What was written, with its marks, as the Bot API's HTML.

    A sign that no text can hold is left out, and moves no mark: it is replaced.
    """
    return to_api_html(said.text.replace("\0", " "), said.entities)


def beginning_of(text: str) -> str:
    """How a text of the Bot API's HTML begins, without its marks."""
    return cut(parse(text).text, _SHOWN_UP_TO)


def capital(label: str) -> str:
    """A label whose first letter is a capital, behind its mark where it has one."""
    place = next((place for place, sign in enumerate(label) if sign.isalpha()), 0)
    return f"{label[:place]}{label[place : place + 1].upper()}{label[place + 1 :]}"


def said_post(desk: Desk, post: AboutPost, language: str) -> str:
    """A post by its unit, its title and whoever holds it."""
    holder = post.holder or desk.catalog.say(phrase("vacant"), language)
    return f"{post.unit} · {post.title} · {holder}"


def said_whom(desk: Desk, chosen: Chosen, language: str, all_of_them: Phrase = EVERYONE) -> str:
    """Who is chosen, in words; empty for nobody yet."""
    if chosen.expression:
        return chosen.expression

    def say(what: Phrase) -> str:
        return desk.catalog.say(what, language)

    parts = [
        said_few(desk, chosen.units, language),
        say(COMMA).join(say(phrase("level {level}", level=level)) for level in sorted(chosen.levels)),
        say(COMMA).join(say(role_said(Role(role))) for role in chosen.roles),
        said_few(desk, chosen.nodes, language),
        say(COMMA).join(say(risk_said(RiskLevel(level))) for level in chosen.risks),
        say(phrase("posts {codes}", codes=said_few(desk, chosen.posts, language))) if chosen.posts else "",
    ]
    everyone = say(all_of_them) if chosen.everyone and not chosen.ticked else ""
    return everyone or " · ".join(part for part in parts if part)


def said_few(desk: Desk, names: Sequence[str], language: str) -> str:
    """Names, joined; of many the first, and how many more."""
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
        shown = phrase("“{value}”: {what}", value=fault.shown, what=message)
        message = desk.catalog.say(shown, language)
    if fault.line is None or fault.column is None:
        return message
    place = phrase("Line {line}, column {column}: {what}", line=fault.line, column=fault.column, what=message)
    return desk.catalog.say(place, language)
