"""Invites are handed out to everyone without an account, and only their hashes stay."""

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from bot.web.invite_cards import InviteCards
from messages import bots
from messages.bots import NewBot
from messages.errors import Refused
from messages.organisation.invites import COLUMNS, Whom, as_csv, as_xlsx, bot_name, export_invites, new_code
from messages.organisation.roster.importing import import_roster
from messages.organisation.tokens import new_key
from messages.store import tables
from messages.store.database import Database
from messages.store.invites import find_open, mark_used
from messages.text.catalog import Catalog
from tests.conftest import ZONE
from tests.rosters import NOW, row


def read_lines(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


async def lx_bot() -> str:
    return "lx_bot"


async def exported(db: Database, path: Path, unit: str | None = None, **whom: Any) -> list[dict[str, str]]:  # noqa: ANN401
    await export_invites(db, path, now=NOW, main_bot=lx_bot, content=as_csv, whom=Whom(unit=unit, **whom))
    return read_lines(path)


@pytest.fixture
async def office(db: Database) -> Database:
    rows = [
        row("A-1", "P1", "王芳", unit="甲", post="局长"),
        row("A-2", "P1", "王芳", unit="甲", post="会计"),
        row("B-1", "P2", "李伟", unit="乙", post="出纳", parent_unit="甲", language="en"),
        row("C-1", "P3", "赵六", unit="丙", post="秘书"),
        row("C-2", None, unit="丙"),
    ]
    await import_roster(db, rows, NOW)
    return db


async def test_everyone_without_an_account_gets_a_code(office: Database, tmp_path: Path) -> None:
    lines = await exported(office, tmp_path / "i.csv")
    assert tuple(lines[0]) == COLUMNS
    assert [(line["person_code"], line["unit"], line["post"]) for line in lines] == [
        ("P1", "甲", "局长;会计"),
        ("P2", "乙", "出纳"),
        ("P3", "丙", "秘书"),
    ]
    assert lines[0]["link"] == f"https://t.me/lx_bot?start={lines[0]['code']}"
    assert len({line["code"] for line in lines}) == 3


async def test_only_the_hash_is_kept_and_it_expires(office: Database, tmp_path: Path) -> None:
    code = (await exported(office, tmp_path / "i.csv"))[0]["code"]
    async with office.reading() as conn:
        invite = await find_open(conn, hashlib.sha256(code.encode()).hexdigest())
        assert await find_open(conn, code) is None
    assert invite is not None
    assert invite.usable(NOW)
    assert not invite.usable(NOW + timedelta(days=30))


async def test_a_new_export_replaces_codes_that_were_not_used(office: Database, tmp_path: Path) -> None:
    first = await exported(office, tmp_path / "i.csv")
    second = await exported(office, tmp_path / "i.csv", unit="甲")
    hashes = [hashlib.sha256(line["code"].encode()).hexdigest() for line in (first[0], first[2], second[0])]
    async with office.reading() as conn:
        found = [await find_open(conn, code_hash) is not None for code_hash in hashes]
    assert found == [False, True, True]


async def test_an_export_counts_the_codes_that_it_makes_void(office: Database, tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    counts = []
    for days in (0, 1, 31):
        whom = Whom(unit="甲" if days == 0 else None)
        done = await export_invites(
            office, path, now=NOW + timedelta(days=days), main_bot=lx_bot, content=as_csv, whom=whom
        )
        counts.append((done.people, done.replaced))
    assert counts == [(2, 0), (3, 2), (3, 0)]  # the last ones had expired


async def test_who_has_an_account_gets_no_code(office: Database, tmp_path: Path) -> None:
    async with office.writing() as conn:
        await conn.execute(insert(tables.accounts).values(person_id=1, chat_id=7, joined_at=NOW))
    assert [line["person_code"] for line in await exported(office, tmp_path / "i.csv")] == ["P2", "P3"]


async def test_a_unit_means_all_below_it(office: Database, tmp_path: Path) -> None:
    assert [line["name"] for line in await exported(office, tmp_path / "i.csv", unit="甲")] == ["王芳", "李伟"]
    with pytest.raises(Refused):
        await exported(office, tmp_path / "i.csv", unit="丁")


async def add_bot(db: Database, number: int, unit: str | None) -> None:
    new = NewBot(token=f"70000{number}:{'A' * 35}", username=f"bot_{number}", unit=unit)
    await bots.add(db, new, keys=new_key(), settings_token="", now=NOW)


def leads(lines: list[dict[str, str]]) -> dict[str, str]:
    """The bot to which each person's link leads."""
    return {line["person_code"]: line["link"].removeprefix("https://t.me/").partition("?")[0] for line in lines}


async def test_a_link_leads_to_the_nearest_bot_up_the_tree(office: Database, tmp_path: Path) -> None:
    await add_bot(office, 2, "甲")
    assert leads(await exported(office, tmp_path / "i.csv")) == {"P1": "bot_2", "P2": "bot_2", "P3": "lx_bot"}
    await add_bot(office, 3, "乙")
    assert leads(await exported(office, tmp_path / "i.csv")) == {"P1": "bot_2", "P2": "bot_3", "P3": "lx_bot"}


async def test_a_bot_without_a_unit_serves_whoever_no_other_bot_serves(office: Database, tmp_path: Path) -> None:
    """Then the settings need no token, and the Bot API is not asked for its name."""
    await add_bot(office, 2, "甲")
    await add_bot(office, 3, None)

    async def nobody() -> str:
        raise AssertionError

    done = await export_invites(office, tmp_path / "i.csv", now=NOW, main_bot=nobody, content=as_csv)
    assert done.bots == {"bot_2": 2, "bot_3": 1}
    assert leads(read_lines(tmp_path / "i.csv")) == {"P1": "bot_2", "P2": "bot_2", "P3": "bot_3"}


async def test_a_retired_bot_gives_its_place_back(office: Database, tmp_path: Path) -> None:
    await add_bot(office, 2, "甲")
    await bots.retire(office, "bot_2", anyway=False, now=NOW)
    assert set(leads(await exported(office, tmp_path / "i.csv")).values()) == {"lx_bot"}


async def test_who_joined_keeps_the_bot_and_gets_a_code_for_another_only_when_asked(
    office: Database, tmp_path: Path
) -> None:
    async with office.writing() as conn:
        await conn.execute(insert(tables.accounts).values(person_id=1, chat_id=7, joined_at=NOW))
        await conn.execute(insert(tables.accounts).values(person_id=3, chat_id=8, joined_at=NOW))
    await add_bot(office, 2, "甲")
    assert leads(await exported(office, tmp_path / "i.csv")) == {"P2": "bot_2"}
    assert leads(await exported(office, tmp_path / "i.csv", moving=True)) == {"P1": "bot_2", "P2": "bot_2"}


async def test_a_code_for_named_people_whether_they_joined_or_not(office: Database, tmp_path: Path) -> None:
    async with office.writing() as conn:
        await conn.execute(insert(tables.accounts).values(person_id=1, chat_id=7, joined_at=NOW))
    lines = await exported(office, tmp_path / "i.csv", people=("P1", "P3"))
    assert [line["person_code"] for line in lines] == ["P1", "P3"]
    with pytest.raises(Refused) as raised:
        await exported(office, tmp_path / "i.csv", people=("P1", "P9"))
    assert raised.value.faults[0].value == "P9"


async def test_a_code_is_used_once(office: Database, tmp_path: Path) -> None:
    await exported(office, tmp_path / "i.csv")
    async with office.writing() as conn:
        await conn.execute(insert(tables.accounts).values(person_id=1, chat_id=7, joined_at=NOW))
        assert await mark_used(conn, 1, 1, NOW)
        assert not await mark_used(conn, 1, 1, NOW)


async def test_codes_stay_good_when_the_file_cannot_be_written(office: Database, tmp_path: Path) -> None:
    code = (await exported(office, tmp_path / "i.csv"))[0]["code"]
    with pytest.raises(Refused):
        await exported(office, tmp_path / "none" / "i.csv")
    async with office.reading() as conn:
        assert await find_open(conn, hashlib.sha256(code.encode()).hexdigest()) is not None
        assert len((await conn.execute(select(tables.invites))).all()) == 3


async def test_the_file_is_a_secret(office: Database, tmp_path: Path) -> None:
    await exported(office, tmp_path / "i.csv")
    assert (tmp_path / "i.csv").stat().st_mode & 0o777 == 0o600


async def test_the_workbook_has_the_same_columns(office: Database, tmp_path: Path) -> None:
    await export_invites(office, tmp_path / "i.xlsx", now=NOW, main_bot=lx_bot, content=as_xlsx)
    sheet = load_workbook(tmp_path / "i.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert sheet.max_row == 4


async def test_cards_are_escaped_speak_the_readers_language_and_need_no_other_host(
    db: Database, tmp_path: Path, catalog: Catalog
) -> None:
    rows = [row("A-1", "P1", "<script>x", language="en"), row("A-2", "P2", "王芳", language="zh_CN")]
    await import_roster(db, rows, NOW)
    cards = InviteCards(catalog, ZONE)
    drawn: list[int] = []
    path = tmp_path / "i.html"
    await export_invites(
        db, path, now=NOW, main_bot=lx_bot, content=lambda made: cards.page(made, "zh_CN", drawn.append).encode()
    )
    page = path.read_text(encoding="utf-8")
    assert "&lt;script&gt;x" in page
    assert "<script" not in page
    assert page.count("<svg") == 2
    assert "until 1 October 2026" in page
    assert "2026年10月1日" in page
    assert "src=" not in page
    assert "href=" not in page
    assert drawn == [2]


def test_a_code_is_long_and_fits_the_start_parameter() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert {len(code) for code in codes} == {22}
    assert not any(code.startswith("-") for code in codes)


def test_a_bots_name_is_read_with_and_without_its_sign() -> None:
    assert bot_name("@lx_bot") == bot_name(" lx_bot ") == "lx_bot"
    with pytest.raises(Refused):
        bot_name("https://t.me/lx_bot")
