"""To whom matters are open, who may change them, and what the lists of them say."""

from typing import Final

import pytest

from messages.errors import LianxunError, NotEntitled
from messages.ledger import Kind
from messages.store.database import Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import LimitState, MatterState
from messages.tenders.views import Filter
from tests.tendering import MONDAY, Tendering, at, fact

MATTERS: Final = {"局": "住建局", "站": "质监站", "财": "财政局", "财-指名": "财政局", "无": "区水务公司"}
"""The buyers; K1 is named for every step of 财-指名, and the last is of no unit."""
SEES: Final = {
    "O": {*MATTERS},
    "L": {"局", "站"},
    "C": {"局", "站"},
    "I": {"局", "站"},
    "M": {"财", "财-指名"},
    "G": {"财", "财-指名"},  # the own unit's
    "H": {"局", "财-指名"},  # answers for 开标 in the own unit, not in the one below; and is named
    "E": {"局", "站"},  # answers for 评标 of the unit above too
    "N": set(),
}
ENTERS: Final = {"O": {*MATTERS}, "L": {"局", "站"}, "C": {"局", "站"}, "M": {"财", "财-指名"}}
MOVES: Final = {**ENTERS, "H": {"局", "财-指名"}, "E": {"局", "站"}}


async def _with_matters(db: Database) -> Tendering:
    town = await Tendering.found(db)
    await town.district.person("N")
    for ref, buyer in MATTERS.items():
        posts = {None: ["K1"]} if ref == "财-指名" else None
        await town.put_matter(fact(Milestone.BID_DEADLINE, at(28)), ref=ref, buyer=buyer, posts=posts)
    return town


async def test_everyone_sees_and_changes_what_the_table_says(db: Database) -> None:
    town = await _with_matters(db)
    matters = {ref: (await town.whole(ref)).matter for ref in MATTERS}
    for who, sees in SEES.items():
        person = town.people[who]
        opened = set()
        for ref in MATTERS:
            try:
                whole = await town.tenders.of(ref, person, MONDAY)
            except LianxunError:
                continue
            opened.add(ref)
            assert (whole.may_enter, whole.may_move) == (ref in ENTERS.get(who, ()), ref in MOVES.get(who, ())), (
                who,
                ref,
            )
        assert opened == sees, who
        assert {ref for ref, one in matters.items() if await town.tenders.may_enter(one, person)} == ENTERS.get(
            who, set()
        )
        assert {ref for ref, one in matters.items() if await town.tenders.may_move(one, person)} == MOVES.get(
            who, set()
        )
        if who == "N":
            with pytest.raises(NotEntitled):
                await town.seen_by(who)
        else:
            assert {*await town.seen_by(who)} == sees, who


async def test_whoever_was_told_of_a_matter_sees_it(db: Database) -> None:
    town = await _with_matters(db)
    assert "站" not in await town.seen_by("G")
    await town.prompt_about("站", "G")
    assert "站" in await town.seen_by("G")
    assert (await town.whole("站", by="G")).matter.ref == "站"


async def test_a_look_at_what_is_not_open_is_recorded_and_says_nothing(db: Database) -> None:
    town = await _with_matters(db)
    said = set()
    for ref in ("无", "没有这个"):
        with pytest.raises(LianxunError) as refused:
            await town.whole(ref, by="L")
        said.add(str(refused.value))
    assert len(said) == 1
    assert [row["matter"] for row in await town.ledger(Kind.ACT_REFUSED)] == ["无"]


