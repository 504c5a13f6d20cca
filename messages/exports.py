"""Exports of how a notice stands: a workbook with the state by unit and everybody's; and what a chart shows."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from messages import notice_views
from messages.deliveries import reason_said, state_said
from messages.figures import Course, Figures
from messages.ledger import Kind
from messages.notice_views import Seen
from messages.notices import Json, Notice
from messages.organisation.spreadsheets import Book, Sheet, Value
from messages.rights import Act
from messages.store import figures as counted
from messages.store import ledger, people_lists
from messages.store.database import Database
from messages.store.people_lists import Listed, Which
from messages.text.phrase import Phrase, phrase

_AT_ONCE: Final = 2_000
"""Rows that are read and written at a time: others get their turn between."""
_ROWS_OF_A_SHEET: Final = 1_000_000
"""Spreadsheets take 48,576 more."""

_UNIT: Final = phrase("Unit")
_BY_UNIT: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "people": phrase("People"),
        "delivered": phrase("Delivered"),
        "waiting": phrase("Waiting"),
        "missed": phrase("Not reached"),
        "obligations": phrase("Posts to acknowledge"),
        "acknowledged": phrase("Acknowledged"),
        "late": phrase("Of which late"),
        "silent": phrase("Not acknowledged"),
        "passed": phrase("Passed on"),
    }
)
_OF_PEOPLE: Final = (
    (phrase("Unit"), 24),
    (phrase("Post"), 24),
    (phrase("Person's code"), 14),
    (phrase("Full name"), 12),
    (phrase("State"), 16),
    (phrase("Reason"), 22),
    (phrase("Delivered at"), 18),
    (phrase("Acknowledged at"), 18),
    (phrase("Late"), 10),
    (phrase("Passed on to"), 28),
)
"""The columns of the people, and how wide they are."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads it: ``say`` and ``title`` speak the person's language, instants are shown in ``zone``."""

    say: Callable[[Phrase], str]
    title: Callable[[Notice], str]
    zone: tzinfo


@dataclass(frozen=True, kw_only=True)
class Charted:
    """What a chart shows of a notice: people told and posts that have acknowledged by when, and of how many."""

    notice: Notice
    people: int
    posts: int
    delivered: Course
    acknowledged: Course


def file_name(notice_id: int, at: datetime, ending: str) -> str:
    """What an exported file is called; ``at`` in the office's zone."""
    return f"notice-{notice_id}-{at:%Y%m%d-%H%M}.{ending}"


async def charted(db: Database, viewer: int | None, now: datetime, figures: Figures) -> Charted:
    """What a chart shows within the viewer's scope; None is the operator. Raises as ``notice_views.notice_of``.

    It is how many and when, of nobody by name: so to look at it, or to hand it out, is not recorded.
    """
    seen = await notice_views.notice_of(db, viewer, figures.notice_id, now, Act.EXPORT)
    inside = figures.within(seen.scope)
    delivered, acknowledged = figures.delivered_over_time, figures.acknowledged_over_time
    if not seen.scope.everything:
        async with db.reading() as conn:
            delivered = await counted.delivered_over_time(conn, seen.notice, seen.scope)
            acknowledged = await counted.acknowledged_over_time(conn, seen.notice, seen.scope)
    return Charted(
        notice=seen.notice,
        people=inside.counts.recipients,
        posts=inside.counts.obligations,
        delivered=delivered,
        acknowledged=acknowledged,
    )


async def workbook(db: Database, viewer: int | None, now: datetime, figures: Figures, reader: Reader) -> bytes:
    """A workbook of how a notice stands within the viewer's scope: a sheet of the state, and one of the people.

    None is the operator at the command line. That it was exported is recorded before anything is handed out. Raises as
    ``notice_views.notice_of`` does.
    """
    seen = await notice_views.notice_of(db, viewer, figures.notice_id, now, Act.EXPORT)
    inside = figures.within(seen.scope)
    book = Book()
    await asyncio.to_thread(_write_state, book, seen.notice, inside, reader)
    people = await _write_people(db, book, seen, inside, reader)
    body: dict[str, Json] = {"notice": seen.notice.key, "units": len(inside.units), "people": people}
    async with db.writing() as conn:
        await ledger.append(conn, at=now, kind=Kind.RECORDS_EXPORTED, person_id=viewer, body=body)
    return await asyncio.to_thread(book.content)


def _write_state(book: Book, notice: Notice, figures: Figures, reader: Reader) -> None:
    say, zone = reader.say, reader.zone
    sheet = book.sheet(say(phrase("State")), [28, *([16] * len(_BY_UNIT))], above=3)
    sheet.add([reader.title(notice)], bold=True)
    by = notice.acknowledge_by
    instants = ((phrase("Sent"), notice.send_at), (phrase("To acknowledge by"), by), (phrase("Counted"), figures.at))
    sheet.add(cell for name, at in instants if at for cell in (say(name), at.astimezone(zone)))
    sheet.add([say(_UNIT), *map(say, _BY_UNIT.values())], bold=True)
    sheet.add([say(phrase("Together")), *_together(figures)], bold=True)
    for unit in figures.units:
        sheet.add([unit.unit, *(getattr(unit, name) for name in _BY_UNIT)])


def _together(figures: Figures) -> list[int]:
    """The whole notice's figures by the columns: whoever holds posts in several units counts once."""
    counts, units = figures.counts, figures.units
    return [
        counts.recipients,
        counts.delivered,
        counts.planned + counts.sending,
        counts.unreachable + counts.unconfirmed + counts.expired,
        counts.obligations,
        counts.acknowledged,
        sum(unit.late for unit in units),
        figures.silent,
        sum(unit.passed for unit in units),
    ]


async def _write_people(db: Database, book: Book, seen: Seen, figures: Figures, reader: Reader) -> int:
    """Everybody, unit by unit; gives how many rows. A very long list goes on in further sheets."""
    sheet, written = _people_sheet(book, reader, 1), 0
    for unit in figures.units:
        offset = 0
        while True:
            async with db.reading() as conn:
                rows, total = await people_lists.of_unit(
                    conn, seen.notice, unit.unit_id, Which.ALL, limit=_AT_ONCE, offset=offset
                )
            await asyncio.to_thread(_add, sheet, rows, reader)
            offset += len(rows)
            written += len(rows)
            if offset >= total:
                break
        if sheet.rows > _ROWS_OF_A_SHEET:
            sheet = _people_sheet(book, reader, 2 + written // _ROWS_OF_A_SHEET)
    return written


def _people_sheet(book: Book, reader: Reader, number: int) -> Sheet:
    title = reader.say(phrase("Everybody"))
    sheet = book.sheet(title if number == 1 else f"{title} {number}", [width for _, width in _OF_PEOPLE])
    sheet.add((reader.say(name) for name, _ in _OF_PEOPLE), bold=True)
    return sheet


def _add(sheet: Sheet, rows: list[Listed], reader: Reader) -> None:
    for one in rows:
        sheet.add(_row(one, reader))


def _row(one: Listed, reader: Reader) -> list[Value]:
    say, zone = reader.say, reader.zone
    return [
        one.unit,
        one.post,
        one.person_code,
        one.name,
        say(state_said(one.state)),
        say(reason_said(one.reason)) if one.reason else None,
        one.delivered_at.astimezone(zone) if one.delivered_at else None,
        one.acknowledged_at.astimezone(zone) if one.acknowledged_at else None,
        say(phrase("yes")) if one.late else None,
        one.passed_to,
    ]
