"""A draft is kept step by step, and the audience chosen for it is an expression."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from messages import drafts
from messages.audience import confined, parse
from messages.chosen import Chosen, chosen_from, chosen_of
from messages.drafting import Asked, Change, setting
from messages.drafts import BROADCASTS, Content, Draft, Sending
from messages.errors import DecidedBefore, Refused
from messages.files import Attachment, FileKind
from messages.notices import Lane
from messages.store.database import Database
from tests.district import MORNING, District

CONTENT = Content(
    text="请<b>查收</b>",
    title="通知",
    attachments=(Attachment(file=3, kind=FileKind.PHOTO),),
    audience=Chosen(units=("财政局", "Bureau of X"), levels=(1, 2), risks=("high",)),
    acknowledge=True,
    within=2,
    sending=Sending.AT,
    at=MORNING + timedelta(days=1),
    lane=Lane.RED,
)


@pytest.fixture
async def person(db: Database) -> int:
    district = District(db)
    await district.bureau("A")
    return district.people["A"]


async def begin(db: Database, person: int) -> Draft:
    async with db.writing() as conn:
        return await drafts.begin(conn, person, MORNING)


async def test_a_draft_is_found_again_as_it_was_kept(db: Database, person: int) -> None:
    draft = await begin(db, person)
    assert (draft.content, draft.asked, draft.previewed) == (Content(), Asked.CONTENT, None)
    changed = replace(draft.taking(7, **vars(CONTENT)), asked=Asked.UNITS, card=9, search="财")
    await BROADCASTS.change(db, draft.id, lambda _: replace(changed, previewed="seen"), MORNING)
    found = await BROADCASTS.current(db, person)
    assert found is not None
    assert (found.content, found.asked, found.card, found.search, found.taken) == (CONTENT, Asked.UNITS, 9, "财", (7,))
    assert found.previewed == "seen"
    assert found.has_taken(7)


async def test_a_person_has_one_draft_and_beginning_again_gives_that_one(db: Database, person: int) -> None:
    first = await BROADCASTS.change(
        db, (await begin(db, person)).id, lambda draft: draft.with_content(text="x"), MORNING
    )
    assert await begin(db, person) == first


async def test_a_discarded_draft_is_gone_and_stays_as_it_was(db: Database, person: int) -> None:
    draft = await begin(db, person)
    await BROADCASTS.discard(db, draft, MORNING)
    with pytest.raises(DecidedBefore):
        await BROADCASTS.change(db, draft.id, lambda draft: draft.with_content(text="late"), MORNING)
    assert await BROADCASTS.current(db, person) is None
    assert (await begin(db, person)).content.text == ""


async def test_what_several_processes_take_at_once_is_all_there(db: Database, database_url: str, person: int) -> None:
    """An album's pictures came to two processes: each kept the draft as it had read it, and the last kept one only."""
    draft, other = await begin(db, person), Database(database_url)

    def taking(number: int) -> Change[Draft]:
        added = Attachment(file=number, kind=FileKind.PHOTO)
        return lambda present: present.taking(number, attachments=(*present.content.attachments, added))

    at_once = [BROADCASTS.change((db, other)[number % 2], draft.id, taking(number), MORNING) for number in range(8)]
    await asyncio.gather(*at_once, BROADCASTS.change(other, draft.id, setting(card=5), MORNING))
    await other.close()
    found = await BROADCASTS.current(db, person)
    assert found is not None
    assert {one.file for one in found.content.attachments} == set(range(8))
    assert (set(found.taken), found.card) == (set(range(8)), 5)


async def test_what_changed_after_it_was_read_is_not_closed_as_it_was_read(db: Database, person: int) -> None:
    """A press sends what was shown; what another process took meanwhile must not be lost with the draft."""
    draft = await begin(db, person)
    await BROADCASTS.change(db, draft.id, lambda present: present.taking(7, text="more"), MORNING)
    async with db.writing() as conn:
        with pytest.raises(Refused):
            await BROADCASTS.close(conn, draft, MORNING)
    assert await BROADCASTS.current(db, person) is not None


