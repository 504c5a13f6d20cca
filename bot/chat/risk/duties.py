"""The duties of the own post: listed, written down, and ended."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.risk import post
from bot.chat.risk.kinds import DUTY
from bot.chat.risk.words import called
from messages import reasons
from messages.errors import NotFound, Refused
from messages.pages import part_of
from messages.reasons import About
from messages.register.checking import line_of
from messages.register.own import Duty, Mine
from messages.register.records import LONGEST_DUTY
from messages.store.accounts import Member
from messages.text.lengths import cut
from messages.text.phrase import Phrase, phrase

ADDING: Final = "risk_duty"
"""A duty that was asked for."""
_PAGE: Final = 10
_LENGTH: Final = 120
_ASK: Final = phrase("Please write the duty in one line, such as: takes part in bid evaluation.")
_NO_DUTY: Final = phrase("There is no such duty of this post any more.")


_OnPost: TypeAlias = Callable[[Desk, Press, Member, int], Awaitable[None]]


class _OnDuty(Protocol):
    """Does something about a duty of a post."""

    async def __call__(self, desk: Desk, press: Press, member: Member, post_id: int, *, duty: Duty) -> None:
        """Do it."""
        ...


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about the duties of a post."""
    match wish.words:
        case [what, number] if what in _DOING:
            post_id = number_of(number)
            doing = _DOING[what]
        case ["page", number, page]:
            post_id = number_of(number)
            doing = partial(_list, number=page_of(page))
        case [what, number, duty] if what in _WITH_DUTY:
            post_id = number_of(number)
            doing = partial(_WITH_DUTY[what], duty=await _duty(desk, member, post_id, number_of(duty)))
        case _:
            raise Forged
    async with desk.db.writing() as conn:  # a duty that was asked for is not, any more
        await reasons.stop(conn, member.person_id, desk.clock.now())
    await doing(desk, press, member, post_id)


async def _list(desk: Desk, press: Press, member: Member, post_id: int, *, number: int = 1) -> None:
    """A page of the duties; each has a button that ends it."""
    await cards.turn(desk, press, await _drawn(desk, member, post_id, number=number))


async def _mine(desk: Desk, member: Member, post_id: int) -> Mine:
    return await desk.register.mine(post_id, member.person_id, desk.clock.now())


async def _drawn(
    desk: Desk, member: Member, post_id: int, line: Phrase | None = None, *, number: int = 1, asks: bool = False
) -> Drawn:
    mine, language = await _mine(desk, member, post_id), member.language
    page = part_of(mine.duties, number, _PAGE)
    first = (page.number - 1) * page.size + 1
    text = desk.renderer.render(
        "risk_duties",
        language,
        line=desk.catalog.say(line, language) if line else "",
        post=called(mine),
        duties=[cut(one.text, _LENGTH) for one in page.rows],
        first=first,
        number=page.number,
        pages=page.pages,
        ask=desk.catalog.say(_ASK, language) if asks else "",
    )
    if asks:
        back = labelled(desk, phrase("« Go back"), language, DUTY, "list", post_id)
        return Drawn(text=text, rows=[[back]])
    rows = [
        [button(f"🗑 {place} · {one.text}", DUTY, "ask", post_id, one.id)] for place, one in enumerate(page.rows, first)
    ]
    rows += turns(page.number, page.pages, (DUTY, "page", post_id))
    add = labelled(desk, phrase("➕ Add a duty"), language, DUTY, "add", post_id)
    return Drawn(text=text, rows=[*rows, [add], post.back(desk, post_id, language)])


async def _ask(desk: Desk, press: Press, member: Member, post_id: int) -> None:
    """The next words are a duty."""
    drawn = await _drawn(desk, member, post_id, asks=True)
    await reasons.ask(desk.db, member.person_id, About(desk=ADDING, act="add", id=post_id), desk.clock.now())
    await cards.turn(desk, press, drawn)


def read(written: str) -> str:
    """A duty as it is kept. Raises ``Refused``."""
    try:
        return line_of("duty", written.replace("\0", ""), LONGEST_DUTY)
    except Refused as error:
        raise Refused(phrase("A duty of 1 to {most} characters is accepted.", most=LONGEST_DUTY)) from error


async def add_with(desk: Desk, member: Member, about: About, text: str, message_id: int) -> None:
    """The duty that was asked for."""
    now = desk.clock.now()
    await desk.register.add_duty(about.id, member.person_id, text, now)
    async with desk.db.writing() as conn:
        await reasons.stop(conn, member.person_id, now, message_id)
    await cards.send(desk, member.chat_id, await _drawn(desk, member, about.id, phrase("✅ The duty is kept.")))


async def _duty(desk: Desk, member: Member, post_id: int, duty_id: int) -> Duty:
    """A duty of the own post. Raises ``NotFound``."""
    found = next((one for one in (await _mine(desk, member, post_id)).duties if one.id == duty_id), None)
    if found is None:
        raise NotFound(_NO_DUTY)
    return found


async def _ask_to_end(desk: Desk, press: Press, member: Member, post_id: int, *, duty: Duty) -> None:
    """Ending is asked once more."""
    language = member.language
    rows = [
        [labelled(desk, phrase("🗑 Yes, take it out"), language, DUTY, "end", post_id, duty.id)],
        [labelled(desk, phrase("« Go back"), language, DUTY, "list", post_id)],
    ]
    what = phrase("Take out the duty “{text}”? Points that name it stay as they are.", text=cut(duty.text, _LENGTH))
    await cards.turn(desk, press, cards.plain(desk, what, language, *rows))


async def _end(desk: Desk, press: Press, member: Member, post_id: int, *, duty: Duty) -> None:
    """It is no duty of this post any more."""
    await desk.register.end_duty(duty.id, member.person_id, desk.clock.now())
    await cards.turn(desk, press, await _drawn(desk, member, post_id, phrase("🗑 Taken out.")))


_DOING: Final[Mapping[str, _OnPost]] = MappingProxyType({"list": _list, "add": _ask})
_WITH_DUTY: Final[Mapping[str, _OnDuty]] = MappingProxyType({"ask": _ask_to_end, "end": _end})
