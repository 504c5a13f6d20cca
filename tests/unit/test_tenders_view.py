"""``lianxun tenders list|show|breaches|limits``: documents, and tables for a person."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from messages.tenders.milestones import MatterKind
from schedules.policy import load
from tests.rosters import xlsx

OCID = "ocds-213czf-000-00001"
ROSTER = (
    ("单位", "上级单位", "单位类别", "岗位编号", "岗位", "层级", "人员编号", "姓名", "角色"),
    ("推进办", "", "推进办", "T-1", "主任", 1, "P9", "周敏", "管理员"),
    ("住建局", "推进办", "部门", "Z-1", "开标岗", 3, "P1", "王芳", ""),
    ("财政局", "推进办", "部门", "C-1", "出纳", 3, "P2", "李强", ""),
)
RELEASE = {
    "ocid": OCID,
    "id": "1",
    "date": "2026-03-02T09:00:00+08:00",
    "tag": ["tender"],
    "initiationType": "tender",
    "buyer": {"name": "住建局"},
    "tender": {
        "id": "T1",
        "title": "滨河路改造工程",
        "status": "active",
        "procurementMethod": "open",
        "mainProcurementCategory": "works",
        "value": {"amount": 12000000, "currency": "CNY"},
        "tenderPeriod": {"startDate": "2026-03-02T09:00:00+08:00", "endDate": "2026-03-14T01:30:00Z"},
    },
}


@pytest.fixture(scope="module", autouse=True)
def _office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Of a tender only the tender period is known: twelve days where twenty are due, ending on a Saturday."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIANXUN_DATA_DIR", str(folder / "data"))
        patch.setenv("LIANXUN_LOCALE", "en")
        patch.setenv("LIANXUN_CLOCK", "2026-03-03T10:05:00+08:00")
        patch.setenv("COLUMNS", "300")
        patch.delenv("LIANXUN_TELEGRAM_TOKEN", raising=False)
        roster, file = xlsx(folder / "roster.xlsx", *ROSTER), folder / "release.json"
        assert CliRunner().invoke(cli, ["roster", "import", str(roster)]).exit_code == 0
        file.write_text(json.dumps(RELEASE), encoding="utf-8")
        assert json.loads(call("import", str(file), "--json").stdout)["created"] == 1
        yield


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


def test_a_matter_is_a_document_with_its_limits_and_breaches() -> None:
    shown = json.loads(call("show", OCID, "--json").stdout)
    what = ("title", "buyer", "unit", "kind", "state", "method", "currency")
    said = ["滨河路改造工程", "住建局", "住建局", "tender", "active", "open", "CNY"]
    assert (shown["ocid"], [shown[one] for one in what]) == (OCID, said)
    (deadline,) = shown["breaches"]
    assert deadline.pop("prompt_at").startswith("2026-03-03T")  # the same day, at once
    assert deadline == {
        "kind": "bid_deadline",
        "part": "",
        "at": "2026-03-14T09:30:00+08:00",
        "whole_day": False,
        "due": "2026-03-23",
        "earliest": True,
        "article": "B24",
        "basis": "article 24 of the Tendering and Bidding Law",
        "rule": "bid_deadline",
        "provisional": False,
        "state": "broken",
    }
    by_rule = {one["rule"]: one for one in shown["milestones"] if one["rule"]}
    opening, clarified = by_rule["opening"], by_rule["clarified"]
    assert (opening["due"], opening["prompt_at"]) == ("2026-03-14", "2026-03-13T09:10:00+08:00")
    assert (clarified["due"], clarified["state"]) == ("2026-02-27", "passed")
    known = [(one["kind"], one["at"]) for one in shown["milestones"] if one["state"] == "known"]
    assert known == [("documents_from", "2026-03-02T09:00:00+08:00")]


def test_matters_and_breaches_are_listed_for_the_operator_and_for_a_person() -> None:
    for speaker in ((), ("--as", "P9"), ("--as", "P1")):
        (line,) = json.loads(call("list", "--json", *speaker).stdout)["matters"]
        assert (line["ocid"], line["broken"], line["next"]) == (OCID, 1, "objected")
        (breach,) = json.loads(call("breaches", "--json", *speaker).stdout)["breaches"]
        assert (breach["unit"], breach["breach"]["kind"], breach["breach"]["due"]) == (
            "住建局",
            "bid_deadline",
            "2026-03-23",
        )
    assert json.loads(call("list", "--state", "complete", "--json").stdout)["total"] == 0
    assert json.loads(call("breaches", "--kind", "procurement", "--json").stdout)["total"] == 0


def test_a_matter_that_is_not_open_to_a_person_is_not_there() -> None:
    hidden, missing = call("show", OCID, "--as", "P2"), call("show", "nothing", "--as", "P2")
    assert (hidden.exit_code, missing.exit_code) == (1, 1)
    assert hidden.stderr.replace(OCID, "nothing") == missing.stderr
    assert json.loads(call("list", "--as", "P2", "--json").stdout)["matters"] == []


def test_a_person_reads_lines_and_tables() -> None:
    shown = call("show", OCID).stdout
    for said in (
        "Title: 滨河路改造工程",
        "Amount: 12,000,000 yuan",
        "2026-03-14 09:30",
        "from 2026-03-23 on",
        "broken",
    ):
        assert said in shown
    assert "滨河路改造工程" in call("list").stdout
    assert "from 2026-03-23 on" in call("breaches").stdout


def test_a_chinese_office_reads_chinese_colons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXUN_LOCALE", "zh_CN")
    assert "标题：滨河路改造工程" in call("show", OCID).stdout


@pytest.mark.parametrize("words", [("list",), ("breaches",), ("show", OCID), ("limits",)])
def test_a_narrow_table_cuts_nothing_off(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """In 80 columns Chinese steps read “招标（采购 …”, several of them alike: it has no spaces to break at."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LIANXUN_LOCALE", "zh_CN")
    shown = call(*words).stdout
    assert "…" not in shown
    assert words == ("limits",) or OCID in shown


def test_what_looks_like_the_code_of_an_emoji_is_shown_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("root:x:0:0:smile:", encoding="utf-8")
    assert "root:x:0:0:smile:" in call("import", str(file)).stderr


def test_what_is_refused_names_what_is_accepted() -> None:
    assert "see lianxun tenders list" in call("show", "nope").stderr
    fault = json.loads(call("show", "nope", "--json").stdout)["faults"][0]
    assert (fault["column"], fault["value"]) == ("OCID", "nope")
    for command in ("list", "breaches"):
        found = call(command, "--unit", "没有的局", "--json")
        assert (found.exit_code, json.loads(found.stdout)["faults"][0]["column"]) == (1, "--unit")
