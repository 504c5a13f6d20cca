"""Which commands there are, and for whom: one table for the menu and for the help."""

from dataclasses import dataclass
from typing import Final

from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.chat.desk import Desk
from messages.accounts import Standing
from messages.rights import Act
from messages.text.catalog import LANGUAGES
from messages.text.phrase import Phrase, phrase


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A command. It is shown to every member, or to ``holders`` of a post, or to who may do ``act`` somewhere."""

    name: str
    what: Phrase
    everyone: bool = False
    holders: bool = False
    act: Act | None = None

    def suits(self, standing: Standing) -> bool:
        """Whether a person of this standing may use it."""
        return self.everyone or (self.holders and bool(standing.posts)) or self.act in standing.acts


TABLE: Final = (
    Entry(name="inbox", what=phrase("What waits for me"), holders=True),
    Entry(name="language", what=phrase("Change the language"), everyone=True),
    Entry(name="help", what=phrase("What I can do here"), everyone=True),
)


def commands_for(standing: Standing) -> tuple[Entry, ...]:
    """The commands of a person, in the table's order."""
    return tuple(entry for entry in TABLE if entry.suits(standing))


async def show_menu(desk: Desk, chat_id: int, language: str, standing: Standing) -> None:
    """Set the command menu of one chat. The desk works without it, so a refusal is only logged."""
    menu = [BotCommand(entry.name, desk.catalog.say(entry.what, language)) for entry in commands_for(standing)]
    with desk.unharmed(chat_id):
        await desk.bot.set_my_commands(menu, scope=BotCommandScopeChat(chat_id))


async def publish_menu(desk: Desk) -> None:
    """Set the menu that a private chat has before its person chose anything: a holder's, in every language."""
    for language in LANGUAGES:
        menu = [BotCommand(entry.name, desk.catalog.say(entry.what, language)) for entry in TABLE if entry.act is None]
        code = None if language == LANGUAGES[0] else language
        await desk.bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code=code)


async def clear_menu(desk: Desk, chat_id: int) -> None:
    """Take the command menu from a chat that lost access."""
    with desk.unharmed(chat_id):
        await desk.bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
