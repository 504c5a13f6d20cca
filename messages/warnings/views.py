"""Warnings as somebody may look at them: of one post, one alone, the open ones of the own units. Looks are recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from messages import rights, visibility
from messages.errors import NotFound
from messages.items.records import grade_said
from messages.notices import Grade
from messages.pages import Page, bounded
from messages.rights import Act
from messages.store import answers, warning_lists
from messages.store.answers import Answer
from messages.store.database import Connection, Database
from messages.store.visibility import PostFound
from messages.store.warning_lists import Filters, Rising, ToCome, WarningLine
from messages.store.warnings import Happened, histories, wording
from messages.text.phrase import Phrase, phrase
from messages.visibility import SEE_RECORD, What, Why, sight_of, why
from messages.warnings.awaited import days_of, waits_for
from messages.warnings.records import WarningState, cause_said

_MOST_OWN: Final = 50
NO_WARNING: Final = phrase("There is no such warning, or it is not open to you.")
"""What is told of a warning that is not there, and of one that somebody may not see."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A warning with what happened to it, the oldest first, and the steps still to come if nothing is done."""

    warning: WarningLine
    history: tuple[Happened, ...]
    to_come: tuple[ToCome, ...]


@dataclass(frozen=True, kw_only=True)
class PostRecord:
    """A post's warnings: how many are open by grade and state, and a page of all, the open ones first."""

    post: PostFound
    why: Why
    standing: Mapping[Grade, Mapping[WarningState, int]]
    page: Page[Told]

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(sum(states.values()) for states in self.standing.values())


async def of_post(db: Database, viewer: int, which: int | str, number: int, now: datetime, *, size: int) -> PostRecord:
    """A page of the warnings of a post, by its id or its code. Raises as ``visibility.see`` does."""
    seen = await visibility.see(db, viewer, which, What.WARNINGS, now)
    async with db.reading() as conn:
        standing = await warning_lists.standing(conn, seen.post.id)
        total = await warning_lists.count_of_post(conn, seen.post.id)
        number = bounded(number, total, size)
        lines = await warning_lists.of_post(conn, seen.post.id, limit=size, offset=(number - 1) * size)
        told = await _told(conn, lines, reasons=seen.reasons)
    page = Page(rows=told, total=total, number=number, size=size)
    return PostRecord(post=seen.post, why=seen.why, standing=standing, page=page)


async def of_warning(db: Database, viewer: int, warning_id: int, now: datetime) -> Told:
    """One warning. Raises ``NotFound``, the same where there is none and where it is not open to the person."""
    async with db.reading() as conn:
        line = await warning_lists.find(conn, warning_id)
        sight = await sight_of(conn, viewer)
    if line is None:
        raise NotFound(NO_WARNING)
    if why(sight, line.post) is None:
        await rights.record_refused(db, viewer, SEE_RECORD, now, post=line.post.code, what=What.WARNINGS.value)
        raise NotFound(NO_WARNING)
    async with db.writing() as conn:
        await visibility.record_once(conn, sight, [line.post], What.WARNINGS, now, warning=warning_id)
        return (await _told(conn, [line], reasons=visibility.reads_reasons(sight, line.post)))[0]


@dataclass(frozen=True, kw_only=True)
class Own:
    """An open warning of the reader's post: what its item says, in markup, and what was answered, the newest first."""

    told: Told
    text: str
    answers: tuple[Answer, ...]


async def mine_whole(db: Database, person_id: int) -> list[Own]:
    """The open warnings of a person's own posts with all about them, the newest first."""
    async with db.reading() as conn:
        told = await _told(conn, await warning_lists.of_holder(conn, person_id), reasons=True)
        return [
            Own(
                told=one,
                text=(await wording(conn, one.warning.item_id)).text,
                answers=tuple(await answers.of_warning(conn, one.warning.id)),
            )
            for one in told[:_MOST_OWN]
        ]


async def mine(db: Database, person_id: int, now: datetime) -> list[WarningLine]:
    """The open warnings of a person's own posts: the overdue ones first, of these the newest."""
    async with db.reading() as conn:
        return sorted(await warning_lists.of_holder(conn, person_id), key=lambda one: not days_of(one, now).overdue)


async def open_by_grade(db: Database, viewer: int) -> Mapping[Grade, int] | None:
    """How many open warnings ``open_of`` lists for a person; None for who looks after no unit, if there are none."""
    async with db.reading() as conn:
        sight = await sight_of(conn, viewer)
        counts = {grade: await warning_lists.count_open(conn, sight, Filters(grade=grade)) for grade in Grade}
    return counts if sight.scope or any(counts.values()) else None


async def open_of(db: Database, viewer: int, filters: Filters, number: int, now: datetime, *, size: int) -> Page[Told]:
    """A page of the open warnings in the units that a person looks after, and of those that the person was told of.

    It is a look at each holder that the page names. Raises ``NotEntitled`` for who looks after no unit, and was told of
    none that is still open.
    """
    if await open_by_grade(db, viewer) is None:
        raise await rights.refuse(db, viewer, Act.SEE_WARNINGS, now)
    async with db.reading() as conn:
        sight = await sight_of(conn, viewer)
        total = await warning_lists.count_open(conn, sight, filters)
        number = bounded(number, total, size)
        lines = await warning_lists.open_within(conn, sight, filters, now, limit=size, offset=(number - 1) * size)
        told = await _told(conn, lines, history=False, reasons=False)
    async with db.writing() as conn:
        await visibility.record(conn, sight, [line.post for line in lines], What.LIST, now)
    return Page(rows=told, total=total, number=number, size=size)


async def _told(
    conn: Connection, lines: Sequence[WarningLine], *, reasons: bool, history: bool = True
) -> tuple[Told, ...]:
    """Why something was decided so is left out for who is not to read the ``reasons``."""
    happened = await histories(conn, [line.id for line in lines]) if history else {}
    to_come = await warning_lists.to_come(conn, {line.id: line.ladder for line in lines if line.open})
    return tuple(
        Told(
            warning=line,
            history=tuple(_read(one, reasons=reasons) for one in happened.get(line.id, ())),
            to_come=tuple(one for one in to_come.get(line.id, ()) if waits_for(one.step.counts_from, line.state)),
        )
        for line in lines
    )


def _read(happened: Happened, *, reasons: bool) -> Happened:
    return happened if reasons else replace(happened, why=None)


def rising_said(rising: Rising) -> Phrase:
    """What waits for a person's decision, and why."""
    cause = cause_said(rising.cause)
    if rising.grade is None:
        return phrase("a person is to decide what follows: {cause}", cause=cause)
    return phrase("proposed to rise to {grade}: {cause}", grade=grade_said(rising.grade), cause=cause)
