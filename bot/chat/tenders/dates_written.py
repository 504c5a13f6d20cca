"""Dates of a matter as they are written, one or several: ``公告 2026-10-08；投标截止 10-30 9:30``."""

import re
import unicodedata
from datetime import date
from typing import Final

from bot.chat.desk import Desk
from bot.chat.moments import moment_written
from messages.errors import Refused, refused
from messages.sheets.vocabulary import fold
from messages.tenders.drafts import Dated
from messages.tenders.milestones import MILESTONES, MatterKind, Milestone, milestone_said
from messages.tenders.sheets.columns import DATES, SHOWN, VOCABULARY
from messages.tenders.sheets.names import Column
from messages.text.catalog import LANGUAGES
from messages.text.phrase import phrase

_SEVERAL: Final = re.compile(r"[;；\n。、]+|[,，](?=\s*[^\d\s])")
_ONE: Final = re.compile(
    r"(?P<name>.*?)[\s:=]*(?P<when>(?:\d{1,4}\s*[-/.年月]|今天|明天|大?后天|昨天|前天|today|tomorrow|yesterday).*)",
    re.IGNORECASE | re.DOTALL,
)
_MOST: Final = 40


def dates_written(
    desk: Desk, words: str, kind: MatterKind, today: date, *, milestone: Milestone | None = None
) -> tuple[Dated, ...]:
    """All dates that were written; one without a name is the ``milestone``'s. Raises ``Refused``."""
    parts = [part.strip() for part in _SEVERAL.split(words.replace("\0", " ")) if part.strip()]
    if not 0 < len(parts) <= _MOST:
        raise _unknown(words)
    return tuple(dated for part in parts for dated in _one(desk, part, kind, today, milestone))


def _one(desk: Desk, part: str, kind: MatterKind, today: date, milestone: Milestone | None) -> list[Dated]:
    found = _ONE.fullmatch(unicodedata.normalize("NFKC", part))
    if found is None:
        raise _unknown(part)
    if not found["name"].strip() and milestone is not None:
        of: tuple[Milestone, ...] = (milestone,)
    elif not (of := _named(desk, found["name"], kind)):
        raise _unknown(found["name"].strip() or part)
    written = moment_written(found["when"], today, desk.clock.zone)
    if written.day is None:
        raise _unknown(part)
    return [Dated(milestone=one, day=written.day, clock=written.clock) for one in of]


def _unknown(value: str) -> Refused:
    accepted = phrase("A step and its date are accepted, such as: announcement 10-8; bid deadline 10-30 9:30")
    return refused(accepted, column="facts", value=value)


def _named(desk: Desk, name: str, kind: MatterKind) -> tuple[Milestone, ...]:
    """The steps that a name means; first by what we call them, then by what offices do."""
    said, accepted = fold(name), MILESTONES[kind]
    if not said:
        return ()
    ours = {fold(desk.catalog.say(milestone_said(one), language)): one for language in LANGUAGES for one in accepted}
    if said in ours:
        return (ours[said],)
    column = VOCABULARY.recognise(name)
    if column is not None:
        return tuple(one for one in _of_column(column, kind) if one in accepted)
    begins = {one for called, one in ours.items() if called.startswith(said)}
    return tuple(begins) if len(begins) == 1 else ()


def _of_column(column: Column, kind: MatterKind) -> tuple[Milestone, ...]:
    if column is Column.BIDS:
        return (Milestone.BID_DEADLINE, Milestone.OPENING)
    if column in {Column.SHOWN, Column.SHOWN_FROM}:
        return SHOWN[kind][:1]
    if column is Column.SHOWN_UNTIL:
        return SHOWN[kind][1:]
    return (DATES[column],) if column in DATES else ()
