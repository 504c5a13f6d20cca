"""The register's commands, as an office calls them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from tests.registers import book, text
from tests.rosters import xlsx
from tests.shell import settle

ROSTER = (
    ("单位", "上级单位", "单位类别", "岗位编号", "岗位", "层级", "人员编号", "姓名", "角色"),
    ("推进办", "", "推进办", "T-1", "主任", 1, "P9", "周敏", "管理员"),
    ("财政局", "推进办", "部门", "F-1", "局长", 1, "P1", "王芳", ""),
)
HEADER = ("单位", "岗位编号", "风险节点", "风险点", "等级", "责任人", "法规依据")
POINT = ("财政局", "F-1", "资金拨付", "违规拨付", "高", "王芳", "ZWCF2020:34")


@pytest.fixture(autouse=True)
def _office(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, tmp_path, database_url)
    assert call("roster", "import", xlsx(tmp_path / "roster.xlsx", *ROSTER)).exit_code == 0


def call(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_an_import_says_what_it_would_do_what_it_did_and_what_is_wrong(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", {"表": (("登记表",), HEADER, POINT), "说明": (("填表说明",),)})
    dry = call("register", "import", path, "--dry-run")
    assert "Points: 1 created, 0 changed, 0 ended, 0 unchanged." in dry.stdout
    assert "  财政局 · 违规拨付\n" in dry.stdout
    assert "dry run" in dry.stdout
    done = json.loads(call("register", "import", path, "--json").stdout)
    counts = (
        "units",
        "posts",
        "points",
        "created",
        "updated",
        "ended",
        "unchanged",
        "in_chat",
        "revising",
        "left",
        "passed_over",
    )
    assert [done[what] for what in counts] == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1]
    assert (done["skipped_sheets"], done["faults"], done["dry_run"]) == (["说明"], [], False)
    assert "stands as the file says" in call("register", "import", path).stdout
    wrong = call("register", "import", text(tmp_path / "w.csv", HEADER, (*POINT[:4], "特", "", "")), "--json")
    assert wrong.exit_code == 1
    (fault,) = json.loads(wrong.stdout)["faults"]
    assert (fault["line"], fault["column"], fault["value"]) == (2, "等级", "特")
    assert fault["message"] == "Accepted: 高 high, 中 middle, 低 low."


def test_an_export_is_written_in_the_office_s_language_and_changes_nothing_when_it_is_imported(tmp_path: Path) -> None:
    call("register", "import", text(tmp_path / "r.csv", HEADER, POINT))
    assert json.loads(call("register", "export", tmp_path / "e.csv", "--json").stdout)["lines"] == 1
    header, line = (tmp_path / "e.csv").read_text(encoding="utf-8-sig").splitlines()
    assert header.startswith("unit,section,post_code,post,duty,node")
    assert line.endswith(",ZWCF2020:34,accepted,#1")
    assert json.loads(call("register", "import", tmp_path / "e.csv", "--json").stdout)["unchanged"] == 1


def test_templates_of_a_file_are_published_once_without_whose_they_are(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", HEADER, POINT, ("任一单位", "", "", "坐支", "低", "", ""))
    words = ("register", "templates", "import", path)
    assert call(*words, "--as", "P1").exit_code == 1
    assert "2 templates would be published." in call(*words, "--as", "P9", "--dry-run").stdout
    done = [json.loads(call(*words, "--as", "P9", "--json").stdout) for _ in range(2)]
    assert [(one["templates"], one["created"], one["unchanged"]) for one in done] == [(2, 2, 0), (2, 0, 2)]
    wrong = call(
        "register", "templates", "import", text(tmp_path / "w.csv", ("风险点", "等级"), ("甲", "")), "--as", "P9"
    )
    assert wrong.exit_code == 1
    assert "等级: A value is needed here." in wrong.stderr
