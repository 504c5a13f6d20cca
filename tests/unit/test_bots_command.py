"""``lianxun bots``: tokens come in by files, are proved at the Bot API, and never show in anything that is written."""

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli import cli
from bot.sandbox import Sandbox
from messages.organisation.tokens import are_keys, new_key, unseal
from messages.store import tables
from messages.store.bots import MAIN_BOT
from tests.service import DUE, Town, town

SECRETS = (
    "AAsecondsecondsecondsecondsecondsecon",
    "AArevokedandnewrevokedandnewrevokedan",
    "AAthirdthirdthirdthirdthirdthirdthir",
)
SECOND, RENEWED, THIRD = f"700002:{SECRETS[0]}", f"700002:{SECRETS[1]}", f"700003:{SECRETS[2]}"


class Desk:
    """An administrator's command line; every word that it ever wrote is kept."""

    def __init__(self, place: Town, sandbox: Sandbox) -> None:
        self.place = place
        self.sandbox = sandbox
        self.key = new_key()
        self.written = ""

    async def call(self, *words: object, given: str | None = None, **settings: str) -> Result:
        names = {"TELEGRAM_API_URL": self.sandbox.url, "TOKEN_KEY": self.key, "LOCALE": "en"} | settings
        environment = self.place.environment(DUE, **names)
        said = await asyncio.to_thread(
            CliRunner().invoke, cli, ["bots", *map(str, words)], input=given, env=environment
        )
        self.written += said.output + said.stderr
        return said

    async def done(self, *words: object, given: str | None = None, **settings: str) -> Any:  # noqa: ANN401 -- JSON
        said = await self.call(*words, "--json", given=given, **settings)
        assert said.exit_code == 0, said.output
        return json.loads(said.stdout)

    async def refused(self, *words: object, given: str | None = None, **settings: str) -> str:
        said = await self.call(*words, given=given, **settings)
        assert said.exit_code == 1, said.output
        return said.stderr

    async def kept(self) -> list[str]:
        """The tokens in the database."""
        async with self.place.db.reading() as conn:
            query = select(tables.bots.c.token).where(tables.bots.c.token.is_not(None)).order_by(tables.bots.c.id)
            return [str(token) for token in await conn.scalars(query)]

    async def events(self, kind: str) -> list[Any]:
        async with self.place.db.reading() as conn:
            return list(await conn.scalars(select(tables.ledger.c.body).where(tables.ledger.c.kind == kind)))


@pytest.fixture
async def desk(tmp_path: Path, database_url: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Desk]:
    sandbox = Sandbox(token=SECOND, username="second_bot", strict=True)
    await sandbox.start()
    async with town(tmp_path, 4, url=database_url) as place:
        desk = Desk(place, sandbox)
        yield desk
        ledger = [await desk.events(kind) for kind in ("bot_added", "bot_retired", "bot_token_changed")]
        for where in (desk.written, caplog.text, json.dumps(ledger), *await desk.kept()):
            assert not any(secret in where for secret in SECRETS)
            assert desk.key not in where
    await sandbox.stop()


async def test_a_token_from_a_file_is_proved_and_kept_encrypted(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECOND}\n", encoding="utf-8")
    added = await desk.done("add", tmp_path / "token", "--unit", "财政局", "--name", "finance")
    assert added == {"id": 2, "name": "finance", "username": "second_bot", "unit": "财政局"}
    assert [unseal(kept, desk.key, bot="finance") for kept in await desk.kept()] == [SECOND]
    assert [event["unit"] for event in await desk.events("bot_added")] == ["财政局"]


async def test_a_token_comes_from_standard_input_too_and_the_user_name_names_the_bot(desk: Desk) -> None:
    assert (await desk.done("add", "-", given=f"  {SECOND}\r\n"))["name"] == "second_bot"


async def test_the_list_shows_whom_each_bot_serves_and_which_token_can_be_read(desk: Desk) -> None:
    await desk.done("add", "-", "--unit", "财政局", given=SECOND)
    main, second = (await desk.done("list"))["bots"]
    assert main == {
        "id": MAIN_BOT, "name": "main", "username": None, "unit": None, "people": 4, "added_at": main["added_at"],
        "readable": True,
    }  # fmt: skip
    assert (second["username"], second["unit"], second["people"]) == ("second_bot", "财政局", 0)
    # The command's clock starts with its process, which here runs many tests.
    assert timedelta(0) <= datetime.fromisoformat(second["added_at"]) - DUE < timedelta(hours=1)
    assert second["readable"]
    assert not (await desk.done("list", TOKEN_KEY=""))["bots"][1]["readable"]
    assert not (await desk.done("list", TOKEN_KEY=new_key()))["bots"][1]["readable"]
    shown = (await desk.call("list")).stdout
    assert "@second_bot" in shown
    assert "财政局" in shown


async def test_a_token_as_an_argument_is_refused_and_not_repeated(desk: Desk) -> None:
    assert "@BotFather" in await desk.refused("add", SECOND)
    assert await desk.kept() == []


@pytest.mark.parametrize(
    "text", ["", "no token", f"{SECOND} and more", f"{SECOND}\n{THIRD}", "700002:short", "x" * 5000]
)
async def test_what_is_no_token_is_refused_unseen(desk: Desk, text: str) -> None:
    assert "@BotFather" in await desk.refused("add", "-", given=text)


async def test_a_file_that_is_not_there_or_no_text_is_refused(desk: Desk, tmp_path: Path) -> None:
    assert "cannot be read" in await desk.refused("add", tmp_path / "none")
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff\xfe")
    assert "@BotFather" in await desk.refused("add", tmp_path / "picture")


