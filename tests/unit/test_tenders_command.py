"""``lianxun tenders import``, as an office calls it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from tests.shell import settle

RELEASE = {"ocid": "ocds-x-1", "id": "1", "date": "2026-09-01", "buyer": {"name": "Ministry"}}


@pytest.fixture(autouse=True)
def _office(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(monkeypatch, tmp_path, database_url)


def call(*words: object) -> Result:
    return CliRunner().invoke(cli, ["tenders", "import", *(str(word) for word in words)])


def put(folder: Path, content: str) -> Path:
    file = folder / "releases.json"
    file.write_text(content, encoding="utf-8")
    return file


def document(said: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_an_import_says_what_it_did(tmp_path: Path) -> None:
    file = put(tmp_path, json.dumps([{**RELEASE, "tender": {"tenderPeriod": {"endDate": "soon"}}}]))
    tried = document(call(file, "--dry-run", "--json"))
    done = document(call(file, "--json"))
    assert (tried["created"], tried["dry_run"], done["created"], done["dry_run"]) == (1, True, 1, False)
    counts = ("matters", "created", "updated", "unchanged", "unplaced", "more_remarks")
    assert [done[what] for what in counts] == [1, 1, 0, 0, 1, 0]
    (remark,) = done["remarks"]
    assert (remark["file"], remark["ocid"], remark["field"], remark["value"]) == (
        "releases.json",
        "ocds-x-1",
        "tender.tenderPeriod.endDate",
        "soon",
    )
    again = call(file)
    assert again.exit_code == 0
    assert "Matters: 0 created, 0 changed, 1 unchanged." in again.stdout
    assert "\n  Ministry\nSay which units these are in chat (/tender)" in again.stdout  # the buyer that is no unit
    assert "releases.json · ocds-x-1 · tender.tenderPeriod.endDate · “soon” · " in again.stdout


def test_what_is_refused_ends_with_one_and_names_file_line_and_column(tmp_path: Path) -> None:
    file = put(tmp_path, '[{"ocid": "a"},\n {"id": 1}, nothing]')
    said = call(file, "--json")
    assert said.exit_code == 1
    faults = [(one["file"], one["line"], one["column"], one["value"]) for one in document(said)["faults"]]
    assert faults == [("releases.json", 2, "2", "1"), ("releases.json", 2, "13", "nothing]")]
    plain = call(file)
    assert plain.exit_code == 1
    assert "releases.json · line 2 · column 13: “nothing]”: JSON is accepted; here it is broken." in plain.stderr


def test_a_path_that_is_not_there_is_a_slip_of_the_keys(tmp_path: Path) -> None:
    assert call(tmp_path / "nothing.json").exit_code == 2
    assert call(tmp_path, "--kind", "else").exit_code == 2
