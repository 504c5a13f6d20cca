"""The language desk: texts, buttons and the command menu change at once."""

from collections.abc import Mapping
from typing import Final

from babel import Locale
from telegram import InlineKeyboardMarkup

from bot.chat.acts import Command, Press
from bot.chat.buttons import Wish, button
from bot.chat.commands import show_menu
from bot.chat.desk import Desk, OnButton, OnCommand
from messages import accounts
from messages.store.accounts import Member
from messages.text.catalog import LANGUAGES
from messages.text.phrase import phrase

_SPEAK: Final = "l1"


async def offer(desk: Desk, _command: Command, member: Member) -> None:
    """``/language``: a button for each language."""
    await desk.say(member.chat_id, phrase("Which language shall I speak?"), member.language, _keyboard())


async def speak(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A language was chosen."""
    language = wish.word(LANGUAGES)
    await accounts.choose_language(desk.db, member.person_id, language)
    said = phrase("From now on I speak English.")
    await desk.toast(press, said, language)
    with desk.unharmed(press.chat_id):
        await desk.bot.edit_message_text(
            desk.catalog.say(said, language),
            chat_id=press.chat_id,
            message_id=press.message.message_id,
            reply_markup=_keyboard(),
        )
    await show_menu(desk, member.chat_id, language, await accounts.standing(desk.db, member.person_id))


def _keyboard() -> InlineKeyboardMarkup:
    """A button for each language, named in itself."""
    names = {language: Locale.parse(language).get_language_name() for language in LANGUAGES}
    return InlineKeyboardMarkup([[button(name or language, _SPEAK, language) for language, name in names.items()]])


COMMANDS: Final[Mapping[str, OnCommand]] = {"language": offer}
BUTTONS: Final[Mapping[str, OnButton]] = {_SPEAK: speak}
