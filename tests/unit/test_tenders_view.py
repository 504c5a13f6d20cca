"""``lianxun tenders limits``: the rules as a table and as a document."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from messages.tenders.milestones import MatterKind
from schedules.policy import load


@pytest.fixture(autouse=True)
def _office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LIANXUN_LOCALE", "en")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("LIANXUN_TELEGRAM_TOKEN", raising=False)


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, ["tenders", *words])


def test_the_rules_are_one_document() -> None:
    shown = json.loads(call("limits", "--json").stdout)["limits"]
    rules = load().tenders.rules
    assert [one["rule"] for one in shown] == [rule.name for kind in MatterKind for rule in rules[kind]]
    (contract,) = (one for one in shown if (one["kind"], one["rule"]) == ("tender", "contract"))
    assert contract == {
        "kind": "tender",
        "rule": "contract",
        "milestone": "contract_signed",
        "counts_from": "award_notice",
        "side": "after",
        "bound": "most",
        "n": 30,
        "unit": "d",
        "rolls": True,
        "article": "B46",
        "basis": "article 46 of the Tendering and Bidding Law",
        "node": "合同签订",
        "template": "contract_signed",
        "begins_with": "award_notice",
        "begins_workdays": 0,
        "required": True,
        "methods": [],
    }


def test_the_rules_of_one_kind_are_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = call("limits", "--kind", "procurement").stdout
    for said in (
        "at least 20 days after: documents issued",
        "at least 15 days before: bid deadline",
        "within 2 working days, from: signing of the contract",
        "at the same time: bid deadline",
        "no days are counted",
        "article 50 of the Regulations on the Government Procurement Law",
    ):
        assert said in shown
    monkeypatch.setenv("LIANXUN_LOCALE", "zh_CN")
    shown = call("limits", "--kind", "tender").stdout
    assert "《招标投标法》第二十四条" in shown
    assert "works tender" not in shown


def test_an_office_sees_its_own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "office.toml"
    file.write_text("[tenders.rules.recruitment.publicity]\nn = 5\n", encoding="utf-8")
    monkeypatch.setenv("LIANXUN_POLICY", str(file))
    shown = json.loads(call("limits", "--kind", "recruitment", "--json").stdout)["limits"]
    assert {one["rule"]: one["n"] for one in shown}["publicity"] == 5
