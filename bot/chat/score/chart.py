"""The picture of a person's last periods, with the score beneath it."""

import asyncio
from typing import Final

from telegram.constants import MessageLimit, ParseMode

from bot.chat.cards import Drawn
from bot.chat.desk import Desk
from messages.store.accounts import Member
from messages.text.markup import visible_length
from messages.text.phrase import Phrase, phrase

_PERIODS: Final = 6


async def send(desk: Desk, member: Member, person_id: int, drawn: Drawn) -> bool:
    """Send the picture with a card beneath; False where there is nothing to draw, or no room for the card."""
    if visible_length(drawn.text) > MessageLimit.CAPTION_LENGTH:
        return False
    past = await desk.scores.history(person_id, desk.clock.now(), most=_PERIODS)
    if not any(one.total for one in past):
        return False
    from bot.score_chart import png  # noqa: PLC0415 -- see there

    def say(what: Phrase) -> str:
        return desk.catalog.say(what, member.language)

    title = say(phrase("Points of the last periods"))
    picture = await asyncio.to_thread(png, past, title, say=say, language=member.language)
    await desk.bot.send_photo(
        member.chat_id,
        picture,
        caption=drawn.text,
        parse_mode=ParseMode.HTML,
        reply_markup=drawn.keyboard,
        protect_content=person_id != member.person_id or None,
    )
    return True
