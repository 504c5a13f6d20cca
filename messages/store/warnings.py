"""Queries of warnings: as they stand, what changes of them, and their history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, and_, exists, insert, literal_column, or_, select, update

from messages.files import Attachment, attachments_of
from messages.notices import Grade, Json
from messages.store.database import Connection
from messages.store.sets import among
from messages.store.tables import answers, assignments, items, people, posts, units, warning_events, warnings
from messages.warnings.records import Ladder, Verdict, WarningEvent, WarningRecord, WarningState

_holder, _issuer = people.alias("holder"), people.alias("issuer")
OPEN: Final = warnings.c.state != literal_column(f"'{WarningState.RELEASED}'")
"""Written out, not handed over: only so a database sees that the index of the open ones holds them all."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a warning's item says."""

    text: str
    attachments: tuple[Attachment, ...]
    person_id: int  # the collector


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One change of a warning; ``by`` is the name of who did it, None for the service."""

    at: datetime
    event: WarningEvent
    turn: int
    by: str | None
    why: str | None
    body: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class AboutTo:
    """The post that a warning is to be about, and its present assignment, None while it is vacant."""

    post_id: int
    assignment_id: int | None


def query() -> Select[Any]:
    """Warnings with all that ``record_of`` reads."""
    return (
        select(
            warnings,
            items.c.title,
            posts.c.code.label("post_code"),
            posts.c.title.label("post"),
            posts.c.level,
            units.c.name.label("unit"),
            units.c.path,
            _issuer.c.name.label("issuer"),
            assignments.c.person_id.label("holder_id"),
            _holder.c.name.label("holder"),
        )
        .join(items, items.c.id == warnings.c.item_id)
        .join(posts, posts.c.id == warnings.c.post_id)
        .join(units, units.c.id == posts.c.unit_id)
        .join(_issuer, _issuer.c.id == warnings.c.issued_by)
        .join(assignments, assignments.c.id == warnings.c.assignment_id, isouter=True)
        .join(_holder, _holder.c.id == assignments.c.person_id, isouter=True)
    )


def course_of(row: Row[Any]) -> dict[str, Any]:
    """How a warning goes, of a row with its columns and its title: the fields that its records and its lines have."""
    names = ("id", "item_id", "title", "turn", "issued_at", "acknowledge_by", "answer_by")
    done = ("acknowledged_at", "answered_at", "released_at")
    return {
        **{name: getattr(row, name) for name in (*names, *done)},
        "grade": Grade(row.grade),
        "state": WarningState(row.state),
        "ladder": Ladder.of(row.ladder),
        "provisional": bool(row.provisional),
    }


def record_of(row: Row[Any]) -> WarningRecord:
    """A warning of a row of ``query``."""
    return WarningRecord(
        **course_of(row),
        post_id=row.post_id,
        post_code=row.post_code,
        post=row.post,
        unit=row.unit,
        path=row.path,
        level=row.level,
        issued_by=row.issued_by,
        issuer=row.issuer,
        confirmed_by=row.confirmed_by,
        assignment_id=row.assignment_id,
        holder_id=row.holder_id,
        holder=row.holder,
        since=row.since,
        answer_within=row.answer_within,
        notice_id=row.notice_id,
        accepted_at=row.accepted_at,
    )


async def find(conn: Connection, warning_id: int) -> WarningRecord | None:
    """One warning."""
    row = (await conn.execute(query().where(warnings.c.id == warning_id))).one_or_none()
    return record_of(row) if row else None


async def get(conn: Connection, warning_id: int) -> WarningRecord:
    """One warning that is known to be there: none is ever deleted."""
    return record_of((await conn.execute(query().where(warnings.c.id == warning_id))).one())


async def several(conn: Connection, ids: Sequence[int]) -> dict[int, WarningRecord]:
    """Some warnings, by their ids."""
    return {row.id: record_of(row) for row in await conn.execute(query().where(among(conn, warnings.c.id, ids)))}


async def lock(conn: Connection, warning_id: int) -> WarningRecord | None:
    """One warning, which nobody else changes until the transaction ends."""
    await conn.execute(select(warnings.c.id).where(warnings.c.id == warning_id).with_for_update())
    return await find(conn, warning_id)


async def lock_post(conn: Connection, post_id: int) -> None:
    """Hold a post until the transaction ends; rows that refer to it may be added meanwhile."""
    await conn.execute(select(posts.c.id).where(posts.c.id == post_id).with_for_update(key_share=True))


async def of_item(conn: Connection, item_id: int) -> list[WarningRecord]:
    """The warnings that came of an item, by post."""
    found = await conn.execute(query().where(warnings.c.item_id == item_id).order_by(posts.c.code))
    return [record_of(row) for row in found]


async def about(conn: Connection, item_id: int, post_ids: Sequence[int]) -> list[AboutTo]:
    """Which of these posts have no warning of an item yet, and who holds each now, by their ids."""
    known = select(warnings.c.post_id).where(warnings.c.item_id == item_id)
    current = and_(assignments.c.post_id == posts.c.id, assignments.c.ended_at.is_(None))
    query = (
        select(posts.c.id, assignments.c.id.label("assignment_id"))
        .join(assignments, current, isouter=True)
        .where(posts.c.id.in_(post_ids), posts.c.id.not_in(known))
        .order_by(posts.c.id)
    )
    return [AboutTo(post_id=row.id, assignment_id=row.assignment_id) for row in await conn.execute(query)]


async def add(conn: Connection, values: Mapping[str, Any]) -> int:
    """Add a warning; gives its id."""
    made = insert(warnings).values(**_plain(values)).returning(warnings.c.id)
    return int((await conn.execute(made)).scalar_one())


async def changed(conn: Connection, warning: WarningRecord, values: Mapping[str, Any]) -> WarningRecord:
    """A warning once these columns of it are changed."""
    await change(conn, warning.id, values)
    return await get(conn, warning.id)


async def change(conn: Connection, warning_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of a warning."""
    await conn.execute(update(warnings).where(warnings.c.id == warning_id).values(**_plain(values)))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the table keeps them."""
    return {name: value.as_json() if isinstance(value, Ladder) else value for name, value in values.items()}


async def wording(conn: Connection, item_id: int) -> Wording:
    """What a warning's item says."""
    row = (await conn.execute(select(items).where(items.c.id == item_id))).one()
    files = attachments_of(row.attachments)
    return Wording(text=row.text, attachments=files, person_id=row.person_id)


