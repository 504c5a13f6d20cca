"""What may stand in a register's cells: levels, legal bases as people cite them, names made of descriptions."""

from datetime import date

import pytest

from messages.register import texts, words
from messages.register.citing import Citing
from messages.register.columns import Column, columns_of
from messages.register.records import PointState, RiskLevel, Workflow
from messages.sheets.cells import Unreadable
from schedules.policy import load

CITING = Citing(bases=load(None).legal_bases, day=date(2026, 9, 1))


@pytest.mark.parametrize(
    ("level", "written"),
    [
        (
            RiskLevel.HIGH,
            "高 高风险 高级 一级 1级 1 1.0 \u2160 \u2160级 I A A级 high High 一级风险 风险等级：高 高（重大） １",
        ),
        (RiskLevel.MIDDLE, "中 中风险 中等 二级 2级 2 \u2161 II级 B middle medium Medium 等级二"),
        (RiskLevel.LOW, "低 低风险 三级 3级 3 \u2162 iii C类 low 低风险点"),
        (None, "四级 4 ★ 是 高中 D 0 \u2160、\u2161 \u2160\u2160 l级 高？ 高/中 l"),
    ],
)
def test_levels_are_read_as_offices_write_them(level: RiskLevel | None, written: str) -> None:
    assert {word: words.level(word) for word in written.split()} == dict.fromkeys(written.split(), level)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("ZWCF2020:34", "ZWCF2020:34"),
        ("ZWCF2020:34；GWYCF2007:12\nJLCF2023", "ZWCF2020:34 GWYCF2007:12 JLCF2023"),
        ("ZWCF2020:34,35、ZWCF2020:34", "ZWCF2020:34 ZWCF2020:35"),
        ("《中国共产党纪律处分条例》第八十八条、第九十条", "JLCF2023:88 JLCF2023:90"),
        ("《政务处分法》第34条第一款第（二）项和廉洁自律准则", "ZWCF2020:34 LJZL2016"),
        ("根据《公职人员政务处分法》第三十三条至第三十五条的规定", "ZWCF2020:33 ZWCF2020:34 ZWCF2020:35"),
        ("《中国共产党纪律处分条例》（2018年修订）第一百零二条", "JLCF2018:102"),
        ("行政机关公务员处分条例第十八、二十条", "GWYCF2007:18 GWYCF2007:20"),
        ("《中国共产党纪律处分条例》第一五八条", "JLCF2023:158"),
        (
            "1.《政务处分法》第34条\n2.《中国共产党纪律处分条例》第97条；(3)《政务处分法》第3条",
            "ZWCF2020:34 JLCF2023:97 ZWCF2020:3",
        ),
        ("一、《政务处分法》第34条\n35、36条", "ZWCF2020:34 ZWCF2020:35 ZWCF2020:36"),
        ("《中国共产党纪律处分条例》第八十五条之规定", "JLCF2023:85"),
        ("《中国共产党纪律处分条例》2018年版第85条", "JLCF2018:85"),
        ("jlcf2023:30", "JLCF2023:30"),
        ("", ""),
    ],
)
def test_bases_are_read_as_codes_and_as_people_cite_them(written: str, codes: str) -> None:
    assert [str(cited) for cited in CITING.read(written)] == codes.split()


@pytest.mark.parametrize(
    ("written", "accepted"),
    [
        ("《招标投标法》第五十条", "ZWCF2020"),
        ("ZWCF2021:3", "ZWCF2020"),
        ("ZWCF2020:69", "has the articles 1 to 68"),
        ("《政务处分法》第零条", "1 to 68"),
        ("第三条", "ZWCF2020"),
        ("ZWCF2020:34 收受礼品", "ZWCF2020"),
        ("ZWCF2020:9-3", "1 to 68"),
    ],
)
def test_an_unknown_law_or_article_is_refused_by_what_is_known(written: str, accepted: str) -> None:
    with pytest.raises(Unreadable) as refused:
        CITING.read(written)
    said = refused.value.phrase
    assert accepted in said.message.format_map(said.values)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("ZWCF2020:999", "ZWCF2020:999"),
        ("JLCF2023:88;《政务处分法》第三条、第九百条", "《政务处分法》第三条、第九百条"),
    ],
)
def test_a_wrong_article_is_told_with_its_law_as_it_is_written(written: str, value: str) -> None:
    with pytest.raises(Unreadable) as refused:
        CITING.read(written)
    assert refused.value.value == value


