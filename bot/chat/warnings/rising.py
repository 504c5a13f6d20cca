"""Rises: a named person raises a warning that is proposed to rise, or declines; beyond red, records what was decided.

To raise is asked once more; to decline or to decide beyond red a reason is wanted, and to the latter perhaps a date.
By hand a rise is proposed with a reason.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, number_of
from bot.chat.card_ends import End
from bot.chat.cards import labelled
from bot.chat.desk import Desk, OnButton
from bot.chat.reasons import OnReason, or_stand
from bot.chat.standing import pressing
from bot.chat.warnings import asking, drawing
from bot.telegram import keyboards
from messages.errors import NotFound
from messages.items.records import grade_said
from messages.reasons import About
from messages.store import rises
from messages.store.accounts import Member
from messages.store.rises import Rise
from messages.text.phrase import Phrase, phrase
from messages.warnings import views
from messages.warnings.matters import MatterKind
from schedules.desks import DeskKind
from schedules.warnings.cards import Laid
from schedules.warnings.deciding import Seen

_OnRise: TypeAlias = Callable[[Desk, Press, Member, Rise, int], Awaitable[None]]

RISE: Final = keyboards.DESKS[DeskKind.RISE]
"""Buttons about a proposal: what is to be done, which one, how its warning stood; days; or a warning to propose."""
_DESK: Final = "rise"


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about a proposal to raise a warning."""
    match wish.words:
        case ["propose", number, _]:
            await _ask_to_propose(desk, press, member, number_of(number))
            return
        case ["days", number, seen, days] if days in map(str, (0, *asking.DAYS)):
            doing: _OnRise = _deciding(int(days) or None)
        case [what, number, seen] if what in _DOING:
            doing = _DOING[what]
        case _:
            raise Forged
    rise_id, version = number_of(number), number_of(seen)
    async with pressing(desk, press, member, rise_id, None if doing is _show else _stand):
        wanted = None if doing in {_show, _back} else version
        rise = await desk.judging.to_decide(rise_id, member.person_id, desk.clock.now(), version=wanted)
        await doing(desk, press, member, rise, version)


async def _stand(desk: Desk, member: Member, message_id: int, rise_id: int, fault: Phrase | None) -> None:
    async with desk.db.reading() as conn:
        rise = await rises.find(conn, rise_id)
    if rise is not None:
        await drawing.stand(desk, member, message_id, rise.warning_id, MatterKind.RISE, fault=fault)


async def _waits(desk: Desk, member: Member, rise: Rise) -> Laid:
    case = await desk.judging.look(rise.warning_id, member.person_id, desk.clock.now())
    laid = drawing.laid_of(case, MatterKind.RISE)
    if laid is None:
        raise NotFound(phrase("There is no proposal {id}.", id=rise.id))
    return laid


async def _show(desk: Desk, press: Press, member: Member, rise: Rise, _seen: int) -> None:
    """The warning's life, in a message of its own that has the buttons."""
    waits = await _waits(desk, member, rise)
    await cards.attend(desk, press)
    told = await views.of_warning(desk.db, member.person_id, rise.warning_id, desk.clock.now())
    rows = cards.leading(desk, waits.desk, member.language)
    await cards.send(desk, member.chat_id, drawing.life(desk, told, member.language, rows), protect=True)


async def _back(desk: Desk, press: Press, member: Member, rise: Rise, _seen: int) -> None:
    """Nothing is decided yet."""
    await asking.stop(desk, member)
    await drawing.stand(desk, member, press.message.message_id, rise.warning_id, MatterKind.RISE)
    await cards.attend(desk, press)


async def _ask(desk: Desk, press: Press, member: Member, rise: Rise, ask: Phrase, *choices: tuple[Phrase, str]) -> None:
    waits = await _waits(desk, member, rise)
    rows = [
        [labelled(desk, what, member.language, RISE, act, rise.id, waits.desk.version)]
        for what, act in (*choices, (phrase("« Go back"), "back"))
    ]
    await cards.turn(desk, press, drawing.laid(desk, waits, member.language, rows, End(ask=ask)))


async def _ask_raise(desk: Desk, press: Press, member: Member, rise: Rise, _seen: int) -> None:
    if rise.grade is None:
        raise Forged
    yes = phrase("⬆️ Yes, raise it to {grade}", grade=grade_said(rise.grade)), "up"
    ask = phrase("Raising it sets new deadlines and tells the people named for the higher grade.")
    await _ask(desk, press, member, rise, ask, yes)


