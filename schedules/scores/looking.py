"""Looking at scores: the own, and those of the people whom one supervises; each look at another's is recorded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from messages import rights, visibility
from messages.errors import NotFound
from messages.rights import Act
from messages.scopes import EVERYWHERE
from messages.scores.fact_reading import fact_of
from messages.scores.facts import Corrected
from messages.scores.periods import Period
from messages.scores.records import PastScore, Rules, Score, Scored, ScorePerson, Statement
from messages.store import score_events, statements
from messages.store.database import Connection
from messages.text.phrase import phrase
from schedules.scores import adopting
from schedules.scores.computing import scored_of, working_days
from schedules.scores.scoring import correction
from schedules.tools import Tools

_MISSING: Final = phrase("There is no such statement, or it is not open to you.")


async def of(tools: Tools, person_id: int, label: str | None, viewer_id: int | None, now: datetime) -> Score:
    """A person's score of a period; see ``Scores.of``."""
    await tools.calendars.current()
    async with tools.db.reading() as conn:
        period, rules = await adopting.which(conn, tools, label, now)
    person = await _seen(tools, person_id, viewer_id, period, now)
    async with tools.db.reading() as conn:
        statement = await statements.of_person(conn, person_id, period)
        scored = await _standing(conn, tools, person_id, period, rules, statement)
    return Score(person=person, period=period, rules=rules, scored=scored, statement=statement)


async def statement(tools: Tools, statement_id: int, viewer_id: int | None, now: datetime) -> Statement:
    """A statement; see ``Scores.statement``."""
    async with tools.db.reading() as conn:
        found = await statements.find(conn, statement_id)
    if found is None:
        raise NotFound(_MISSING)
    await _seen(tools, found.person.id, viewer_id, found.closing.period, now)
    return found


async def history(tools: Tools, person_id: int, now: datetime, most: int) -> Sequence[PastScore]:
    """What the last periods came to for a person, the oldest first; see ``Scores.history``."""
    await tools.calendars.current()
    async with tools.db.reading() as conn:
        labels = (await periods(conn, tools, now))[:most]
        return [await _past(conn, tools, person_id, label, now) for label in reversed(labels)]


async def _past(conn: Connection, tools: Tools, person_id: int, label: str, now: datetime) -> PastScore:
    period, rules = await adopting.which(conn, tools, label, now)
    found = await statements.of_person(conn, person_id, period)
    scored = await _standing(conn, tools, person_id, period, rules, found)
    return PastScore(period=period, total=scored.total, closed=found is not None)


async def periods(conn: Connection, tools: Tools, now: datetime) -> list[str]:
    """The labels of the periods that have rules, the present one first."""
    known = await score_events.adopted(conn)
    held = adopting.present(tools, known, now)
    found = {one.period for one in known if one.period.first <= held.first} | {held}
    return [one.label for one in sorted(found, reverse=True)]


async def _standing(
    conn: Connection, tools: Tools, person_id: int, period: Period, rules: Rules, statement: Statement | None
) -> Scored:
    """What a period comes to by now; of a closed one what was stated, with the corrections that came after it."""
    if statement is None:
        days = working_days(tools.calendars.latest, period)
        return (await scored_of(conn, [person_id], rules, period, days, None))[person_id]
    stated = {one.event for one in statement.scored.entries}
    facts = [fact_of(one) for one in await score_events.corrections(conn, person_id)]
    later = [
        correction(one)
        for one in facts
        if isinstance(one, Corrected) and one.period == period.label and one.event not in stated
    ]
    return replace(statement.scored, entries=(*statement.scored.entries, *later))


async def _seen(tools: Tools, person_id: int, viewer_id: int | None, period: Period, now: datetime) -> ScorePerson:
    """The person, where the viewer may see the score; the look is recorded, and so is one that is refused.

    It is open to who supervises a unit in which the person holds a post, or did so in the period: not to all for whom
    the person has ever worked.
    """
    async with tools.db.reading() as conn:
        found = await statements.persons(conn, [person_id])
        paths = await statements.paths_of(conn, person_id, period.begins(tools.zone), period.ends(tools.zone))
        scope = EVERYWHERE if viewer_id is None else await rights.reach(conn, viewer_id, Act.SEE_SCORES)
    if not found:
        raise NotFound(phrase("There is no such person."))
    person, covered = found[0], [path for path in paths if scope.covers(path)]
    if person_id == viewer_id:
        return person
    if viewer_id is not None and not covered and not scope.everything:
        only = phrase("A score is open to the person and to those who supervise the person.")
        raise await rights.refuse(tools.db, viewer_id, Act.SEE_SCORES, now, only, person=person.code)
    async with tools.db.writing() as conn:
        await visibility.record_scores(conn, viewer_id, person_id, next(iter(covered), ""), now)
    return person
