"""Writing a broadcast: the draft is begun, found again and discarded; what a person says and sends goes into it."""

from dataclasses import replace
from functools import partial
from typing import Final

from bot.chat import cards
from bot.chat.acts import Command, Press, Said
from bot.chat.broadcast import asking, card, withdrawing
from bot.chat.broadcast.card import VIEW
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.drafting import Writing, send_card, with_file
from bot.chat.words import marked_text
from messages import drafts
from messages.drafting import Asked, Change, setting
from messages.drafts import BROADCASTS, Draft
from messages.rights import Act, entitle
from messages.store.accounts import Member
from messages.text.entities import to_api_html
from messages.text.phrase import phrase
from schedules import broadcast_checks as checks


async def begin(desk: Desk, command: Command, member: Member) -> None:
    """``/broadcast``: a new draft, or the one that was left. What is written behind the command is the text."""
    now = desk.clock.now()
    await entitle(desk.db, member.person_id, Act.BROADCAST, now)
    await withdrawing.tell_waiting(desk, member)
    draft = await desk.announcing.approvals.resume(member.person_id, now)
    resumed = draft is not None
    if draft is None:
        async with desk.db.writing() as conn:
            draft = await drafts.begin(conn, member.person_id, now)
    change = setting(asked=Asked.CONTENT)
    draft = await BROADCASTS.change(desk.db, draft.id, change, now)
    if command.argument:
        text = to_api_html(command.argument.replace("\0", " "), ())
        draft = await BROADCASTS.change(desk.db, draft.id, lambda present: present.with_content(text=text), now)
    drawn = await card.front(desk, draft, member.language, resumed=resumed)
    await send_card(desk, member, BROADCASTS, draft, drawn)


async def _wanted(desk: Desk, said: Said, member: Member, draft: Draft) -> Change[Draft]:
    """What was said makes this of the draft, for what it was asked; a file is content whatever was asked."""
    if said.media is not None:
        text = marked_text(said)
        return await with_file(desk, said, member, draft, lambda present: text or present.content.text)
    words, taking = said.text.replace("\0", "").strip(), partial(Draft.taking, message_id=said.message_id)
    if (about_audience := await asking.AUDIENCE.take(desk, words, said.message_id, draft)) is not None:
        return about_audience
    if draft.asked is not Asked.TITLE:
        return partial(taking, text=marked_text(said))
    title = " ".join(words.split())
    checks.check_title(title)
    return lambda present: replace(taking(present, title=title), asked=Asked.CONTENT)


WRITING: Final[Writing[Draft]] = Writing(drafts=BROADCASTS, act=Act.BROADCAST, wanted=_wanted, face=asking.face)
"""How a broadcast is written."""


async def ask_to_discard(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Discarding is asked once more."""
    language = member.language
    rows = [
        [labelled(desk, phrase("🗑 Discard it for good"), language, VIEW, draft.id, "discarded")],
        [card.back(desk, draft, language)],
    ]
    await cards.turn(desk, press, Drawn(text=await card.text_of(desk, draft, language), rows=rows))


async def discard(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """The draft is closed; nothing of it was sent."""
    await BROADCASTS.discard(desk.db, draft, desk.clock.now())
    said = phrase("The draft is discarded. Nothing was sent.")
    await cards.turn(desk, press, cards.plain(desk, said, member.language))


async def untitle(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Without a title."""
    await to_front(desk, press, member, draft, lambda present: present.with_content(title=None))


async def unfile(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Without files."""
    await to_front(desk, press, member, draft, lambda present: present.with_content(attachments=()))


async def to_front(
    desk: Desk,
    press: Press,
    member: Member,
    draft: Draft,
    change: Change[Draft] = lambda present: present,
    fault: str = "",
) -> None:
    """Change the draft, and show its card's face; what is said next is content again."""
    to = setting(asked=Asked.CONTENT, card=press.message.message_id)
    draft = await BROADCASTS.change(desk.db, draft.id, lambda present: to(change(present)), desk.clock.now())
    await cards.turn(desk, press, await card.front(desk, draft, member.language, fault=fault))
