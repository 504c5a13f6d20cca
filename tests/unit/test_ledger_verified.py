"""The ledger verified: whatever is done to it by who has the whole database, the first bad row is named."""
# ruff: noqa: S608 -- what is done to the database is put together from words of this file

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import text

from messages.errors import Refused
from messages.ledger_chain import START, Seal, Stored, digest_of, link, seal_of
from messages.ledger_checking import Wrong
from messages.ledger_verifying import Verdict, verify_in
from messages.store import ledger_links
from messages.store.database import Connection, Database, DatabaseFailure
from tests.chained import EVENING, Chained, silent

Named = tuple[str, int | None, int | None]
"""What is wrong, at which place of the chain, with which event."""


@pytest.fixture
async def chained(db: Database) -> Chained:
    """Fourteen rows: six events, a seal's, six events, a seal's."""
    return await Chained(db).found()


def named(verdict: Verdict) -> Named | None:
    found = verdict.first_bad
    return None if found is None else (found.what.value, found.seq, found.event)


async def test_an_untouched_ledger_is_verified(chained: Chained) -> None:
    verdict = await chained.verify(posted=await chained.seals())
    assert (verdict.ok, verdict.rows, verdict.seals, verdict.waiting, verdict.bad) == (True, 14, 2, 0, 0)
    async with chained.db.reading() as conn:
        assert (await ledger_links.head(conn)).hash == verdict.head
    assert verdict.guarded


async def test_an_empty_ledger_is_verified(db: Database) -> None:
    verdict = await Chained(db).verify()
    assert (verdict.ok, verdict.rows, verdict.head) == (True, 0, START)


async def test_the_database_itself_refuses(chained: Chained) -> None:
    for table, column in (("ledger", "at"), ("ledger_links", "hash"), ("seals", "at")):
        acts = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
        for act in [*acts, f"TRUNCATE {table} CASCADE"] if chained.db.dialect == "postgresql" else acts:
            with pytest.raises(DatabaseFailure, match="only added to"):
                async with chained.db.writing() as conn:
                    await conn.execute(text(act))


async def test_nothing_is_written_in_the_place_of_a_row(chained: Chained) -> None:
    """SQLite's REPLACE takes away the row that is in the way, and fires no trigger of deletions: once that was let."""
    rows = {
        "ledger": "id, at, kind, NULL, body FROM ledger WHERE id = 3",
        "ledger_links": "seq, event_id, 'f' FROM ledger_links WHERE seq = 3",
        "ledger_links (seq, event_id, hash)": "99, event_id, hash FROM ledger_links WHERE seq = 3",
        "seals": "date, 3, head, at FROM seals WHERE rows = 6",
    }
    insert = "INSERT OR REPLACE INTO" if chained.db.dialect == "sqlite" else "INSERT INTO"
    for table, row in rows.items():
        with pytest.raises(DatabaseFailure):
            async with chained.db.writing() as conn:
                await conn.execute(text(f"{insert} {table} SELECT {row}"))
    assert named(await chained.verify()) is None


def changed(db: Database, old: str, new: str) -> str:
    """A body in which something stands instead of something else."""
    if db.dialect == "sqlite":
        return f"replace(body, '{old}', '{new}')"
    return f"CAST(replace(CAST(body AS TEXT), '{old}', '{new}') AS JSON)"


_FIRST = f"'{'0' * 63}1'"


