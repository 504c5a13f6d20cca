"""Lines of a register's sheets that are no points, and points that look as if they were none."""

from pathlib import Path

import pytest

from tests.registers import SECOND, book, file_of, rows_of

POINT = (1, "资金管理", "截留", "截留专项资金", "公示", "及时率")
LEVELS = ("序号", "单位", "岗位编号", "风险点", "风险等级", "防控措施")
WITH_LEVEL = (1, "财政局", "F-2", "截留", "高", "公示")
SIGNED = (
    ("单位主要负责人：李一", "", "", "填报人：李二"),
    ("填报人（签字）", "", "", "审核人（签字）"),
    ("填表人", "张三", "", "审核人", "李四"),
    ("审批人签字", "", "", "年  月  日"),
    ("党组书记", "李一", "", "纪检组长", "钱一"),
    ("纪检组长：", "", "", "派驻纪检组意见：", ""),
    ("单位意见", "", "同意"),
    ("", "", "（公章）"),
    ("", "", "", "", "（盖章）"),
    ("", "", "", "", "2026年3月1日"),
    ("", "", "第1页"),
    ("第 1 页，共 3 页",),
    ("", "", "小结：共1个风险点"),
    ("合计（个）", "", "", "1"),
    ("填报说明", "", "1.要求填全"),
    ("本单位共查找风险点1个，其中高风险1个",),
    ("*风险等级分为高、中、低",),
)


@pytest.mark.parametrize("line", SIGNED)
def test_a_line_of_signatures_dates_and_sums_is_no_point(tmp_path: Path, line: tuple[object, ...]) -> None:
    for header, point in ((SECOND, POINT), (LEVELS, WITH_LEVEL)):
        file, faults = file_of(
            book(tmp_path / "r.xlsx", {"财政局": (header, point, line, (2, *point[1:3], "挪用", *point[4:]))})
        )
        assert (faults, len(file.rows), file.passed_over) == ([], 2, 1)


@pytest.mark.parametrize(
    "line",
    [
        (2, "资金管理", "盖章", "违规盖章", "登记", ""),
        (2, "", "公章", "", "", ""),
        ("", "政府采购", "围标", "围标串标", "公开", ""),
        (2, "党组书记", "违规用人", "个人说了算", "集体研究", "党组书记"),
        ("二", "资金管理", "挪用", "", "", ""),
    ],
)
def test_a_point_is_one_whatever_words_it_has(tmp_path: Path, line: tuple[object, ...]) -> None:
    rows = rows_of(book(tmp_path / "r.xlsx", {"财政局": (SECOND, POINT, line)}))
    assert [row.name for row in rows] == ["截留", line[2]]


def test_an_office_is_a_post_where_posts_stand(tmp_path: Path) -> None:
    plain = (("岗位", "风险名称", "风险描述"), ("党组书记", "违规用人", "个人说了算"), ("审核人", "收受礼品", ""))
    graded = (("风险点", "风险等级", "防控措施"), ("注：特殊事项", "高", "登记"), ("审核人签字", "低", ""))
    rows = rows_of(book(tmp_path / "r.xlsx", {"财政局": plain, "教育局": graded}))
    assert [row.name for row in rows] == ["违规用人", "收受礼品", "注：特殊事项", "审核人签字"]


@pytest.mark.parametrize(
    "line", [("", "", "会议已传达"), ("", "某甲", "同意报送", "某乙"), ("", "", "公章", "外借公章", "登记")]
)
def test_a_doubtful_line_is_named_rather_than_taken(tmp_path: Path, line: tuple[object, ...]) -> None:
    file, faults = file_of(book(tmp_path / "r.xlsx", {"财政局": (SECOND, POINT, line)}))
    assert [(fault.line, fault.column) for fault in faults] == [(3, None)]
    assert "signature" in faults[0].message.message
    assert len(file.rows) == 1


def test_a_category_alone_above_points_is_theirs(tmp_path: Path) -> None:
    lines = (
        ("岗位类别", "风险名称", "风险描述", "防控措施"),
        ("资金管理",),
        ("", "截留", "截留专项资金", "公示"),
        ("", "挪用", "挪用资金", "复核"),
        ("政府采购",),
        ("", "围标", "围标串标", "抽查"),
        ("人事", "违规用人", "", ""),
        ("", "泄密", "", ""),
    )
    rows = rows_of(book(tmp_path / "r.xlsx", {"财政局": lines}))
    assert [row.category for row in rows] == ["资金管理", "资金管理", "政府采购", "人事", ""]
