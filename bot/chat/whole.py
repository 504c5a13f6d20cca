"""An item in full: its title, its text and its files, as they will be read."""

from collections.abc import Sequence
from typing import TypeVar

from telegram.error import BadRequest

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.desk import Desk
from bot.chat.drafting import Writing, send_card
from bot.telegram import showing
from messages.drafting import Drafted
from messages.errors import LianxunError, Refused
from messages.files import Attachment
from messages.store.accounts import Member
from messages.text.phrase import phrase
from schedules.composer import desk_buttons
from schedules.desks import DeskOf
from schedules.notifier import PREVIEW, Outgoing

D = TypeVar("D", bound=Drafted)


async def lay(
    desk: Desk, member: Member, text: str, files: tuple[Attachment, ...], of: DeskOf | None, *, protect: bool = False
) -> None:
    """Send all of a matter with its files, above the buttons ``of`` its desk, as a notice of it has them."""
    outgoing = Outgoing(
        delivery_id=PREVIEW,
        chat_id=member.chat_id,
        text=text,
        acknowledge=None,
        protect=protect,
        attachments=files,
        desk=desk_buttons(desk.catalog, str(of), member.language) if of else (),
    )
    await showing.show(desk.bot, desk.bot_id, desk.db, member.chat_id, outgoing)


async def show(desk: Desk, member: Member, title: str, text: str, attachments: Sequence[Attachment]) -> None:
    """Send it as a message of its own; ``text`` is the Bot API's HTML."""
    said = desk.renderer.render("item_whole", member.language, title=title, text=text)
    try:
        await lay(desk, member, said, tuple(attachments), None)
    except BadRequest as error:
        raise Refused(phrase("Telegram does not take this message: {why}", why=error.message)) from error


async def show_draft(desk: Desk, press: Press, member: Member, draft: D, writing: Writing[D]) -> None:
    """Show what a draft says by now as it will be read, and below it the draft's card again."""
    await cards.attend(desk, press)
    content = draft.content
    try:
        await show(desk, member, content.title, content.text, content.attachments)
    except LianxunError as error:
        await desk.say(member.chat_id, error.phrase, member.language)
    await send_card(desk, member, writing.drafts, draft, await writing.face(desk, draft, member))
