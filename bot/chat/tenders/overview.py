"""``/tender``: matters, first those for a step of which one answers; by how they stand, and by words or a number."""

from collections.abc import Mapping
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Command, Press, Said
from bot.chat.buttons import Forged, Wish, button, number_of, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.tenders import writing
from bot.chat.tenders.kinds import CARD, LIST
from bot.chat.tenders.words import MARKS, NAME, said_day, said_step
from bot.chat.words import capital
from messages.rights import Act, acts_of
from messages.searches import MATTERS, words_of
from messages.store.accounts import Member
from messages.tenders import drafts
from messages.tenders.records import Limit, MatterState, matter_state_said
from messages.tenders.views import Filter, Line, Page
from messages.text.phrase import Phrase, nphrase, phrase

MINE: Final = "mine"
_LATE: Final = "late"
_ALL: Final = "all"
_UNPLACED: Final = "unplaced"
_SEEING: Final = frozenset({Act.ENTER_MATTERS, Act.SEE_MATTERS})
_ASK: Final = phrase("Which one? Write a part of its title, its number or its buyer.")
_HEADINGS: Final[Mapping[str, Phrase]] = {
    MINE: phrase("Mine"),
    _LATE: phrase("Broken or overdue"),
    _ALL: phrase("All"),
    _UNPLACED: phrase("Not yet placed"),
}


async def show(desk: Desk, command: Command, member: Member) -> None:
    """``/tender``, with or without what is looked for: a part of a title, a number, a buyer."""
    if words_of(command.argument):
        await _look_for(desk, member, command.argument)
    else:
        await cards.send(desk, member.chat_id, await first(desk, member))