async def ladders(conn: Connection, ids: Sequence[int]) -> dict[int, Ladder]:
    """The ladders of warnings, by their ids."""
    query = select(warnings.c.id, warnings.c.ladder).where(among(conn, warnings.c.id, ids))
    return {row.id: Ladder.of(row.ladder) for row in await conn.execute(query)}


async def add_event(
    conn: Connection,
    warning_id: int,
    event: WarningEvent,
    *,
    at: datetime,
    turn: int,
    by: int | None,
    why: str | None,
    body: Mapping[str, Json],
) -> None:
    """Add to a warning's history."""
    values = {"warning_id": warning_id, "at": at, "kind": event.value, "turn": turn, "person_id": by, "why": why}
    await conn.execute(insert(warning_events).values(**values, body=dict(body)))


async def history(conn: Connection, warning_id: int) -> list[Happened]:
    """All that happened to a warning, the oldest first."""
    return (await histories(conn, [warning_id])).get(warning_id, [])


async def histories(conn: Connection, ids: Sequence[int]) -> dict[int, list[Happened]]:
    """The same of several, by their ids."""
    query = (
        select(warning_events, people.c.name)
        .join(people, people.c.id == warning_events.c.person_id, isouter=True)
        .where(among(conn, warning_events.c.warning_id, ids))
        .order_by(warning_events.c.id)
    )
    found: dict[int, list[Happened]] = {}
    for row in await conn.execute(query):
        event = WarningEvent(row.kind)
        one = Happened(at=row.at, event=event, turn=row.turn, by=row.name, why=row.why, body=row.body)
        found.setdefault(row.warning_id, []).append(one)
    return found


async def was_orange(conn: Connection, post_id: int, since: datetime, *, but: int) -> bool:
    """Whether another warning of a post was issued as orange, or raised to that, since an instant.

    One that was released before any answer to it was accepted does not count: it was issued in error, or settled
    otherwise, and nobody found that the post had given cause for it.
    """
    became = warning_events.c.kind.in_([WarningEvent.ISSUED.value, WarningEvent.RAISED.value])
    orange = warning_events.c.body["grade"].as_string() == Grade.ORANGE.value
    accepted = answers.c.verdict == Verdict.ACCEPTED.value
    found = (
        select(warning_events.c.id)
        .join(warnings, warnings.c.id == warning_events.c.warning_id)
        .where(warnings.c.post_id == post_id, warnings.c.id != but, warning_events.c.at > since, became, orange)
        .where(or_(OPEN, exists().where(answers.c.warning_id == warnings.c.id, accepted)))
    )
    return await conn.scalar(found.limit(1)) is not None
