"""A token of another system opens what its scopes say, for as long as it is good, and is kept as a hash only."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from messages import api_tokens
from messages.api_tokens import ApiScope, Bearer, Wanted
from messages.errors import DecidedBefore, NotEntitled, NotFound, Refused
from messages.ledger import Kind
from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.importing import import_roster
from messages.rights import person_of
from messages.store import tables
from messages.store.api_tokens import KeptAnswer
from messages.store.database import Database
from tests.rosters import NOW, places, row

OFFICE = "推进办公室"
COLLECTOR = Wanted(person="P2", scopes="items:submit, items:read", name="财政系统", days=30)


async def office(db: Database) -> dict[str, int]:
    """An administrator P1 of everything, a collector P2, and P3 without any role."""
    rows = [
        row("O-1", "P1", unit=OFFICE, parent_unit="", unit_kind=UnitKind.OFFICE, roles=(Role.OFFICE,)),
        row("A-2", "P2", parent_unit=OFFICE, roles=(Role.COLLECTOR,)),
        row("A-3", "P3", parent_unit=OFFICE, roles=()),
    ]
    await import_roster(db, rows, NOW)
    async with db.reading() as conn:
        return {code: await person_of(conn, code) for code in ("P1", "P2", "P3")}


async def test_it_is_shown_once_kept_as_a_hash_and_good_until_its_day(db: Database) -> None:
    people = await office(db)
    done = await api_tokens.issue(db, people["P1"], COLLECTOR, NOW)
    async with db.reading() as conn:
        kept = (await conn.execute(select(tables.api_tokens))).one()
        told = (await conn.execute(select(tables.ledger).where(tables.ledger.c.kind == Kind.TOKEN_ISSUED))).one()
    assert done.token not in f"{kept} {told}"
    assert (told.person_id, told.body["by"], told.body["name"]) == (people["P2"], "P1", "财政系统")
    scopes = frozenset({ApiScope.SUBMIT, ApiScope.READ})
    expected = Bearer(token_id=done.kept.id, person_id=people["P2"], language="zh_CN", scopes=scopes)
    last = NOW + timedelta(days=30)
    assert await api_tokens.bearer(db, done.token, last - timedelta(seconds=1)) == expected
    assert await api_tokens.bearer(db, done.token, last) is None
    assert await api_tokens.bearer(db, done.token[:-1] + ("A" if done.token[-1] != "A" else "B"), NOW) is None
    assert await api_tokens.bearer(db, "lx_\0", NOW) is None


async def test_it_ends_when_it_is_revoked_and_that_is_recorded(db: Database) -> None:
    people = await office(db)
    done = await api_tokens.issue(db, None, COLLECTOR, NOW)
    assert (await api_tokens.revoke(db, people["P1"], done.kept.id, NOW)).revoked_at == NOW
    assert await api_tokens.bearer(db, done.token, NOW) is None
    with pytest.raises(DecidedBefore):
        await api_tokens.revoke(db, people["P1"], done.kept.id, NOW)
    with pytest.raises(NotFound):
        await api_tokens.revoke(db, None, 99, NOW)
    async with db.reading() as conn:
        revoked = tables.ledger.c.kind == Kind.TOKEN_REVOKED
        assert len((await conn.execute(select(tables.ledger).where(revoked))).all()) == 1


async def test_only_who_administers_everything_issues_lists_and_revokes(db: Database) -> None:
    people = await office(db)
    done = await api_tokens.issue(db, people["P1"], COLLECTOR, NOW)
    for act in (
        lambda by: api_tokens.issue(db, by, COLLECTOR, NOW),
        lambda by: api_tokens.issued(db, by, NOW),
        lambda by: api_tokens.revoke(db, by, done.kept.id, NOW),
    ):
        with pytest.raises(NotEntitled):
            await act(people["P2"])
    assert [one.id for one in await api_tokens.issued(db, people["P1"], NOW)] == [done.kept.id]


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        (Wanted(person="P9", scopes="items:read", name="x", days=1), ("person", "P9")),
        (Wanted(person="P2", scopes="items:read,all", name="x", days=1), ("scopes", "all")),
        (Wanted(person="P2", scopes="", name="x", days=1), ("scopes", "")),
        (Wanted(person="P2", scopes="items:read", name=" ", days=1), ("name", " ")),
        (Wanted(person="P2", scopes="items:read", name="a\nb", days=1), ("name", "a\\nb")),
        (Wanted(person="P2", scopes="items:read", name="x", days=0), ("days", "0")),
        (Wanted(person="P3", scopes="items:submit", name="x", days=1), ("scopes", "items:submit")),
    ],
)
async def test_what_cannot_be_issued_is_told_by_its_field(db: Database, wanted: Wanted, fault: tuple[str, str]) -> None:
    await office(db)
    with pytest.raises(Refused) as refusal:
        await api_tokens.issue(db, None, wanted, NOW)
    assert places(refusal.value.faults) == [(None, *fault)]


async def test_the_first_answer_to_a_key_stands_until_it_is_forgotten(db: Database) -> None:
    people = await office(db)
    done = await api_tokens.issue(db, people["P1"], COLLECTOR, NOW)
    who = await api_tokens.bearer(db, done.token, NOW)
    assert who is not None
    first, second = (KeptAnswer(digest="d" * 64, status=201, answer={"id": n}) for n in (1, 2))
    async with db.writing() as conn:
        assert await api_tokens.keep_answer(conn, who, "k", first, NOW) == first
        assert await api_tokens.keep_answer(conn, who, "k", second, NOW) == first
        with pytest.raises(DecidedBefore):
            await api_tokens.keep_answer(conn, who, "k", replace(second, digest="e" * 64), NOW)
    assert await api_tokens.answered(db, who, "k", "d" * 64) == first
    assert await api_tokens.answered(db, who, "other", "d" * 64) is None
    with pytest.raises(DecidedBefore):
        await api_tokens.answered(db, who, "k", "e" * 64)
    async with db.writing() as conn:
        later = NOW + api_tokens.ANSWERS_KEPT + timedelta(seconds=1)
        await api_tokens.keep_answer(conn, who, "other", second, later)
    assert await api_tokens.answered(db, who, "k", "d" * 64) is None