def test_parts_of_an_office_are_units_where_nothing_else_is_and_sections_beside_one() -> None:
    assert columns_of(("单位/科室", "风险点")) == {Column.UNIT: 0, Column.NAME: 1}
    assert columns_of(("科室", "单位")) == {Column.UNIT: 1, Column.SECTION: 0}
    assert columns_of(("科室", "部门")) == {Column.UNIT: 1, Column.SECTION: 0}
    assert columns_of(("处室",)) == {Column.UNIT: 0}


def test_a_name_that_is_not_known_is_known_by_how_it_ends_where_no_other_is() -> None:
    names = ("单位", "风险点及主要表现形式", "科室廉政风险级别", "制度性防控措施", "整改责任人", "完成时限", "措施")
    assert columns_of(names) == {
        Column.UNIT: 0,
        Column.DESCRIPTION: 1,
        Column.LEVEL: 2,
        Column.CONTROLS: 3,
        Column.RESPONSIBLE: 4,
    }
    assert columns_of(("其他风险点", "风险点", "财政局廉政风险点登记表")) == {Column.NAME: 1}


def test_a_name_is_the_first_clause_of_what_is_described() -> None:
    assert texts.name_of("1.收受礼品；泄露标底。") == "收受礼品"
    assert texts.name_of("（一）违规审批\n后果严重") == "违规审批"
    assert len(texts.name_of("违规" * 300)) == 200
    assert texts.name_of("") == ""


def test_a_name_that_is_made_is_tidy_so_that_its_own_export_says_the_same() -> None:
    assert texts.name_of("虚列预算  套取\u3000\u3000资金") == texts.short_name("虚列预算  套取\u3000\u3000资金")
    assert texts.name_of("一是规避招标，\n二是拆分项目") == "一是规避招标"


@pytest.mark.parametrize(
    ("column", "names"),
    [
        (Column.LEVEL, "定级 风险定级 等级评定 廉政风险等级评定"),
        (Column.CONTROLS, "对策 防控对策 防控措施及制度 风险防控措施及要求"),
        (Column.DESCRIPTION, "风险内容描述 廉政风险内容描述"),
        (Column.NAME, "风险隐患 可能存在的风险"),
        (Column.BASES, "法律法规 适用法规"),
        (Column.DUTY, "职权事项名称"),
        (Column.LEADING, "分管局长"),
        (Column.UNIT, "单位/部门/科室"),
    ],
)
def test_columns_are_known_by_the_names_that_offices_give_them(column: Column, names: str) -> None:
    assert {name: columns_of((name,)) for name in names.split()} == {name: {column: 0} for name in names.split()}


def test_the_level_of_a_post_is_none_of_a_risk_and_the_decided_one_holds() -> None:
    assert columns_of(("岗位级别", "行政级别", "职级", "风险点")) == {Column.NAME: 3}
    assert columns_of(("自评等级", "审定等级"))[Column.LEVEL] == 1
    assert columns_of(("风险等级（自评）", "风险等级（审定）"))[Column.LEVEL] == 1
    assert columns_of(("上年风险等级", "风险等级"))[Column.LEVEL] == 1
    assert columns_of(("风险点", "风险隐患")) == {Column.NAME: 0, Column.DESCRIPTION: 1}


def test_kinds_of_work_states_and_ticks_are_known_by_what_they_are_called() -> None:
    kinds = {"工程招投标": Workflow.TENDER, "政府采购": Workflow.PROCUREMENT, "干部选任": Workflow.PERSONNEL}
    kinds |= {"funds": Workflow.FUNDS, "行政处罚流程": Workflow.ENFORCEMENT, "其他": Workflow.OTHER}
    assert {name: words.workflow(name) for name in kinds} == kinds
    assert words.state("已退回") is PointState.RETURNED
    assert words.state("不明") is None
    assert [words.ticked(sign) for sign in ("√", "是", "1", "×", "／", "", "0")] == [True, True, True, *[False] * 4]