@pytest.mark.parametrize(
    ("chosen", "within", "expression"),
    [
        (Chosen(), (), ""),
        (Chosen(everyone=True), (), "all"),
        (Chosen(everyone=True), ("财政局", "教育局"), "unit:财政局, unit:教育局"),
        (Chosen(units=("财政局",)), ("推进办",), "unit:财政局"),
        (Chosen(units=("A B", "C,D")), (), 'unit:"A B", unit:"C,D"'),
        (Chosen(levels=(1, 2, 3, 5)), (), "level:1-3, level:5"),
        (Chosen(units=("甲", "乙"), levels=(1,)), (), "unit:甲 level:1, unit:乙 level:1"),
        (Chosen(roles=("leader",), risks=("high",)), ("甲",), "unit:甲 role:leader risk:high"),
        (Chosen(nodes=("开标",), risks=("high", "middle")), (), "node:开标 risk:high, node:开标 risk:middle"),
        (Chosen(nodes=("开标",)), (), "node:开标"),
        (Chosen(expression="post:P1"), ("甲",), "post:P1"),
        (Chosen(posts=("P1", "P 2")), ("甲",), 'post:P1, post:"P 2"'),
        (Chosen(units=("甲",), levels=(1,), posts=("P1",)), (), "unit:甲 level:1, post:P1"),
    ],
)
def test_what_is_ticked_is_written_as_an_expression(chosen: Chosen, within: tuple[str, ...], expression: str) -> None:
    assert chosen.written(within) == expression


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(everyone=True),
        Chosen(units=("A B", "甲")),
        Chosen(units=("乙", "甲"), levels=(1, 2, 4), roles=("duty", "leader"), nodes=("开标",), risks=("high", "low")),
        Chosen(levels=(3,), posts=("P1", "P2")),
        Chosen(posts=("P1",)),
    ],
)
def test_what_was_ticked_is_ticked_again_when_its_expression_is_read_back(chosen: Chosen) -> None:
    assert chosen_from(chosen.written(())) == chosen


def test_risk_posts_that_were_ticked_before_there_were_other_levels_are_ticked_still() -> None:
    assert chosen_of({"levels": [1], "risk": True}) == Chosen(levels=(1,), risks=("high",))


@pytest.mark.parametrize(
    "expression",
    [
        "-unit:甲",
        "unit:甲 level:1, unit:乙 level:2",
        "unit:甲 post:P1",
        "person:R1",
        "kind:street",
        "all, unit:甲",
        "x",
    ],
)
def test_what_ticking_cannot_say_stays_as_it_was_written(expression: str) -> None:
    assert chosen_from(expression) == Chosen(expression=expression)


def test_too_many_together_are_refused() -> None:
    with pytest.raises(Refused):
        Chosen(units=tuple(f"单位{n}" for n in range(200)), levels=(1, 3, 5)).written(())


@pytest.mark.parametrize("name", ['甲", all, unit:"甲', '"', "甲\n乙"])
def test_a_name_with_a_quotation_mark_is_never_part_of_an_expression(name: str) -> None:
    """A unit so called was read as further terms: whoever was confined to it spoke to everyone."""
    with pytest.raises(Refused):
        confined("level:1", [name])
    for chosen in (Chosen(units=(name,)), Chosen(nodes=(name,)), Chosen(everyone=True)):
        with pytest.raises(Refused):
            chosen.written([name])


def test_an_audience_is_confined_in_every_alternative() -> None:
    assert confined('level:1, unit:"A, B" -role:duty', ["甲", "乙"]) == (
        'level:1 unit:"甲", level:1 unit:"乙", unit:"A, B" -role:duty unit:"甲", unit:"A, B" -role:duty unit:"乙"'
    )
    assert (
        confined("unit:甲 level:1, -unit:甲", ["甲", "乙"]) == 'unit:甲 level:1, -unit:甲 unit:"甲", -unit:甲 unit:"乙"'
    )
    assert parse(confined("all，role:leader", ["甲"])) == parse("all unit:甲, role:leader unit:甲")
