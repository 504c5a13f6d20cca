"""A sheet of matters is read as offices keep it; each fault is told with its place and what is accepted."""

import codecs
from collections import Counter
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from messages.errors import Refused
from messages.sheets.vocabulary import fold
from messages.tenders.files import Form, form_of
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, MatterState, Method, Source, Told
from messages.tenders.sheets.columns import VOCABULARY
from messages.tenders.sheets.names import ALIASES, CHINESE
from messages.tenders.sheets.reading import Read, read
from tests.rosters import csv_file, places, xlsx

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 21, 9, tzinfo=ZONE)
LAST = time(23, 59, 59)
HEADER = ("项目名称", "建设单位", "项目编号", "类别", "招标方式", "预算金额（万元）", "开标时间", "责任岗位", "状态")
ROW = ("道路改造", "住建局", "ZB-1", "工程招标", "公开招标", "1,200.5", "2026-10-12 9:30", "A-1；A-2", "进行中")


def _read(path: Path, kind: MatterKind | None = None) -> Read:
    return read(path, ZONE, NOW, kind)


def _one(path: Path, *columns: tuple[str, object], kind: str = "工程招标") -> Told:
    """The matter of a sheet with these columns besides what every row needs."""
    names, values = zip(("名称", "甲"), ("单位", "住建局"), ("类别", kind), *columns, strict=True)
    return _read(xlsx(path, names, values)).tolds[0]


def _at(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZONE)  # type: ignore[arg-type, misc]


def test_a_line_becomes_all_that_is_told_of_a_matter(tmp_path: Path) -> None:
    expected = Told(
        ref="ZB-1",
        kind=MatterKind.TENDER,
        title="道路改造",
        buyer="住建局",
        source=Source.SHEET,
        amount="12005000",
        currency="CNY",
        method=Method.OPEN,
        method_said="公开招标",
        state=MatterState.ACTIVE,
        facts=(Fact(milestone=Milestone.OPENING, at=_at(2026, 10, 12, 9, 30)),),
        posts={None: ("A-1", "A-2")},
    )
    assert _read(xlsx(tmp_path / "台账.xlsx", HEADER, ROW)).tolds == (expected,)
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEADER, ROW))
    path = tmp_path / "台账.csv"
    path.write_bytes(text.encode("gb18030"))
    assert _read(path).tolds == (expected,)


@pytest.mark.parametrize("name", ["台账.csv", "台账.txt", "台账.tsv"])
@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_text_that_spreadsheet_programs_save_is_read_whatever_stands_between_its_values(
    tmp_path: Path, name: str, delimiter: str
) -> None:
    rows = (HEADER, (*ROW[:7], "A-1,A-2", ROW[8]))
    text = "\r\n".join(delimiter.join(row) for row in rows)
    for encoding, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE), ("gb18030", b"")):
        path = tmp_path / name
        path.write_bytes(mark + text.encode(encoding))
        assert form_of(path) is Form.SHEET
        assert [(told.ref, told.amount, told.posts) for told in _read(path).tolds] == [
            ("ZB-1", "12005000", {None: ("A-1", "A-2")})
        ]


@pytest.mark.parametrize("rest", [b"\x00", b"\x00\x00", b"\x00\xd8"])
def test_what_only_begins_as_text_in_utf_16_is_refused(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名称\t单位".encode("utf-16") + rest)
    with pytest.raises(Refused) as error:
        _read(path)
    assert "UTF-16" in error.value.faults[0].message.message


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        (datetime(2026, 10, 12, 9, 30), (2026, 10, 12, 9, 30)),  # noqa: DTZ001 -- as a spreadsheet holds it
        ("2026/10/12 上午9:30", (2026, 10, 12, 9, 30)),
        ("2026年10月12日下午2时30分", (2026, 10, 12, 14, 30)),
        ("2026年10月12日（星期一）9点整", (2026, 10, 12, 9)),
        ("２０２６－１０－１２　９：３０：００", (2026, 10, 12, 9, 30)),
        ("2026-10-12T01:30:00Z", (2026, 10, 12, 9, 30)),
        ("2026.10.12 24:00", (2026, 10, 13)),
        ("2026-10-12 中午12:00", (2026, 10, 12, 12)),
        ("2026年10月12日9时30分（北京时间）", (2026, 10, 12, 9, 30)),
        ("2026年10月12日9:30前", (2026, 10, 12, 9, 30)),
    ],
)
def test_an_hour_is_meant_as_it_is_written(tmp_path: Path, written: object, fact: tuple[int, ...]) -> None:
    told = _one(tmp_path / "a.xlsx", ("投标截止时间", written))
    assert told.facts == (Fact(milestone=Milestone.BID_DEADLINE, at=_at(*fact)),)


