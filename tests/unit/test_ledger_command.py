"""``lianxun ledger``, and the document by which anyone verifies what it exports."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli import cli
from messages.ledger import Kind
from messages.store import tables
from messages.store.database import Database
from tests.chained import EVENING, Chained, unguard

DOCUMENT = Path(__file__).parents[2] / "docs" / "ledger.md"


class Shell:
    """A command line on the small ledger, and the document's program."""

    def __init__(self, chained: Chained, url: str, folder: Path) -> None:
        self.chained = chained
        self.file = folder / "ledger.jsonl"
        self._environment = {
            "LIANXUN_DATABASE_URL": url,
            "LIANXUN_DATA_DIR": str(folder / "data"),
            "LIANXUN_LOCALE": "en",
        }
        self._program = folder / "verify.py"
        found = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
        assert found is not None
        self._program.write_text(found[1], encoding="utf-8")

    async def call(self, *words: str, language: str = "en") -> Result:
        environment = self._environment | {"LIANXUN_LOCALE": language}
        return await asyncio.to_thread(CliRunner().invoke, cli, ["ledger", *words], env=environment)

    async def export(self, *words: str) -> list[dict[str, Any]]:
        said = await self.call("export", str(self.file), *words)
        assert said.exit_code == 0, said.output
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]

    def write(self, lines: list[dict[str, Any]]) -> None:
        self.file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")

    def check(self, *posted: str) -> str:
        """What the document's program says of the file."""
        words = [sys.executable, "-I", str(self._program), str(self.file), *posted]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return (done.stdout or done.stderr).strip()

    async def tamper(self, act: str) -> None:
        async with self.chained.db.writing() as conn:
            await unguard(conn)
            await conn.exec_driver_sql(act)


@pytest.fixture
async def shell(db: Database, database_url: str, tmp_path: Path) -> Shell:
    return Shell(await Chained(db).found(), database_url, tmp_path)


async def test_a_good_ledger_is_said_to_be_good_and_a_bad_one_ends_the_command_with_1(shell: Shell) -> None:
    first, _ = await shell.chained.seals()
    said = await shell.call("verify", "--seal", str(first), "--json")
    found = json.loads(said.stdout)
    assert (said.exit_code, found["ok"], found["rows"], found["first_bad"], found["seals"]) == (0, True, 14, None, 2)
    assert "14 rows" in (await shell.call("verify")).stdout
    assert "14 条" in (await shell.call("verify", language="zh_CN")).stdout

    await shell.tamper("UPDATE ledger SET kind = 'x' WHERE id = 9")
    said = await shell.call("verify", "--json")
    found = json.loads(said.stdout)
    assert (said.exit_code, found["ok"]) == (1, False)
    named = {key: found["first_bad"][key] for key in ("seq", "event", "what")}
    assert named == {"seq": 9, "event": 9, "what": "entry"}
    for language, words in (("en", "Row 9, event 9: the event is not"), ("zh_CN", "第 9 行")):
        said = await shell.call("verify", language=language)
        assert words in said.stdout
        assert said.exit_code == 1
    assert (await shell.call("verify", "--since", "10")).exit_code == 0
    assert (await shell.call("verify", "--since", "2026-09-22")).exit_code == 1


@pytest.mark.parametrize(
    "words", [("--since", "yesterday"), ("--since", "99"), ("--seal", "2026-09-21 7"), ("--seal", "")]
)
async def test_what_cannot_be_read_is_refused(shell: Shell, words: tuple[str, str]) -> None:
    said = await shell.call("verify", *words)
    assert said.exit_code == 1
    assert "accepted" in said.stderr.lower()


async def test_seals_are_listed_and_one_that_no_longer_agrees_shows(shell: Shell) -> None:
    await shell.tamper("UPDATE seals SET head = replace(head, substr(head, 1, 1), 'x') WHERE rows = 6")
    found = json.loads((await shell.call("seals", "--json")).stdout)
    assert [(one.get("date"), one.get("rows"), one["agrees"]) for one in found["seals"]] == [
        ("2026-09-22", 13, True),
        (None, None, False),
    ]
    assert "2026-09-22 13" in (await shell.call("seals")).stdout


