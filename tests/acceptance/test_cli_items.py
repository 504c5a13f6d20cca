"""``lianxun items``, ``warnings`` and ``tokens`` as people meet them at the command line."""

from pathlib import Path

import pytest

from messages.store.database import Database
from tests.collectors import Collectors
from tests.district import MORNING
from tests.rosters import csv_file, xlsx
from tests.shell import call, document, settle

HEADER = ("编号", "信息类型", "标题", "内容", "确定日期", "等级", "岗位编号", "受众")
CAUTION = ("CZ-1", "经济责任审计", "审计结论", "请对照检查。", "2026-09-18", "", "", "unit:财政局")
REMINDER = ("", "complaints", "投诉集中", "请自查。", "2026/9/18", "蓝", "PH", "")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # both databases are under the API


@pytest.fixture
async def folder(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The collectors' district, on a morning."""
    db = Database(database_url)
    await Collectors(db).found()
    await db.close()
    settle(monkeypatch, tmp_path, database_url, MORNING)
    return tmp_path


def test_files_beside_it_go_with_their_items_and_a_faulty_one_stops_all(folder: Path) -> None:
    (folder / "纪要.txt").write_text("x")
    file = xlsx(folder / "items.xlsx", (*HEADER, "附件"), (*CAUTION, "纪要.txt"), (*REMINDER, "../纪要.txt"))
    for more in (["--dry-run"], []):
        refused = document("items", "submit", file, "--as", "C", *more, code=1)
        assert [(fault["line"], fault["column"], fault["value"]) for fault in refused["faults"]] == [
            (3, "附件", "../纪要.txt"),
        ]
    xlsx(file, (*HEADER, "附件"), (*CAUTION, "纪要.txt"), (*REMINDER, "纪要.txt"))
    assert document("items", "submit", file, "--as", "C", "--dry-run")["created"] == 2
    assert document("items", "submit", file, "--as", "C")["created"] == 2
    assert document("items", "submit", file, "--as", "C", "--dry-run")["unchanged"] == 2
    assert document("items", "show", 1, "--as", "C")["attachments"] == [
        {"name": "纪要.txt", "type": "text/plain", "size": 1},
    ]
    assert "Attachments: 纪要.txt (text/plain, 1 B)" in call("items", "show", 2, "--as", "C").output
    (folder / "纪要.txt").write_text("y")
    refused = document("items", "submit", file, "--as", "C", code=1)
    assert [fault["value"] for fault in refused["faults"]] == ["CZ-1"]


def test_a_file_is_submitted_once_however_often_it_is_given(folder: Path) -> None:
    file = xlsx(folder / "items.xlsx", HEADER, CAUTION, REMINDER)
    foreseen = document("items", "submit", file, "--as", "C", "--dry-run")
    assert (foreseen["created"], foreseen["dry_run"], foreseen["items"][0]["due"]) == (2, True, "2026-09-29")
    assert document("items", "list", "--as", "C")["total"] == 0

    done = document("items", "submit", file, "--as", "C")
    assert (done["created"], done["unchanged"], done["faults"]) == (2, 0, [])
    assert done["items"][0] == {"id": 1, "ref": "CZ-1", "state": "submitted", "due": "2026-09-29", "timely": True}
    assert document("items", "submit", file, "--as", "C") == {**done, "created": 0, "unchanged": 2}
    assert document("items", "submit", file, "--as", "C", "--dry-run")["created"] == 0
    assert "2 were submitted before." in call("items", "submit", file, "--as", "C").output

    assert [item["id"] for item in document("items", "list", "--as", "C")["items"]] == [2, 1]
    assert "审计结论" in call("items", "list", "--as", "L", "--waiting").output
    assert "财政局" in call("items", "show", 1, "--as", "C").output


def test_a_file_with_any_fault_is_refused_with_all_of_them(folder: Path) -> None:
    unknown = ("", "格言警句", "题", "文", "", "", "", "unit:教育局")
    rows = [HEADER, CAUTION, ("", "complaints", "题", "文", "2026-09-18", "绿", "PH", ""), unknown]
    file = csv_file(folder / "items.csv", "\n".join(",".join(row) for row in rows), "gb18030")
    refused = document("items", "submit", file, "--as", "C", code=1)
    assert (refused["created"], refused["items"]) == (0, [])
    places = [(fault["line"], fault["column"], fault["value"]) for fault in refused["faults"]]
    assert places == [(3, "等级", "绿"), (4, "受众", "unit:教育局")]
    assert "line 3 · 等级: “绿”: Accepted: 蓝 blue" in call("items", "submit", file, "--as", "C", code=1).stderr
    call("items", "submit", file, "--as", "H", code=1)
    call("items", "submit", file, "--as", "NOBODY", code=1)
    call("items", "submit", file, code=2)
    assert document("items", "list", "--as", "C")["total"] == 0


def test_items_are_announced_decided_and_withdrawn(folder: Path) -> None:
    announced = document(
        *("items", "announce", "--as", "C", "--kind", "目标督查", "--title", "督查通报", "--date", "2026-09-18"),
    )
    assert (announced["state"], announced["due"]) == ("announced", "2026-09-29")
    wrong = document(*("items", "announce", "--as", "C", "--kind", "x", "--title", "y", "--date", "z"), code=1)
    assert [fault["column"] for fault in wrong["faults"]] == ["--kind", "--date"]
    assert document("items", "withdraw", 1, "--as", "C")["state"] == "withdrawn"

    call("items", "submit", xlsx(folder / "items.xlsx", HEADER, CAUTION, REMINDER), "--as", "C")
    assert document("items", "return", 2, "--as", "L", "--why", "请补充附件")["why"] == "请补充附件"
    assert document("items", "grade", 3, "红", "--as", "L")["grade"] == "red"
    assert "changed" in document("items", "approve", 3, "--as", "L", "--version", 1, code=1)["error"]
    assert document("items", "approve", 3, "--as", "L")["state"] == "confirming"
    call("items", "confirm", 3, "--as", "L", code=1)
    assert document("items", "confirm", 3, "--as", "A")["state"] == "issued"
    assert "no such item" in document("items", "approve", 3, "--as", "H", code=1)["error"]


def test_warnings_are_seen_proposed_raised_and_released(folder: Path) -> None:
    call("items", "submit", xlsx(folder / "items.xlsx", HEADER, REMINDER), "--as", "C")
    call("items", "approve", 1, "--as", "L")
    (listed,) = document("warnings", "list", "--as", "I")["warnings"]
    assert (listed["post"], listed["grade"], listed["state"]) == ("PH", "blue", "issued")
    assert document("warnings", "list", "--as", "G", "--post", "PH")["total"] == 1
    call("warnings", "list", "--as", "H", code=1)
    call("warnings", "show", 1, "--as", "D", code=1)

    call("warnings", "raise", 1, "--as", "L", "--why", "屡次发生", code=1)
    call("warnings", "propose", 1, "--as", "I", "--why", "屡次发生")
    (waiting,) = document("warnings", "list", "--as", "L", "--waiting")["waiting"]
    assert (waiting["matter"], waiting["to"], waiting["warning"]["id"]) == ("rise", "orange", 1)
    call("warnings", "decline", 1, "--as", "L", "--why", "再观察")
    call("warnings", "propose", 1, "--as", "I", "--why", "又发生")
    assert document("warnings", "raise", 1, "--as", "L", "--why", "同意")["grade"] == "orange"
    call("warnings", "accept", 1, "--as", "L", code=1)
    call("warnings", "return", 1, "--as", "L", "--why", "不完整", "--workdays", 3, code=1)
    unasked = document("warnings", "keep", 1, "--as", "L", "--why", "尚未整改", code=1)["error"]
    assert "not asked for" in unasked
    assert document("warnings", "release", 1, "--as", "L", "--why", "误发")["state"] == "released"
    shown = document("warnings", "show", 1, "--as", "L")
    happened = [event["event"] for event in shown["history"]]
    assert happened == ["issued", "rise_proposed", "rise_declined", "rise_proposed", "raised", "released"]
    assert "误发" in call("warnings", "show", 1, "--as", "L").output


def test_a_token_is_shown_once_and_revoked(folder: Path) -> None:
    given = ("--person", "C", "--scope", "items:submit", "--scope", "items:read", "--name", "财政系统")
    issued = document("tokens", "issue", "--as", "A", *given)
    assert (issued["person_code"], issued["state"], issued["created_by"]) == ("C", "good", "姓名A")
    assert set(issued["scopes"]) == {"items:submit", "items:read"}
    assert issued["expires_at"].startswith("2027-09-21")
    listed = call("tokens", "list", "--as", "A").output + call("tokens", "list", "--json").output
    assert issued["token"] not in listed
    assert "财政系统" in listed
    call("tokens", "issue", "--as", "L", *given, code=1)
    assert document("tokens", "revoke", issued["id"], "--as", "A")["state"] == "revoked"
    call("tokens", "revoke", issued["id"], "--as", "A", code=1)