@pytest.mark.parametrize("written", [date(2026, 10, 12), datetime(2026, 10, 12), "2026年10月12日", "20261012"])  # noqa: DTZ001
def test_a_day_without_an_hour_is_a_whole_day(tmp_path: Path, written: object) -> None:
    begins = _one(tmp_path / "a.xlsx", ("开标", written)).facts
    assert begins == (Fact(milestone=Milestone.OPENING, at=_at(2026, 10, 12), whole_day=True),)
    ends = _one(tmp_path / "b.xlsx", ("文件发售截止日期", written)).facts
    last = datetime.combine(date(2026, 10, 12), LAST, ZONE)
    assert ends == (Fact(milestone=Milestone.DOCUMENTS_UNTIL, at=last, whole_day=True),)


@pytest.mark.parametrize(("epoch", "first"), [(WINDOWS_EPOCH, 46307), (MAC_EPOCH, 44845)])
def test_a_number_below_a_date_is_the_day_that_a_spreadsheet_would_show(
    tmp_path: Path, epoch: datetime, first: int
) -> None:
    path = xlsx(tmp_path / "a.xlsx", (*HEADER, "文件获取时间"), (*ROW[:6], first + 0.3958333, *ROW[7:], first))
    workbook = load_workbook(path)
    workbook.epoch = epoch
    workbook.save(path)
    assert _read(path).tolds[0].facts == (
        Fact(milestone=Milestone.OPENING, at=_at(2026, 10, 12, 9, 30)),
        Fact(milestone=Milestone.DOCUMENTS_FROM, at=_at(2026, 10, 12), whole_day=True),
    )


@pytest.mark.parametrize("written", [1200, 0.5, -46307, 50500, 202610, 1e300])
def test_a_number_that_is_no_day_near_ours_is_refused(tmp_path: Path, written: float) -> None:
    with pytest.raises(Refused) as error:
        _one(tmp_path / "a.xlsx", ("开标时间", written))
    assert [place[:2] for place in places(error.value.faults)] == [(2, "开标时间")]


@pytest.mark.parametrize(
    "written", ["10.12", "10月12日", "2026-13-01", "2026-02-30", "下周一", "2026-10-12 25:00", "1926-10-12", "9:30"]
)
def test_what_is_no_date_is_refused_with_what_is_accepted(tmp_path: Path, written: str) -> None:
    path = xlsx(tmp_path / "a.xlsx", HEADER, ROW, (*ROW[:2], "ZB-2", *ROW[3:6], written, *ROW[7:]))
    with pytest.raises(Refused) as error:
        _read(path)
    assert places(error.value.faults) == [(3, "开标时间", written)]


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-12 至 2026-10-16",
        "2026年10月12日-2026年10月16日",
        "2026.10.12—2026.10.16",
        "2026/10/12-2026/10/16",
        "2026年10月12日至10月16日（节假日除外）",
        "2026年10月12日至16日",
    ],
)
def test_a_time_is_read_as_offices_write_it(tmp_path: Path, written: str) -> None:
    told = _one(tmp_path / "a.xlsx", ("文件获取时间", written))
    days = {fact.milestone.value: fact.at.date() for fact in told.facts}
    assert days == {"documents_from": date(2026, 10, 12), "documents_until": date(2026, 10, 16)}


@pytest.mark.parametrize(
    "written", ["2026-10-16 至 2026-10-12", "2026年12月30日至1月5日", "一至二至三", "10月12日至16日"]
)
def test_a_time_that_ends_before_it_begins_or_has_no_year_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(Refused) as error:
        _one(tmp_path / "a.xlsx", ("文件获取时间", written))
    assert [place[:2] for place in places(error.value.faults)] == [(2, "文件获取时间")]


