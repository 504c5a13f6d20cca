"""The desk of one's own data: all that is recorded about the person, as two files."""

from collections.abc import Mapping
from typing import Final

from bot.chat.acts import Command
from bot.chat.desk import Desk, OnCommand
from bot.mydata import my_data
from messages.errors import Refused
from messages.store.accounts import Member
from messages.text.phrase import phrase


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/mydata``: a word, and the files."""
    now, language = desk.clock.now(), member.language
    try:
        mine = await my_data(desk.db, desk.renderer, desk.catalog, member.person_id, language, now, by="chat")
    except Refused as error:
        await desk.say(member.chat_id, error.phrase, language)
        return
    told = phrase(
        "Here is all that is recorded about you: one file to read, one for programs. They are for you alone; please "
        "keep them safe. That you were given them is recorded."
    )
    await desk.say(member.chat_id, told, language)
    for name, content in mine.files.items():
        await desk.bot.send_document(member.chat_id, content, filename=name)


COMMANDS: Final[Mapping[str, OnCommand]] = {"mydata": show}
