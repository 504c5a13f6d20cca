"""How far units have come with the register: unit by unit, post by post, down to the points that stand."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Command, Press, Said
from bot.chat.buttons import Wish
from bot.chat.cards import Drawn
from bot.chat.desk import Desk, OnButton, OnCommand, OnWords
from bot.chat.listing import page_of
from bot.chat.register.faces import OUTDATED, POINT, POST, SEARCH, UNIT, UNITS, Faces
from messages import searches, visibility
from messages.drafts import Kind
from messages.register import point_views, progress
from messages.register.reach import entitle
from messages.rights import Act, acts_of
from messages.searches import words_of
from messages.store.accounts import Member
from messages.text.phrase import phrase
from messages.visibility import What

_ASK: Final = phrase("Which unit? Write a part of its name.")
_UNITS: Final = 6
_POSTS: Final = 8
_POINTS: Final = 8
_OUTDATED: Final = 6


async def show(desk: Desk, command: Command, member: Member) -> None:
    """``/register``, with or without a part of a unit's name."""
    if words_of(command.argument):
        await _search(desk, member, command.argument)
    else:
        await cards.send(desk, member.chat_id, await _units(desk, member, 0, 1))


async def ask(desk: Desk, press: Press, member: Member, _wish: Wish) -> None:
    """Look for a unit."""
    await entitle(desk.db, member.person_id, desk.clock.now())
    await cards.attend(desk, press)
    await searches.UNITS.ask(desk.db, member.person_id, desk.clock.now())
    await desk.say(member.chat_id, _ASK, member.language)


async def take(desk: Desk, said: Said, member: Member) -> bool:
    """A part of a unit's name."""
    if not words_of(said.text):
        return False
    await _search(desk, member, said.text, said.message_id)
    return True


async def _search(desk: Desk, member: Member, given: str, message_id: int | None = None) -> None:
    search = await searches.UNITS.begin(desk.db, member.person_id, given, desk.clock.now(), message_id)
    await cards.send(desk, member.chat_id, await _units(desk, member, search, 1))


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A page of the units."""
    search, number = wish.numbers(2)
    await cards.turn(desk, press, await _units(desk, member, search, page_of(str(number))))


async def _units(desk: Desk, member: Member, search: int, number: int) -> Drawn:
    words = await _words(desk, member, search)
    now = desk.clock.now()
    found = await progress.progress_of(
        desk.db, member.person_id, words, number, now, outdated=_superseded(desk), size=_UNITS
    )
    async with desk.db.reading() as conn:
        publishes = Act.PUBLISH_TEMPLATES in await acts_of(conn, member.person_id)
    return Faces(desk, member.language, search).units(words, found, publishes=publishes)


async def _words(desk: Desk, member: Member, search: int) -> str:
    """What is looked for by a search; nothing by none."""
    return await searches.UNITS.words(desk.db, member.person_id, search) if search else ""


def _superseded(desk: Desk) -> frozenset[str]:
    return frozenset(desk.policy.legal_bases.superseded(desk.clock.now().date()))


async def open_unit(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A unit with its posts; that somebody looked at their holders is recorded."""
    unit_id, search, number = wish.numbers(3)
    page, now = page_of(str(number)), desk.clock.now()
    found = await progress.unit_progress(
        desk.db, member.person_id, unit_id, page, now, outdated=_superseded(desk), size=_POSTS
    )
    await cards.turn(desk, press, Faces(desk, member.language, search).unit(found))


async def open_post(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A post's points that stand, for who may see its record."""
    post_id, search, number = wish.numbers(3)
    page, now, bases = page_of(str(number)), desk.clock.now(), desk.policy.legal_bases
    seen = await visibility.see(desk.db, member.person_id, post_id, What.POINTS, now)
    found = await point_views.of_post(desk.db, member.person_id, seen.post, page, now, bases=bases, size=_POINTS)
    await cards.turn(desk, press, Faces(desk, member.language, search).post(seen.post, found.page))


async def open_point(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """All that one point says."""
    point_id, search = wish.numbers(2)
    now, bases = desk.clock.now(), desk.policy.legal_bases
    record = await point_views.of_point(desk.db, member.person_id, point_id, now, bases=bases)
    async with desk.db.reading() as conn:
        publishes = Act.PUBLISH_TEMPLATES in await acts_of(conn, member.person_id)
    await cards.turn(desk, press, Faces(desk, member.language, search).point(record, publishes=publishes))


async def list_outdated(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A page of the points that cite laws out of date."""
    search, number = wish.numbers(2)
    words, page = await _words(desk, member, search), page_of(str(number))
    now, bases = desk.clock.now(), desk.policy.legal_bases
    found = await progress.outdated_of(desk.db, member.person_id, words, page, now, bases=bases, size=_OUTDATED)
    await cards.turn(desk, press, Faces(desk, member.language, search).outdated(words, found))


COMMANDS: Final[Mapping[str, OnCommand]] = {"register": show}
BUTTONS: Final[Mapping[str, OnButton]] = {
    UNITS: turn,
    UNIT: open_unit,
    POST: open_post,
    POINT: open_point,
    SEARCH: ask,
    OUTDATED: list_outdated,
}
WORDS: Final[Mapping[Kind, OnWords]] = {Kind.REGISTER: take}
