"""``lianxun campaigns`` as people meet it at the command line."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from messages.register.campaigns import TaskState
from messages.store.database import Database
from tests import shell
from tests.campaigning import MONDAY, Campaigning, at
from tests.district import District
from tests.shell import settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are under the desk
call, document = partial(shell.call, "campaigns"), partial(shell.document, "campaigns")


@pytest.fixture
async def folder(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three posts in 财政局, of which one is vacant, and two in 住建局."""
    db = Database(database_url)
    here = await Campaigning.found(db)
    await here.posts("财政局", 3, vacant=1)
    await here.posts("住建局", 2)
    await db.close()
    settle(monkeypatch, tmp_path, database_url, MONDAY)
    return tmp_path


async def _nothing_to_add(url: str, post: str) -> None:
    db = Database(url)
    await Campaigning.over(db, District(db)).set([post], TaskState.UNIT, at(8), complete=True)
    await db.close()


GIVEN = ("--audience", "risk:high", "--title", "工程建设专项", "--due", "2026-09-19", "--as", "O")


def test_a_campaign_is_started_shown_extended_and_closed(folder: Path, database_url: str) -> None:
    file = folder / "text.html"
    file.write_text("请<b>逐项</b>梳理。", encoding="utf-8")
    started = document("start", *GIVEN, "--file", file, "--approved-by", "A")
    assert (started["state"], started["due"], started["due_at"]) == (
        "running",
        "2026-09-20",
        "2026-09-21T00:00:00+08:00",
    )
    assert [started[name] for name in ("posts", "vacant", "people", "units")] == [5, 1, 4, 2]
    asyncio.run(_nothing_to_add(database_url, "财002"))
    shown = document("show", 1, "--as", "L1", "--complete")
    assert [(one["unit"], one["figures"]["tasks"], one["figures"]["complete"]) for one in shown["units"]] == [
        ("财政局", 3, 1)
    ]
    assert [(task["post_code"], task["state"], task["timely"]) for task in shown["tasks"]] == [("财002", "unit", True)]
    assert document("show", 1, "--as", "O", "--unit", "住建局", "--state", "open")["total"] == 2
    assert "岗位财002" in call("show", 1, "--as", "I", "--tasks").stdout
    assert document("list", "--as", "I")["campaigns"][0]["figures"]["tasks"] == 5
    assert "工程建设专项" in call("list", "--as", "O").stdout
    assert document("extend", 1, "--due", "2026年9月23日", "--as", "O", "--why", "任务集中")["due"] == "2026-09-23"
    closed = document("close", 1, "--as", "A", "--why", "已完成")
    told = {name: closed[name] for name in ("author", "decided_by", "closed_by")}
    assert told == {"author": "O", "decided_by": "A", "closed_by": "A"}
    assert {closed[f"{name}_name"] for name in told} == {"姓名O", "姓名A"}
    again = document("close", 1, "--as", "A", "--why", "已完成", code=1)
    assert again["error"] == "This campaign is: closed."
    assert "Audience: All posts" in call("start", "--audience", "all", *GIVEN[2:], "--text", "x").stdout


def test_bad_input_is_refused_by_the_name_of_its_option_and_nothing_is_started(folder: Path) -> None:
    del folder
    wrong = ("--audience", "unit:没有", "--title", "专项", "--as", "O")
    refused = document("start", *wrong, "--due", "2025-01-01", "--text", "<b>请", code=1)
    assert [fault["column"] for fault in refused["faults"]] == ["--text", "--due", "--audience"]
    assert document("start", *wrong, "--due", "明天", "--text", "请", code=1)["faults"][0]["column"] == "--due"
    assert "approved" in call("start", *GIVEN, "--text", "请", "--approved-by", "L1", code=1).output
    call("start", *GIVEN, code=2)
    call("show", 1, "--as", "O", "--state", "x", code=2)
    for refusing in (("show", 1, "--as", "O"), ("list", "--as", "h财002"), ("list", "--as", "nobody")):
        assert document(*refusing, code=1)["faults"] == []
    assert document("list", "--as", "O")["total"] == 0


def test_a_proposal_is_returned_or_approved_by_a_second_person(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = folder / "policy.toml"
    policy.write_text("[broadcasts]\napproval_above = 1\n", encoding="utf-8")
    monkeypatch.setenv("LIANXUN_POLICY", str(policy))
    assert "A second person" in call("start", *GIVEN, "--text", "请梳理。").stdout
    assert document("return", 1, "--as", "A", "--why", "范围过大")["state"] == "returned"
    assert document("start", *GIVEN, "--text", "请梳理。")["needs_approval"]
    call("approve", 2, "--as", "O", code=1)
    call("approve", 2, "--as", "A", "--version", 7, code=1)
    assert document("approve", 2, "--as", "A")["state"] == "running"
