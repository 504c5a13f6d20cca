"""The desk that tells a person who has looked at the person's record."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.buttons import Wish
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk, OnButton, OnCommand
from messages import looks
from messages.looks import as_said, what_said
from messages.store.accounts import Member
from messages.text.phrase import phrase

_TURN: Final = "ws1"
_A_PAGE: Final = 8


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/who_saw_me``: the newest first."""
    await cards.send(desk, member.chat_id, await _drawn(desk, member, 1))


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Another page."""
    await cards.turn(desk, press, await _drawn(desk, member, wish.number()))


async def _drawn(desk: Desk, member: Member, number: int) -> Drawn:
    language = member.language
    page = await looks.of_person(desk.db, member.person_id, number, desk.clock.now(), size=_A_PAGE)
    items = [
        {
            "at": seen.at,
            "first": seen.first,
            "count": seen.count,
            "by": seen.by,
            "said": " · ".join(desk.catalog.say(one, language) for one in as_said(seen)),
            "what": [desk.catalog.say(one, language) for one in what_said(seen)],
        }
        for seen in page.items
    ]
    turns = [labelled(desk, phrase("« Newer"), language, _TURN, page.number - 1)] if page.number > 1 else []
    turns += [labelled(desk, phrase("Older »"), language, _TURN, page.number + 1)] if page.further else []
    text = desk.renderer.render("who_saw_me", language, items=items, number=page.number, further=page.further)
    return Drawn(text=text, rows=[turns] if turns else [])


COMMANDS: Final[Mapping[str, OnCommand]] = {"who_saw_me": show}
BUTTONS: Final[Mapping[str, OnButton]] = {_TURN: turn}
