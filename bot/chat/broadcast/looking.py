"""Looking before sending: the message as its readers will see it, and below it what it comes to.

Nothing is sent of which this was not shown: the button that sends names the very preview, with the number of people
and the instant of sending. Where it is otherwise by now, or was shown long ago, it is shown once more.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from babel.dates import format_timedelta
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast.card import VIEW
from bot.chat.broadcast.words import LANES
from bot.chat.broadcast.writing import to_front
from bot.chat.buttons import Forged, Wish, button
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.drafting import send_card
from bot.chat.words import COMMA, said_fault
from bot.telegram import presses, showing
from messages.drafting import setting
from messages.drafts import BROADCASTS, Draft
from messages.errors import DecidedBefore, LianxunError, NotEntitled, Outdated, Refused
from messages.store.accounts import Member
from messages.store.reach import Untold
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.approvals import Proposed
from schedules.broadcasts import Announced
from schedules.composer import Composer
from schedules.previews import Preview

SEND: Final = "bp1"
"""The button that sends: draft, and the preview that was shown."""
NAMES: Final = "bu1"
"""Buttons that name who cannot be reached: draft, page."""
_PAGE: Final = 25


async def look(desk: Desk, press: Press, member: Member, draft: Draft) -> None:
    """Show the message and what it comes to."""
    now, language = desk.clock.now(), member.language
    try:
        preview = await desk.announcing.previews.preview(draft.content, draft.person_id, now)
        with desk.unharmed(press.chat_id):
            await presses.answer(desk.bot, press.query_id)
        await show_message(desk, member, preview)
    except NotEntitled:
        raise
    except LianxunError as error:
        await to_front(desk, press, member, draft, fault=said_fault(desk, error, language))
        return
    draft = await BROADCASTS.change(desk.db, draft.id, setting(previewed=preview.seen), now)
    await send_card(desk, member, BROADCASTS, draft, _drawn(desk, preview, draft, language))


async def show_message(desk: Desk, member: Member, preview: Preview) -> None:
    """The message as its readers will see it; who speaks another language reads its frame in that."""
    outgoing = Composer(desk.renderer, desk.catalog).preview(preview.notice, member.language, member.chat_id)
    try:
        await showing.show(desk.bot, desk.bot_id, desk.db, member.chat_id, outgoing)
    except BadRequest as error:
        why = phrase("Telegram does not take this message: {why}", why=error.message)
        raise Refused(why) from error


def said(desk: Desk, preview: Preview, language: str, by: str = "") -> str:
    """What a broadcast comes to."""
    notice = preview.notice
    return desk.renderer.render(
        "broadcast_preview",
        language,
        by=by,
        audience=notice.audience,
        people=preview.reach.people,
        units=preview.reach.units,
        unreachable=preview.reach.unreachable,
        at=preview.at,
        passed=preview.passed,
        begins=preview.waits_until,
        interrupted=preview.interrupted,
        own_hours=preview.own_hours,
        took=took(preview.seconds, language),
        acknowledge_by=notice.acknowledge_by,
        lane=desk.catalog.say(LANES[notice.lane], language),
        before=preview.before.at if preview.before else None,
        before_people=preview.before.people if preview.before else 0,
        needs_approval=preview.needs_approval,
        most=preview.most,
    )


def took(seconds: float, language: str) -> str:
    """How long something takes, in words; empty for no time worth telling."""
    if seconds < 1:
        return ""
    return format_timedelta(timedelta(seconds=round(seconds)), threshold=1.5, locale=language)


def _drawn(desk: Desk, preview: Preview, draft: Draft, language: str) -> Drawn:
    def labels(what: Phrase, *data: str | int) -> list[InlineKeyboardButton]:
        return [labelled(desk, what, language, *map(str, data))]

    send = nphrase("📨 Send to {count} person", "📨 Send to {count} people", preview.reach.people)
    what = phrase("✍️ Submit for approval") if preview.needs_approval else send
    rows = [labels(what, SEND, draft.id, preview.seen)]
    if preview.reach.unreachable:
        rows.append(labels(phrase("🚫 Who cannot be reached"), NAMES, draft.id, 1))
    rows.append(labels(phrase("✏️ Change something"), VIEW, draft.id, "main"))
    return Drawn(text=said(desk, preview, language), rows=rows)


async def dispatch(desk: Desk, press: Press, member: Member, draft: Draft, wish: Wish) -> None:
    """Send what was shown, or propose it; where that is not how it stands by now, it is shown once more."""
    match wish.words[1:]:
        case [seen]:
            pass
        case _:
            raise Forged
    try:
        done = await desk.announcing.dispatch(draft, seen, desk.clock.now())
    except Outdated as error:
        await desk.toast(press, error.phrase, member.language)
        await look(desk, press, member, draft)
        return
    except (NotEntitled, DecidedBefore):
        raise
    except LianxunError as error:
        await to_front(desk, press, member, draft, fault=said_fault(desk, error, member.language))
        return
    desk.wake()
    told = _sent(done) if isinstance(done, Announced) else _submitted(desk, done, member.language)
    await cards.turn(desk, press, cards.plain(desk, told, member.language))


def _sent(announced: Announced) -> Phrase:
    return nphrase(
        "📨 Notice {id} is on its way to {count} person. How it goes on is shown below.",
        "📨 Notice {id} is on its way to {count} people. How it goes on is shown below.",
        announced.recipients,
        id=announced.id,
    )


def _submitted(desk: Desk, proposed: Proposed, language: str) -> Phrase:
    names = desk.catalog.say(COMMA, language).join(proposed.told)
    return nphrase(
        "✍️ Submitted: {count} person will get it as soon as one of these approves it: {names}.",
        "✍️ Submitted: {count} people will get it as soon as one of these approves it: {names}.",
        proposed.people,
        names=names,
    )


async def names(desk: Desk, press: Press, member: Member, draft: Draft, wish: Wish) -> None:
    """Name who cannot be reached, by unit; whoever looks is recorded."""
    match wish.words[1:]:
        case [page] if page.isdecimal() and 0 < int(page) < 10**6:
            number = int(page)
        case _:
            raise Forged
    where = {"offset": (number - 1) * _PAGE, "limit": _PAGE}
    now, previews = desk.clock.now(), desk.announcing.previews
    found, total = await previews.unreached(draft.content, draft.person_id, now, **where)
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)
    await _list_names(desk, press, member, draft, found, total, number)


async def _list_names(
    desk: Desk,
    press: Press,
    member: Member,
    draft: Draft,
    found: Sequence[Untold],
    total: int,
    number: int,
) -> None:
    """The first page is a message of its own below the preview; further pages turn it."""
    pages = max(1, -(-total // _PAGE))
    text = desk.renderer.render(
        "broadcast_unreached", member.language, people=found, total=total, number=number, pages=pages
    )
    turns = [
        button(label, NAMES, draft.id, page)
        for label, page in (("«", number - 1), ("»", number + 1))
        if 1 <= page <= pages
    ]
    if press.message.message_id != draft.card:
        await cards.edit(desk, press.chat_id, press.message.message_id, Drawn(text=text, rows=[turns] if turns else []))
        return
    keyboard = InlineKeyboardMarkup([turns]) if turns else None
    await desk.bot.send_message(member.chat_id, text, parse_mode=ParseMode.HTML, reply_markup=keyboard)
