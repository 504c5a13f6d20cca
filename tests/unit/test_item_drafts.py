"""The draft of an item: what is asked next, what is missing, and that it is kept."""

from dataclasses import replace
from datetime import date

import pytest

from bot.chat.items.dates import day_come
from messages.chosen import Chosen
from messages.errors import Refused
from messages.files import Attachment, FileKind
from messages.items.drafts import EMPTY, ITEMS, ItemContent, ItemDraft, Step, filled
from messages.items.kinds import ItemKind
from messages.items.records import ItemState
from messages.notices import Category, Grade
from messages.store.database import Database
from tests.collectors import CAUTION, Collectors
from tests.district import MORNING

PICTURE = Attachment(file=3, kind=FileKind.PHOTO)
REMINDER = ItemContent(
    category=Category.REMINDER,
    kind=ItemKind.COMPLAINTS,
    title="提醒",
    text="请<b>自查</b>",
    attachments=(PICTURE,),
    decisive_on=date(2026, 9, 18),
    audience=Chosen(units=("财政局",), posts=("PA",)),
    grade=Grade.RED,
    posts=("PH", "PG"),
)
TODAY = date(2026, 9, 21)


def draft_of(content: ItemContent, step: Step, *, guided: bool = True) -> ItemDraft:
    return ItemDraft(id=1, person_id=1, content=content, step=step, guided=guided)


async def test_a_draft_is_found_again_as_it_was_kept(db: Database) -> None:
    collectors = await Collectors(db).found()
    new = ItemDraft(id=0, person_id=collectors.id("C"), content=EMPTY)
    async with db.writing() as conn:
        draft = await ITEMS.begin(conn, new, MORNING)
    kept = replace(draft, content=REMINDER, step=Step.POSTS, guided=False, item_id=4, version=2, why="", search="科")
    await ITEMS.change(db, draft.id, lambda _: kept, MORNING)
    assert await ITEMS.current(db, collectors.id("C")) == kept


def test_each_category_has_its_own_questions() -> None:
    def after_files(category: Category) -> list[Step]:
        steps = ItemContent(category=category).steps
        return [*steps[steps.index(Step.FILES) + 1 :]]

    assert after_files(Category.CAUTION) == after_files(Category.PROMPT) == [Step.DATE, Step.AUDIENCE]
    assert after_files(Category.REMINDER) == [Step.DATE, Step.GRADE, Step.POSTS]
    assert after_files(Category.STUDY) == [Step.AUDIENCE]


def test_answers_lead_on_to_what_is_not_answered_and_corrections_back_to_the_last_look() -> None:
    content = replace(REMINDER, grade=None, posts=())
    assert draft_of(content, Step.TITLE).onward().step is Step.GRADE
    assert draft_of(REMINDER, Step.TITLE).onward().step is Step.CHECK
    assert draft_of(content, Step.TITLE, guided=False).onward().step is Step.CHECK
    assert draft_of(content, Step.CHECK).at(Step.CHECK).at(Step.TITLE).onward().step is Step.CHECK
    assert draft_of(content, Step.DATE).back().step is Step.FILES
    assert draft_of(EMPTY, Step.CATEGORY).back().step is Step.CATEGORY


def test_a_kind_of_another_category_is_asked_for_again() -> None:
    changed = REMINDER.of_category(Category.PROMPT)
    assert (changed.kind, changed.title) == (None, "提醒")
    assert draft_of(changed, Step.CATEGORY, guided=False).onward().step is Step.KIND
    assert REMINDER.of_category(Category.REMINDER) == REMINDER


def test_what_is_missing_is_named_and_files_stand_for_a_text() -> None:
    assert ItemContent(category=Category.STUDY).missing == (Step.KIND, Step.TITLE, Step.TEXT, Step.AUDIENCE)
    assert replace(REMINDER, text="").missing == ()
    assert replace(REMINDER, text="", attachments=()).missing == (Step.TEXT,)


def test_title_kind_and_day_are_enough_to_announce_save_for_study() -> None:
    announced = ItemContent(category=Category.CAUTION, kind=ItemKind.AUDIT, title="x", decisive_on=date(2026, 9, 18))
    assert announced.announceable
    assert not replace(announced, decisive_on=None).announceable
    assert not replace(announced, category=Category.STUDY, kind=ItemKind.RULES).announceable


def test_what_does_not_belong_to_the_category_is_not_given() -> None:
    given = REMINDER.given("unit:财政局")
    assert (given.audience, given.grade, given.posts) == (None, Grade.RED, ("PH", "PG"))
    caution = replace(REMINDER, category=Category.CAUTION, kind=ItemKind.AUDIT).given("unit:财政局")
    assert (caution.audience, caution.grade, caution.posts) == ("unit:财政局", None, ())
    study = replace(REMINDER, category=Category.STUDY, kind=ItemKind.RULES).given("all")
    assert study.decisive_on is None


async def test_a_draft_is_filled_from_an_item_that_came_back_and_asks_for_nothing_that_is_there(db: Database) -> None:
    collectors = await Collectors(db).found()
    item = await collectors.submit()
    item = await collectors.items.give_back(item.id, collectors.id("L"), item.version, "请补充", MORNING)
    draft = filled(item)
    assert item.state is ItemState.RETURNED
    assert (draft.step, draft.why, draft.item_id, draft.version) == (Step.CHECK, "请补充", item.id, 2)
    assert draft.content.given(draft.content.audience.written([])) == replace(CAUTION, audience=item.given.audience)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("9-18", date(2026, 9, 18)),
        (" 09/18 ", date(2026, 9, 18)),
        ("9月18日", date(2026, 9, 18)),
        ("2025年9月18号", date(2025, 9, 18)),
        ("2025-09-18", date(2025, 9, 18)),
        ("12.31", date(2025, 12, 31)),  # this year's is still to come
        ("昨天", date(2026, 9, 20)),
        ("Today", TODAY),
    ],
)
def test_a_day_is_read_as_people_write_it(words: str, day: date) -> None:
    assert day_come(words, TODAY) == day


@pytest.mark.parametrize("words", ["", "2-30", "9", "2026-09-22", "2003-12-31", "99999-1-1", "13-1", "０-１", "明天"])
def test_what_is_no_day_that_has_come_is_refused(words: str) -> None:
    with pytest.raises(Refused):
        day_come(words, TODAY)