async def _raise(desk: Desk, press: Press, member: Member, rise: Rise, seen: int) -> None:
    waits = await _waits(desk, member, rise)
    await desk.judging.raise_(rise.id, member.person_id, "", desk.clock.now(), Seen(version=seen))
    desk.wake()
    to = grade_said(rise.grade) if rise.grade else ""
    line = phrase("⬆️ Raised to {grade} by {name} on {moment}", grade=to, **_who(desk, member))
    await cards.turn(desk, press, drawing.laid(desk, waits, member.language, end=End(line=line)))


def _who(desk: Desk, member: Member) -> dict[str, str]:
    return {"name": member.name, "moment": desk.moment(desk.clock.now(), member.language)}


def _asking_why(act: str, question: Phrase) -> _OnRise:
    async def ask_why(desk: Desk, press: Press, member: Member, rise: Rise, seen: int) -> None:
        about = About(desk=_DESK, act=act, id=rise.id, version=seen, card=press.message.message_id)
        await asking.why(desk, member, about)
        await _ask(desk, press, member, rise, question)

    return ask_why


async def _ask_to_propose(desk: Desk, press: Press, member: Member, warning_id: int) -> None:
    """By hand: the next words are why."""
    await desk.judging.to_propose(warning_id, member.person_id, desk.clock.now())
    await asking.why(desk, member, About(desk=_DESK, act="propose", id=warning_id))
    await cards.attend(desk, press)
    ask = phrase("⬆️ Why is it proposed to rise? Please write the reason.")
    await desk.say(member.chat_id, ask, member.language)


async def _take_reason(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """The reason that was asked for."""
    if about.act == "propose":
        await desk.judging.propose(about.id, member.person_id, why, desk.clock.now(), message_id=message_id)
        desk.wake()
        await desk.say(member.chat_id, phrase("⬆️ Proposed: a named person decides."), member.language)
        return
    await _DECIDE_WITH(desk, member, about, why, message_id)


async def _decide_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """To a decision beyond red a date may be given, too."""
    rise = await desk.judging.to_decide(about.id, member.person_id, desk.clock.now(), version=about.version)
    await (_ask_when if about.act == "decide" else _decline)(desk, member, rise, about, why, message_id)


_DECIDE_WITH: Final = or_stand(_decide_with, _stand)


async def _ask_when(desk: Desk, member: Member, rise: Rise, about: About, why: str, message_id: int) -> None:
    undated = labelled(desk, phrase("Without a new date"), member.language, RISE, "days", rise.id, about.version, 0)
    await asking.when(desk, member, asking.with_reason(about, why, message_id), rise.warning_id, RISE, [undated])


async def _decline(desk: Desk, member: Member, rise: Rise, about: About, why: str, message_id: int) -> None:
    waits = await _waits(desk, member, rise)
    seen = Seen(version=about.version, message=message_id)
    await desk.judging.decline(rise.id, member.person_id, why, desk.clock.now(), seen)
    desk.wake()
    line = phrase("✖️ Not raised, by {name} on {moment}. Reason: {why}", **_who(desk, member), why=why)
    drawn = drawing.laid(desk, waits, member.language, end=End(line=line))
    await cards.edit(desk, member.chat_id, about.card, drawn)
    await desk.say(member.chat_id, phrase("✖️ It is not raised."), member.language)


def _deciding(days: int | None) -> _OnRise:
    async def decide(desk: Desk, press: Press, member: Member, rise: Rise, seen: int) -> None:
        """The decision was written before; now a date is chosen, or none."""
        about = await asking.given(desk, member, _DESK, "decide", rise.id)
        waits, language = await _waits(desk, member, rise), member.language
        decided = await desk.judging.decide(
            rise.id, member.person_id, about.why, days, desk.clock.now(), Seen(version=seen, message=about.message)
        )
        desk.wake()
        line = phrase("📝 Decided by {name} on {moment}: {why}", **_who(desk, member), why=about.why)
        if days and decided.answer_by:
            until = desk.moment(decided.answer_by, language)
            line = phrase("{what} To be answered by {until}.", what=line, until=until)
        await cards.turn(desk, press, cards.plain(desk, line, language))
        await cards.edit(desk, member.chat_id, about.card, drawing.laid(desk, waits, language, end=End(line=line)))

    return decide


_DOING: Final[Mapping[str, _OnRise]] = {
    "show": _show,
    "back": _back,
    "raise": _ask_raise,
    "up": _raise,
    "decline": _asking_why("decline", phrase("✖️ Why is it not raised? Please write the reason.")),
    "decide": _asking_why("decide", phrase("📝 What is decided? Please write it down.")),
}
BUTTONS: Final[Mapping[str, OnButton]] = {RISE: attend}
REASONS: Final[Mapping[str, OnReason]] = {_DESK: _take_reason}
