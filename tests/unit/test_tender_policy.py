"""The policy's tables of matters: laid over, ended, refused in words of our own."""

from pathlib import Path

import pytest

from messages.errors import Fault, Refused
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Method
from messages.text.catalog import Catalog
from messages.text.phrase import english
from schedules.policy import Policy, load


def laid_over(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "office.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def fault_of(tmp_path: Path, text: str) -> Fault:
    with pytest.raises(Refused) as refusal:
        laid_over(tmp_path, text)
    (fault,) = refusal.value.faults
    return fault


def names(policy: Policy, kind: MatterKind) -> list[str]:
    return [rule.name for rule in policy.tenders.rules[kind]]


def test_an_office_changes_the_days_of_a_rule(tmp_path: Path) -> None:
    policy = laid_over(tmp_path, "[tenders.rules.tender.contract]\nn = 20\n")
    (rule,) = (one for one in policy.tenders.rules[MatterKind.TENDER] if one.name == "contract")
    assert (rule.n, rule.article, rule.milestone) == (20, "B46", Milestone.CONTRACT_SIGNED)


def test_an_office_adds_a_rule_under_a_law_of_its_own(tmp_path: Path) -> None:
    policy = laid_over(
        tmp_path,
        '[tenders.laws]\nLOCAL = "本市招标投标管理办法"\n[tenders.rules.tender.award]\nmilestone = "award_notice"\n'
        'counts_from = "candidates_until"\nside = "after"\nbound = "most"\nn = 5\nunit = "wd"\narticle = "LOCAL12"\n'
        'node = "中标通知书发放"\nmethods = ["open"]\nrequired = true\n',
    )
    rule = policy.tenders.rules[MatterKind.TENDER][-1]
    assert (rule.name, rule.template, rule.begins_with) == ("award", "award_notice", Milestone.CANDIDATES_UNTIL)
    assert rule.methods == {Method.OPEN}
    assert rule.article == "LOCAL12"


def test_an_office_ends_a_rule(tmp_path: Path) -> None:
    policy = laid_over(tmp_path, "[tenders.rules.procurement.complaint]\noff = true\n")
    assert "complaint" in names(load(), MatterKind.PROCUREMENT)
    assert set(names(load(), MatterKind.PROCUREMENT)) - set(names(policy, MatterKind.PROCUREMENT)) == {"complaint"}


CONTRACT = "[tenders.rules.tender.contract]\n"
NEW = "[tenders.rules.tender.new]\n"
AT_CONTRACT = "tenders.rules.tender.contract"


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        (CONTRACT + 'milestone = "buyer_decided"\n', f"{AT_CONTRACT}.milestone", "of this kind (works tender)"),
        (CONTRACT + 'milestone = "signing"\n', f"{AT_CONTRACT}.milestone", "accepted: "),
        (CONTRACT + 'counts_from = "publicity_from"\n', f"{AT_CONTRACT}.counts_from", "of this kind (works tender)"),
        (CONTRACT + 'begins_with = "complaint"\n', f"{AT_CONTRACT}.begins_with", "of this kind (works tender)"),
        (CONTRACT + 'counts_from = "contract_signed"\n', AT_CONTRACT, "another milestone than its own"),
        (CONTRACT + 'article = "X9"\n', "tenders.rules", "tender.contract.article: the code of one of the laws"),
        (CONTRACT + 'article = "B"\n', "tenders.rules", "tender.contract.article: the code of one of the laws"),
        (CONTRACT + "n = 0\n", f"{AT_CONTRACT}.n", "a number from 1"),
        (CONTRACT + "n = 401\n", f"{AT_CONTRACT}.n", "a number up to 400"),
        (CONTRACT + 'unit = "w"\n', f"{AT_CONTRACT}.unit", "'d' or 'wd'"),
        (CONTRACT + 'side = "before"\n', AT_CONTRACT, 'the side "before" is accepted with the bound "least" only'),
        (CONTRACT + 'bound = "same"\n', AT_CONTRACT, '"side", "n" and "unit" are accepted with'),
        (CONTRACT + 'bound = "least"\n', AT_CONTRACT, '"required" is accepted only where there is a last day'),
        (CONTRACT + 'methods = ["auction"]\n', f"{AT_CONTRACT}.methods.0", "accepted: "),
        (
            CONTRACT + 'counts_from = "planned_award_until"\n',
            f"{AT_CONTRACT}.counts_from",
            "of this kind (works tender)",
        ),
        (CONTRACT + 'template = "planned_award_until"\n', f"{AT_CONTRACT}.template", "a milestone that is no plan"),
        (CONTRACT + 'template = "letter"\n', f"{AT_CONTRACT}.template", "accepted: "),
        (CONTRACT + "days = 3\n", f"{AT_CONTRACT}.days", "there is no such key"),
        ("[tenders.rules.tender.opening]\nn = 3\n", "tenders.rules.tender.opening", '"side", "n" and "unit"'),
        ('[tenders.rules.tender.opening]\nbound = "none"\n', "tenders.rules.tender.opening", '"counts_from"'),
        ("[tenders.rules.tender.acceptance]\nbegins_workdays = 0\n", "tenders.rules.tender.acceptance", "below 0"),
        (
            NEW + 'milestone = "evaluation"\nbound = "none"\nnode = "评标"\n',
            "tenders.rules.tender.new",
            '"begins_with" is needed where nothing is counted',
        ),
        (
            NEW + 'milestone = "evaluation"\nbound = "most"\ncounts_from = "opening"\nnode = "评标"\n',
            "tenders.rules.tender.new",
            "are needed there",
        ),
        ("[tenders.rules.lottery.new]\nn = 1\n", "tenders.rules.lottery", "there is no such key"),
        ("[tenders]\nprompt_time = 09:00:00\n", "tenders.prompt_time", "a time that is not at :00 or :30"),
        ("[tenders]\nsoon_workdays = 0\n", "tenders.soon_workdays", "a number from 1"),
        ("[tenders]\ntold_back_days = -1\n", "tenders.told_back_days", "a number from 0"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_its_key(tmp_path: Path, text: str, column: str, said: str) -> None:
    fault = fault_of(tmp_path, text)
    assert fault.column == column
    assert said in english(fault.message)


def test_the_faults_are_said_in_chinese(tmp_path: Path) -> None:
    fault = fault_of(tmp_path, CONTRACT + 'milestone = "buyer_decided"\n')
    assert "此类事项（工程招标）的环节可填" in Catalog.load().say(fault.message, "zh_CN")
