"""Which unit a buyer is whose name is no unit's: said once, and remembered for all that comes of that buyer."""

from typing import Final

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of, shortened
from bot.chat.card_ends import End
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import found, page_of, turns, value_of
from bot.chat.tenders.kinds import PLACE
from bot.chat.tenders.matter import OnMatter, attempt, back, drawn, stop_asking, whole_of
from messages import reasons
from messages.errors import Refused
from messages.reasons import About
from messages.rights import Act, entitle
from messages.scopes import EVERYWHERE
from messages.searches import MATTERS, words_of
from messages.store.accounts import Member
from messages.tenders.views import Whole
from messages.text.phrase import nphrase, phrase

FIND: Final = "matter_unit"
"""What is written then is looked for, and no reason."""
_NAME: Final = 120


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about the buyer of a matter."""
    match wish.words:
        case ["page", number, word]:
            doing = _list(0, page_of(word))
        case ["page", number, search, word]:
            doing = _list(number_of(search), page_of(word))
        case ["ask", number, unit]:
            doing = _ask(unit)
        case ["is", number, unit]:
            doing = _place(unit)
        case _:
            raise Forged
    await entitle(desk.db, member.person_id, Act.PLACE_MATTERS, desk.clock.now())
    await attempt(desk, press, member, number_of(number), doing)


def _list(search: int, number: int) -> OnMatter:
    async def show(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """A page of units; the next words search."""
        about = About(desk=FIND, act="unit", id=whole.matter.id, card=press.message.message_id)
        await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
        await cards.turn(desk, press, await _units(desk, member, whole, search, number))

    return show


async def _units(desk: Desk, member: Member, whole: Whole, search: int, number: int) -> Drawn:
    language, matter = member.language, whole.matter
    words = await MATTERS.words(desk.db, member.person_id, search) if search else ""
    shown = await found(desk, "unit", EVERYWHERE, words, number, chosen=(), language=language)
    asked = phrase(
        "📌 Which unit is “{buyer}”? Choose it, or write a part of its name to search.",
        buyer=shortened(matter.buyer, _NAME),
    )
    rows: Rows = [[button(one.label, PLACE, "ask", matter.id, one.id)] for one in shown.lines]
    rows += turns(shown.page, shown.pages, (PLACE, "page", matter.id, search))
    if search:
        rows.append([labelled(desk, phrase("Show all again"), language, PLACE, "page", matter.id, 1)])
    return cards.plain(desk, asked, language, *rows, back(desk, matter.id, language))


def _ask(unit: str) -> OnMatter:
    async def ask(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """It is asked once more: it holds for all matters of that buyer."""
        name, matter, language = await value_of(desk, "unit", unit, EVERYWHERE), whole.matter, member.language
        asked = phrase(
            "📌 “{buyer}” is “{unit}”? That holds for all that is known of this buyer, and for what comes later.",
            buyer=shortened(matter.buyer, _NAME),
            unit=name,
        )
        yes = labelled(desk, phrase("📌 Yes, that is the unit"), language, PLACE, "is", matter.id, unit)
        other = labelled(desk, phrase("« Another unit"), language, PLACE, "page", matter.id, 1)
        await cards.turn(desk, press, cards.plain(desk, asked, language, [yes], [other]))

    return ask


def _place(unit: str) -> OnMatter:
    async def place(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """It is remembered, and its matters go to that unit."""
        name = await value_of(desk, "unit", unit, EVERYWHERE)
        placed = await desk.tenders.place(whole.matter.id, name, member.person_id, desk.clock.now())
        await stop_asking(desk, member)
        desk.wake()
        line = nphrase("📌 {count} now belongs to {unit}.", "📌 {count} now belong to {unit}.", placed, unit=name)
        present = await whole_of(desk, member, whole.matter.id)
        await cards.turn(desk, press, await drawn(desk, member, present, end=End(line=line)))

    return place


async def _search(desk: Desk, member: Member, about: About, words: str, message_id: int) -> None:
    """Units that are called so, in a list below; what is written next searches again."""
    now = desk.clock.now()
    await entitle(desk.db, member.person_id, Act.PLACE_MATTERS, now)
    whole = await whole_of(desk, member, about.id)
    search = await MATTERS.begin(desk.db, member.person_id, words, now, message_id)
    card = await cards.send(desk, member.chat_id, await _units(desk, member, whole, search, 1))
    await cards.take_away(desk, member.chat_id, about.card)
    again = About(desk=FIND, act="unit", id=about.id, card=card)
    await reasons.ask(desk.db, member.person_id, again, now)


def read(words: str) -> str:
    """What is looked for. Raises ``Refused``."""
    if not words_of(words):
        raise Refused(phrase("A part of a unit's name is accepted."))
    return words


REASONS: Final = {FIND: _search}
READING: Final = {FIND: read}