async def take(desk: Desk, said: Said, member: Member) -> bool:
    """What a person looks for."""
    if not words_of(said.text):
        return False
    await _look_for(desk, member, said.text, said.message_id)
    return True


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button of the list."""
    match wish.words:
        case ["list", view, search, word] if view in _views():
            await cards.turn(desk, press, await _listed(desk, member, view, number_of(search), page_of(word)))
        case ["search"]:
            await cards.attend(desk, press)
            await MATTERS.ask(desk.db, member.person_id, desk.clock.now())
            await desk.say(member.chat_id, _ASK, member.language)
        case ["first"]:
            await cards.turn(desk, press, await first(desk, member))
        case ["new"]:
            await cards.attend(desk, press)
            await writing.begin(desk, member)
        case _:
            raise Forged


async def first(desk: Desk, member: Member) -> Drawn:
    """What somebody sees first: the own matters, if any; else all that are open to the person."""
    mine = await desk.tenders.mine(member.person_id, 1, desk.clock.now())
    if mine.total:
        return await _drawn(desk, member, MINE, 0, mine)
    if await _sees(desk, member):
        return await _listed(desk, member, _ALL, 0, 1)
    nothing = phrase("No tender, purchase or recruitment has a step that is yours at present.")
    return cards.plain(desk, nothing, member.language)


async def _look_for(desk: Desk, member: Member, given: str, message_id: int | None = None) -> None:
    search = await MATTERS.begin(desk.db, member.person_id, given, desk.clock.now(), message_id)
    view = _ALL if await _sees(desk, member) else MINE
    await cards.send(desk, member.chat_id, await _listed(desk, member, view, search, 1))


async def _sees(desk: Desk, member: Member) -> bool:
    return bool(_SEEING & await _acts(desk, member))


async def _acts(desk: Desk, member: Member) -> frozenset[Act]:
    async with desk.db.reading() as conn:
        return await acts_of(conn, member.person_id)


def _views() -> tuple[str, ...]:
    return (*_HEADINGS, *MatterState)


async def _listed(desk: Desk, member: Member, view: str, search: int, number: int) -> Drawn:
    """A page of those of a kind that a search (0: none) has found."""
    words = await MATTERS.words(desk.db, member.person_id, search) if search else None
    now = desk.clock.now()
    if view == MINE and words is None:
        page = await desk.tenders.mine(member.person_id, number, now)
    else:
        wanted = Filter(
            states=(MatterState(view),) if view in set(MatterState) else (),
            unplaced=view == _UNPLACED,
            words=words,
            broken=view == _LATE,
            mine=view == MINE,
            urgent=True,
        )
        page = await desk.tenders.list(member.person_id, wanted, number, now)
    return await _drawn(desk, member, view, search, page, words or "")


async def _drawn(desk: Desk, member: Member, view: str, search: int, page: Page, words: str = "") -> Drawn:
    language = member.language
    text = desk.renderer.render(
        "tenders",
        language,
        heading=desk.catalog.say(_heading(view), language),
        search=words,
        lines=[_line(desk, one, language) for one in page.lines],
        total=page.total,
        number=page.number,
        pages=page.pages,
    )
    rows: Rows = [[button(f"{_mark(one)} {one.matter.title}", CARD, "open", one.matter.id, 1)] for one in page.lines]
    rows += turns(page.number, page.pages, (LIST, "list", view, search))
    return Drawn(text=text, rows=[*rows, *await _ways(desk, member, view, search, page)])


def _heading(view: str) -> Phrase:
    return _HEADINGS[view] if view in _HEADINGS else matter_state_said(MatterState(view))


def _mark(line: Line) -> str:
    return "⚠️" if line.broken else MARKS[line.matter.state]


def _line(desk: Desk, line: Line, language: str) -> dict[str, Any]:
    matter, say = line.matter, desk.catalog.say
    return {
        "mark": MARKS[matter.state],
        "title": shortened(matter.title, NAME * 2),
        "ref": shortened(matter.ref, NAME),
        "buyer": shortened(matter.buyer, NAME),
        "state": say(matter_state_said(matter.state), language),
        "next": _next(desk, line.next, language) if line.next else "",
        "broken": say(_broken(line.broken), language) if line.broken else "",
    }


def _broken(count: int) -> Phrase:
    return nphrase(
        "{count} date breaks its limit or is overdue", "{count} dates break their limits or are overdue", count
    )


def _next(desk: Desk, limit: Limit, language: str) -> str:
    name = said_step(desk, limit.milestone, language, limit.part)
    if limit.due_on is None:
        return name
    day = phrase("not before {day}", day=said_day(desk, limit.due_on))
    if not limit.earliest:
        day = phrase("by {day}", day=said_day(desk, limit.due_on))
    return f"{name} {desk.catalog.say(day, language)}"


async def _ways(desk: Desk, member: Member, view: str, search: int, page: Page) -> Rows:
    """The buttons that show other matters, look for one, and enter a new one."""
    language, acts = member.language, await _acts(desk, member)

    def leads(what: Phrase, *to: str | int) -> InlineKeyboardButton:
        return labelled(desk, what, language, LIST, *to)

    def shows(one: str, label: Phrase) -> InlineKeyboardButton:
        said = capital(desk.catalog.say(label, language))
        return button(said, LIST, "list", one, search, 1)

    views = [one for one in _HEADINGS if one != _UNPLACED or Act.PLACE_MATTERS in acts]
    offered = [shows(one, _HEADINGS[one]) for one in views if one != view] if _SEEING & acts else []
    states = [
        shows(state, phrase("{state} {count}", state=matter_state_said(state), count=count))
        for state in MatterState
        if (count := page.by_state.get(state)) and state != view
    ]
    rows = [[*offered], *(states[place : place + 3] for place in range(0, len(states), 3))]
    below = [leads(phrase("🔎 Search …"), "search")]
    if search:
        below.insert(0, leads(phrase("« All of them"), "first"))
    if Act.ENTER_MATTERS in acts:
        draft = await drafts.MATTERS.current(desk.db, member.person_id)
        left = draft is not None and draft.content != drafts.EMPTY
        below.append(leads(phrase("✏️ Go on with the draft") if left else phrase("➕ New one"), "new"))
    return [*(row for row in rows if row), below]
