"""The roster's and the invites' commands, as an office calls them."""

import csv
import json
from pathlib import Path

import pytest
import typer
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.cli import invites, roster
from tests.rosters import CHIEF, CLERK, HEADER, add_sheet, xlsx
from tests.shell import settle

COMMANDS = typer.Typer()
COMMANDS.add_typer(roster.app)
COMMANDS.add_typer(invites.app)


@pytest.fixture(autouse=True)
def _office(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, tmp_path, database_url)


def call(*words: object) -> Result:
    return CliRunner().invoke(COMMANDS, [str(word) for word in words])


def test_an_import_says_what_it_did_as_json(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, CLERK)
    said = call("roster", "import", path, "--json")
    assert said.exit_code == 0
    document = json.loads(said.stdout)
    counts = ("units", "posts", "people", "assignments", "created", "updated", "ended")
    assert [document[what] for what in counts] == [1, 2, 2, 2, 7, 0, 0]
    assert (document["faults"], document["dry_run"]) == ([], False)
    assert document["changes"]["posts"] == {"created": 2, "updated": 0, "ended": 0}


def test_a_refused_roster_ends_with_one_and_lists_its_faults(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, (*CLERK[:3], 9, *CLERK[4:]))
    said = call("roster", "import", path, "--json")
    assert said.exit_code == 1
    document = json.loads(said.stdout)
    assert document["created"] == 0
    (fault,) = document["faults"]
    assert (fault["sheet"], fault["line"], fault["column"], fault["value"]) == ("花名册", 3, "层级", "9")
    assert "1 to 5" in fault["message"]
    plain = call("roster", "import", path)
    assert plain.exit_code == 1
    assert "花名册 · line 3 · 层级: “9”: " in plain.stderr


def test_an_import_that_takes_much_away_warns_and_goes_on(tmp_path: Path) -> None:
    """The roster of another office ended everything, and the command line said no word of it."""
    call("roster", "import", xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, CLERK))
    other = xlsx(tmp_path / "o.xlsx", HEADER, CHIEF)
    assert "1 of 2 posts ends." in call("roster", "import", other, "--dry-run").stderr
    document = json.loads(call("roster", "import", other, "--json").stdout)
    assert document["warnings"][0] == "1 of 2 posts ends."
    assert not document["dry_run"]


def test_a_dry_run_lists_what_would_change(tmp_path: Path) -> None:
    said = call("roster", "import", xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, CLERK), "--dry-run")
    assert said.exit_code == 0
    assert "A-2 · 财政局 · 出纳 · 4" in said.stdout
    assert "dry run" in said.stdout


def test_a_dry_run_lists_which_risk_nodes_posts_would_answer_for(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", (*HEADER, "风险节点"), (*CHIEF, "开标;评标"))
    said = call("roster", "import", path, "--dry-run")
    assert "Risk nodes of posts: 2 created, 0 changed, 0 ended" in said.stdout
    assert "  A-1 · 开标\n  A-1 · 评标\n" in said.stdout


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    assert call("roster", "import", tmp_path / "none.xlsx").exit_code == 2


def test_the_roster_and_the_invites_are_written(tmp_path: Path) -> None:
    call("roster", "import", xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, CLERK))
    assert json.loads(call("roster", "export", tmp_path / "o.csv", "--json").stdout)["lines"] == 2
    said = call("invites", "export", tmp_path / "i.csv", "--bot", "@lx_bot", "--json")
    assert json.loads(said.stdout) == {
        "file": str(tmp_path / "i.csv"),
        "people": 2,
        "replaced": 0,
        "bots": {"lx_bot": 2},
    }
    with (tmp_path / "i.csv").open(encoding="utf-8", newline="") as file:
        assert [line["name"] for line in csv.DictReader(file)] == ["王芳", "李伟"]
    cards = call("invites", "export", tmp_path / "i.html", "--bot", "lx_bot")
    assert cards.exit_code == 0
    assert "2 unused codes of earlier exports no longer work." in cards.stdout


def test_a_sheet_of_notes_is_passed_over_and_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF)
    add_sheet(path, "说明", ("请如实填写",), ("联系人", "内线"))
    document = json.loads(call("roster", "import", path, "--dry-run", "--json").stdout)
    assert (document["posts"], document["skipped_sheets"]) == (1, ["说明"])
    said = call("roster", "import", path)
    assert said.exit_code == 0
    assert "说明" in said.stdout


def test_a_hidden_sheet_is_passed_over_and_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF)
    add_sheet(path, "旧稿", HEADER, CLERK)
    workbook = load_workbook(path)
    workbook["旧稿"].sheet_state = "veryHidden"
    workbook.save(path)
    document = json.loads(call("roster", "import", path, "--dry-run", "--json").stdout)
    assert (document["posts"], document["skipped_sheets"]) == (1, ["旧稿"])


def test_without_a_token_the_bots_name_is_asked_for(tmp_path: Path) -> None:
    call("roster", "import", xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, CLERK))
    said = call("invites", "export", tmp_path / "i.csv")
    assert said.exit_code == 1
    assert "--bot NAME" in said.stderr
    assert "LIANXUN_TELEGRAM_TOKEN" in said.stderr
    assert not (tmp_path / "i.csv").exists()


def test_another_ending_is_refused(tmp_path: Path) -> None:
    assert call("invites", "export", tmp_path / "i.pdf", "--bot", "lx_bot").exit_code == 1
