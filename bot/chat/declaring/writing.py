"""Making a declaration: its draft is begun, found again and discarded; buttons answer, lead on, and send it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from html import escape
from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, labelled
from bot.chat.declaring.asking import ANSWER, LIST, NONE, SEND, SOME, VIEW, WRITING, face, text_of
from bot.chat.desk import Desk, OnButton, OnWords
from bot.chat.drafting import send_card
from bot.chat.stepping import Discarding, is_as_shown
from bot.chat.words import said_few
from messages.drafts import Kind
from messages.errors import NotEntitled, NotFound
from messages.store.accounts import Member
from messages.tenders.declaration_drafts import (
    DECLARATIONS,
    DeclarationContent,
    DeclarationDraft,
    DeclarationStep,
)
from messages.tenders.declarations import Asked
from messages.text.phrase import Phrase, phrase
from schedules.tenders.declaring import Declared


async def declare(desk: Desk, press: Press, member: Member, matter_id: int, prompt_id: int) -> None:
    """The button under a prompt: the declaration's card, in a message of its own; the prompt stays as it is."""
    asked = await desk.tenders.asking(matter_id, member.person_id, desk.clock.now(), prompt_id)
    await cards.attend(desk, press)
    await begin(desk, member, asked)


async def begin(desk: Desk, member: Member, asked: Asked) -> None:
    """A new declaration about a matter, or the one that was left; of one about another matter it is asked first."""
    now = desk.clock.now()
    new = DeclarationDraft(id=0, person_id=member.person_id, content=DeclarationContent(asked=asked))
    async with desk.db.writing() as conn:
        if before := await DECLARATIONS.find(conn, member.person_id):
            await DECLARATIONS.make_room(conn, member.person_id, before.content.emptied, now)
        draft = await DECLARATIONS.begin(conn, new, now)
    await DECLARATIONS.touch(desk.db, draft, now)
    if draft.content.asked.matter_id != asked.matter_id:
        await cards.send(desk, member.chat_id, _which(desk, draft, asked, member.language), protect=True)
        return
    await send_card(desk, member, DECLARATIONS, draft, await face(desk, draft, member), protect=True)


def _which(desk: Desk, draft: DeclarationDraft, asked: Asked, language: str) -> Drawn:
    """Two declarations cannot be made at once: whether to go on with the one, or to begin the other."""
    begun, title = draft.content.asked.title, asked.title
    said = phrase(
        "You have begun a declaration about “{begun}”, and not sent it. Go on with that, or begin the one about "
        "“{title}”? What was begun is discarded then.",
        begun=begun,
        title=title,
    )
    on = labelled(desk, phrase("▶️ Go on: {title}", title=begun), language, LIST, "begun")
    instead = phrase("✍️ Begin: {title}", title=title)
    anew = labelled(desk, instead, language, LIST, "instead", asked.matter_id, draft.id)
    return cards.plain(desk, said, language, [on], [anew])


async def drop(desk: Desk, member: Member, draft_id: int) -> None:
    """Discard the declaration that was begun, where it is still this one."""
    draft = await DECLARATIONS.current(desk.db, member.person_id)
    if draft is not None and draft.id == draft_id:
        await DECLARATIONS.discard(desk.db, draft, desk.clock.now())


async def go_on(desk: Desk, member: Member) -> bool:
    """The card of the declaration that was left, below all else; whether there is one."""
    draft = await DECLARATIONS.current(desk.db, member.person_id)
    if draft is None:
        return False
    await begin(desk, member, draft.content.asked)
    return True


async def answer(desk: Desk, press: Press, member: Member, draft: DeclarationDraft, wish: Wish) -> None:
    """Whether there is an interest: the next question is asked."""
    match wish.words[1:]:
        case [word] if word in {NONE, SOME}:
            interest = word == SOME
        case _:
            raise Forged

    def change(present: DeclarationDraft) -> DeclarationDraft:
        return replace(present.with_content(interest=interest), step=DeclarationStep.INTEREST, guided=True).onward()

    await WRITING.show(desk, press, member, draft, change)


_DISCARDING: Final = Discarding(
    drafts=DECLARATIONS, view=VIEW, text=text_of, gone=phrase("The draft is discarded. Nothing was declared.")
)


async def view(desk: Desk, press: Press, member: Member, draft: DeclarationDraft, wish: Wish) -> None:
    """Another face of the card."""
    match wish.words[1:]:
        case ["go", word] if word in set(DeclarationStep):
            await WRITING.show(desk, press, member, draft, lambda present: present.at(DeclarationStep(word)))
        case ["discard"]:
            await _DISCARDING.ask(desk, press, member, draft)
        case ["discarded"]:
            await _DISCARDING.discard(desk, press, member, draft)
        case _:
            raise Forged


# Sending


async def send(desk: Desk, press: Press, member: Member, draft: DeclarationDraft, wish: Wish) -> None:
    """Declare what was shown; where that is not how it stands by now, it is shown once more."""
    if not await is_as_shown(desk, press, member, WRITING, draft, wish):
        return
    now, content = desk.clock.now(), draft.content
    try:
        along = partial(DECLARATIONS.close, draft=draft, now=now)
        made = await desk.tenders.declare(content.asked, draft.person_id, content.given, now, along=along)
    except (NotEntitled, NotFound):
        await DECLARATIONS.discard(desk.db, draft, now)
        raise
    desk.wake()
    await _done(desk, press, member, made)


async def _done(desk: Desk, press: Press, member: Member, made: Declared) -> None:
    """The card says what was recorded, when, and who reads it."""
    one, language = made.declaration, member.language
    moment = desk.moment(one.at, language)
    said = [
        phrase("✅ Recorded on {moment}", moment=moment),
        phrase("Matter: {matter}", matter=one.title),
        phrase("An interest, with: {who}", who=one.given.who or "")
        if one.given.interest
        else phrase("No interests in this matter"),
        _who_reads(desk, made, language),
        phrase("It stays as it is. If something changes, declare anew: /declare"),
    ]
    text = escape("\n".join(desk.catalog.say(line, language) for line in said), quote=False)
    await cards.turn(desk, press, Drawn(text=text, rows=[]))


def _who_reads(desk: Desk, made: Declared, language: str) -> Phrase:
    if not made.declaration.given.interest:
        return phrase("Those who look after the unit hear of it in the next daily summary.")
    if not made.told:
        return phrase("Those who look after the unit are told as soon as there is somebody to be told.")
    names = said_few(desk, made.told, language)
    return phrase("Reported to: {names}. Each time that somebody reads it is recorded: /who_saw_me", names=names)


BUTTONS: Final[Mapping[str, OnButton]] = {
    ANSWER: WRITING.on(answer),
    VIEW: WRITING.on(view),
    SEND: WRITING.on(send),
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.DECLARATION: WRITING.words}
