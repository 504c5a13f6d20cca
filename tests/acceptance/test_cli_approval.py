"""At the command line, too, a broadcast to many names who approved it, and nobody speaks beyond the own units."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from tests.service import DUE, lines, write_roster


class Office:
    """An office of six in which a broadcast to more than three needs approval; R004 is the leader of all of it.

    R005 is administrator of 教育局 alone.
    """

    def __init__(self, folder: Path) -> None:
        policy = folder / "policy.toml"
        policy.write_text("[broadcasts]\napproval_above = 3\n", encoding="utf-8")
        self.settings = {
            "LIANXUN_DATA_DIR": str(folder / "data"),
            "LIANXUN_LOCALE": "en",
            "LIANXUN_CLOCK": DUE.isoformat(),
            "LIANXUN_POLICY": str(policy),
        }
        rows = lines(6)
        rows[4] |= {"单位": "推进办", "单位类别": "推进办", "上级单位": "", "角色": "分管领导"}
        rows[5] |= {"角色": "管理员"}
        self.json("roster", "import", write_roster(folder / "roster.csv", rows))

    def json(self, *words: object, code: int = 0) -> Any:  # noqa: ANN401 -- any document
        said = CliRunner().invoke(cli, [*map(str, words), "--json"], env=self.settings)
        assert said.exit_code == code, said.output
        return json.loads(said.stdout)

    def broadcast(self, *words: str, audience: str = "all", speaker: str = "R001", code: int = 0) -> Any:  # noqa: ANN401
        return self.json("broadcast", "--audience", audience, "--as", speaker, "--text", "Dear all", *words, code=code)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_one_to_many_without_approval_is_told_what_is_missing(office: Office) -> None:
    (fault,) = office.broadcast(code=1)["faults"]
    assert fault["column"] == "--approved-by"
    assert "6 people" in fault["message"]
    assert office.json("notice", "list")["notices"] == []


def test_with_the_approval_of_a_second_person_it_goes(office: Office) -> None:
    assert office.broadcast("--approved-by", "R004")["recipients"] == 6


@pytest.mark.parametrize("approver", ["R001", "R002", "R005"])
def test_neither_the_speaker_nor_one_without_the_right_approves(office: Office, approver: str) -> None:
    (fault,) = office.broadcast("--approved-by", approver, code=1)["faults"]
    assert (fault["column"], fault["value"]) == ("--approved-by", approver)


def test_an_audience_outside_the_speaker_s_units_is_refused(office: Office) -> None:
    for audience in ("all", "unit:财政局"):
        assert "outside" in office.broadcast(audience=audience, speaker="R005", code=1)["error"]
    assert office.json("notice", "list")["notices"] == []
    assert office.broadcast(audience="unit:教育局", speaker="R005")["recipients"] == 2
