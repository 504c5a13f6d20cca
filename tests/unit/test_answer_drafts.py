"""The draft of answers keeps the parts for several warnings, and takes each message once."""

import asyncio
from functools import partial

import pytest

from messages import drafts
from messages.errors import DecidedBefore
from messages.files import Attachment, FileKind
from messages.notices import Grade
from messages.store.database import Database
from messages.warnings import answers
from messages.warnings.answers import AnswerDraft, Given
from messages.warnings.records import Asked
from tests.judged import DOCUMENT, IN_FULL, Bench

PHOTO = Attachment(file=2, kind=FileKind.PHOTO)


async def begun(bench: Bench, warning: int) -> AnswerDraft:
    _, draft = await bench.judging.begin(warning, bench.id("H"), bench.now)
    return draft


async def test_parts_of_several_answers_are_gathered_and_given_one_by_one(db: Database) -> None:
    bench = await Bench.open(db)
    blue, orange = await bench.warn(), await bench.warn(Grade.ORANGE)
    change = partial(answers.change, db, now=bench.now)
    draft = await begun(bench, orange)
    assert (draft.warning, draft.asked) == (orange, Asked.STATEMENT)
    await change(draft.id, lambda one: one.taking(11, text=" 第一段 "))
    await change(draft.id, lambda one: one.taking(12, text="第二段", files=[DOCUMENT]))
    await begun(bench, blue)
    await change(draft.id, lambda one: one.taking(13, text="已自查。"))
    kept = await answers.current(db, bench.id("H"))
    assert kept is not None
    assert kept.of(orange) == {Asked.STATEMENT: Given(text="第一段\n第二段", files=(DOCUMENT,))}
    assert (kept.warning, kept.asked) == (blue, Asked.SELF_CHECK)
    await bench.answer(blue, kept.of(blue))
    left = await answers.current(db, bench.id("H"))
    assert left is not None
    assert (left.warning, left.of(blue)) == (None, {})
    assert (await begun(bench, orange)).asked is Asked.MEASURES
    await bench.answer(orange, IN_FULL)
    assert await answers.current(db, bench.id("H")) is None
    assert [await answers.was_taken(db, bench.id("H"), number) for number in (13, 14)] == [True, False]
    with pytest.raises(DecidedBefore):
        await change(draft.id, lambda one: one.taking(15, text="还有。"))


async def test_a_message_that_comes_twice_or_at_once_with_others_is_taken_once(db: Database) -> None:
    bench = await Bench.open(db)
    draft = await begun(bench, await bench.warn())
    files = {20: DOCUMENT, 21: PHOTO}
    await asyncio.gather(
        *(
            answers.change(db, draft.id, partial(AnswerDraft.taking, message_id=number, files=[file]), bench.now)
            for number, file in [*files.items(), *files.items()]
        )
    )
    kept = await answers.current(db, bench.id("H"))
    assert kept is not None
    assert set(kept.of(1)[Asked.SELF_CHECK].files) == {DOCUMENT, PHOTO}
    assert len(kept.of(1)[Asked.SELF_CHECK].files) == 2


async def test_a_part_is_begun_anew_and_words_that_nothing_asks_for_are_left_alone(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    warning = await bench.warn()
    draft = (await begun(bench, warning)).taking(30, text="错字。")
    again = draft.clearing(warning, Asked.SELF_CHECK)
    assert again.asked is Asked.SELF_CHECK
    assert answers.missing((Asked.SELF_CHECK,), again.of(warning)) == (Asked.SELF_CHECK,)
    looked_at = draft.asking(warning, None)
    assert looked_at.taking(31, text="多余。") == looked_at


async def test_the_draft_is_in_front_once_it_is_opened(sqlite_db: Database) -> None:
    bench = await Bench.open(sqlite_db)
    await begun(bench, await bench.warn())
    assert await drafts.in_front(sqlite_db, bench.id("H")) is drafts.Kind.ANSWER