def test_titles_merged_cells_sums_and_notes_around_a_table_are_no_matters(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        ("2026年政府采购项目台账",),
        ("序号", "采购单位", "项目名称", "项目类别", "预算（万元）", "时间节点", ""),
        ("", "", "", "", "", "公告日期", "开标时间"),
        (1, "财政局", "办公设备", "货物", 12, "2026-10-09", "2026-10-30 9:30"),
        (2, "", "物业服务", "服务", 30, "2026-10-09", "待定"),
        (3,),
        ("合计", "", "", "", 42),
        ("填表人：张三", "审核人：李四"),
        merge=("A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:G2", "B4:B6"),
    )
    found = _read(path)
    assert [(told.title, told.buyer, told.amount, len(told.facts)) for told in found.tolds] == [
        ("办公设备", "财政局", "120000", 2),
        ("物业服务", "财政局", "300000", 1),
    ]
    assert [fault.line for fault in found.remarks] == [7, 8]


NUMBERED = ("编号", "项目名称", "采购人", "类别", "预算金额")


@pytest.mark.parametrize(
    "line",
    [
        *(("合 计", "", "", "", 5), ("", "合计（万元）", "", "", 5), (2, "总计：", "", "", 5), ("", "", "小计", "", 5)),
        *(("共计 1 项",), ("本页小计", "", "", "", 5), ("合计金额：5万元",), ("填表人：张三", "", "审核人：李四")),
    ],
)
def test_a_line_of_sums_or_notes_is_passed_over_and_named(tmp_path: Path, line: tuple[object, ...]) -> None:
    found = _read(xlsx(tmp_path / "a.xlsx", NUMBERED, ("ZB-1", "甲", "乙", "工程", 5), line))
    assert [told.title for told in found.tolds] == ["甲"]
    assert [fault.line for fault in found.remarks] == [3]


def test_a_sum_below_the_matters_of_a_merged_buyer_is_none_of_them(tmp_path: Path) -> None:
    header, rows = ("采购人", "项目名称"), (("乙", "甲"), ("", "丙"), ("", "小计"))
    found = _read(xlsx(tmp_path / "a.xlsx", header, *rows, merge=("A2:A4",)), MatterKind.TENDER)
    assert [(told.title, told.buyer) for told in found.tolds] == [("甲", "乙"), ("丙", "乙")]


@pytest.mark.parametrize("line", [(2,), (2, "", "", "", 0), (2, "/", "/"), ("", "", "", "", 0.0)])
def test_a_line_that_has_only_a_number_is_passed_over(tmp_path: Path, line: tuple[object, ...]) -> None:
    found = _read(xlsx(tmp_path / "a.xlsx", NUMBERED, ("ZB-1", "甲", "乙", "工程", 5), line))
    assert ([told.title for told in found.tolds], found.remarks) == (["甲"], ())


@pytest.mark.parametrize(
    "line", [("ZB-2",), (2, "丙"), (2, "", "", "工程"), (2, "", "", "", 5), ("", "总计划编制", "", "", 5)]
)
def test_a_line_that_says_something_needs_what_every_matter_does(tmp_path: Path, line: tuple[object, ...]) -> None:
    with pytest.raises(Refused) as error:
        _read(xlsx(tmp_path / "a.xlsx", NUMBERED, ("ZB-1", "甲", "乙", "工程", 5), line))
    assert {place[0] for place in places(error.value.faults)} == {3}


ABOVE = ("序号", "项目名称", "采购人", "类别", "文件获取时间", "", "公示时间（日历日）", "", "责任岗位", "", "开标时间")
BELOW = ("", "", "", "", "开始", "截止", "起", "止", "开标", "评标", "")
UNDER = (
    1,
    "道路改造",
    "住建局",
    "工程",
    "2026-10-12",
    "2026-10-16",
    "2026-11-20",
    "2026-11-23",
    "A-1",
    "A-2",
    "2026-11-10",
)
MERGED = (*(f"{column}2:{column}3" for column in "ABCDK"), "E2:F2", "G2:H2", "I2:J2")
PAGE = (*(f"{column}5:{column}6" for column in "ABCDK"), "E5:F5", "G5:H5", "I5:J5")


