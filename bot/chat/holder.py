"""The holder's desk: acknowledging a notice."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest

from bot.chat.acts import Press
from bot.chat.buttons import Wish
from bot.chat.desk import Desk, OnButton, spoken
from bot.telegram import keyboards, presses
from bot.telegram.errors import has_no_text
from bot.telegram.ordering import Later
from messages.accounts import find_member
from messages.acknowledgements import Acknowledging, AlreadyRecorded, PassedOn, PressRefused, Recorded, Why
from messages.inbox import sent
from messages.store.accounts import Member
from messages.store.inbox import Waiting
from messages.text.markup import visible_length
from messages.text.phrase import Phrase, nphrase, phrase
from messages.text.rendering import Frame
from schedules.composer import desk_buttons


async def press_notice(desk: Desk, press: Press, delivery_id: int) -> Later | None:
    """The button under a notice: recorded first, then answered; gives what shows it in the message, for later.

    Thousands press it at the same time, so nothing is looked up but what the record needs.
    """
    outcome = await desk.acknowledger.acknowledge(
        chat_id=press.chat_id,
        delivery_id=delivery_id,
        now=desk.clock.now(),
        message_id=press.message.message_id,
    )
    if isinstance(outcome, PressRefused):
        await _tell_refused(desk, press, outcome)
        return None
    await desk.toast(press, toast_of(desk, outcome, outcome.language), outcome.language)
    return lambda: _mark(desk, press, delivery_id, outcome)


async def press_preview(desk: Desk, press: Press, member: Member, _wish: Wish) -> None:
    """The button under what is only shown."""
    await desk.toast(press, phrase("This is a preview: nothing was recorded."), member.language)


BUTTONS: Final[Mapping[str, OnButton]] = {keyboards.PREVIEWED: press_preview}


async def press_forged(desk: Desk, press: Press) -> None:
    """A payload that is none of ours."""
    refused = await desk.acknowledger.refuse_forged(chat_id=press.chat_id, now=desk.clock.now())
    await _tell_refused(desk, press, refused)


async def _tell_refused(desk: Desk, press: Press, refused: Acknowledging) -> None:
    member = await find_member(desk.db, press.chat_id, desk.bot_id)
    language = member.language if member else spoken(press.language_code)
    await desk.toast(press, toast_of(desk, refused, language), language)


def toast_of(desk: Desk, outcome: Acknowledging, language: str) -> Phrase:
    """What the answer to a press says."""
    match outcome:
        case Recorded(at=at, posts=1):
            return phrase("Recorded at {time}.", time=_time(desk, at))
        case Recorded(at=at, posts=posts):
            return nphrase(
                "Recorded at {time} for {count} post.",
                "Recorded at {time} for {count} posts.",
                posts,
                time=_time(desk, at),
            )
        case AlreadyRecorded(at=at):
            return phrase("Recorded at {moment} already: nothing more to do.", moment=desk.moment(at, language))
        case PassedOn(at=at, name=name, post=post):
            moment = desk.moment(at, language)
            return phrase("You passed this on to {name} ({post}) on {moment}.", name=name, post=post, moment=moment)
        case PressRefused(why=Why.CANCELLED | Why.NO_POST):
            return phrase("There is nothing to acknowledge here any more. Nothing was changed.")
        case _:
            return phrase("This button is not in use for this account. Nothing was changed.")


def _time(desk: Desk, at: datetime) -> str:
    return at.astimezone(desk.clock.zone).strftime("%H:%M")


async def _mark(desk: Desk, press: Press, delivery_id: int, outcome: Recorded | AlreadyRecorded | PassedOn) -> None:
    """Say in the message itself what was recorded and when, and take its button away; those of a desk stay."""
    language = outcome.language
    line = desk.catalog.say(_marked(outcome, desk.moment(outcome.at, language)), language)
    message = press.message
    # The text with its entities is exactly what was sent: nothing is parsed or escaped again.
    entities = json.dumps(message.entities)
    if not message.text and not message.caption:
        await _mark_unseen(desk, press, delivery_id, language, line)
        return
    stays = _keyboard(keyboards.kept_rows(message.keyboard))
    if message.text and _fits(message.text, line, MessageLimit.MAX_TEXT_LENGTH):
        method, changes = "editMessageText", {"text": f"{message.text}\n\n{line}", "entities": entities}
        if message.preview:
            changes["link_preview_options"] = json.dumps(message.preview)
    elif message.caption and _fits(message.caption, line, MessageLimit.CAPTION_LENGTH):
        caption = f"{message.caption}\n\n{line}"
        method, changes = "editMessageCaption", {"caption": caption, "caption_entities": entities}
    else:
        method, changes = "editMessageReplyMarkup", {}
    where = {"chat_id": str(press.chat_id), "message_id": str(message.message_id)}
    with desk.unharmed(press.chat_id):
        await presses.edit(desk.bot, method, where | changes | stays)


def _keyboard(rows: list[list[dict[str, str]]]) -> dict[str, str]:
    return {"reply_markup": json.dumps({"inline_keyboard": rows})} if rows else {}


async def _mark_unseen(desk: Desk, press: Press, delivery_id: int, language: str, line: str) -> None:
    """Write the notice once more, with the line, into a message of which nothing is told: it may be a caption."""
    said = await sent(desk.db, delivery_id)
    html = f"{_rendered(desk, said, language)}\n\n{line}"
    buttons = desk_buttons(desk.catalog, said.desk if said else None, language)
    where = {"chat_id": str(press.chat_id), "message_id": str(press.message.message_id)}
    where |= _keyboard(keyboards.desk_rows(buttons))
    mode = {"parse_mode": ParseMode.HTML.value}
    with desk.unharmed(press.chat_id):
        try:
            await presses.edit(desk.bot, "editMessageText", where | mode | {"text": html})
        except BadRequest as error:
            if not has_no_text(error):
                raise
            fits = visible_length(html) <= MessageLimit.CAPTION_LENGTH
            method, changes = (
                ("editMessageCaption", mode | {"caption": html}) if fits else ("editMessageReplyMarkup", {})
            )
            await presses.edit(desk.bot, method, where | changes)


def _marked(outcome: Recorded | AlreadyRecorded | PassedOn, moment: str) -> Phrase:
    if isinstance(outcome, PassedOn):
        return phrase("↪ Passed on to {name} on {moment}", name=outcome.name, moment=moment)
    return phrase("✅ Acknowledged on {moment}", moment=moment)


def _rendered(desk: Desk, said: Waiting | None, language: str) -> str:
    """The notice once more: Telegram does not give an old message's text back with a press."""
    if said is None:
        return ""
    frame = Frame(title=said.title, provisional=said.provisional)
    return desk.renderer.notice(said.template, language, said.params, frame)


def _fits(text: str, line: str, limit: int) -> bool:
    return not text.endswith(line) and len(f"{text}\n\n{line}".encode("utf-16-le")) <= 2 * limit
