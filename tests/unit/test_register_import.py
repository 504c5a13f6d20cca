"""The register's import: where points belong, what is known again, what is refused, and what an export brings back."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from messages.errors import Refused
from messages.ledger import Kind
from messages.register.export import export_register
from messages.register.gathering import points_of
from messages.register.importing import ImportReport, Wish, import_register
from messages.register.records import PointState, Progress, RiskLevel
from messages.register.standing import KeptPoint
from messages.store import register_import
from messages.store.database import Database
from messages.store.tables import duties, ledger, nodes, point_bases, posts, risk_points, risk_versions
from messages.text.phrase import english
from tests.district import MORNING, District
from tests.points import put_point
from tests.registers import FIRST, SECOND, TERMS, Lines, book, text
from tests.rosters import places

AS_IT_IS = Wish()
LATER = MORNING + timedelta(days=1)
HEADER = (
    "单位",
    "岗位编号",
    "岗位",
    "职责",
    "风险节点",
    "风险类别",
    "风险点",
    "表现形式",
    "等级",
    "防控措施",
    "法规依据",
)
PAYING = ("财政局", "F-2", "", "付款", "资金拨付", "资金管理", "违规拨付", "超预算", "高", "复核", "ZWCF2020:34")
CASH = ("财政局", "F-2", "", "付款", "资金拨付", "资金管理", "坐支现金", "不入账", "低", "盘点", "JLCF2023")
BUYING = ("教育局", "E-1", "", "采购", "评标", "政府采购", "泄露标底", "透露标底", "中", "保密", "")


@pytest.fixture
async def district(db: Database) -> District:
    """A bureau with a leader and three clerks, two of the same title, and another one with a buyer."""
    place = District(db)
    await place.unit("财政局")
    await place.unit("教育局")
    await place.unit("财政局国库科", "财政局")
    for code, unit in (("F-1", "财政局"), ("F-2", "财政局"), ("F-3", "财政局国库科"), ("E-1", "教育局")):
        await place.person(f"P{code}", (code, unit, 3))
    return place


async def take(db: Database, path: Path, wish: Wish = AS_IT_IS, *, dry_run: bool = False) -> ImportReport:
    return await import_register(db, path, TERMS, LATER, wish=wish, dry_run=dry_run)


async def standing(db: Database) -> tuple[KeptPoint, ...]:
    async with db.reading() as conn:
        directory = await register_import.directory(conn)
    return await points_of(db, directory, {unit.id for unit in directory.units})


def counts(report: ImportReport) -> tuple[int, ...]:
    plan = report.plan
    return len(plan.created), len(plan.updated), len(plan.ended), plan.unchanged, plan.left


async def refused(db: Database, path: Path, wish: Wish = AS_IT_IS) -> Refused:
    with pytest.raises(Refused) as refusal:
        await take(db, path, wish)
    assert await standing(db) == ()
    return refusal.value


async def test_points_stand_with_their_steps_duties_and_laws_and_once_more_change_nothing(
    db: Database, district: District, tmp_path: Path
) -> None:
    path = book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING, CASH, BUYING)})
    assert counts(await take(db, path, dry_run=True)) == (3, 0, 0, 0, 0)
    assert await standing(db) == ()
    report = await take(db, path)
    assert (report.units, report.posts, report.points, counts(report)) == (2, 2, 3, (3, 0, 0, 0, 0))
    paying, cash, _ = await standing(db)
    assert (paying.state, paying.version, paying.content.level) == (PointState.ACCEPTED, 1, RiskLevel.HIGH)
    assert (paying.content.node, paying.content.duty, paying.post_id) == ("资金拨付", "付款", cash.post_id)
    assert [str(cited) for cited in paying.content.bases] == ["ZWCF2020:34"]
    assert counts(await take(db, path)) == (0, 0, 0, 3, 0)
    async with db.reading() as conn:
        totals = [await conn.scalar(select(func.count()).select_from(one)) for one in (duties, nodes, risk_versions)]
        events = (await conn.scalars(select(ledger.c.body).where(ledger.c.kind == Kind.REGISTER_IMPORTED))).all()
    assert totals == [2, 2, 3]
    said = {"units": 2, "posts": 2, "points": 3, "created": 3, "updated": 0, "ended": 0}
    assert events == [{"by": "operator", **said}]


async def test_the_same_file_imported_twice_at_once_makes_nothing_twice(
    db: Database, district: District, tmp_path: Path
) -> None:
    path = book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING, CASH, BUYING)})
    reports = await asyncio.gather(take(db, path), take(db, path))
    assert sorted(counts(report)[0] for report in reports) == [0, 3]
    assert len(await standing(db)) == 3


async def test_what_changed_is_a_new_version_and_what_the_file_lacks_stays_or_ends(
    db: Database, district: District, tmp_path: Path
) -> None:
    await take(db, book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING, CASH, BUYING)}))
    graver = (*CASH[:8], "高", "轮岗", "ZWCF2020:33")
    path = book(tmp_path / "s.xlsx", {"表": (HEADER, graver)})
    assert counts(await take(db, path)) == (0, 1, 0, 0, 1)
    assert counts(await take(db, path, Wish(replace=True))) == (0, 0, 1, 1, 0)
    cash, buying = await standing(db)
    assert (cash.version, cash.content.level, cash.content.controls) == (2, RiskLevel.HIGH, "轮岗")
    assert [str(cited) for cited in cash.content.bases] == ["ZWCF2020:33"]
    assert buying.content.name == "泄露标底"  # of a unit that the file does not name
    async with db.reading() as conn:
        rows = (await conn.execute(select(risk_versions).order_by(risk_versions.c.id))).all()
        cited = (await conn.execute(select(point_bases.c.law, point_bases.c.article))).all()
        ended = await conn.scalar(select(risk_points.c.ended_at).where(risk_points.c.name == "违规拨付"))
    assert [(row.number, row.ends, row.progress) for row in rows[3:]] == [
        (2, False, Progress.ACCEPTED),
        (2, True, Progress.ACCEPTED),
    ]
    assert [tuple(one) for one in cited if one.law == "ZWCF2020"] == [("ZWCF2020", 34), ("ZWCF2020", 33)]
    assert ended == LATER


async def test_of_what_a_sheet_has_no_column_for_what_stood_stays(
    db: Database, district: District, tmp_path: Path
) -> None:
    await take(db, book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING)}))
    less = (("单位", "岗位编号", "风险点", "防控措施"), ("财政局", "F-2", "违规拨付", "双人复核"))
    assert counts(await take(db, book(tmp_path / "s.xlsx", {"表": less}))) == (0, 1, 0, 0, 0)
    (point,) = await standing(db)
    assert (point.content.controls, point.content.level, point.content.node) == ("双人复核", RiskLevel.HIGH, "资金拨付")
    assert [str(cited) for cited in point.content.bases] == ["ZWCF2020:34"]


async def test_alike_points_are_told_apart_by_their_order_and_what_they_say(
    db: Database, district: District, tmp_path: Path
) -> None:
    again, twice = (*PAYING[:7], "拆分拨付", *PAYING[8:]), (*PAYING[:7], "重复拨付", *PAYING[8:])
    await take(db, book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING, again, twice)}))
    assert len(await standing(db)) == 3
    turned = book(tmp_path / "s.xlsx", {"表": (HEADER, again, twice, PAYING)})
    assert counts(await take(db, turned)) == (0, 0, 0, 3, 0)


async def test_a_ref_is_kept_and_known_again_wherever_the_point_moves_within_its_unit(
    db: Database, district: District, tmp_path: Path
) -> None:
    header = (*HEADER, "编号")
    await take(db, book(tmp_path / "r.xlsx", {"表": (header, (*PAYING, "CZ-1"))}))
    moved = ("财政局", "F-1", "", "", "", "", "违规拨付资金", "超预算", "高", "复核", "", "CZ-1")
    assert counts(await take(db, book(tmp_path / "s.xlsx", {"表": (header, moved)}))) == (0, 1, 0, 0, 0)
    (point,) = await standing(db)
    assert (point.ref, point.content.name, point.version) == ("CZ-1", "违规拨付资金", 2)
    with pytest.raises(Refused) as refusal:
        await take(db, book(tmp_path / "t.xlsx", {"表": (header, moved, moved)}))
    assert places(refusal.value.faults) == [(3, "编号", "CZ-1")]


async def test_every_unit_numbers_its_own_points_and_ours_name_one_across_units(
    db: Database, district: District, tmp_path: Path
) -> None:
    header = (*HEADER, "编号")
    sheets: Mapping[str, Lines] = {
        "财政局": (header, (*PAYING, "FX-01"), (*CASH, "FX-02")),
        "教育局": (header, (*BUYING, "FX-01")),
    }
    path = book(tmp_path / "r.xlsx", sheets)
    assert counts(await take(db, path)) == (3, 0, 0, 0, 0)
    assert counts(await take(db, path)) == (0, 0, 0, 3, 0)
    paying, cash, buying = await standing(db)
    clash = book(tmp_path / "c.xlsx", {"表": (header, ("教育局", "E-1", *PAYING[2:], f"#{paying.id} FX-01"))})
    with pytest.raises(Refused) as refusal:
        await take(db, clash)
    assert places(refusal.value.faults) == [(2, "编号", "FX-01")]
    turned = (
        (*PAYING, f"#{paying.id} FX-02"),
        (*CASH, f"#{cash.id} FX-03"),
        ("财政局", "F-1", *BUYING[2:], f"#{buying.id}"),
    )
    assert counts(await take(db, book(tmp_path / "t.xlsx", {"表": (header, *turned)}))) == (0, 3, 0, 0, 0)
    assert [(point.ref, point.unit_id) for point in await standing(db)] == [
        ("FX-02", paying.unit_id),
        ("FX-03", paying.unit_id),
        ("FX-01", paying.unit_id),
    ]


async def test_a_number_of_another_register_takes_no_point_of_this_one(
    db: Database, district: District, tmp_path: Path
) -> None:
    header = (*HEADER, "编号")
    await take(db, book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING)}))
    (paying,) = await standing(db)
    with pytest.raises(Refused) as refusal:
        await take(db, book(tmp_path / "o.xlsx", {"表": (header, (*BUYING, f"#{paying.id}"))}))
    assert places(refusal.value.faults) == [(2, "编号", f"#{paying.id}")]
    renamed = (*PAYING[:6], "违规支付", *PAYING[7:], f"#{paying.id}")
    assert counts(await take(db, book(tmp_path / "n.xlsx", {"表": (header, renamed)}))) == (0, 1, 0, 0, 0)
    moved = ("教育局", "E-1", *renamed[2:])
    assert counts(await take(db, book(tmp_path / "m.xlsx", {"表": (header, moved)}))) == (0, 1, 0, 0, 0)


async def test_units_come_from_sheets_titles_and_the_command_line_and_points_may_have_no_post(
    db: Database, district: District, tmp_path: Path
) -> None:
    rows = (SECOND, (1, "政府采购", "泄露标底", "透露标底", "保密", "投诉件数"))
    path = book(
        tmp_path / "r.xlsx",
        {"1.财政局": rows, "Sheet2": (("青澜区教育局岗位廉政风险点登记表",), *rows), "Sheet3": rows},
    )
    report = await take(db, path, Wish(unit="财政局国库科", level=RiskLevel.LOW))
    assert (counts(report)[0], report.posts, report.file.no_level) == (3, 0, ("1.财政局", "Sheet2", "Sheet3"))
    points = await standing(db)
    names = {unit.id: unit.name for unit in report.directory.units}
    assert [(names[point.unit_id], point.post_id) for point in points] == [
        ("财政局", None),
        ("教育局", None),
        ("财政局国库科", None),
    ]
    assert {point.content.level for point in points} == {RiskLevel.LOW}


async def test_a_part_of_an_office_is_a_section_or_the_unit_that_it_is(
    db: Database, district: District, tmp_path: Path
) -> None:
    rows = (
        FIRST,
        (1, "采购科", "", "泄露标底", "", "高", "", "", ""),
        (2, "财政局国库科", "", "坐支", "", "低", "", "", ""),
    )
    await take(
        db, book(tmp_path / "r.xlsx", {"财政局": rows, "x": (FIRST, (1, "教育局/基建科", "", "围标", "", "高"))})
    )
    points = await standing(db)
    assert [(point.content.section, point.content.name) for point in points] == [
        ("采购科", "泄露标底"),
        ("", "坐支"),
        ("基建科", "围标"),
    ]
    assert len({point.unit_id for point in points}) == 3


async def test_a_post_is_found_by_its_title_where_only_one_bears_it(
    db: Database, district: District, tmp_path: Path
) -> None:
    path = text(tmp_path / "r.csv", ("单位", "岗位", "风险点", "等级"), ("财政局", "岗位F-3", "坐支", "低"))
    report = await take(db, path)
    (point,) = await standing(db)
    post = report.directory.post("F-3")
    assert post is not None
    assert (point.post_id, point.unit_id) == (post.id, post.unit_id)  # it is in a unit below the one that is named


async def test_each_place_that_is_not_known_is_told_with_what_is_near(
    db: Database, district: District, tmp_path: Path
) -> None:
    await district.person("PF-5", ("F-5", "财政局", 4))
    async with db.writing() as conn:
        await conn.execute(update(posts).where(posts.c.code.in_(["F-1", "F-5"])).values(title="会计"))
    header = ("单位", "岗位编号", "岗位", "风险点", "等级", "状态", "编号")
    lines = (
        ("财证局", "", "", "甲", "高", "", ""),
        ("财政局", "F-9", "", "乙", "高", "", ""),
        ("财政局", "E-1", "", "丙", "高", "", ""),
        ("财政局", "", "会计", "丁", "高", "", ""),
        ("财政局", "", "岗位F", "戊", "高", "", ""),
        ("财政局", "", "局长", "己", "高", "", ""),
        ("财政局", "", "无", "庚", "高", "草稿", ""),
        ("财政局", "", "无", "辛", "高", "", "#99"),
    )
    refusal = await refused(db, text(tmp_path / "r.csv", header, *lines))
    assert places(refusal.faults) == [
        (2, "单位", "财证局"),
        (3, "岗位编号", "F-9"),
        (4, "岗位编号", "E-1"),
        (5, "岗位", "会计"),
        (6, "岗位", "岗位F"),
        (7, "岗位", "局长"),
        (8, "状态", "草稿"),
        (9, "编号", "#99"),
    ]
    said = [english(fault.message) for fault in refusal.faults]
    assert said[0] == "Did you mean 财政局?"
    assert "Did you mean F-" in said[1]
    assert said[2] == "This post belongs to 教育局."
    assert "one of F-1、F-5" in said[3]
    assert "Did you mean 岗位F-2" in said[4]
    assert said[5] == "The title of a post of 财政局 is accepted."


async def test_a_sheet_of_no_unit_is_one_fault_and_a_unit_that_is_given_is_known(
    db: Database, district: District, tmp_path: Path
) -> None:
    path = text(tmp_path / "r.csv", ("风险点", "等级"), ("甲", "高"), ("乙", "低"))
    assert "--unit" in english((await refused(db, path)).faults[0].message)
    assert places((await refused(db, path, Wish(unit="财政"))).faults) == [(None, "--unit", "财政")]
    assert counts(await take(db, path, Wish(unit="财政局")))[0] == 2


async def test_a_post_has_no_more_points_than_the_policy_says(db: Database, district: District, tmp_path: Path) -> None:
    lines = [("财政局", "F-2", f"第{at}个", "低") for at in range(TERMS.longest_post + 2)]
    refusal = await refused(db, text(tmp_path / "r.csv", ("单位", "岗位编号", "风险点", "等级"), *lines))
    assert places(refusal.faults) == [(TERMS.longest_post + 2, "岗位编号", "F-2")]


async def test_what_is_not_accepted_yet_is_left_to_its_holder(db: Database, district: District, tmp_path: Path) -> None:
    await put_point(db, "F-2", "违规拨付", progress=Progress.SUBMITTED)
    header = ("单位", "岗位编号", "风险点", "等级")
    path = text(tmp_path / "r.csv", header, ("财政局", "F-2", "违规拨付", "高"), ("财政局", "F-2", "坐支", "低"))
    report = await take(db, path, Wish(replace=True))
    assert (counts(report), report.plan.in_chat) == ((1, 0, 0, 0, 0), 1)
    submitted, _ = await standing(db)
    assert (submitted.state, submitted.content.level, submitted.version) == (PointState.SUBMITTED, RiskLevel.LOW, 1)


async def test_what_its_holder_is_revising_is_neither_changed_nor_ended(
    db: Database, district: District, tmp_path: Path
) -> None:
    point = await put_point(db, "F-2", "违规拨付")
    async with db.writing() as conn:
        anew = update(risk_points).where(risk_points.c.id == point)
        await conn.execute(anew.values(progress=Progress.DRAFT, version=2))
    header = ("单位", "岗位编号", "风险点", "等级")
    report = await take(db, text(tmp_path / "r.csv", header, ("财政局", "F-2", "违规拨付", "高")), Wish(replace=True))
    assert (counts(report), report.plan.in_chat, report.plan.revising) == ((0, 0, 0, 0, 0), 0, 1)
    other = text(tmp_path / "s.csv", header, ("财政局", "F-2", "坐支", "低"))
    assert counts(await take(db, other, Wish(replace=True))) == (1, 0, 0, 0, 1)


async def test_the_ledger_says_of_each_point_what_became_of_it_about_who_holds_the_post(
    db: Database, district: District, tmp_path: Path
) -> None:
    of_unit = ("教育局", "", "", "", "", "", "围标", "", "低", "", "")
    await take(db, book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING, CASH, of_unit)}))
    graver = (*CASH[:8], "高", *CASH[9:])
    await take(db, book(tmp_path / "s.xlsx", {"表": (HEADER, graver)}), Wish(replace=True))
    async with db.reading() as conn:
        events = select(ledger).where(ledger.c.kind == Kind.RISK_POINT).order_by(ledger.c.id)
        rows = (await conn.execute(events)).all()
    told = [(row.person_id, *(row.body[what] for what in ("event", "point", "post", "version", "by"))) for row in rows]
    holder = district.people["PF-2"]
    assert told == [
        (holder, "accepted", 1, "F-2", 1, "operator"),
        (holder, "accepted", 2, "F-2", 1, "operator"),
        (None, "accepted", 3, None, 1, "operator"),
        (holder, "ended", 1, "F-2", 2, "operator"),
        (holder, "accepted", 2, "F-2", 2, "operator"),
    ]


async def test_points_of_a_post_that_has_ended_are_not_said_to_be_left(
    db: Database, district: District, tmp_path: Path
) -> None:
    await take(db, book(tmp_path / "r.xlsx", {"表": ((*HEADER, "编号"), (*PAYING, "FX-01"), CASH, BUYING)}))
    async with db.writing() as conn:
        await conn.execute(update(posts).where(posts.c.code == "F-2").values(ended_at=MORNING))
    again = ("财政局", "F-1", *PAYING[2:], "FX-01")
    report = await take(db, book(tmp_path / "s.xlsx", {"表": ((*HEADER, "编号"), again)}))
    assert counts(report) == (1, 0, 0, 0, 0)
    assert await export_register(db, tmp_path / "e.xlsx", "zh_CN", LATER) == 2


async def test_what_others_write_meanwhile_hinders_only_what_it_touches(
    db: Database, district: District, tmp_path: Path
) -> None:
    """A draft, or what another post has accepted, is no reason to decide anew: people go on working."""
    await take(db, book(tmp_path / "r.xlsx", {"表": (HEADER, CASH, BUYING)}))
    path = book(tmp_path / "s.xlsx", {"表": (HEADER, PAYING, (*CASH[:8], "高", *CASH[9:]))})
    plan = (await take(db, path, dry_run=True)).plan
    seen = {point.id for point in await standing(db)}

    async def holds() -> bool:
        async with db.writing() as conn:
            return await register_import.hold(conn, plan, seen)

    await put_point(db, "F-2", "还是草稿", progress=Progress.DRAFT)
    await put_point(db, "E-1", "别的岗位")
    assert await holds()
    accepted = await put_point(db, "F-2", "刚通过")
    assert not await holds()
    async with db.writing() as conn:
        await conn.execute(update(risk_points).where(risk_points.c.id == accepted).values(ended_at=LATER))
    assert await holds()
    async with db.writing() as conn:
        await conn.execute(update(risk_points).where(risk_points.c.name == "坐支现金").values(version=2))
    assert not await holds()


async def test_a_kind_of_work_is_said_of_a_step_of_which_nobody_has_said_it(
    db: Database, district: District, tmp_path: Path
) -> None:
    await take(db, book(tmp_path / "r.xlsx", {"表": (HEADER, PAYING)}))
    path = text(
        tmp_path / "s.csv",
        ("单位", "岗位编号", "风险节点", "业务流程", "风险点"),
        ("财政局", "F-2", "资金拨付", "资金拨付流程", "违规拨付"),
    )
    report = await take(db, path)
    assert (counts(report), dict(report.plan.nodes)) == ((0, 0, 0, 1, 0), {"资金拨付": "funds"})
    assert not (await take(db, path)).plan.changes


SHEETS: Mapping[str, Lines] = {
    "表": (HEADER, PAYING, CASH, BUYING),
    "财政局": (SECOND, (1, "", "-危险", "@坏\n二", "", "")),
}


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_an_export_imported_again_changes_nothing(
    db: Database, district: District, tmp_path: Path, ending: str, language: str
) -> None:
    await take(db, book(tmp_path / "r.xlsx", SHEETS))
    called = (("单位", "风险点", "责任人", "等级", "编号"), ("财政局", "公款私存", "张三", "低", "CZ-7"))
    await take(db, book(tmp_path / "c.xlsx", {"表": called}))
    await put_point(db, "E-1", "起草中的", node="开标", progress=Progress.DRAFT)
    before = await standing(db)
    path = tmp_path / f"e.{ending}"
    assert await export_register(db, path, language, LATER) == 6
    report = await take(db, path, Wish(replace=True))
    assert (counts(report), report.plan.in_chat, report.plan.changes) == ((0, 0, 0, 5, 0), 1, False)
    assert await standing(db) == before


async def test_an_export_has_a_sheet_for_each_unit_within_what_is_asked_and_no_formula(
    db: Database, district: District, tmp_path: Path
) -> None:
    await take(db, book(tmp_path / "r.xlsx", SHEETS))
    assert await export_register(db, tmp_path / "e.xlsx", "zh_CN", LATER, unit="财政局") == 3
    (sheet,) = load_workbook(tmp_path / "e.xlsx").worksheets
    rows: Sequence[Sequence[object]] = [*sheet.iter_rows(values_only=True)]
    assert (sheet.title, rows[0][0], rows[0][-2:]) == ("财政局", "单位", ("状态", "编号"))
    assert [cell.data_type for cell in sheet["H"]] == ["s"] * 4
    assert sheet["H4"].value == "-危险"
    await export_register(db, tmp_path / "e.csv", "zh_CN", LATER)
    assert ",'-危险," in (tmp_path / "e.csv").read_text(encoding="utf-8-sig")
    async with db.reading() as conn:
        exported = ledger.c.kind == Kind.RECORDS_EXPORTED
        bodies = (await conn.scalars(select(ledger.c.body).where(exported).order_by(ledger.c.id))).all()
    assert bodies[0] == {"what": "register", "by": "operator", "unit": "财政局", "lines": 3}
    with pytest.raises(Refused):
        await export_register(db, tmp_path / "e.xlsx", "zh_CN", LATER, unit="财")
