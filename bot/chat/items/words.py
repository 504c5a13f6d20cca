"""The submitting desk's words: its questions, what is still missing, and what has been said so far."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from bot.chat.buttons import shortened
from bot.chat.desk import Desk
from bot.chat.words import said_post
from messages.items.drafts import ItemContent, Step
from messages.items.kinds import DECISIVE, Decisive, category_said, decisive_said
from messages.items.records import MARKS, AboutPost, grade_said
from messages.notices import Category, Grade
from messages.text.phrase import Phrase, phrase
from messages.warnings.records import asked_said, part_said

CATEGORY_MARKS: Final[Mapping[Category, str]] = MappingProxyType(
    {Category.CAUTION: "⚠️", Category.REMINDER: "🔔", Category.PROMPT: "📬", Category.STUDY: "📖"}
)

QUESTIONS: Final[Mapping[Step, Phrase]] = MappingProxyType(
    {
        Step.CATEGORY: phrase("What would you like to submit?"),
        Step.KIND: phrase("What is it about?"),
        Step.TITLE: phrase("Please write the title: one line."),
        Step.TEXT: phrase("Please write the text; bold, italic and links are kept."),
        Step.FILES: phrase("Please send pictures, films or files, also several at once; or go on."),
        Step.DATE: phrase("Which day? Choose it, or write it, such as 9-24."),
        Step.AUDIENCE: phrase("Who is to receive it?"),
        Step.GRADE: phrase("Which grade do you propose? The leader decides."),
        Step.POSTS: phrase("Which posts is it about? Write a part of a unit's, a post's or a person's name to search."),
        Step.CHECK: phrase("Please look it over, then send it."),
    }
)
"""What the card asks at each step."""
_POSTS_NAMED: Final = 5
_POST_SHOWN: Final = 80
_GO_ON: Final = phrase("Something is still missing: please go on, or correct an answer.")

LABELS: Final[Mapping[Step, Phrase]] = MappingProxyType(
    {
        Step.CATEGORY: phrase("Category"),
        Step.KIND: phrase("Which kind"),
        Step.TITLE: phrase("Title"),
        Step.TEXT: phrase("Text"),
        Step.FILES: phrase("Files"),
        Step.DATE: phrase("Date"),
        Step.AUDIENCE: phrase("Audience"),
        Step.GRADE: phrase("Grade"),
        Step.POSTS: phrase("Which posts"),
    }
)
"""What an answer is called on the button that corrects it, and where it is missing."""


def question_of(step: Step, content: ItemContent) -> Phrase:
    """What the card asks; for a date, of what it is the day."""
    if step is Step.DATE and (what := decisive_of(content)):
        return phrase("{what}: please choose it, or write it, such as 9-24.", what=what)
    return _GO_ON if step is Step.CHECK and content.missing else QUESTIONS[step]


def label_of(step: Step, content: ItemContent) -> Phrase:
    """What an answer is called; a date by what it is the day of."""
    return decisive_of(content) or LABELS[step] if step is Step.DATE else LABELS[step]


def decisive_of(content: ItemContent) -> Phrase | None:
    """What the decisive date is of; None where there is none."""
    decisive: Decisive | None = DECISIVE.get(content.category) if content.category else None
    return decisive_said(decisive) if decisive else None


def said_category(desk: Desk, category: Category, language: str) -> str:
    """A category with its mark."""
    return f"{CATEGORY_MARKS[category]} {desk.catalog.say(category_said(category), language)}"


def said_grade(desk: Desk, grade: Grade, language: str) -> str:
    """A grade with its mark."""
    return f"{MARKS[grade]} {desk.catalog.say(grade_said(grade), language)}"


def named_posts(desk: Desk, posts: Sequence[AboutPost], language: str) -> dict[str, Any]:
    """The first posts by their names, and how many more there are, as the templates take them."""
    return {
        "posts": [shortened(said_post(desk, post, language), _POST_SHOWN) for post in posts[:_POSTS_NAMED]],
        "more_posts": max(0, len(posts) - _POSTS_NAMED),
    }


def said_ladder(desk: Desk, grade: Grade, language: str) -> dict[str, object]:
    """What a grade asks for, as the template of the card takes it."""
    ladder, say = desk.policy.warnings.of(grade), desk.catalog.say
    return {
        "said": said_grade(desk, grade, language),
        "acknowledge": ladder.acknowledge,
        "answer": ladder.answer,
        "asked": [say(asked_said(one), language) for one in ladder.checklist],
        "told": [say(part_said(one), language) for one in ladder.steps[0].told],
    }
