"""Roles are granted and revoked by people, with who and why; a roster leaves what people granted."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from messages.errors import NotEntitled, Refused
from messages.ledger import Kind
from messages.notices import Json
from messages.organisation.records import Role, UnitKind
from messages.organisation.roles import RoleChange, grant, list_roles, revoke
from messages.organisation.roster.importing import import_roster
from messages.organisation.roster.rows import RosterRow
from messages.rights import Act, reach
from messages.store import tables
from messages.store.database import Database
from messages.store.organisation import roster_rows
from tests.rosters import NOW, row

LATER = NOW + timedelta(days=30)
OFFICE = "推进办公室"


def roster(*more: RosterRow) -> list[RosterRow]:
    """An office with an administrator, and a bureau below it with two people."""
    return [
        row("O-1", "CHIEF", unit=OFFICE, parent_unit="", unit_kind=UnitKind.OFFICE, roles=(Role.OFFICE,)),
        row("F-1", "HEAD", parent_unit=OFFICE, roles=(Role.LEADER,)),
        row("F-2", "CLERK", parent_unit=OFFICE, roles=()),
        *more,
    ]


def change(
    person: str, role: str, unit: str = "财政局", *, by: str | None = "CHIEF", why: str = "接任分管"
) -> RoleChange:
    return RoleChange(person=person, role=role, unit=unit, why=why, by=by)


@pytest.fixture
async def office(db: Database) -> Database:
    await import_roster(db, roster(), NOW)
    return db


async def borne(db: Database, person: str) -> list[tuple[Role, str, bool, str | None, str | None]]:
    found = await list_roles(db, person=person)
    return [(one.role, one.unit, one.granted, one.granted_by, one.why) for one in found]


async def events(db: Database, kind: Kind) -> list[tuple[int | None, dict[str, Json]]]:
    query = select(tables.ledger.c.person_id, tables.ledger.c.body).where(tables.ledger.c.kind == kind.value)
    async with db.reading() as conn:
        return [(line.person_id, line.body) for line in await conn.execute(query)]


async def id_of(db: Database, code: str) -> int:
    async with db.reading() as conn:
        return int(await conn.scalar(select(tables.people.c.id).where(tables.people.c.code == code)) or 0)


async def test_a_granted_role_is_borne_from_now_on_and_recorded_with_who_and_why(office: Database) -> None:
    await grant(office, change("CLERK", "inspector"), LATER)

    assert await borne(office, "CLERK") == [(Role.INSPECTOR, "财政局", True, "CHIEF", "接任分管")]
    clerk = await id_of(office, "CLERK")
    async with office.reading() as conn:
        assert await reach(conn, clerk, Act.SEE_NOTICES)
    body = {"role": "inspector", "unit": "财政局", "by": "CHIEF", "why": "接任分管"}
    assert await events(office, Kind.ROLE_GRANTED) == [(clerk, body)]


async def test_a_revoked_role_lets_its_bearer_do_nothing_more(office: Database) -> None:
    await grant(office, change("CLERK", "分管领导"), NOW)
    assert not await revoke(office, change("CLERK", "leader", why="调离"), LATER)

    assert await borne(office, "CLERK") == []
    clerk = await id_of(office, "CLERK")
    async with office.reading() as conn:
        assert not await reach(conn, clerk, Act.SEE_NOTICES)
    body = {"role": "leader", "unit": "财政局", "by": "CHIEF", "why": "调离"}
    assert await events(office, Kind.ROLE_REVOKED) == [(clerk, body)]


async def test_a_role_can_be_granted_again_after_it_was_revoked(office: Database) -> None:
    for _ in range(2):
        await grant(office, change("CLERK", "leader"), NOW)
        await revoke(office, change("CLERK", "leader"), LATER)
    assert await borne(office, "CLERK") == []


async def test_a_roster_neither_ends_nor_doubles_a_granted_role(office: Database) -> None:
    await grant(office, change("CLERK", "leader"), NOW)

    assert (await import_roster(office, roster(), LATER)).plan.roles.counts()["ended"] == 0
    named = [
        row("F-2", "CLERK", parent_unit=OFFICE, roles=(Role.LEADER,)) if one.post_code == "F-2" else one
        for one in roster()
    ]
    assert (await import_roster(office, named, LATER)).plan.roles.counts()["created"] == 0

    assert await borne(office, "CLERK") == [(Role.LEADER, "财政局", True, "CHIEF", "接任分管")]


async def test_a_granted_role_outlasts_its_bearer_s_move_to_another_unit(office: Database) -> None:
    await grant(office, change("CLERK", "leader"), NOW)
    moved = [one for one in roster() if one.post_code != "F-2"]
    await import_roster(office, [*moved, row("E-1", "CLERK", unit="教育局", parent_unit=OFFICE, roles=())], LATER)
    assert [unit for _role, unit, *_ in await borne(office, "CLERK")] == ["财政局"]


async def test_a_granted_role_is_not_written_into_a_roster(office: Database) -> None:
    """Else it would come back, as the roster's own, after it was revoked."""
    await grant(office, change("CLERK", "leader"), NOW)
    async with office.reading() as conn:
        written = {one.post_code: one.roles for one in await roster_rows(conn)}
    assert written == {"O-1": (Role.OFFICE,), "F-1": (Role.LEADER,), "F-2": ()}


