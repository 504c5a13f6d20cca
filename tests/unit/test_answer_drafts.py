"""The draft of answers keeps the parts for several warnings, and takes each message once."""

import asyncio
from functools import partial

import pytest

from messages import drafts
from messages.errors import DecidedBefore, Outdated
from messages.files import Attachment, FileKind
from messages.notices import Grade
from messages.searches import LOOKUPS
from messages.store.database import Database
from messages.warnings import answers
from messages.warnings.answers import ANSWERS, AnswerDraft, Given
from messages.warnings.records import Asked, WarningState
from tests.judged import DOCUMENT, IN_FULL, Bench

PHOTO = Attachment(file=2, kind=FileKind.PHOTO)


async def begun(bench: Bench, warning: int) -> AnswerDraft:
    _, draft = await bench.judging.begin(warning, bench.id("H"), bench.now)
    return draft


async def test_parts_of_several_answers_are_gathered_and_given_one_by_one(db: Database) -> None:
    bench = await Bench.open(db)
    blue, orange = await bench.warn(), await bench.warn(Grade.ORANGE)
    change = partial(ANSWERS.change, db, now=bench.now)
    draft = await begun(bench, orange)
    assert (draft.warning, draft.part) == (orange, Asked.STATEMENT)
    await change(draft.id, lambda one: one.adding(11, text=" 第一段 "))
    await change(draft.id, lambda one: one.adding(12, text="第二段", files=[DOCUMENT]))
    await begun(bench, blue)
    await change(draft.id, lambda one: one.adding(13, text="已自查。"))
    kept = await ANSWERS.current(db, bench.id("H"))
    assert kept is not None
    assert kept.of(orange) == {Asked.STATEMENT: Given(text="第一段\n第二段", files=(DOCUMENT,))}
    assert (kept.warning, kept.part) == (blue, Asked.SELF_CHECK)
    await bench.answer(blue, kept.of(blue))
    left = await ANSWERS.current(db, bench.id("H"))
    assert left is not None
    assert (left.warning, left.of(blue)) == (None, {})
    assert (await begun(bench, orange)).part is Asked.MEASURES
    await bench.answer(orange, IN_FULL)
    assert await ANSWERS.current(db, bench.id("H")) is None
    assert [await ANSWERS.has_taken(db, bench.id("H"), number) for number in (13, 14)] == [True, False]
    with pytest.raises(DecidedBefore):
        await change(draft.id, lambda one: one.adding(15, text="还有。"))


async def test_a_message_that_comes_twice_or_at_once_with_others_is_taken_once(db: Database) -> None:
    bench = await Bench.open(db)
    draft = await begun(bench, await bench.warn())
    files = {20: DOCUMENT, 21: PHOTO}
    await asyncio.gather(
        *(
            ANSWERS.change(db, draft.id, partial(AnswerDraft.adding, message_id=number, files=[file]), bench.now)
            for number, file in [*files.items(), *files.items()]
        )
    )
    kept = await ANSWERS.current(db, bench.id("H"))
    assert kept is not None
    assert set(kept.of(1)[Asked.SELF_CHECK].files) == {DOCUMENT, PHOTO}
    assert len(kept.of(1)[Asked.SELF_CHECK].files) == 2


async def test_a_part_is_begun_anew_and_words_that_nothing_asks_for_are_left_alone(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn()
    draft = (await begun(bench, warning)).adding(30, text="错字。")
    again = draft.clearing(warning, Asked.SELF_CHECK)
    assert again.part is Asked.SELF_CHECK
    assert answers.missing((Asked.SELF_CHECK,), again.of(warning)) == (Asked.SELF_CHECK,)
    looked_at = draft.asking(warning, None)
    assert looked_at.adding(31, text="多余。") == looked_at


async def test_the_draft_is_in_front_once_it_is_opened(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    await begun(bench, await bench.warn())
    assert await drafts.in_front(sqlite_db, bench.id("H")) is drafts.Kind.ANSWER


async def test_a_draft_that_asks_for_nothing_leaves_the_words_to_what_is_behind_it(sqlite_db: Database) -> None:
    """A half-written answer that was put off took what another dialogue had asked for, and answered the pointer."""
    bench = await Bench.open(sqlite_db)
    await LOOKUPS.ask(sqlite_db, bench.id("H"), bench.now)
    draft = await begun(bench, await bench.warn())
    await ANSWERS.change(sqlite_db, draft.id, lambda one: one.adding(11, text="一半"), bench.now)
    await ANSWERS.change(sqlite_db, draft.id, lambda one: one.asking(1, None), bench.now)
    assert await drafts.in_front(sqlite_db, bench.id("H")) is drafts.Kind.LOOKUP
    assert await ANSWERS.has_taken(sqlite_db, bench.id("H"), 11)  # though it comes once more while nothing is asked


async def test_words_that_came_after_the_last_look_are_not_sent_unseen_nor_lost(db: Database) -> None:
    """What another process took between the reading of the draft and the answer went away with the draft."""
    bench = await Bench.open(db)
    warning = await bench.warn()
    draft = await begun(bench, warning)
    seen = await ANSWERS.change(db, draft.id, lambda one: one.adding(11, text="已自查。"), bench.now)
    await ANSWERS.change(db, draft.id, lambda one: one.adding(12, text="还有。"), bench.now)
    judging, who = bench.judging, bench.id("H")
    with pytest.raises(Outdated):
        await judging.answer(warning, who, seen.of(warning), bench.now, seen=seen.seen(warning))
    kept = await ANSWERS.current(db, who)
    assert kept is not None
    answered = await judging.answer(warning, who, kept.of(warning), bench.now, seen=kept.seen(warning))
    assert answered.state is WarningState.ANSWERED
