"""The dashboard's desk: a link that opens it, once, for the person who asked."""

from collections.abc import Mapping
from typing import Final

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode

from bot.chat.acts import Command
from bot.chat.desk import Desk, OnCommand
from messages import sessions
from messages.store.accounts import Member

_MINUTES: Final = int(sessions.LINK_LIVES.total_seconds() // 60)


async def give(desk: Desk, _command: Command, member: Member) -> None:
    """``/web``: a link that opens the dashboard. It cannot be forwarded, and nothing looks at it beforehand."""
    token = await sessions.give_link(desk.db, member, desk.clock.now())
    text = desk.renderer.render(
        "dashboard_link", member.language, link=f"{desk.dashboard()}/enter/{token}", minutes=_MINUTES
    )
    await desk.bot.send_message(
        member.chat_id,
        text,
        parse_mode=ParseMode.HTML,
        protect_content=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )


COMMANDS: Final[Mapping[str, OnCommand]] = {"web": give}
