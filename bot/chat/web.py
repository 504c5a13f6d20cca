"""The dashboard's desk: a link that opens it, once, for the person who asked."""

from collections.abc import Mapping
from typing import Final

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode

from bot.chat.acts import Command
from bot.chat.desk import Desk, OnCommand
from messages import rights, sessions
from messages.rights import Act
from messages.store.accounts import Member

_MINUTES: Final = int(sessions.LINK_LIVES.total_seconds() // 60)


async def give(desk: Desk, _command: Command, member: Member) -> None:
    """``/web``: a link for who may open the dashboard. It cannot be forwarded, and nothing looks at it beforehand."""
    now = desk.clock.now()
    if not await sessions.may_open(desk.db, member.person_id):
        raise await rights.refuse(desk.db, member.person_id, Act.SEE_NOTICES, now)
    token = await sessions.give_link(desk.db, member, now)
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
