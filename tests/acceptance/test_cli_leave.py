"""Leave and one's own data at the command line: what a script or an office's operator does with them."""

import json
import stat
from pathlib import Path

import pytest

from tests.acceptance.test_cli_shapes import Office
from tests.service import lines, write_roster


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.json("roster", "import", write_roster(tmp_path / "roster.csv", lines(6)))
    return office


def test_leave_is_entered_listed_imported_and_ended(office: Office, tmp_path: Path) -> None:
    added = office.json("absences", "add", "R002", "--from", "2026-10-12", "--to", "2026年10月14日", "--note", "病假")
    assert (added["state"], added["first"], added["last"], added["created"]) == (
        "granted",
        "2026-10-12",
        "2026-10-14",
        True,
    )
    file = tmp_path / "leave.csv"
    file.write_text("人员编号,开始日期,结束日期\nR003,2026-10-12,2026-10-12\nR002,2026-10-12,2026-10-14\n", "utf-8")
    for dry_run, created, unchanged in (["--dry-run"], 1, 1), ([], 1, 1), ([], 0, 2):
        done = office.json("absences", "import", file, *dry_run)
        assert (done["created"], done["unchanged"], done["faults"]) == (created, unchanged, [])
    file.write_text("人员编号,开始日期,结束日期\nR003,2026-10-13,2026-10-11\n", "utf-8")
    (fault,) = office.json("absences", "import", file, code=1)["faults"]
    assert (fault["line"], fault["column"], fault["value"]) == (2, "结束日期", "2026-10-11")

    ended = office.json("absences", "end", added["id"], "--last", "2026-10-12")
    assert [(one["state"], one["last"]) for one in ended["absences"]] == [
        ("withdrawn", "2026-10-14"),
        ("granted", "2026-10-12"),
    ]
    own = office.json("absences", "list", "--as", "R002", "--own")["absences"]
    assert [one["state"] for one in own] == ["granted", "withdrawn"]
    for first, told in (("2026-10-11", "There is leave on these days already"), ("morgen", "--from: “morgen”")):
        said = office.call("absences", "add", "R002", "--from", first, "--to", "2026-10-12")
        assert told in said.output


def test_the_operator_writes_what_is_recorded_about_a_person_readable_by_the_owner_only(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    said = office.call("mydata", "R002", "--to", folder)
    assert said.exit_code == 0, said.output
    program, text = sorted(folder.iterdir())
    assert json.loads(program.read_text("utf-8"))["person"]["code"] == "R002"
    assert "R002" in text.read_text("utf-8-sig").splitlines()[0]
    assert {stat.S_IMODE(file.stat().st_mode) for file in (program, text)} == {0o600}
    shown = office.json("mydata", "R002")
    assert [one["body"]["by"] for one in shown["ledger"] if one["kind"] == "data_given"] == ["operator"] * 2
    assert office.call("mydata", "R999").exit_code == 1
