"""Queries of answers to warnings: added once for each turn, judged once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from messages.store.database import Connection
from messages.store.tables import answers, people
from messages.warnings.answers import Parts, parts_json, parts_of
from messages.warnings.records import Verdict

_judge = people.alias("judge")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What ``person`` answered to a warning, and how it was judged; ``verdict`` is None while it waits.

    ``timely`` is None where no day counted by which to answer.
    """

    id: int
    warning_id: int
    turn: int
    person_id: int
    person: str
    parts: Parts
    at: datetime
    timely: bool | None
    verdict: Verdict | None = None
    judged_at: datetime | None = None
    judge: str | None = None
    why: str | None = None


def _query() -> Select[Any]:
    return (
        select(answers, people.c.name.label("person"), _judge.c.name.label("judge"))
        .join(people, people.c.id == answers.c.person_id)
        .join(_judge, _judge.c.id == answers.c.judged_by, isouter=True)
    )


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        id=row.id,
        warning_id=row.warning_id,
        turn=row.turn,
        person_id=row.person_id,
        person=row.person,
        parts=parts_of(row.parts),
        at=row.at,
        timely=row.timely,
        verdict=Verdict(row.verdict) if row.verdict else None,
        judged_at=row.judged_at,
        judge=row.judge,
        why=row.why,
    )


async def add(
    conn: Connection, warning_id: int, turn: int, person_id: int, parts: Parts, *, at: datetime, timely: bool | None
) -> int:
    """Add an answer; gives its id."""
    values = {"warning_id": warning_id, "turn": turn, "person_id": person_id, "at": at, "timely": timely}
    made = insert(answers).values(values | {"parts": parts_json(parts)})
    return int((await conn.execute(made.returning(answers.c.id))).scalar_one())


async def of_warning(conn: Connection, warning_id: int) -> list[Answer]:
    """All that was answered to a warning, the newest first."""
    mine = _query().where(answers.c.warning_id == warning_id).order_by(answers.c.id.desc())
    return [_answer(row) for row in await conn.execute(mine)]


async def judge(
    conn: Connection, answer_id: int, verdict: Verdict, *, by: int, at: datetime, why: str | None = None
) -> bool:
    """Judge an answer; False where it was judged before."""
    mine = answers.c.id == answer_id, answers.c.judged_at.is_(None)
    values = {"verdict": verdict.value, "judged_by": by, "judged_at": at, "why": why}
    return bool((await conn.execute(update(answers).where(*mine).values(values))).rowcount)
