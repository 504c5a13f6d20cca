"""An import makes the organisation as the roster says, and keeps what was."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select, update

from messages.deliveries import DeliveryState
from messages.organisation.records import Role, UnitKind
from messages.organisation.roster.importing import ImportReport, import_roster
from messages.organisation.roster.rows import RosterRow
from messages.organisation.sample import sample_roster
from messages.sheets.progress import Step
from messages.store import tables
from messages.store.database import Database
from messages.store.organisation import find_unit, move_open_obligations, roster_rows
from tests.rosters import CHIEF, CLERK, HEADER, NOW, row, xlsx

LATER = NOW + timedelta(days=30)


def totals(report: ImportReport) -> tuple[int, int, int]:
    return report.plan.total("created"), report.plan.total("updated"), report.plan.total("ended")


async def standing(db: Database) -> dict[str, RosterRow]:
    async with db.reading() as conn:
        return {row.post_code or row.unit: row for row in await roster_rows(conn)}


async def test_a_roster_is_imported_and_importing_it_again_changes_nothing(db: Database, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "r.xlsx", HEADER, CHIEF, CLERK)
    report = await import_roster(db, path, NOW)
    assert (report.units, report.posts, report.people, report.assignments) == (1, 2, 2, 2)
    assert totals(report) == (7, 0, 0)
    assert totals(await import_roster(db, path, LATER)) == (0, 0, 0)


async def test_a_dry_run_says_the_same_and_writes_nothing(db: Database) -> None:
    report = await import_roster(db, [row("A-1", "P1")], NOW, dry_run=True)
    assert report.dry_run
    assert totals(report) == (4, 0, 0)
    assert await standing(db) == {}


async def test_progress_is_told_to_its_end(db: Database) -> None:
    told: list[tuple[Step, int, int]] = []
    await import_roster(db, [row("A-1", "P1")], NOW, progress=lambda *what: told.append(what))
    assert told[-1] == (Step.WRITING, 4, 4)


async def test_another_holder_ends_the_assignment_and_opens_one(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    assert totals(await import_roster(db, [row("A-1", "P2")], LATER)) == (2, 0, 1)
    async with db.reading() as conn:
        rows = (await conn.execute(select(tables.assignments).order_by(tables.assignments.c.id))).all()
    assert [(row.person_id, row.started_at, row.ended_at) for row in rows] == [(1, NOW, LATER), (2, LATER, None)]


async def test_a_person_who_comes_back_is_the_same_person(db: Database) -> None:
    for person in ("P1", "P2", "P1"):
        await import_roster(db, [row("A-1", person)], NOW)
    async with db.reading() as conn:
        held = (await conn.scalars(select(tables.assignments.c.person_id).order_by(tables.assignments.c.id))).all()
    assert list(held) == [1, 2, 1]


async def test_a_post_that_is_gone_is_ended_and_one_that_comes_back_is_reopened(db: Database) -> None:
    both = [row("A-1", "P1"), row("A-2", "P2")]
    await import_roster(db, both, NOW)
    assert totals(await import_roster(db, both[:1], LATER)) == (0, 0, 2)
    assert list(await standing(db)) == ["A-1"]
    assert totals(await import_roster(db, both, LATER)) == (1, 1, 0)
    assert list(await standing(db)) == ["A-1", "A-2"]


async def test_a_post_becomes_vacant(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    assert totals(await import_roster(db, [row("A-1", None)], LATER)) == (0, 0, 1)
    assert (await standing(db))["A-1"].person_code is None


async def test_what_differs_is_changed(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    changed = row("A-1", "P1", "新名", post="处长", level=2, risk_post=True, unit_kind=UnitKind.STREET)
    assert totals(await import_roster(db, [changed], LATER)) == (0, 3, 0)
    now = (await standing(db))["A-1"]
    assert (now.post, now.level, now.risk_post, now.name, now.unit_kind) == ("处长", 2, True, "新名", UnitKind.STREET)


async def test_columns_that_a_file_has_not_leave_what_stands(db: Database) -> None:
    full = row(
        "A-2", "P1", risk_post=True, reports_to="A-1", roles=(Role.DUTY,), unit_kind=UnitKind.STREET, language="en"
    )
    await import_roster(db, [row("A-1", "P2"), full], NOW)
    assert totals(await import_roster(db, [row("A-1", "P2"), row("A-2", "P1")], LATER)) == (0, 0, 0)


async def test_the_language_chosen_in_chat_stands(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1", language="zh_CN")], NOW)
    async with db.writing() as conn:
        await conn.execute(update(tables.people).values(language="en", language_chosen=True))
    assert totals(await import_roster(db, [row("A-1", "P1", language="zh_CN")], LATER)) == (0, 0, 0)


async def test_roles_are_granted_and_ended_by_the_roster(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1", roles=(Role.LEADER, Role.DUTY))], NOW)
    assert totals(await import_roster(db, [row("A-1", "P1", roles=(Role.LEADER, Role.COLLECTOR))], LATER)) == (1, 0, 1)
    assert (await standing(db))["A-1"].roles == (Role.LEADER, Role.COLLECTOR)


async def test_risk_nodes_of_a_post_come_and_go_with_the_roster(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1", nodes=("开标", "评标")), row("A-2", "P2", nodes=("开标",))], NOW)
    report = await import_roster(
        db, [row("A-1", "P1", nodes=("验收", "开标")), row("A-2", "P2", nodes=("开标",))], LATER
    )
    assert report.plan.nodes.counts() == {"created": 1, "updated": 0, "ended": 1}
    assert {code: post.nodes for code, post in (await standing(db)).items()} == {
        "A-1": ("开标", "验收"),
        "A-2": ("开标",),
    }


async def test_a_roster_without_the_column_leaves_the_risk_nodes(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1", nodes=("开标",)), row("A-2", "P2", nodes=("评标",))], NOW)
    assert totals(await import_roster(db, [row("A-1", "P1")], LATER)) == (0, 0, 2)
    await import_roster(db, [row("A-1", "P1"), row("A-2", "P2")], LATER)
    assert [post.nodes for post in (await standing(db)).values()] == [("开标",), ("评标",)]
    assert totals(await import_roster(db, [row("A-1", "P1", nodes=()), row("A-2", "P2")], LATER)) == (0, 0, 1)


async def test_who_leaves_a_unit_loses_the_roles_there_even_without_the_column(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1", roles=(Role.OFFICE,)), row("B-1", None, unit="教育局")], NOW)
    report = await import_roster(db, [row("A-1", None), row("B-1", "P1", unit="教育局")], LATER)
    assert report.plan.roles.counts()["ended"] == 1


async def test_a_unit_moves_with_all_below_it(db: Database) -> None:
    first = [
        row("A-1", None, unit="甲", parent_unit=""),
        row("B-1", None, unit="乙", parent_unit=""),
        row("C-1", None, unit="丙", parent_unit="乙"),
    ]
    await import_roster(db, first, NOW)
    await import_roster(db, [first[0], row("B-1", None, unit="乙", parent_unit="甲"), first[2]], LATER)
    async with db.reading() as conn:
        top, low = await find_unit(conn, "甲"), await find_unit(conn, "丙")
    assert top is not None
    assert low is not None
    assert low.path.startswith(top.path)
    assert low.path.count("/") == 4


async def test_a_parent_that_stands_already_needs_no_line(db: Database) -> None:
    await import_roster(db, [row("A-1", None, unit="甲")], NOW)
    await import_roster(db, [row("B-1", None, unit="乙", parent_unit="甲")], LATER)
    assert list(await standing(db)) == ["甲", "B-1"]
    await import_roster(db, [row("B-1", None, unit="乙", parent_unit="")], LATER)
    assert list(await standing(db)) == ["B-1"]


async def oblige(db: Database, **notice: object) -> None:
    """A notice that the holder of the first post must acknowledge."""
    values = {
        "key": "k",
        "category": "prompt",
        "lane": 4,
        "template": "t",
        "params": {},
        "audience": "all",
        "acknowledge": True,
        "send_at": NOW,
        "provisional": False,
        "created_at": NOW,
    }
    async with db.writing() as conn:
        await conn.execute(insert(tables.notices).values({**values, **notice}))
        obligation = {"notice_id": 1, "post_id": 1, "assignment_id": 1, "person_id": 1, "created_at": NOW}
        await conn.execute(insert(tables.obligations).values(obligation))


async def held_by(db: Database) -> tuple[int, int]:
    async with db.reading() as conn:
        row = (await conn.execute(select(tables.obligations))).one()
    return row.person_id, row.assignment_id


async def test_what_is_open_moves_with_the_post_and_the_new_holder_is_told(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1"), row("A-2", "P2")], NOW)
    await oblige(db)
    async with db.writing() as conn:
        await conn.execute(insert(tables.accounts).values(person_id=2, chat_id=7, joined_at=NOW))
    report = await import_roster(db, [row("A-1", "P2"), row("A-2", None)], LATER)
    assert report.moved_obligations == 1
    assert await held_by(db) == (2, 3)
    async with db.reading() as conn:
        delivery = (await conn.execute(select(tables.deliveries))).one()
    assert (delivery.person_id, delivery.wave, delivery.lane, delivery.due_at) == (2, 0, 4, LATER)
    assert delivery.state == DeliveryState.PLANNED


async def test_a_new_holder_who_never_joined_is_unreachable_by_name(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    await oblige(db)
    await import_roster(db, [row("A-1", "P2")], LATER)
    async with db.reading() as conn:
        delivery = (await conn.execute(select(tables.deliveries))).one()
    assert (delivery.state, delivery.reason, delivery.settled_at) == ("unreachable", "never_joined", LATER)


async def test_what_is_open_waits_while_the_post_is_vacant(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    await oblige(db)
    await import_roster(db, [row("A-1", None)], LATER)
    assert await held_by(db) == (1, 1)
    await import_roster(db, [row("A-1", "P2")], LATER)
    assert await held_by(db) == (2, 2)


async def test_cancelled_and_expired_notices_stay(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    await oblige(db, expires_at=NOW + timedelta(days=1))
    assert (await import_roster(db, [row("A-1", "P2")], LATER)).moved_obligations == 0
    assert await held_by(db) == (1, 1)


async def test_what_was_acknowledged_stays_with_who_did(db: Database) -> None:
    await import_roster(db, [row("A-1", "P1")], NOW)
    await oblige(db)
    async with db.writing() as conn:
        await conn.execute(insert(tables.accounts).values(person_id=1, chat_id=7, joined_at=NOW))
        delivery = {"notice_id": 1, "person_id": 1, "wave": 0, "lane": 4, "state": "delivered", "due_at": NOW}
        await conn.execute(insert(tables.deliveries).values(delivery))
        done = {"notice_id": 1, "assignment_id": 1, "post_id": 1, "person_id": 1, "delivery_id": 1, "account_id": 1}
        await conn.execute(insert(tables.acknowledgements).values(**done, at=NOW))
    await import_roster(db, [row("A-1", "P2")], LATER)
    assert await held_by(db) == (1, 1)
    async with db.writing() as conn:
        assert await move_open_obligations(conn, LATER) == 0


async def test_the_sample_is_a_district_of_the_right_size(db: Database) -> None:
    rows = sample_roster()
    report = await import_roster(db, rows, NOW)
    assert (report.units, report.posts, report.people, report.assignments) == (64, 2448, 2379, 2448)
    assert sum(bool(row.risk_post) for row in rows) == 232
    assert {row.level for row in rows} == {1, 2, 3, 4, 5}
    assert {role for row in rows for role in row.roles or ()} == set(Role)
    assert sum("开标" in (row.nodes or ()) for row in rows) > 100
    assert rows == sample_roster()