async def test_the_export_is_verified_by_the_document_s_program(shell: Shell) -> None:
    posted = [str(one) for one in await shell.chained.seals()]
    lines = await shell.export()
    assert shell.file.stat().st_mode & 0o777 == 0o600
    assert [sorted(line) for line in (lines[0], lines[1], lines[-1])] == [
        ["at", "first", "format", "head", "person", "previous", "rows", "waiting"],
        ["digest", "entry", "event", "hash", "previous", "seq"],
        ["date", "head", "rows"],
    ]
    entry = json.loads(lines[3]["entry"])
    assert (entry["id"], entry["kind"], entry["person"], entry["at"]) == (
        3,
        "acknowledged",
        "B",
        "2026-09-21T01:12:00.000007Z",
    )
    assert shell.check(*posted) == f"14 rows verified, {lines[0]['head']}"
    changed = json.loads(json.dumps(lines))
    changed[3]["entry"] = changed[3]["entry"].replace("ack", "Ack")
    for bad, told in (
        (changed, "row 3: is not what was recorded"),
        ([*lines[:3], *lines[4:]], "row 3: is missing"),
        ([*lines[:3], lines[4] | {"seq": 3}, lines[3] | {"seq": 4}, *lines[5:]], "row 3: does not follow"),
        ([*lines[:14], *lines[15:]], "end: rows are missing"),
    ):
        shell.write(bad)
        assert told in shell.check(*posted)


async def test_what_was_changed_in_the_database_with_all_that_follows_shows_by_what_was_posted(shell: Shell) -> None:
    """The export agrees with itself: only the seal that stands in a chat does not."""
    posted = [str(one) for one in await shell.chained.seals()]
    await shell.tamper("DELETE FROM seals")
    await shell.tamper("UPDATE ledger SET kind = 'x' WHERE id = 3")
    async with shell.chained.db.writing() as conn:
        await unguard(conn)
        await conn.exec_driver_sql("INSERT INTO ledger_pending SELECT event_id FROM ledger_links")
        await conn.exec_driver_sql("DELETE FROM ledger_links")
    await shell.chained.sweep(EVENING)
    lines = await shell.export()
    assert "verified" in shell.check()
    assert lines[0]["rows"] >= 14
    assert shell.check(*posted) == "seal of 2026-09-21: this ledger is not what was sealed"


async def test_of_one_person_only_the_own_entries_are_given(shell: Shell) -> None:
    lines = await shell.export("--person", "B")
    about = [json.loads(line["entry"])["person"] for line in lines if "entry" in line]
    assert about == ["B", "B", "B", "B"]
    assert len([line for line in lines if "seq" in line]) == 14
    assert "14 rows verified" in shell.check()
    async with shell.chained.db.reading() as conn:
        t = tables.ledger
        noted = (await conn.execute(select(t).order_by(t.c.id.desc()).limit(1))).one()
    assert (noted.kind, noted.person_id, noted.body) == (
        Kind.RECORDS_EXPORTED.value,
        2,
        {"what": "ledger", "since": None},
    )


async def test_a_later_part_is_verified_by_itself(shell: Shell) -> None:
    posted = [str(one) for one in await shell.chained.seals()]
    lines = await shell.export("--since", "2026-09-22")
    assert [line["seq"] for line in lines if "seq" in line] == [*range(7, 15)]
    assert "8 rows verified" in shell.check(*posted)
    said = await shell.call("export", "-", "--since", "14")
    assert [json.loads(line).get("seq") for line in said.stdout.splitlines()][1:2] == [14]


async def test_a_person_or_a_folder_that_is_not_there_is_refused(shell: Shell, tmp_path: Path) -> None:
    assert (await shell.call("export", str(tmp_path / "none" / "file"))).exit_code == 1
    said = await shell.call("export", str(shell.file), "--person", "nobody")
    assert said.exit_code == 1
    assert "nobody" in said.stderr