async def test_whatever_is_changed_the_first_bad_row_is_named(chained: Chained) -> None:
    db, later = chained.db, "at = '2026-09-21 01:12:00.000008'"
    body = "UPDATE ledger SET body = {} WHERE id = 3"
    acts: dict[str, Named] = {
        # An event
        body.format(changed(db, '"n":2', '"n":3')): ("entry", 3, 3),
        body.format(changed(db, '"n":2', '"n": 2')): ("entry", 3, 3),
        body.format(changed(db, "true", "true ")): ("entry", 3, 3),
        body.format(changed(db, "名", "\\u540d")): ("entry", 3, 3),
        f"UPDATE ledger SET {later} WHERE id = 3": ("entry", 3, 3),
        "UPDATE ledger SET kind = 'Acknowledged' WHERE id = 3": ("entry", 3, 3),
        "UPDATE ledger SET kind = '' WHERE id = 3": ("entry", 3, 3),
        "UPDATE ledger SET person_id = 1 WHERE id = 3": ("entry", 3, 3),
        "UPDATE ledger SET person_id = NULL WHERE id = 3": ("entry", 3, 3),
        "UPDATE ledger SET person_id = 99 WHERE id = 3": ("malformed", 3, 3),
        "UPDATE ledger SET id = 99 WHERE id = 3": ("missing", 3, 3),
        "UPDATE people SET code = 'C' WHERE id = 2": ("entry", 3, 3),
        "DELETE FROM ledger WHERE id = 14": ("missing", 14, 14),
        "DELETE FROM ledger": ("missing", 1, 1),
        # The chain
        f"UPDATE ledger_links SET hash = {_FIRST} WHERE seq = 4": ("hash", 4, 4),
        f"UPDATE ledger_links SET hash = {_FIRST} WHERE seq = 14": ("entry", 14, 14),
        f"UPDATE ledger_links SET hash = {_FIRST}": ("entry", 1, 1),
        "UPDATE ledger_links SET hash = upper(hash) WHERE seq = 4": ("hash", 4, 4),
        "DELETE FROM ledger_links WHERE seq = 4": ("gap", 4, None),
        "DELETE FROM ledger_links WHERE seq = 1": ("gap", 1, None),
        "DELETE FROM ledger_links": ("seal", 6, None),
        "UPDATE ledger_links SET seq = 20 WHERE seq = 14": ("gap", 14, None),
        "UPDATE ledger_links SET seq = 0 WHERE seq = 1": ("order", 0, 1),
        "UPDATE ledger_links SET seq = -5 WHERE seq = 14": ("order", -5, 14),
        "DELETE FROM ledger_links WHERE seq = 14": ("unlinked", None, 14),
        "UPDATE ledger_links SET event_id = 99 WHERE seq = 5": ("missing", 5, 99),
        # What waits
        "INSERT INTO ledger_pending VALUES (99)": ("waiting", None, 99),
        "INSERT INTO ledger_pending VALUES (2)": ("waiting", None, 2),
        # Seals
        f"UPDATE seals SET head = {_FIRST} WHERE rows = 6": ("seal", 6, 6),
        "UPDATE seals SET rows = 5 WHERE rows = 6": ("seal", 5, 5),
        "UPDATE seals SET rows = 600 WHERE rows = 6": ("seal", 600, None),
        "UPDATE seals SET date = '2026-09-20' WHERE rows = 6": ("unsealed", None, 7),
        "UPDATE seals SET at = '2026-09-21 09:31:00.000000' WHERE rows = 6": ("unsealed", None, 7),
        "DELETE FROM seals WHERE rows = 6": ("unsealed", None, 7),
        "DELETE FROM seals": ("unsealed", None, 7),
    }
    assert {act: named(await chained.after(act)) for act in acts} == acts
    assert (await chained.verify()).ok