async def test_a_list_says_of_each_what_is_next_and_what_is_broken(db: Database) -> None:
    town = await Tendering.found(db)
    issued, deadline, opening = Milestone.DOCUMENTS_FROM, Milestone.BID_DEADLINE, Milestone.OPENING
    await town.put_matter(fact(issued, at(8)), fact(deadline, at(20)), fact(opening, at(20)), ref="短")
    await town.put_matter(
        fact(issued, at(1)), fact(deadline, at(28)), fact(opening, at(28)), ref="足", title="桥梁 养护"
    )
    await town.put_matter(ref="购", kind=MatterKind.PROCUREMENT, state=MatterState.PLANNED, buyer="财政局")
    await town.put_matter(fact(issued, at(1)), fact(deadline, at(2)), ref="了", state=MatterState.COMPLETE)
    office = town.people["O"]
    page = await town.tenders.list(office, Filter(states=(MatterState.ACTIVE,)), 1, MONDAY)
    assert {line.matter.ref: line.broken > 0 for line in page.lines} == {"短": True, "足": False}
    assert page.by_state == {MatterState.ACTIVE: 2, MatterState.PLANNED: 1, MatterState.COMPLETE: 1}
    assert (page.total, page.pages) == (2, 1)
    assert {*await town.seen_by("O", Filter(broken=True))} == {"短"}  # of those that run
    assert {*await town.seen_by("O", Filter(broken=True, states=(MatterState.COMPLETE,)))} == {"了"}
    assert {*await town.seen_by("O", Filter(words="养护 桥梁"))} == {"足"}
    assert {*await town.seen_by("O", Filter(words="_%"))} == set()
    assert {*await town.seen_by("O", Filter(kinds=(MatterKind.PROCUREMENT,)))} == {"购"}
    assert {*await town.seen_by("O", Filter(unit="住建局"))} == {"短", "足", "了"}
    assert {*await town.seen_by("O", Filter(unit="没有的局"))} == set()
    assert {*await town.seen_by("O", Filter(unplaced=True))} == set()
    assert {*await town.seen_by("H", Filter(mine=True))} == {"短", "足", "了"}
    breaches = await town.tenders.breaches(office, Filter(), 1, MONDAY)
    assert {(one.matter.ref, one.limit.state) for one in breaches.breaches} == {("短", LimitState.BROKEN)}
    assert "bid_deadline" in {one.limit.rule for one in breaches.breaches}
    of_the_holder = await town.tenders.breaches(town.people["H"], Filter(mine=True), 1, MONDAY)
    assert of_the_holder == breaches
    assert (await town.tenders.breaches(town.people["M"], Filter(), 1, MONDAY)).total == 0


async def test_ones_own_matters_come_in_the_order_in_which_they_are_due(db: Database) -> None:
    town = await Tendering.found(db)
    for ref, day in (("后", 3), ("先", 1)):
        await town.put_matter(fact(Milestone.AWARD_NOTICE, at(day)), ref=ref)
    await town.put_matter(ref="未定")
    await town.put_matter(ref="了", state=MatterState.COMPLETE)
    mine = await town.tenders.mine(town.people["H"], 1, MONDAY)
    assert [line.matter.ref for line in mine.lines] == ["先", "后", "未定"]
    ahead = [line.next for line in mine.lines]
    assert [one.due_on.isoformat() if one and one.due_on else None for one in ahead] == [
        "2026-09-16",
        "2026-09-18",
        None,
    ]
    pages = [await town.tenders.mine(town.people["H"], number, MONDAY, size=2) for number in (1, 2, 9)]
    assert [[line.matter.ref for line in page.lines] for page in pages] == [["先", "后"], ["未定"], ["未定"]]
    assert [(page.number, page.pages, page.total) for page in pages] == [(1, 2, 3), (2, 2, 3), (2, 2, 3)]
    assert (await town.tenders.mine(town.people["O"], 1, MONDAY)).total == 0


async def test_a_matter_tells_how_many_a_prompt_reached_and_who_acknowledged_it(db: Database) -> None:
    town = await Tendering.found(db)
    await town.put_matter(fact(Milestone.DOCUMENTS_FROM, at(1)), fact(Milestone.OPENING, at(28)))
    await town.prompt_about("ocds-213czf-000-00001", "H")
    prompts = [one for limit in (await town.whole()).limits for one in limit.prompts if one.notices]
    (told,) = prompts
    assert (told.people, told.delivered, told.obligations, told.acknowledged) == (1, 1, 1, 0)
    assert told.notice_key == "told:H"
