"""``/declare``: the matters that ask for a declaration, and those about which one was made, to make another one."""

from collections.abc import Mapping
from typing import Final

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.declaring import writing
from bot.chat.declaring.asking import LIST
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.chat.listing import page_of, turns
from messages.store.accounts import Member
from messages.tenders.declaration_drafts import DECLARATIONS
from messages.text.phrase import phrase

_PAGE: Final = 8


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/declare``."""
    await cards.send(desk, member.chat_id, await _front(desk, member, 1), protect=True)


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A page of the list, a matter in it, or the declaration that was begun."""
    match wish.words:
        case ["page", number]:
            await cards.turn(desk, press, await _front(desk, member, page_of(number)))
        case ["open", number]:
            await _open(desk, press, member, number_of(number))
        case ["instead", number, begun]:
            await writing.drop(desk, member, number_of(begun))
            await _open(desk, press, member, number_of(number))
        case ["begun"]:
            if await writing.go_on(desk, member):
                await cards.attend(desk, press)
            else:
                await cards.turn(desk, press, await _front(desk, member, 1))
        case _:
            raise Forged


async def _open(desk: Desk, press: Press, member: Member, matter_id: int) -> None:
    """A declaration about a matter, in a message of its own."""
    unanswered = await desk.tenders.asked(member.person_id)
    asked = next((one for one in unanswered if one.matter_id == matter_id), None)
    if asked is None:
        asked = await desk.tenders.asking(matter_id, member.person_id, desk.clock.now())
    await cards.attend(desk, press)
    await writing.begin(desk, member, asked)


async def _front(desk: Desk, member: Member, number: int) -> Drawn:
    """What asks for a declaration first, then what was declared, the newest first."""
    language = member.language
    asked, declared = await desk.tenders.asked(member.person_id), await desk.tenders.declared(member.person_id)
    draft = await DECLARATIONS.current(desk.db, member.person_id)
    lines = [("❔", one.title, one.matter_id, "") for one in asked]
    lines += [
        ("✍️" if one.given.interest else "✅", one.title, one.matter_id, desk.moment(one.at, language))
        for one in declared
    ]
    pages = max(1, -(-len(lines) // _PAGE))
    number = min(number, pages)
    shown = lines[(number - 1) * _PAGE : number * _PAGE]
    text = desk.renderer.render(
        "declare_list",
        language,
        waiting=len(asked),
        declared=len(declared),
        lines=[{"mark": mark, "title": title, "at": at} for mark, title, _, at in shown],
    )
    rows: Rows = [[button(f"{mark} {title}", LIST, "open", matter_id)] for mark, title, matter_id, _ in shown]
    if draft is not None and draft.content != draft.content.emptied:
        rows.insert(0, [labelled(desk, phrase("▶️ Go on with what you have begun"), language, LIST, "begun")])
    return Drawn(text=text, rows=[*rows, *turns(number, pages, (LIST, "page"))])


COMMANDS: Final[Mapping[str, OnCommand]] = {"declare": show}
BUTTONS: Final[Mapping[str, OnButton]] = {LIST: turn}
