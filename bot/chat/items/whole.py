"""An item in full: its title, its text and its files, as they will be read."""

from collections.abc import Sequence

from telegram.error import BadRequest

from bot.chat.desk import Desk
from bot.telegram import showing
from messages.errors import Refused
from messages.files import Attachment
from messages.store.accounts import Member
from messages.text.phrase import phrase
from schedules.notifier import PREVIEW, Outgoing


async def show(desk: Desk, member: Member, title: str, text: str, attachments: Sequence[Attachment]) -> None:
    """Send it as a message of its own; ``text`` is the Bot API's HTML."""
    outgoing = Outgoing(
        delivery_id=PREVIEW,
        chat_id=member.chat_id,
        text=desk.renderer.render("item_whole", member.language, title=title, text=text),
        acknowledge=None,
        protect=False,
        attachments=tuple(attachments),
    )
    try:
        await showing.show(desk.bot, desk.bot_id, desk.db, member.chat_id, outgoing)
    except BadRequest as error:
        raise Refused(phrase("Telegram does not take this message: {why}", why=error.message)) from error
