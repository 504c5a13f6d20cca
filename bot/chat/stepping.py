"""Drafts that ask one question after the other: the rows that lead on from a question, and back to each answer."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press, Said
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.drafting import Text, Writing, with_file
from bot.chat.words import marked_text
from messages.drafting import Change, Drafts, Stepped
from messages.errors import CHANGED
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase

S = TypeVar("S", bound=StrEnum)
D = TypeVar("D", bound=Stepped[Any])


def feet(desk: Desk, draft: Stepped[S], language: str, view: str, *, skipped: Collection[S]) -> Rows:
    """The row that leads on from a question: back, to the look at everything, and on where that is open.

    ``view`` is the kind of its buttons; the questions that may be ``skipped`` need no answer.
    """

    def leads(what: Phrase, to: StrEnum) -> InlineKeyboardButton:
        return labelled(desk, what, language, view, draft.id, "go", to)

    step, last = draft.step, draft.last
    if not draft.guided:
        return [[leads(phrase("« Go back"), last)]]
    row = [] if step == draft.content.steps[0] else [leads(phrase("« Go back"), draft.back().step)]
    row.append(leads(phrase("📝 Overview"), last))
    if draft.content.answered(step):
        row.append(leads(phrase("Go on »"), draft.onward().step))
    elif step in skipped:
        row.append(leads(phrase("Skip »"), draft.onward().step))
    return [row]


def corrections(desk: Desk, draft: Stepped[S], language: str, view: str, label: Callable[[S], Phrase]) -> Rows:
    """A button for each answer that leads back to its question, two in a row; ``label`` says what it is called."""
    steps: Collection[S] = draft.content.steps
    leads = [
        labelled(desk, phrase("✏️ {what}", what=label(step)), language, view, draft.id, "go", step) for step in steps
    ]
    return [leads[place : place + 2] for place in range(0, len(leads), 2)]


def checking(
    desk: Desk, draft: Stepped[S], language: str, view: str, label: Callable[[S], Phrase], *, ends: Rows
) -> Rows:
    """The rows below the look at everything: on with what is missing, or else what ``ends`` it; and the corrections."""
    missing: tuple[S, ...] = draft.content.missing
    if missing:
        what = phrase("▶️ Go on with what is missing")
        ends = [[labelled(desk, what, language, view, draft.id, "go", missing[0])]]
    return [*ends, *corrections(desk, draft, language, view, label)]


def to_discard(desk: Desk, draft: Stepped[S], language: str, view: str) -> list[InlineKeyboardButton]:
    """The row that leads to discarding a draft."""
    return [labelled(desk, phrase("🗑 Discard"), language, view, draft.id, "discard")]


def discarding(desk: Desk, draft: Stepped[S], language: str, view: str) -> Rows:
    """The rows that ask once more whether a draft is discarded."""
    return [
        [labelled(desk, phrase("🗑 Discard it for good"), language, view, draft.id, "discarded")],
        [labelled(desk, phrase("« Go back"), language, view, draft.id, "go", draft.step)],
    ]


@dataclass(frozen=True, kw_only=True)
class Discarding(Generic[D]):
    """How the drafts of one desk are discarded: it is asked once more, and then said that they are ``gone``.

    ``view`` is the kind of the card's buttons, and ``text`` what it says.
    """

    drafts: Drafts[D]
    view: str
    text: Text[D]
    gone: Phrase

    async def ask(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """Whether it is meant."""
        rows = discarding(desk, draft, member.language, self.view)
        await cards.turn(desk, press, Drawn(text=await self.text(desk, draft, member.language), rows=rows))

    async def discard(self, desk: Desk, press: Press, member: Member, draft: D) -> None:
        """The draft is closed; what it was about stays as it was."""
        await self.drafts.discard(desk.db, draft, desk.clock.now())
        await cards.turn(desk, press, cards.plain(desk, self.gone, member.language))


async def is_as_shown(desk: Desk, press: Press, member: Member, writing: Writing[D], draft: D, wish: Wish) -> bool:
    """Whether the button that ends a draft was pressed on how it stands by now, all of it; else it is shown anew."""
    match wish.words[1:]:
        case [seen]:
            pass
        case _:
            raise Forged
    if seen == draft.digest and not draft.content.missing:
        return True
    await desk.toast(press, CHANGED, member.language)
    await writing.show(desk, press, member, draft, lambda present: present.at(present.last))
    return False


async def with_file_beneath(
    desk: Desk, said: Said, member: Member, draft: D, text: StrEnum, files: StrEnum
) -> Change[D]:
    """A file, whatever was asked; at the question for the ``text`` what stands beneath it is that.

    From there it leads on to the question for ``files``.
    """
    beneath = marked_text(said)

    def with_text(present: D) -> str:
        whole: str = present.content.text
        before = "" if present.step == text else whole
        return f"{before}\n\n{beneath}" if before and beneath else beneath or whole

    change = await with_file(desk, said, member, draft, with_text)

    def taken(present: D) -> D:
        changed = change(present)
        return changed.at(files) if changed.step == text else changed

    return taken
