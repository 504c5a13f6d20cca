"""``lianxun roles`` as an administrator meets it."""

from pathlib import Path

import pytest

from tests.service import DUE, lines, write_roster
from tests.shell import call, document, settle


@pytest.fixture
def folder(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    settle(monkeypatch, tmp_path, database_url, DUE)
    call("roster", "import", write_roster(tmp_path / "roster.csv", lines(6)))
    return tmp_path


def test_a_role_is_granted_listed_and_revoked(folder: Path) -> None:
    given = ("R003", "leader", "教育局", "--as", "R001", "--why", "分管教育")
    assert "Granted" in call("roles", "grant", *given).output

    (listed,) = document("roles", "list", "--person", "R003")["roles"]
    assert listed["since"].endswith("+08:00")
    del listed["since"]
    assert listed == {
        "person_code": "R003",
        "name": "人员3",
        "role": "leader",
        "unit": "教育局",
        "granted": True,
        "granted_by": "R001",
        "why": "分管教育",
    }
    assert "分管教育" in call("roles", "list", "--unit", "教育局").output

    done = document("roles", "revoke", *given[:3], "--as", "R001", "--why", "调离")
    assert done == {"person": "R003", "role": "leader", "unit": "教育局", "revoked": True, "given_by_roster": False}
    assert document("roles", "list", "--person", "R003") == {"roles": []}


def test_revoking_what_the_roster_gave_says_that_the_next_import_gives_it_again(folder: Path) -> None:
    said = call("roles", "revoke", "R002", "信息采集员", "财政局", "--as", "R001", "--why", "调离").output
    assert "the next import" in said


def test_who_does_not_administer_the_whole_office_grants_nothing(folder: Path) -> None:
    refused = document("roles", "grant", "R003", "leader", "教育局", "--as", "R002", "--why", "x", code=1)
    assert "only administrators of the whole office" in refused["error"]
    assert document("roles", "list", "--person", "R003") == {"roles": []}


def test_faults_are_told_by_their_arguments_with_what_is_accepted(folder: Path) -> None:
    refused = document("roles", "grant", "R999", "boss", "月球局", "--as", "R001", "--why", "", code=1)
    columns = [fault["column"] for fault in refused["faults"]]
    assert columns == ["PERSON", "ROLE", "UNIT", "--why"]
    assert "推进办 office" in refused["faults"][1]["message"]
    (fault,) = document("roles", "grant", "R003", "leader", "教育局", "--why", "x", code=1)["faults"]
    assert fault["column"] == "--as"
    (fault,) = document("roles", "list", "--unit", "月球局", code=1)["faults"]
    assert (fault["column"], fault["value"]) == ("--unit", "月球局")


def test_revoking_needs_somebody_who_does_it(folder: Path) -> None:
    call("roles", "revoke", "R002", "collector", "财政局", "--why", "x", code=2)


def test_a_notice_is_passed_on_to_another_post_of_the_unit(folder: Path) -> None:
    notice = document("broadcast", "--audience", "post:P002", "--as", "R001", "--text", "Dear all")["id"]
    given = ("notice", "pass", notice, "--from", "P002", "--to", "P004", "--as", "R002")
    assert document(*given) == {"id": notice, "from": "P002", "to": "P004", "person": "R004"}
    assert document("notice", "show", notice)["obligations"] == 1

    (fault,) = document(*given, code=1)["faults"]
    assert (fault["column"], fault["value"]) == ("--from", "P002")


def test_passing_on_tells_to_whom(folder: Path) -> None:
    notice = document("broadcast", "--audience", "post:P002", "--as", "R001", "--text", "Dear all")["id"]
    said = call("notice", "pass", notice, "--from", "P002", "--to", "P004", "--as", "R002").output
    assert said == "Passed on to 人员4 (岗位P004).\n"
