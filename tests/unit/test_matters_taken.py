"""What is told of matters is taken once: the same again changes nothing, and a person's word stands."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from messages.errors import NotEntitled, NotFound, Refused
from messages.ledger import Kind
from messages.store.database import Connection, Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import MatterState, Method, Source, Told
from messages.tenders.views import Outcome
from schedules.tenders import acting, writing
from schedules.tenders.writing import Changed, Writer
from tests.tendering import MONDAY, REF, Tendering, at, fact, told

OPENING = Milestone.OPENING
DEADLINE = Milestone.BID_DEADLINE
LATER = MONDAY + timedelta(days=1)
FIRST = at(1)
"""A release from before the matter came to be known here."""


class Gone(Exception):
    """Reading breaks off."""


async def test_a_matter_told_again_changes_nothing(db: Database) -> None:
    town = await Tendering.found(db)
    what = told(fact(OPENING, at(28)), fact(DEADLINE, at(28)), posts={OPENING: ["K9"]}, released_at=FIRST)
    first = await town.tenders.take(what, None, MONDAY)
    again = await town.tenders.take(what, None, LATER)
    assert (first.outcome, again.outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert again.matter == first.matter
    assert [kind for kind, _ in await town.events()] == ["created"]
    assert len(await town.ledger(Kind.MATTER)) == 1


async def test_a_source_changes_what_it_tells_otherwise_and_leaves_what_it_does_not_tell(db: Database) -> None:
    town = await Tendering.found(db)
    await town.put_matter(fact(OPENING, at(28)), fact(DEADLINE, at(28)), amount="1200000.50", currency="CNY")
    matter = await town.put_matter(fact(OPENING, at(29)), now=LATER, title="滨河路改造工程(二标段)", state=None)
    assert (matter.version, matter.amount, matter.title) == (2, "1200000.50", "滨河路改造工程(二标段)")
    assert await town.dates() == {(OPENING, ""): at(29), (DEADLINE, ""): at(28)}
    _, (kind, body) = await town.events()
    assert (kind, body["dates"]) == (
        "changed",
        [{"milestone": "opening", "part": "", "from": at(28).isoformat(), "to": at(29).isoformat()}],
    )
    assert body["fields"] == {"title": ["滨河路改造工程", "滨河路改造工程(二标段)"]}
    assert (await town.ledger(Kind.MATTER))[-1] == {
        **body,
        "event": "changed",
        "matter": matter.id,
        "ref": REF,
        "by": None,
    }


async def test_a_whole_statement_takes_away_the_dates_that_it_does_not_name_but_none_that_a_person_entered(
    db: Database,
) -> None:
    town = await Tendering.found(db)
    matter = await town.put_matter(fact(OPENING, at(28)), fact(DEADLINE, at(28)))
    by_hand = Milestone.EXPERTS_DRAWN
    await town.tenders.move(matter.id, by_hand, at(27), town.people["C"], 1, MONDAY)
    await town.put_matter(fact(DEADLINE, at(28)), whole=True, now=LATER)
    assert await town.dates() == {(by_hand, ""): at(27), (DEADLINE, ""): at(28)}


@pytest.mark.parametrize(
    ("then", "released", "stands"),
    [
        pytest.param(at(28), LATER, at(30), id="the same date as before is nothing new"),
        pytest.param(at(29), LATER, at(29), id="another date of a later release is news"),
        pytest.param(at(29), None, at(29), id="another date of a source that does not say as of when is news"),
        pytest.param(at(29), at(2), at(30), id="a release from before the person's word is none"),
    ],
)
async def test_what_a_person_entered_stands_until_a_source_tells_something_else_later(
    db: Database, then: datetime, released: datetime | None, stands: datetime
) -> None:
    town = await Tendering.found(db)
    matter = await town.put_matter(fact(OPENING, at(28)), released_at=FIRST)
    await town.tenders.move(matter.id, OPENING, at(30), town.people["H"], 1, MONDAY)
    again = told(fact(OPENING, then), released_at=released)
    await town.tenders.take(again, None, LATER + timedelta(hours=1))
    assert await town.dates() == {(OPENING, ""): stands}
    taken = await town.tenders.take(again, None, LATER + timedelta(hours=2))
    assert taken.outcome is Outcome.UNCHANGED
    assert await town.dates() == {(OPENING, ""): stands}


async def test_two_sources_do_not_undo_each_others_news_by_telling_the_same_again(db: Database) -> None:
    town = await Tendering.found(db)
    published = told(fact(OPENING, at(28)), fact(DEADLINE, at(28)), whole=True)
    internal = told(fact(OPENING, at(29)), fact(Milestone.EXPERTS_DRAWN, at(27)), title="滨河路", source=Source.SHEET)
    for what in (published, internal):
        await town.tenders.take(what, None, MONDAY)
    stands = {(OPENING, ""): at(29), (DEADLINE, ""): at(28), (Milestone.EXPERTS_DRAWN, ""): at(27)}
    for what in (published, internal, published):
        taken = await town.tenders.take(what, None, LATER)
        assert (taken.outcome, taken.matter.title) == (Outcome.UNCHANGED, "滨河路")
        assert await town.dates() == stands
    await town.tenders.take(told(fact(DEADLINE, at(30)), whole=True), None, LATER)
    assert await town.dates() == stands | {(DEADLINE, ""): at(30)}


async def test_two_watched_sheets_that_disagree_do_not_undo_each_other_every_night(db: Database) -> None:
    town = await Tendering.found(db)
    sheets = [told(fact(OPENING, at(day)), source=Source.SHEET, watched=name) for day, name in ((28, "a"), (29, "b"))]
    for night in range(3):
        for sheet in sheets:
            await town.tenders.take(sheet, None, MONDAY + timedelta(days=night))
    assert [kind for kind, _ in await town.events()] == ["created", "changed"]
    assert await town.dates() == {(OPENING, ""): at(29)}


async def test_a_date_that_a_person_took_away_is_not_brought_back_by_the_same_told_again(db: Database) -> None:
    town = await Tendering.found(db)
    matter = await town.put_matter(fact(OPENING, at(28)))
    taken = await town.tenders.clear(matter.id, OPENING, town.people["L"], 1, MONDAY)
    assert (taken.outcome, taken.matter.version, await town.dates()) == (Outcome.CHANGED, 2, {})
    await town.put_matter(fact(OPENING, at(28)), now=LATER)
    assert await town.dates() == {}
    await town.put_matter(fact(OPENING, at(29)), now=LATER)
    assert await town.dates() == {(OPENING, ""): at(29)}


async def test_a_release_that_is_older_than_what_is_known_changes_nothing(db: Database) -> None:
    town = await Tendering.found(db)
    await town.put_matter(fact(OPENING, at(28)), released_at=at(5))
    matter = await town.put_matter(fact(OPENING, at(20)), released_at=at(3), title="旧标题", whole=True)
    assert (matter.version, matter.title) == (1, "滨河路改造工程")
    assert await town.dates() == {(OPENING, ""): at(28)}


async def test_a_matter_that_a_person_called_off_is_not_opened_by_a_source_that_says_nothing_new(db: Database) -> None:
    town = await Tendering.found(db)
    matter = await town.put_matter(fact(OPENING, at(28)))
    await town.tenders.stop(matter.id, MatterState.CANCELLED, "项目调整", town.people["L"], 1, MONDAY)
    stopped = await town.put_matter(fact(OPENING, at(28)), now=LATER)
    assert (stopped.state, stopped.why) == (MatterState.CANCELLED, "项目调整")
    awarded = await town.put_matter(state=MatterState.AWARDED, now=LATER)
    assert (awarded.state, awarded.why) == (MatterState.AWARDED, None)


async def test_each_part_has_a_date_of_its_own(db: Database) -> None:
    town = await Tendering.found(db)
    signed = Milestone.CONTRACT_SIGNED
    await town.put_matter(fact(signed, at(21), "A"), fact(signed, at(22), "B"))
    await town.put_matter(fact(signed, at(23), "B"))
    assert await town.dates() == {(signed, "A"): at(21), (signed, "B"): at(23)}


_NO_MATTERS: Final[tuple[tuple[dict[str, Any], str], ...]] = (
    ({"ref": " "}, "ref"),
    ({"ref": "R" * 121}, "ref"),
    ({"ref": "R\0"}, "ref"),
    ({"title": None}, "title"),
    ({"title": "工" * 301}, "title"),
    ({"title": "工\u202e程"}, "title"),
    ({"buyer": ""}, "buyer"),
    ({"kind": None, "source": Source.SHEET}, "kind"),
    ({"amount": "1,200"}, "amount"),
    ({"amount": "NaN"}, "amount"),
    ({"currency": "元"}, "currency"),
    ({"unit": "没有的局"}, "unit"),
    ({"posts": {None: ["没有的岗位"]}}, "posts"),
    ({"posts": {OPENING: ["\0"]}}, "posts"),
    ({"facts": (fact(OPENING, at(28).replace(year=1989)),)}, "opening"),
    ({"facts": (fact(OPENING, at(28).replace(year=2100)),)}, "opening"),
    ({"facts": (fact(OPENING, at(28), "P" * 81),)}, "opening"),
    ({"facts": (fact(Milestone.EXAMINATION, at(28)),), "source": Source.HAND}, "examination"),
    ({"facts": tuple(fact(OPENING, at(28), str(part)) for part in range(501))}, "facts"),
    ({"method_said": "\x07"}, "method_said"),
    ({"released_at": at(1).replace(year=2101)}, "released_at"),
)


async def test_what_cannot_be_a_matter_is_refused_by_the_field(db: Database) -> None:
    town = await Tendering.found(db)
    for more, column in _NO_MATTERS:
        with pytest.raises(Refused) as refused:
            await town.tenders.check(told(**more), None, MONDAY)
        assert {fault.column for fault in refused.value.faults} == {column}
        with pytest.raises(Refused):
            await town.tenders.take(told(**more), None, MONDAY)
        with pytest.raises(NotFound):
            await town.whole(str(more.get("ref", REF)))


async def test_dates_that_come_bit_by_bit_are_limited_too(db: Database) -> None:
    town = await Tendering.found(db)
    for first in (0, 300):
        what = told(*(fact(OPENING, at(28), str(part)) for part in range(first, first + 300)))
        if first:
            with pytest.raises(Refused):
                await town.tenders.take(what, None, MONDAY)
        else:
            await town.tenders.take(what, None, MONDAY)
    assert len(await town.dates()) == 300


# --- many -------------------------------------------------------------------------------------------------------------


async def test_many_are_taken_together_and_what_cannot_be_keeps_no_other_from_it(db: Database) -> None:
    town = await Tendering.found(db)
    refs = [f"R-{number:03}" for number in range(1, 231)]
    tolds = [told(fact(OPENING, at(28)), ref=ref) for ref in refs]
    tolds[100] = told(ref=refs[100], title="")
    tolds += [told(fact(OPENING, at(29)), ref=refs[0]), told(ref="R-未知", buyer="区水务公司")]
    along: list[str] = []

    async def note(_conn: Connection, done: Sequence[str]) -> None:
        along.extend(done)

    taken = await town.tenders.take_all(tolds, None, MONDAY, about={"file": "招标.json"}, along=note)
    assert (taken.created, taken.changed, taken.unchanged, taken.unplaced) == (230, 1, 0, 1)
    assert [ref for ref, _ in taken.refused] == [refs[100]]
    assert len(along) == 231
    assert await town.dates(refs[0]) == {(OPENING, ""): at(29)}
    assert await town.ledger(Kind.MATTERS_IMPORTED) == [
        {
            "file": "招标.json",
            "by": None,
            "created": 230,
            "changed": 1,
            "unchanged": 0,
            "unplaced": 1,
            "refused": 1,
        }
    ]


async def test_an_import_that_breaks_off_is_recorded_with_what_was_taken(db: Database) -> None:
    town = await Tendering.found(db)

    async def half() -> AsyncIterator[Told]:
        for number in range(60):
            yield told(fact(OPENING, at(28)), ref=f"R-{number}")
        raise Gone

    with pytest.raises(Gone):
        await town.tenders.take_all(half(), None, MONDAY)
    (body,) = await town.ledger(Kind.MATTERS_IMPORTED)
    assert (body["created"], body["cut_short"]) == (50, True)


async def test_many_told_again_leave_no_trace(db: Database) -> None:
    town = await Tendering.found(db)
    tolds = [told(fact(OPENING, at(28)), ref=f"R-{number}") for number in range(5)]
    await town.tenders.take_all(tolds, None, MONDAY)
    before = await town.ledger(Kind.MATTER), await town.ledger(Kind.MATTERS_IMPORTED)
    again = await town.tenders.take_all(tolds, None, LATER)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 5)
    assert (await town.ledger(Kind.MATTER), await town.ledger(Kind.MATTERS_IMPORTED)) == before


# --- whose ------------------------------------------------------------------------------------------------------------


async def test_a_source_of_a_unit_cannot_take_over_a_matter_of_another_one(db: Database) -> None:
    town = await Tendering.found(db)
    await town.put_matter(fact(OPENING, at(28)))
    stranger = town.people["M"]
    for what in (
        told(fact(OPENING, at(20))),  # another unit's
        told(buyer="财政局"),  # that would become the own one's
        told(ref="R-2"),  # a new one of another unit
        told(ref="R-3", buyer="谁也不认识"),  # of no unit
    ):
        with pytest.raises(NotEntitled):
            await town.tenders.take(what, stranger, MONDAY)
        with pytest.raises(NotEntitled):
            await town.tenders.check(what, stranger, MONDAY)
    assert await town.dates() == {(OPENING, ""): at(28)}
    assert [one["matter"] for one in await town.ledger(Kind.ACT_REFUSED)] == [*[REF] * 4, "R-2", "R-2", "R-3", "R-3"]
    own = await town.tenders.take(told(ref="R-4", buyer="财政局", source=Source.INTERFACE), stranger, MONDAY)
    assert (own.outcome, own.matter.unit, own.matter.created_by) == (Outcome.CREATED, "财政局", stranger)


async def test_the_office_may_give_a_matter_to_another_buyer(db: Database) -> None:
    town = await Tendering.found(db)
    await town.put_matter()
    taken = await town.tenders.take(told(buyer="财政局"), town.people["O"], MONDAY)
    assert (taken.outcome, taken.matter.unit) == (Outcome.CHANGED, "财政局")
    assert (await town.events())[-1][1]["unit"] == "财政局"
    unknown = await town.tenders.take(told(buyer="谁也不认识"), town.people["O"], MONDAY)
    assert unknown.matter.unit is None


async def test_a_buyer_that_the_office_has_placed_is_known_from_then_on(db: Database) -> None:
    town = await Tendering.found(db)
    for ref in ("R-1", "R-2"):
        await town.put_matter(ref=ref, buyer="某市住房和城乡建设局")
    elsewhere = await town.put_matter(ref="R-3", buyer="某市住房和城乡建设局", unit="质监站")
    first = (await town.whole("R-1")).matter
    with pytest.raises(NotEntitled):
        await town.tenders.place(first.id, "住建局", town.people["L"], MONDAY)
    assert await town.tenders.place(first.id, "住建局", town.people["O"], MONDAY) == 2
    assert [(await town.whole(ref)).matter.unit for ref in ("R-1", "R-2")] == ["住建局", "住建局"]
    assert (await town.whole("R-3")).matter == elsewhere
    later = await town.put_matter(ref="R-4", buyer="某市住房和城乡建设局")
    assert later.unit == "住建局"
    assert await town.tenders.place("某市住房和城乡建设局", "质监站", town.people["O"], LATER) == 3
    with pytest.raises(Refused):
        await town.tenders.place("某市住房和城乡建设局", "没有的局", town.people["O"], LATER)


async def test_many_matters_of_a_buyer_are_placed_some_at_a_time_and_what_was_cut_short_is_done_by_saying_it_again(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await Tendering.found(db)
    for number in range(5):
        await town.put_matter(ref=f"R-{number}", buyer="建设局")
    monkeypatch.setattr(acting, "TOGETHER", 2)
    change, batches = writing.change, list[int]()

    async def cut_short(conn: Connection, writer: Writer, changed: Sequence[Changed]) -> dict[int, Outcome]:
        batches.append(len(changed))
        if len(batches) == 2:
            raise RuntimeError
        return await change(conn, writer, changed)

    monkeypatch.setattr(writing, "change", cut_short)
    with pytest.raises(RuntimeError):
        await town.tenders.place("建设局", "住建局", town.people["O"], MONDAY)
    assert (await town.put_matter(ref="R-5", buyer="建设局")).unit is None, "it is remembered with the last of them"
    assert await town.tenders.place("建设局", "住建局", town.people["O"], LATER) == 4
    assert [size for size in batches if size] == [2] * 4
    assert (await town.put_matter(ref="R-6", buyer="建设局")).unit == "住建局"


async def test_what_a_person_enters_is_that_persons_word_at_once(db: Database) -> None:
    town = await Tendering.found(db)
    by_hand = told(fact(OPENING, at(28)), source=Source.HAND, method=Method.INVITED)
    taken = await town.tenders.take(by_hand, town.people["C"], MONDAY)
    whole = await town.whole()
    assert (taken.matter.method, taken.matter.source) == (Method.INVITED, Source.HAND)
    assert [(one.person, one.name) for one in whole.facts] == [("C", "姓名C")]
    await town.put_matter(fact(OPENING, at(20)), released_at=FIRST)
    assert await town.dates() == {(OPENING, ""): at(28)}


async def test_a_recruitment_is_a_matter_of_its_own_steps(db: Database) -> None:
    town = await Tendering.found(db)
    told_of = Told(
        ref="招聘-1",
        kind=MatterKind.RECRUITMENT,
        title="公开招聘",
        buyer="住建局",
        source=Source.SHEET,
        facts=(fact(Milestone.EXAMINATION, at(27)),),
    )
    taken = await town.tenders.take(told_of, town.people["O"], MONDAY)
    assert {one.limit.milestone for one in (await town.whole("招聘-1")).limits} >= {Milestone.PUBLICITY_UNTIL}
    assert taken.matter.state is MatterState.ACTIVE