async def test_a_role_that_the_roster_gave_can_be_revoked_and_comes_back_with_the_next_roster(office: Database) -> None:
    assert await revoke(office, change("HEAD", "leader"), NOW)
    assert await borne(office, "HEAD") == []

    await import_roster(office, roster(), LATER)

    assert await borne(office, "HEAD") == [(Role.LEADER, "财政局", False, None, None)]


async def test_only_administrators_of_the_whole_office_grant_and_a_refusal_is_recorded(office: Database) -> None:
    await grant(office, change("HEAD", "office"), NOW)
    for doing in (grant, revoke):
        with pytest.raises(NotEntitled):
            await doing(office, change("CLERK", "leader", by="HEAD"), LATER)
    head = await id_of(office, "HEAD")
    assert await events(office, Kind.ACT_REFUSED) == [(head, {"act": "grant_roles"})] * 2
    assert await borne(office, "CLERK") == []


async def test_while_nobody_administers_the_whole_office_the_operator_grants(db: Database) -> None:
    await import_roster(
        db, [row("O-1", "CHIEF", unit=OFFICE, parent_unit="", unit_kind=UnitKind.OFFICE), row("F-1", "HEAD")], NOW
    )
    await grant(db, change("CHIEF", "office", OFFICE, by=None), NOW)
    assert await borne(db, "CHIEF") == [(Role.OFFICE, OFFICE, True, None, "接任分管")]

    with pytest.raises(Refused) as refusal:
        await grant(db, change("HEAD", "leader", by=None), NOW)

    assert [fault.column for fault in refusal.value.faults] == ["as"]


async def test_every_fault_is_told_at_once(office: Database) -> None:
    with pytest.raises(Refused) as refusal:
        await grant(office, change("NOBODY", "boss", "月球局", why=" "), NOW)
    assert [(fault.column, fault.value) for fault in refusal.value.faults] == [
        ("person", "NOBODY"),
        ("role", "boss"),
        ("unit", "月球局"),
        ("why", None),
    ]


@pytest.mark.parametrize(
    ("doing", "asked", "column"),
    [
        (grant, change("HEAD", "leader"), "role"),  # borne already
        (revoke, change("CLERK", "leader"), "role"),  # not borne
        (grant, change("CLERK", "leader;duty"), "role"),
        (grant, change("CLERK", "leader", why="长" * 501), "why"),
        (grant, change("CLERK", "leader", by="NOBODY"), "as"),
        (revoke, change("HEAD", "leader", by=None), "as"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_its_field(
    office: Database, doing: object, asked: RoleChange, column: str
) -> None:
    assert callable(doing)
    with pytest.raises(Refused) as refusal:
        await doing(office, asked, NOW)
    assert [fault.column for fault in refusal.value.faults] == [column]
    assert await events(office, Kind.ROLE_GRANTED) == await events(office, Kind.ROLE_REVOKED) == []


async def test_roles_are_listed_for_a_unit_and_all_below_it(office: Database) -> None:
    assert {(one.person_code, one.role) for one in await list_roles(office, unit=OFFICE)} == {
        ("CHIEF", Role.OFFICE),
        ("HEAD", Role.LEADER),
    }
    assert [one.person_code for one in await list_roles(office, unit="财政局")] == ["HEAD"]
    with pytest.raises(Refused):
        await list_roles(office, person="NOBODY", unit="月球局")


async def test_the_last_administrator_of_the_whole_office_stays_one(office: Database) -> None:
    """An administrator took the role from themselves, and nobody was left who could give it to anybody again."""
    with pytest.raises(Refused) as refusal:
        await revoke(office, change("CHIEF", "office", OFFICE, why="退休"), LATER)
    assert [fault.column for fault in refusal.value.faults] == ["role"]
    assert await borne(office, "CHIEF") == [(Role.OFFICE, OFFICE, False, None, None)]
    assert await events(office, Kind.ROLE_REVOKED) == []

    await grant(office, change("HEAD", "office", OFFICE), LATER)
    assert await revoke(office, change("CHIEF", "office", OFFICE, why="退休"), LATER)
    assert await borne(office, "CHIEF") == []


async def test_of_two_administrators_who_revoke_each_other_at_once_one_stays(office: Database) -> None:
    await grant(office, change("HEAD", "office", OFFICE), NOW)
    done = await asyncio.gather(
        revoke(office, change("HEAD", "office", OFFICE), LATER),
        revoke(office, change("CHIEF", "office", OFFICE, by="HEAD"), LATER),
        return_exceptions=True,
    )
    assert sum(isinstance(one, bool) for one in done) == 1
    assert len(await list_roles(office, unit=OFFICE)) >= 1
