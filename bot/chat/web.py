"""The dashboard's desk: a link that opens it, once, for the person who asked."""

from collections.abc import Mapping
from typing import Final

from bot.chat.acts import Command
from bot.chat.desk import Desk, OnCommand
from messages import sessions
from messages.store.accounts import Member

_MINUTES: Final = int(sessions.LINK_LIVES.total_seconds() // 60)


async def give(desk: Desk, _command: Command, member: Member) -> None:
    """``/web``: a link that opens the dashboard. It cannot be forwarded, and nothing looks at it beforehand."""
    token = await sessions.give_link(desk.db, member, desk.clock.now())
    link = f"{desk.dashboard()}/enter/{token}"
    await desk.hand(member.chat_id, "dashboard_link", member.language, link=link, minutes=_MINUTES)


COMMANDS: Final[Mapping[str, OnCommand]] = {"web": give}
