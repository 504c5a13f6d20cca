"""The help: who one is here, and what one can do."""

from collections.abc import Mapping
from typing import Final

from bot.chat.acts import Command
from bot.chat.commands import commands_for
from bot.chat.desk import Desk, OnCommand
from messages import accounts
from messages.organisation.records import Role, role_said
from messages.store.accounts import Member


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/help``, fitting the person's roles."""
    standing = await accounts.standing(desk.db, member.person_id)
    language = member.language
    await desk.show(
        member.chat_id,
        "help",
        language,
        name=member.name,
        posts=standing.posts,
        roles=[desk.catalog.say(role_said(role), language) for role in Role if role in standing.roles],
        commands=[(entry.name, desk.catalog.say(entry.what, language)) for entry in commands_for(standing)],
    )


COMMANDS: Final[Mapping[str, OnCommand]] = {"help": show}
