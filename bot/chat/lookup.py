"""The lookup's desk: posts and units by a part of a name or a code, and what is open about them for who may see it."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Command, Press, Said
from bot.chat.buttons import Wish
from bot.chat.cards import Drawn
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.lookup_cards import FOUND, POST, SEARCH, UNIT, WARNING, Faces
from messages import lookup
from messages.drafts import Kind
from messages.errors import NotEntitled
from messages.searches import LOOKUPS, words_of
from messages.store.accounts import Member
from messages.text.phrase import phrase
from messages.warnings import views

_ASK: Final = phrase("Which post or unit? Write a part of its name, of its holder's name, or a post's code.")
_FOUND: Final = 8
_POSTS: Final = 8
_WARNINGS: Final = 5


async def show(desk: Desk, command: Command, member: Member) -> None:
    """``/lookup``, with or without what is looked for."""
    if words_of(command.argument):
        await _search(desk, member, command.argument)
    else:
        await LOOKUPS.ask(desk.db, member.person_id, desk.clock.now())
        await desk.say(member.chat_id, _ASK, member.language)


async def ask(desk: Desk, press: Press, member: Member, _wish: Wish) -> None:
    """Look for something else."""
    await cards.attend(desk, press)
    await LOOKUPS.ask(desk.db, member.person_id, desk.clock.now())
    await desk.say(member.chat_id, _ASK, member.language)


async def take(desk: Desk, said: Said, member: Member) -> bool:
    """What a person looks for."""
    if not words_of(said.text):
        return False
    await _search(desk, member, said.text, said.message_id)
    return True


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Another page of what was found."""
    await cards.turn(desk, press, await _found(desk, member, *wish.numbers(2)))


async def open_unit(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A unit, with its open warnings."""
    unit_id, search, number = wish.numbers(3)
    card = await lookup.unit(desk.db, member.person_id, unit_id, number, desk.clock.now(), size=_POSTS)
    await cards.turn(desk, press, Faces(desk, member.language, search).unit(card))


async def open_post(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A post with its warnings, for who may see it."""
    post_id, search, number = wish.numbers(3)
    faces = Faces(desk, member.language, search)
    try:
        record = await views.of_post(desk.db, member.person_id, post_id, number, desk.clock.now(), size=_WARNINGS)
    except NotEntitled as error:
        await cards.turn(desk, press, cards.plain(desk, error.phrase, member.language, faces.back()))
    else:
        await cards.turn(desk, press, faces.post(record))


async def open_warning(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """One warning with all that happened to it."""
    warning_id, search = wish.numbers(2)
    told = await views.of_warning(desk.db, member.person_id, warning_id, desk.clock.now())
    await cards.turn(desk, press, Faces(desk, member.language, search).warning(told))


async def _search(desk: Desk, member: Member, given: str, message_id: int | None = None) -> None:
    search = await LOOKUPS.begin(desk.db, member.person_id, given, desk.clock.now(), message_id)
    await cards.send(desk, member.chat_id, await _found(desk, member, search, 1))


async def _found(desk: Desk, member: Member, search: int, number: int) -> Drawn:
    looked = await lookup.again(desk.db, member.person_id, search, number, size=_FOUND)
    return Faces(desk, member.language, search).found(looked)


COMMANDS: Final[Mapping[str, OnCommand]] = {"lookup": show}
BUTTONS: Final[Mapping[str, OnButton]] = {
    FOUND: turn,
    UNIT: open_unit,
    POST: open_post,
    WARNING: open_warning,
    SEARCH: ask,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.LOOKUP: take}