def test_a_group_above_its_parts_is_one_name_with_each_of_them(tmp_path: Path) -> None:
    """As a workbook with merged cells, below a title and once more on the second page; as text, where nothing is."""
    other = (2, "绿化", *UNDER[2:])
    sheet = xlsx(
        *(tmp_path / "a.xlsx", ("台账",), ABOVE, BELOW, UNDER, ABOVE, BELOW, other), merge=("A1:K1", *MERGED, *PAGE)
    )
    text = "\n".join(",".join(map(str, line)) for line in (ABOVE, BELOW, UNDER, other))
    for path in (sheet, csv_file(tmp_path / "a.csv", text)):
        found = _read(path)
        assert [told.title for told in found.tolds] == ["道路改造", "绿化"]
        assert found.remarks == ()
        for told in found.tolds:
            assert [(fact.milestone.value, fact.at.day) for fact in told.facts] == [
                *(("documents_from", 12), ("documents_until", 16), ("opening", 10)),
                *(("candidates_from", 20), ("candidates_until", 23)),
            ]
            assert told.posts is not None
            assert (told.posts[Milestone.OPENING], told.posts[Milestone.EVALUATION]) == (("A-1",), ("A-2",))


def test_a_fault_below_two_lines_of_names_names_both_as_one(tmp_path: Path) -> None:
    wrong = (*UNDER[:5], "明天", *UNDER[6:])
    with pytest.raises(Refused) as error:
        _read(xlsx(tmp_path / "a.xlsx", ("台账",), ABOVE, BELOW, wrong, merge=("A1:K1", *MERGED)))
    assert places(error.value.faults) == [(4, "文件获取截止", "明天")]


def _grouped(path: Path, above: tuple[str, ...], below: tuple[str, ...], *values: object) -> Read:
    """A sheet of what every row needs, and one group over these parts."""
    names, row = ("名称", "单位", "类别"), ("甲", "住建局", "工程", *values)
    merge = ("A1:A2", "B1:B2", "C1:C2", f"D1:{chr(ord('C') + len(below))}1")
    return _read(xlsx(path, (*names, *above), ("", "", "", *below), row, merge=merge))


def test_what_stands_below_a_group_of_others_is_not_of_the_matter(tmp_path: Path) -> None:
    contract = _grouped(tmp_path / "a.xlsx", ("合同",), ("编号", "金额（万元）", "签订日期"), "HT-1", 5, "2026-11-10")
    assert (contract.tolds[0].amount, contract.tolds[0].ref[:4]) == (None, "row:")
    assert [fact.milestone for fact in contract.tolds[0].facts] == [Milestone.CONTRACT_SIGNED]
    assert [fault.column for fault in contract.remarks] == ["合同编号", "合同金额（万元）"]
    agent = _grouped(tmp_path / "b.xlsx", ("代理机构",), ("名称", "联系人"), "某公司", "张三")
    assert [told.title for told in agent.tolds] == ["甲"]


def test_the_unit_of_an_amount_may_stand_in_its_group(tmp_path: Path) -> None:
    for number, parts in enumerate((("预算", "中标"), ("预算金额", "自筹"))):
        found = _grouped(tmp_path / f"{number}.xlsx", ("金额（万元）",), parts, 12.5, 11)
        assert found.tolds[0].amount == "125000"


@pytest.mark.parametrize(("group", "part"), [("公示时间", "最后一天"), ("责任岗位", "其他")])
def test_a_part_that_nobody_knows_is_refused_where_its_group_looks_meant(tmp_path: Path, group: str, part: str) -> None:
    with pytest.raises(Refused) as error:
        _grouped(tmp_path / "a.xlsx", (group,), ("开始" if group == "公示时间" else "开标", part), "", "")
    assert places(error.value.faults) == [(2, group + part, group + part)]


def test_beginning_and_end_may_stand_in_one_cell(tmp_path: Path) -> None:
    told = _one(tmp_path / "a.xlsx", ("招标文件获取时间", "2026年10月12日至2026年10月16日 17:00"))
    assert told.facts == (
        Fact(milestone=Milestone.DOCUMENTS_FROM, at=_at(2026, 10, 12), whole_day=True),
        Fact(milestone=Milestone.DOCUMENTS_UNTIL, at=_at(2026, 10, 16, 17)),
    )
    both = _one(tmp_path / "b.xlsx", ("投标截止及开标时间", "2026-10-12 9:30"))
    assert [(fact.milestone, fact.at) for fact in both.facts] == [
        (Milestone.BID_DEADLINE, _at(2026, 10, 12, 9, 30)),
        (Milestone.OPENING, _at(2026, 10, 12, 9, 30)),
    ]


