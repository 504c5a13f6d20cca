"""``lianxun migrate --from … --to …``: an office moves from SQLite to PostgreSQL and goes on where it was."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import cli
from messages.store import tables
from messages.store.database import Database
from tests.every_table import counts
from tests.postgresql import Server
from tests.service import BEFORE, DUE, Town, town, until

PEOPLE = 4
SECRET = "geheim"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """An office on SQLite."""
    async with town(tmp_path, people=PEOPLE) as place:
        yield place


@pytest.fixture
async def target(postgresql_server: Server) -> AsyncIterator[str]:
    """The address of an empty PostgreSQL, with a password that nobody asks for."""
    url = await postgresql_server.fresh()
    yield url.replace("postgres@", f"postgres:{SECRET}@")
    await postgresql_server.drop(url)


@asynccontextmanager
async def at(url: str) -> AsyncIterator[Database]:
    db = Database(url)
    yield db
    await db.close()


async def move(place: Town, target: str, *words: str) -> tuple[int, str, str]:
    said = await place.command("migrate", "--from", place.url, "--to", target, *words, LOCALE="en", TELEGRAM_TOKEN="")
    assert SECRET not in "".join(said[1:])
    return said


async def moved(place: Town, target: str) -> Any:  # noqa: ANN401 -- a document
    code, out, err = await move(place, target, "--json")
    assert code == 0, out + err
    return json.loads(out)


async def test_an_office_moves_and_goes_on_where_it_was(place: Town, target: str) -> None:
    async with place.serving() as service:
        notice_id = await place.issue(service)
        await place.settled(notice_id, delivered=PEOPLE)
        await place.press(3, place.heard(3)[-1])
    before = await counts(place.db)

    document = await moved(place, target)

    assert document["from"] == place.url
    assert document["to"].startswith("postgresql://postgres@/lianxun_")
    assert document["tables"] == before
    assert document["ledger"]["rows"] == before["ledger"]
    assert len(document["ledger"]["digest"]) == 64
    assert (document["resumed"], document["verified"]) == (False, True)
    async with at(target) as db:
        after = replace(place, url=target, db=db)
        async with after.serving(at=DUE + timedelta(minutes=1)) as service:
            assert await after.acknowledged() == 1
            await after.press(4, after.heard(4, "请廉洁过节")[-1])
            assert await after.acknowledged() == 2
            new = await after.issue(service, "搬家之后。")
            await after.settled(new, delivered=PEOPLE)
            assert after.said("搬家之后") == after.everyone()
    assert await counts(place.db) == before


_SLOW = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$
"""


async def test_a_killed_move_cannot_be_used_and_goes_on(place: Town, target: str) -> None:
    async with at(target) as db:
        async with db.writing() as conn:
            await conn.execute(text(_SLOW))
            for name in tables.metadata.tables:
                trigger = f"CREATE TRIGGER slow AFTER INSERT ON {name} FOR EACH STATEMENT EXECUTE FUNCTION slow()"
                await conn.execute(text(trigger))
        process = await place.start("migrate", "--from", place.url, "--to", target, "--json")

        async def some_arrived() -> bool:
            async with db.reading() as conn:
                return bool(await conn.scalar(text("SELECT count(*) FROM people")))

        await until(some_arrived)
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        async with db.writing() as conn:
            await conn.execute(text("DROP FUNCTION slow CASCADE"))

        code, _, err = await place.command("notice", "list", DATABASE_URL=target, LOCALE="en")
        assert code == 1
        assert "lianxun migrate --from" in err
        document = await moved(place, target)
        assert document["resumed"]
        assert document["tables"] == await counts(db) == await counts(place.db)
    assert (await place.command("notice", "list", DATABASE_URL=target))[0] == 0


async def test_a_served_office_is_not_moved_until_the_process_that_is_named_has_ended(place: Town, target: str) -> None:
    process = await place.start("serve", at=BEFORE)
    lock = place.folder / "lianxun.db.lock"
    try:
        await until(lambda: lock.exists() and lock.read_text(encoding="utf-8") == str(process.pid))
        code, out, _ = await move(place, target, "--json")
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), 30)
    assert code == 1
    assert f"process {process.pid}" in json.loads(out)["error"]

    code, out, err = await move(place, target)
    assert code == 0
    assert "LIANXUN_DATABASE_URL" in out
    assert f"Copying people: {PEOPLE}" in err
    assert f"Comparing people: {PEOPLE}" in err


@pytest.mark.parametrize("words", [("--from", "sqlite:///x.db"), ("--to", f"postgresql://u:{SECRET}@h/d")])
def test_one_address_without_the_other_is_wrong_usage(words: tuple[str, str]) -> None:
    said = CliRunner().invoke(cli, ["migrate", *words])
    assert said.exit_code == 2
    assert SECRET not in said.output


async def test_a_refusal_is_a_document_without_secrets(place: Town, target: str) -> None:
    code, out, _ = await move(place, f"{target}&port=nothing", "--json")
    assert code == 1
    assert json.loads(out)["error"]