async def test_rows_that_were_swapped_are_named(chained: Chained) -> None:
    across = "UPDATE ledger SET id = CASE id WHEN 3 THEN -4 ELSE -3 END WHERE id IN (3, 4)"
    assert named(await chained.after(across, "UPDATE ledger SET id = -id WHERE id < 0")) == ("entry", 3, 3)
    across = "UPDATE ledger_links SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4)"
    assert named(await chained.after(across, "UPDATE ledger_links SET seq = -seq WHERE seq < 0")) == ("entry", 3, 4)
    across = "UPDATE people SET code = CASE code WHEN 'A' THEN '-B' ELSE '-A' END"
    assert named(await chained.after(across, "UPDATE people SET code = substr(code, 2)")) == ("entry", 2, 2)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_instants_that_would_be_written_alike_differ(chained: Chained) -> None:
    for at in ("infinity", "-infinity", "2026-09-21 01:12:00.000007 BC", "12026-09-21 01:12:00.000007"):
        assert named(await chained.after(f"UPDATE ledger SET at = '{at}' WHERE id = 3")) == ("malformed", 3, 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_only_sqlite_takes_is_named(chained: Chained) -> None:
    bad = "malformed", 3, 3
    acts: dict[str, Named] = {
        f"UPDATE ledger SET {change} WHERE id = 3": bad
        for change in (
            "at = 5",
            "at = ''",
            "at = replace(at, ' ', 'T')",
            "at = at || 'Z'",
            "at = substr(at, 1, 19)",
            "at = CAST(at AS BLOB)",
            "at = at || char(0)",
            "at = at || ' '",
            "kind = CAST(kind AS BLOB)",
            "body = CAST(body AS BLOB)",
            "body = 7",
            "body = ''",
            "body = ' ' || body",
            "body = body || char(10)",
            "body = body || char(0)",
            "body = CAST(X'7BFF7D' AS TEXT)",
            "person_id = 'nobody'",
            "person_id = X'02'",
            "person_id = CAST(X'FF' AS TEXT)",
        )
    }
    acts |= {
        "UPDATE ledger SET kind = CAST(X'FFFE' AS TEXT) WHERE id = 3": ("entry", 3, 3),
        "UPDATE ledger SET body = '{}}' WHERE id = 3": ("entry", 3, 3),
        "UPDATE people SET code = CAST(code AS BLOB) WHERE id = 2": ("malformed", 3, 3),
        "UPDATE people SET code = CAST(X'FF' AS TEXT) WHERE id = 2": ("entry", 3, 3),
        "UPDATE ledger_links SET hash = CAST(hash AS BLOB) WHERE seq = 3": bad,
        "UPDATE ledger_links SET hash = CAST(X'FF' AS TEXT) WHERE seq = 3": ("hash", 3, 3),
        "UPDATE ledger_links SET hash = 1 WHERE seq = 14": ("entry", 14, 14),
        "UPDATE ledger_links SET event_id = X'03' WHERE seq = 3": ("missing", 3, None),
        "UPDATE ledger_links SET event_id = 'three' WHERE seq = 3": ("missing", 3, None),
        "UPDATE ledger_links SET event_id = CAST(X'FF' AS TEXT) WHERE seq = 6": ("missing", 6, None),
        "UPDATE ledger_links SET hash = CAST(X'FF' AS TEXT) WHERE seq = 14": ("entry", 14, 14),
        "UPDATE seals SET head = CAST(head AS BLOB) WHERE rows = 6": ("unsealed", None, 7),
        "UPDATE seals SET at = CAST(at AS BLOB) WHERE rows = 6": ("unsealed", None, 7),
        "UPDATE seals SET rows = 'six' WHERE rows = 6": ("unsealed", None, 7),
        "UPDATE seals SET rows = 6.5 WHERE rows = 6": ("unsealed", None, 7),
        "UPDATE seals SET at = 'noon' WHERE rows = 6": ("unsealed", None, 7),
        "UPDATE seals SET head = CAST(X'FF' AS TEXT) WHERE rows = 6": ("unsealed", None, 7),
        "INSERT INTO seals VALUES ('2026-09-21 ', 6, 'x', 5)": ("unsealed", None, None),
    }
    assert {act: named(await chained.after(act)) for act in acts} == acts


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_columns_that_have_lost_what_was_to_stand_in_them_are_named(chained: Chained) -> None:
    """The tables are made again without their conditions: only then can nothing at all stand in a column."""
    for column in ("at", "kind", "body"):
        acts = (
            "ALTER TABLE ledger RENAME TO kept",
            "CREATE TABLE ledger (id INTEGER PRIMARY KEY, at, kind, person_id, body)",
            "INSERT INTO ledger SELECT id, at, kind, person_id, body FROM kept",
            f"UPDATE ledger SET {column} = NULL WHERE id = 3",
        )
        assert named(await chained.after(*acts)) == ("malformed", 3, 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_any_byte_of_any_column_counts(chained: Chained) -> None:
    async with chained.db.reading() as conn:
        row = (await conn.execute(text("SELECT at, kind, body, code FROM ledger JOIN people p ON p.id = person_id"
                                       " WHERE ledger.id = 3"))).one()  # fmt: skip
    for column, value in zip(("at", "kind", "body", "code"), row, strict=True):
        raw = value.encode()
        table, where = ("people", "id = 2") if column == "code" else ("ledger", "id = 3")
        for place in range(len(raw)):
            other = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
            act = f"UPDATE {table} SET {column} = CAST(X'{other.hex()}' AS TEXT) WHERE {where}"
            found = named(await chained.after(act))
            assert found is not None, act
            assert found[1:] == (3, 3), act


# --- with a recomputed chain ------------------------------------------------------------------------------------------


async def recompute(conn: Connection, since: int = 1) -> str:
    """Write every link anew from one on, as whoever knows how can; gives the new end."""
    previous = (await ledger_links.hashes(conn, [since - 1])).get(since - 1, START)
    rows = [row async for some in ledger_links.in_order(conn, since=since) for row in some]
    for row in rows:
        previous = link(digest_of(row), previous, row.seq)
        await conn.execute(
            text("UPDATE ledger_links SET hash = :hash WHERE seq = :seq"), {"hash": previous, "seq": row.seq}
        )
    return previous


async def tampered(
    chained: Chained, acts: Callable[[Connection], Awaitable[object]], posted: tuple[Seal, ...] = ()
) -> Verdict:
    found: list[Verdict] = []
    async with chained.tampering() as conn:
        await acts(conn)
        found.append(await verify_in(conn, silent, posted=posted))
    return found[0]


async def test_a_recomputed_chain_is_not_what_was_sealed(chained: Chained) -> None:
    async def change(conn: Connection) -> None:
        await conn.execute(text("UPDATE ledger SET kind = 'x' WHERE id = 9"))
        await recompute(conn, since=9)

    verdict = await tampered(chained, change)
    assert named(verdict) == ("seal", 13, 13)
    assert verdict.first_bad is not None
    assert verdict.first_bad.after == 6
    assert verdict.bad == 1


async def test_seals_that_were_changed_as_well_are_not_what_was_posted(chained: Chained) -> None:
    """Everything in the database agrees; only what stands in the office's chats does not."""
    first, second = await chained.seals()

    async def change_all(conn: Connection) -> None:
        await conn.execute(text("UPDATE ledger SET kind = 'x' WHERE id = 9"))
        await recompute(conn, since=9)
        head = (await ledger_links.hashes(conn, [13]))[13]
        await conn.execute(text("UPDATE seals SET head = :head WHERE rows = 13"), {"head": head})
        told = {"body": f'{{"date":"{second.date}","head":"{head}","rows":13}}'}
        body = ":body" if conn.dialect.name == "sqlite" else "CAST(:body AS JSON)"
        await conn.execute(text(f"UPDATE ledger SET body = {body} WHERE id = 14"), told)
        await recompute(conn, since=14)

    assert (await tampered(chained, change_all)).ok
    assert (await tampered(chained, change_all, (first,))).ok
    for posted, after in {(first, second): 6, (second,): 0}.items():
        verdict = await tampered(chained, change_all, posted)
        assert named(verdict) == ("seal", 13, 13)
        assert verdict.first_bad is not None
        assert verdict.first_bad.after == after  # the seals that are kept say nothing: they agree with whatever it is


async def test_rows_removed_from_the_end_are_missed_by_the_seal(chained: Chained) -> None:
    async def cut(conn: Connection) -> None:
        await conn.execute(text("DELETE FROM ledger_links WHERE seq > 10"))
        await conn.execute(text("DELETE FROM ledger WHERE id > 10"))

    assert named(await tampered(chained, cut)) == ("seal", 13, None)


async def test_an_event_that_is_older_than_the_seal_before_it_is_told_and_no_fault(
    chained: Chained,
) -> None:
    """While the database was away somebody pressed, and the seal that was due was made before that was recorded."""
    for hours, backdated in ((2, 15), (0, None)):

        async def insert(conn: Connection, hours: int = hours) -> None:
            await conn.execute(
                text(
                    "INSERT INTO ledger (id, at, kind, person_id, body) SELECT 15, at, kind, person_id, body FROM"
                    " ledger WHERE id = :like"
                ),
                {"like": 8 if hours else 14},
            )
            await conn.execute(text("INSERT INTO ledger_links VALUES (15, 15, '')"))
            await recompute(conn, since=15)

        verdict = await tampered(chained, insert)
        assert (verdict.ok, verdict.backdated and verdict.backdated.event) == (True, backdated)


async def test_events_linked_twice_are_named(chained: Chained) -> None:
    async def link_again(conn: Connection) -> None:
        if conn.dialect.name == "sqlite":
            await conn.execute(text("ALTER TABLE ledger_links RENAME TO kept"))
            await conn.execute(text("CREATE TABLE ledger_links (seq INTEGER PRIMARY KEY, event_id INTEGER, hash TEXT)"))
            await conn.execute(text("INSERT INTO ledger_links SELECT * FROM kept"))
        else:
            await conn.execute(text("ALTER TABLE ledger_links DROP CONSTRAINT uq_ledger_links_event_id"))
        await conn.execute(text("INSERT INTO ledger_links VALUES (15, 14, '')"))
        await recompute(conn, since=15)

    assert named(await tampered(chained, link_again)) == ("twice", 15, 14)


# --- since ------------------------------------------------------------------------------------------------------------


async def test_what_comes_before_is_trusted(chained: Chained) -> None:
    act = "UPDATE ledger SET kind = 'x' WHERE id IN (3, 10)"
    assert named(await chained.after(act, since=4)) == ("entry", 10, 10)
    assert (await chained.after(act, since=11)).ok
    assert (await chained.verify(since=date(2026, 9, 22))).since == 7
    assert (await chained.verify(since=date(2026, 9, 1))).since == 1
    for beyond in (0, 15):
        with pytest.raises(Refused):
            await chained.verify(since=beyond)


# --- posted -----------------------------------------------------------------------------------------------------------


async def test_seals_as_they_were_posted_are_compared(chained: Chained) -> None:
    first, _ = await chained.seals()
    assert (await chained.verify(posted=[first], since=10)).ok
    other = Seal(date=first.date, rows=5, head=first.head)
    assert named(await chained.verify(posted=[other])) == ("seal", 5, 5)
    other = Seal(date="2026-09-20", rows=6, head=first.head)
    verdict = await chained.verify(posted=[other])
    assert named(verdict) == ("unsealed", 6, 6)
    assert verdict.first_bad is not None
    assert verdict.first_bad.seal == str(other)


async def test_removed_guards_are_told(chained: Chained) -> None:
    drop = "DROP TRIGGER ledger_waits" + (" ON ledger" if chained.db.dialect == "postgresql" else "")
    async with chained.db.writing() as conn:
        await conn.execute(text(drop))
    verdict = await chained.verify()
    assert (verdict.ok, verdict.guarded) == (True, False)
    await chained.happen(1, EVENING + timedelta(days=2))
    assert named(await chained.verify()) == (Wrong.UNLINKED, None, 15)


def test_a_seal_is_read_as_it_is_posted() -> None:
    seal = Seal(date="2026-11-26", rows=12, head="ab" * 32)
    assert seal_of(f"  {str(seal).upper()}\n") == seal
    for other in ("", "2026-11-26 12", f"2026-11-26 -1 {seal.head}", re.sub("ab$", "xy", str(seal))):
        assert seal_of(other) is None


async def test_a_database_lost_in_the_middle_is_told_as_itself(
    chained: Chained, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ledger_links.in_order

    async def lost(conn: Connection, *, since: int) -> AsyncIterator[list[Stored]]:
        async for some in whole(conn, since=since, batch=5):
            yield some
            message = "the database is lost"
            raise ConnectionError(message)

    monkeypatch.setattr(ledger_links, "in_order", lost)
    with pytest.raises(ConnectionError, match="is lost"):
        await chained.verify()


async def test_a_ledger_of_many_batches_is_verified_in_its_order(
    chained: Chained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_links, "in_order", partial(ledger_links.in_order, batch=2))
    assert (await chained.verify(posted=await chained.seals())).ok
    assert named(await chained.after("UPDATE ledger SET kind = '' WHERE id = 7")) == ("entry", 7, 7)
