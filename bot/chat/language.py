"""The language desk: texts, buttons and the command menu change at once."""

from bot.chat.acts import Press
from bot.chat.buttons import languages
from bot.chat.commands import show_menu
from bot.chat.desk import Desk
from messages import accounts
from messages.store.accounts import Member
from messages.text.phrase import phrase


async def offer(desk: Desk, member: Member) -> None:
    """``/language``: a button for each language."""
    await desk.say(member.chat_id, phrase("Which language shall I speak?"), member.language, languages())


async def speak(desk: Desk, press: Press, member: Member, language: str) -> None:
    """A language was chosen."""
    await accounts.choose_language(desk.db, member.person_id, language)
    said = phrase("From now on I speak English.")
    await desk.toast(press, said, language)
    with desk.unharmed(press.chat_id):
        await desk.bot.edit_message_text(
            desk.catalog.say(said, language),
            chat_id=press.chat_id,
            message_id=press.message.message_id,
            reply_markup=languages(),
        )
    await show_menu(desk, member.chat_id, language, await accounts.standing(desk.db, member.person_id))