@pytest.mark.parametrize(
    ("kind", "milestones"),
    [
        ("工程", (Milestone.CANDIDATES_FROM, Milestone.CANDIDATES_UNTIL)),
        ("政府采购", (Milestone.SINGLE_SOURCE_FROM, Milestone.SINGLE_SOURCE_UNTIL)),
        ("公开招聘", (Milestone.PUBLICITY_FROM, Milestone.PUBLICITY_UNTIL)),
    ],
)
def test_what_is_shown_to_the_public_is_that_of_its_kind(
    tmp_path: Path, kind: str, milestones: tuple[Milestone, Milestone]
) -> None:
    shown = ("公示开始", "2026-10-12"), ("公示结束", "2026-10-16")
    told = _one(tmp_path / "a.xlsx", *shown, kind=kind)
    assert tuple(fact.milestone for fact in told.facts) == milestones


def test_the_end_of_questions_and_plans_have_columns_of_their_own(tmp_path: Path) -> None:
    columns = ("提疑截止时间", "2026-10-20 17:00"), ("计划开工日期", "2026-12-01"), ("计划竣工日期", "2027-06-30")
    told = _one(tmp_path / "a.xlsx", *columns, ("澄清责任岗", "A-1"))
    assert [(fact.milestone.value, fact.at) for fact in told.facts] == [
        ("enquiries_until", _at(2026, 10, 20, 17)),
        ("planned_performance_from", _at(2026, 12, 1)),
        ("planned_performance_until", _at(2027, 6, 30, 23, 59, 59)),
    ]
    assert told.posts == dict.fromkeys((Milestone.CLARIFIED, Milestone.ENQUIRIES_UNTIL), ("A-1",))


def test_words_that_were_broken_to_fit_their_cell_are_one_line_and_a_number_is_not(tmp_path: Path) -> None:
    names = ("项目\n名称", "采购人", "类别", "项目编号")
    told = _read(xlsx(tmp_path / "a.xlsx", names, ("道路改造\n二标段", "住建局", "工程", "ZB-1"))).tolds[0]
    assert told.title == "道路改造 二标段"
    with pytest.raises(Refused) as error:
        _read(xlsx(tmp_path / "b.xlsx", names, ("道路改造", "住建局", "工程", "ZB-\n1")))
    assert places(error.value.faults) == [(2, "项目编号", r"ZB-\n1")]


def test_the_end_of_a_time_may_be_written_without_its_year(tmp_path: Path) -> None:
    for number, written in enumerate(("2026年10月20日-10月27日", "2026年10月20日至27日")):
        told = _one(tmp_path / f"{number}.xlsx", ("公示期", written))
        assert [(fact.at.month, fact.at.day) for fact in told.facts] == [(10, 20), (10, 27)]


def test_objections_to_the_prequalification_have_columns_beside_those_to_the_documents(tmp_path: Path) -> None:
    columns = (
        ("资格预审异议", "2026-09-01"),
        ("资格预审文件异议答复时间", "2026-09-03"),
        ("异议", "2026-10-09"),
        ("异议答复", "2026-10-12"),
        ("异议答复责任岗", "A-1"),
    )
    told = _one(tmp_path / "a.xlsx", *columns)
    assert [(fact.milestone.value, fact.at.date()) for fact in told.facts] == [
        ("prequalification_objected", date(2026, 9, 1)),
        ("prequalification_answered", date(2026, 9, 3)),
        ("objected", date(2026, 10, 9)),
        ("objection_answered", date(2026, 10, 12)),
    ]
    answering = (Milestone.PREQUALIFICATION_ANSWERED, Milestone.OBJECTION_ANSWERED)
    assert told.posts == dict.fromkeys(answering, ("A-1",))


def test_recruitment_has_columns_of_its_own(tmp_path: Path) -> None:
    header = (
        "用人单位",
        "招聘项目",
        "类别",
        "招聘公告",
        "报名时间",
        "笔试时间",
        "考察",
        "拟聘公示",
        "聘用",
        "考试责任岗",
    )
    row = (
        *("人社局", "招聘教师", "公开招聘", "2026-10-09", "2026-10-12 至 2026-10-18", "2026-11-07 9:00"),
        *("待定", "/", "", "R-1,R-2"),
    )
    told = _read(xlsx(tmp_path / "a.xlsx", header, row)).tolds[0]
    assert [fact.milestone.value for fact in told.facts] == [
        *("announced", "examination", "registration_from", "registration_until"),
    ]
    assert told.posts == {Milestone.EXAMINATION: ("R-1", "R-2")}


