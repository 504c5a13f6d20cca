"""The words of the desk of matters: marks, dates as they stand in a line, steps, limits and their articles."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from bot.chat.buttons import shortened
from bot.chat.desk import Desk
from bot.chat.words import capital
from messages.tenders.milestones import Milestone, milestone_said
from messages.tenders.records import Limit, LimitState, MatterState, amount_said
from messages.text.articles import article_of, article_said
from messages.text.phrase import Phrase, phrase

MARKS: Final[Mapping[MatterState, str]] = MappingProxyType(
    {
        MatterState.PLANNED: "⏳",
        MatterState.ACTIVE: "▶️",
        MatterState.AWARDED: "📨",
        MatterState.COMPLETE: "✅",
        MatterState.UNSUCCESSFUL: "✖️",
        MatterState.CANCELLED: "⏹",
    }
)
"""The marks of matters by how they stand."""
NAME: Final = 40
"""Characters of a title in a list."""
_PART: Final = 20
_PARTS_SAID: Final[Mapping[LimitState, Phrase]] = MappingProxyType(
    {
        LimitState.BROKEN: phrase("✖️ breaks the limit"),
        LimitState.OVERDUE: phrase("overdue"),
        LimitState.KEPT: phrase("✔️"),
    }
)


def said_step(desk: Desk, milestone: Milestone, language: str, part: str = "") -> str:
    """A step by its name, and by its part where it has one."""
    name = capital(desk.catalog.say(milestone_said(milestone), language))
    return f"{name} ({shortened(part, _PART)})" if part else name


def said_day(desk: Desk, day: date) -> str:
    """A day, with its year where that is not the present one."""
    this_year = desk.clock.now().astimezone(desk.clock.zone).year
    return f"{day:%m-%d}" if day.year == this_year else day.isoformat()


def said_at(desk: Desk, at: datetime, *, whole_day: bool) -> str:
    """A date as it is known: a day, or with its time."""
    there = at.astimezone(desk.clock.zone)
    return said_day(desk, there.date()) if whole_day else f"{said_day(desk, there.date())} {there:%H:%M}"


def said_article(desk: Desk, source: str | None, language: str) -> str:
    """The article that a limit is of; empty for none."""
    article = article_of(source, desk.policy.tenders.laws)
    return article_said(article, desk.catalog, language) if article else ""


def said_limit(desk: Desk, limit: Limit, language: str) -> str:
    """What a limit asks for, whether that is kept, and by which article; empty where nothing is counted."""
    if limit.due_on is None:
        return ""
    say = desk.catalog.say
    parts = [
        say(_asks(desk, limit, limit.due_on), language),
        say(_PARTS_SAID[limit.state], language) if limit.state in _PARTS_SAID else "",
        say(phrase("provisional"), language) if limit.provisional else "",
    ]
    said = " ".join(part for part in parts if part)
    article = said_article(desk, limit.article, language)
    return say(phrase("{limit} ({article})", limit=said, article=article), language) if article else said


def _asks(desk: Desk, limit: Limit, due_on: date) -> Phrase:
    day = said_day(desk, due_on)
    with_it = desk.policy.tenders.together(limit.milestone)
    if limit.rule in with_it:
        return phrase("together with: {name}", name=milestone_said(with_it[limit.rule]))
    return phrase("not before {day}", day=day) if limit.earliest else phrase("by {day}", day=day)


def said_amount(desk: Desk, amount: str | None, currency: str | None, language: str) -> str:
    """An amount with its currency, its digits in groups; empty for none."""
    if not amount:
        return ""
    return desk.catalog.say(amount_said(amount, currency), language)