async def test_a_token_that_the_bot_api_refuses_is_refused(desk: Desk) -> None:
    assert "refuses this token" in await desk.refused("add", "-", given=THIRD)
    assert await desk.kept() == []


async def test_an_unreachable_bot_api_is_told_with_what_can_be_done(desk: Desk) -> None:
    away = {"TELEGRAM_API_URL": "http://127.0.0.1:9"}
    assert "--username" in await desk.refused("add", "-", given=SECOND, **away)
    added = await desk.done("add", "-", "--username", "@Some_Bot", given=SECOND, **away)
    assert added["username"] == "Some_Bot"


async def test_a_bot_is_there_once(desk: Desk) -> None:
    await desk.done("add", "-", given=SECOND)
    assert "bots token second_bot" in await desk.refused("add", "-", "--name", "other", given=SECOND)
    assert "--name" in await desk.refused("add", "-", "--username", "second_bot", given=THIRD)
    said = await desk.refused("add", "-", "--username", "main_bot", given=THIRD, TELEGRAM_TOKEN=THIRD)
    assert "LIANXUN_TELEGRAM_TOKEN" in said
    assert len(await desk.kept()) == 1


@pytest.mark.parametrize("name", ["12", "two words", "x" * 65, "main"])
async def test_a_name_that_cannot_name_a_bot_is_refused(desk: Desk, name: str) -> None:
    assert await desk.refused("add", "-", "--name", name, given=SECOND)


async def test_an_unknown_unit_is_refused(desk: Desk) -> None:
    assert "海关" in await desk.refused("add", "-", "--unit", "海关", given=SECOND)


async def test_without_a_key_no_token_is_taken(desk: Desk) -> None:
    assert "LIANXUN_TOKEN_KEY" in await desk.refused("add", "-", given=SECOND, TOKEN_KEY="")


async def test_a_key_is_printed_alone(desk: Desk) -> None:
    said = await desk.call("key")
    desk.written = desk.written.replace(said.stdout, "")
    assert are_keys(said.stdout.strip())
    assert said.stderr == ""


async def test_keys_change_without_a_moment_in_which_tokens_cannot_be_read(desk: Desk) -> None:
    await desk.done("add", "-", given=SECOND)
    fresh = new_key()
    assert await desk.done("rekey", TOKEN_KEY=f"{fresh},{desk.key}") == {"tokens": 1}
    assert [unseal(kept, fresh, bot="second_bot") for kept in await desk.kept()] == [SECOND]
    assert "«second_bot»" in await desk.refused("rekey", TOKEN_KEY=new_key())


async def test_a_new_token_of_the_same_bot_takes_the_place_of_the_revoked_one(desk: Desk) -> None:
    await desk.done("add", "-", given=SECOND)
    assert "refuses this token" in await desk.refused("token", "second_bot", "-", given=RENEWED)
    assert (await desk.done("token", "2", "-", "--username", "second_bot", given=RENEWED))["id"] == 2
    assert [unseal(kept, desk.key, bot="second_bot") for kept in await desk.kept()] == [RENEWED]
    assert await desk.events("bot_token_changed") == [{"bot": 2, "name": "second_bot"}]


async def test_the_token_of_another_bot_takes_nobodys_place(desk: Desk) -> None:
    await desk.done("add", "-", given=SECOND)
    assert "another bot" in await desk.refused("token", "2", "-", "--username", "third_bot", given=THIRD)
    assert "LIANXUN_TELEGRAM_TOKEN" in await desk.refused("token", "main", "-", given=SECOND)
    assert "«nobody»" in await desk.refused("token", "nobody", "-", given=SECOND)


async def test_retiring_is_refused_while_people_are_served_unless_it_is_meant(desk: Desk) -> None:
    await desk.done("add", "-", given=SECOND)
    await desk.place.join(3, DUE, bot_id=2)
    assert "--anyway" in await desk.refused("retire", "second_bot")
    assert (await desk.done("list"))["bots"][1]["people"] == 1

    assert (await desk.done("retire", "second_bot", "--anyway"))["people"] == 1

    assert [bot["name"] for bot in (await desk.done("list"))["bots"]] == ["main"]
    assert await desk.events("bot_retired") == [{"bot": 2, "name": "second_bot", "people": 1}]
    assert "LIANXUN_TELEGRAM_TOKEN" in await desk.refused("retire", "main", "--anyway")
    assert (await desk.done("add", "-", given=SECOND))["id"] == 3


async def test_retiring_a_bot_that_serves_nobody_is_no_question(desk: Desk) -> None:
    await desk.done("add", "-", given=SECOND)
    said = await desk.call("retire", "2")
    assert said.exit_code == 0
    assert said.stdout == "«second_bot» is retired.\n"


async def test_invites_lead_to_the_bots_of_their_units_without_a_token_in_the_settings(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.done("add", "-", given=SECOND)
    await desk.done("add", "-", "--unit", "教育局", "--username", "third_bot", given=THIRD)
    for suffix in ("csv", "html"):
        words = ["invites", "export", str(tmp_path / f"i.{suffix}"), "--moving", "--json"]
        environment = desk.place.environment(DUE, TELEGRAM_TOKEN="")
        said = await asyncio.to_thread(CliRunner().invoke, cli, words, env=environment)
        assert said.exit_code == 0, said.output
        assert json.loads(said.stdout)["bots"] == {"second_bot": 3, "third_bot": 1}
    with (tmp_path / "i.csv").open(encoding="utf-8") as file:
        leads = {line["unit"]: line["link"].split("?")[0] for line in csv.DictReader(file)}
    assert leads["教育局"] == "https://t.me/third_bot"
    assert leads["财政局"] == "https://t.me/second_bot"