def test_a_step_that_its_kind_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as error:
        _one(tmp_path / "a.xlsx", ("报名截止", "2026-10-12"))
    assert places(error.value.faults) == [(2, "报名截止", "")]


@pytest.mark.parametrize(
    ("heading", "written", "amount"),
    [
        ("预算金额(元)", "1200000", "1200000"),
        ("预算金额（万元）", 120.5, "1205000"),
        ("预算金额（万元）", 0.1, "1000"),
        ("预算金额（万元）", "1,200,000元", "1200000"),
        ("预算", "￥1.2亿元", "120000000"),
        ("金额", "1,234.56", "1234.56"),
    ],
)
def test_amounts_are_told_in_yuan(tmp_path: Path, heading: str, written: object, amount: str) -> None:
    told = _one(tmp_path / "a.xlsx", (heading, written))
    assert (told.amount, told.currency) == (amount, "CNY")


def test_a_row_without_a_number_is_called_the_same_each_time(tmp_path: Path) -> None:
    first, again = (_one(tmp_path / name, ("开标", "2026-10-12")) for name in ("a.xlsx", "b.xlsx"))
    assert first.ref == again.ref
    assert first.ref.startswith("row:")


def test_two_rows_of_one_number_or_without_one_of_one_title_are_refused(tmp_path: Path) -> None:
    nameless = (*ROW[:2], "", *ROW[3:])
    path = xlsx(tmp_path / "a.xlsx", HEADER, ROW, ROW, nameless, nameless)
    with pytest.raises(Refused) as error:
        _read(path)
    found = places(error.value.faults)
    assert [place[:2] for place in found] == [(3, "项目编号"), (5, "项目编号")]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    wrong = ("", "住建局", "Z-1", "绿化", "公开", "很多", "明天", "A-1", "不详")
    with pytest.raises(Refused) as error:
        _read(xlsx(tmp_path / "a.xlsx", HEADER, wrong, ROW))
    assert {place[1:] for place in places(error.value.faults)} == {
        *(("项目名称", ""), ("类别", "绿化"), ("预算金额（万元）", "很多"), ("开标时间", "明天"), ("状态", "不详")),
    }


def test_the_kind_may_be_said_of_the_whole_file(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", "名称,单位\n甲,住建局\n")
    assert _read(path, MatterKind.TENDER).tolds[0].kind is MatterKind.TENDER
    with pytest.raises(Refused) as error:
        _read(path)
    assert places(error.value.faults) == [(2, "类别", "")]


def test_columns_of_the_offices_own_are_remarked_but_one_that_may_be_a_date_is_refused(tmp_path: Path) -> None:
    header = ("名称", "单位", "类别", "代理机构", "开标地点")
    read_over = _read(xlsx(tmp_path / "a.xlsx", header, ("甲", "乙", "招标", "丙", "丁"))).remarks
    assert [fault.column for fault in read_over] == ["代理机构", "开标地点"]
    mistaken = ("名称", "单位", "类别", "投标截至时间")
    with pytest.raises(Refused) as error:
        _read(xlsx(tmp_path / "b.xlsx", mistaken, ("甲", "乙", "招标", "2026-10-12")))
    assert places(error.value.faults) == [(1, "投标截至时间", "投标截至时间")]


def test_no_name_is_that_of_two_columns() -> None:
    words = Counter(fold(word) for column, name in CHINESE.items() for word in (name, *ALIASES.get(column, "").split()))
    assert [word for word, count in words.items() if count > 1] == []
    assert all(VOCABULARY.recognise(name) is column for column, name in CHINESE.items())


def test_a_text_is_no_name_however_it_begins() -> None:
    assert VOCABULARY.recognise(f"项目名称（{'全称' * 40}）") is not None
    assert VOCABULARY.recognise(f"项目名称（{'全称' * 4000}）") is None
    assert VOCABULARY.recognise("项目名称" + "（" * 32_000) is None
