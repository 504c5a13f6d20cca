"""Queries of all that is recorded about one person: the parts of the person's own, deeds, and events of the ledger.

``COVERED`` names every column that leads to a person, and the part in which it is found; a test knows by it when a
table was forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, null, select

from messages.ledger import Kind
from messages.store.database import Connection
from messages.store.mine_parts import PARTS, Part, columns_of
from messages.store.tables import (
    absences,
    answers,
    api_tokens,
    buyers,
    campaigns,
    closings,
    items,
    ledger,
    matter_dates,
    matter_events,
    matters,
    notices,
    objections,
    obligations,
    people,
    proposals,
    releases,
    reviews,
    rises,
    risk_templates,
    risk_versions,
    roles,
    warning_events,
    warnings,
)

Row = dict[str, Any]
"""A record: its fields by their names, instants as such."""

_LONGEST_NAME: Final = 100
_AT_ONCE: Final = 500
_BY_NOBODY: Final = (
    Kind.ACKNOWLEDGED,
    Kind.PRESS_REFUSED,
    Kind.ACKNOWLEDGEMENT_MISSED,
    Kind.WARNING_CHARGED,
    Kind.STATEMENT,
)
"""Events of these kinds name nobody as who did it. They are most of all, and no body of theirs has to be read."""


@dataclass(frozen=True, kw_only=True)
class _Deed:
    """Something that a person did about what is not the person's own: that it was done and when, and no more."""

    what: str
    by: Column[Any]
    at: Column[Any] | None


_DEEDS: Final[tuple[_Deed, ...]] = tuple(
    _Deed(what=what, by=table.c[by], at=table.c[at] if at else None)
    for what, table, by, at in (
        ("notice_approved", notices, "approved_by", "created_at"),
        ("broadcast_decided", proposals, "decided_by", "decided_at"),
        ("item_approved", items, "approved_by", "approved_at"),
        ("item_confirmed", items, "confirmed_by", "confirmed_at"),
        ("item_returned", items, "returned_by", ""),
        ("notice_passed", obligations, "passed_by", "passed_at"),
        ("warning_issued", warnings, "issued_by", "issued_at"),
        ("warning_confirmed", warnings, "confirmed_by", "issued_at"),
        ("warning_act", warning_events, "person_id", "at"),
        ("answer_judged", answers, "judged_by", "judged_at"),
        ("release_decided", releases, "decided_by", "decided_at"),
        ("rise_decided", rises, "decided_by", "decided_at"),
        ("review_decided", reviews, "unit_by", "unit_at"),
        ("review_inspected", reviews, "inspector_by", "inspector_at"),
        ("risk_point_decided", risk_versions, "decided_by", "decided_at"),
        ("template_published", risk_templates, "published_by", "published_at"),
        ("template_ended", risk_templates, "ended_by", "ended_at"),
        ("campaign_decided", campaigns, "decided_by", "decided_at"),
        ("campaign_closed", campaigns, "closed_by", "closed_at"),
        ("matter_entered", matters, "created_by", "created_at"),
        ("matter_date_set", matter_dates, "person_id", "changed_at"),
        ("matter_act", matter_events, "person_id", "at"),
        ("buyer_placed", buyers, "person_id", "at"),
        ("role_granted", roles, "granted_by", "granted_at"),
        ("token_issued", api_tokens, "created_by", "created_at"),
        ("leave_entered", absences, "asked_by", "asked_at"),
        ("leave_decided", absences, "decided_by", "decided_at"),
        ("objection_decided", objections, "decided_by", "decided_at"),
        ("scores_closed", closings, "closed_by", "at"),
    )
)

COVERED: Final[Mapping[str, str]] = {
    **{f"{part.whose.table.name}.{part.whose.name}": part.name for part in PARTS},
    **{f"{deed.by.table.name}.{deed.by.name}": "deeds" for deed in _DEEDS},
    "ledger.person_id": "ledger",
    "uncounted.person_id": "none: what waits to be counted anew is gone within a moment",
}
"""The part in which is found what each column leads to, or why there is none."""


async def is_there(conn: Connection, person_id: int) -> bool:
    """Whether there is such a person."""
    return await conn.scalar(select(people.c.id).where(people.c.id == person_id)) is not None


async def person(conn: Connection, person_id: int) -> Row:
    """What the roster and the person say of the person."""
    names = "code name language language_chosen quiet_from quiet_until created_at"
    query = select(*columns_of(people, names).values()).where(people.c.id == person_id)
    return dict((await conn.execute(query)).mappings().one())


async def rows(conn: Connection, part: Part, person_id: int) -> list[Row]:
    """The records of a part."""
    return [dict(row) for row in (await conn.execute(part.query(person_id))).mappings()]


async def deeds(conn: Connection, person_id: int) -> list[Row]:
    """What the person did about what is not the person's own, kind by kind."""
    found: list[Row] = []
    for deed in _DEEDS:
        at = null() if deed.at is None else deed.at
        done = await conn.scalars(select(at).where(deed.by == person_id).order_by(deed.by.table.primary_key.columns[0]))
        found += [{"what": deed.what, "at": at} for at in done]
    return found


async def events(conn: Connection, person_id: int) -> list[Row]:
    """The ledger's events about the person."""
    shown = columns_of(ledger, "id at kind body")
    query = select(*shown.values()).where(ledger.c.person_id == person_id).order_by(ledger.c.id)
    return [dict(row) for row in (await conn.execute(query)).mappings()]


async def events_by(conn: Connection, person_id: int, code: str) -> list[Row]:
    """The ledger's events about others, or about nobody, that name the person as who did it."""
    done = ledger.c.kind.not_in(_BY_NOBODY), ledger.c.body["by"].as_string() == code
    shown = {**columns_of(ledger, "id at kind"), "event": ledger.c.body["event"].as_string()}
    query = select(*(value.label(name) for name, value in shown.items()))
    found = await conn.execute(query.where(*done, ledger.c.person_id.is_distinct_from(person_id)).order_by(ledger.c.id))
    return [dict(row) for row in found.mappings()]


async def named(conn: Connection, words: Sequence[str], but: int) -> frozenset[str]:
    """Which of these words are the code or the name of another person."""
    found: set[str] = set()
    some = sorted({word for word in words if len(word) <= _LONGEST_NAME})
    for start in range(0, len(some), _AT_ONCE):
        part = some[start : start + _AT_ONCE]
        for column in (people.c.code, people.c.name):
            found |= set(await conn.scalars(select(column).where(column.in_(part), people.c.id != but)))
    return frozenset(found)


async def given_since(conn: Connection, person_id: int, since: datetime) -> list[datetime]:
    """When the person was given all this since an instant, in the order of time."""
    mine = ledger.c.person_id == person_id, ledger.c.kind == Kind.DATA_GIVEN.value, ledger.c.at > since
    return list(await conn.scalars(select(ledger.c.at).where(*mine).order_by(ledger.c.at)))
