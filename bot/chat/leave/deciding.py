"""Granting leave: the card that lays a request before who may grant it, and the reason of who does not."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.card_ends import End, as_told, ended
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk, OnButton
from bot.chat.reasons import OnReason, go_back, or_stand
from bot.chat.standing import pressing
from bot.telegram.keyboards import DESKS
from messages import reasons
from messages.absences import Absence, AbsenceState, days_said
from messages.errors import CHANGED, Outdated
from messages.reasons import About
from messages.store.accounts import Member
from messages.text.phrase import Phrase, phrase
from schedules.desks import DeskKind, DeskOf

_OnAbsence: TypeAlias = Callable[[Desk, Press, Member, Absence], Awaitable[None]]

DECIDE: Final = DESKS[DeskKind.ABSENCE]
"""Buttons about leave that waits: what is to be done, which one, its version."""
_REASON: Final = "absence"


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about leave that somebody asked for."""
    match wish.words:
        case [what, number, version] if what in _DOING:
            doing = _DOING[what]
        case _:
            raise Forged
    absence_id, seen = number_of(number), number_of(version)
    absence = await desk.absences.of(absence_id, member.person_id)
    async with pressing(desk, press, member, absence_id, _stand):
        if absence.waits and absence.version != seen and doing is not _show:
            raise Outdated(CHANGED)
        await doing(desk, press, member, absence)


async def _stand(desk: Desk, member: Member, message_id: int, absence_id: int, fault: Phrase | None = None) -> None:
    """Show in a card how its request stands: with its buttons while it waits, and else what was decided."""
    absence = await desk.absences.of(absence_id, member.person_id)
    drawn = await _drawn(desk, absence, member, await _offered(desk, absence, member), End(fault=fault))
    await cards.edit(desk, member.chat_id, message_id, drawn)


async def _offered(desk: Desk, absence: Absence, member: Member) -> Rows:
    if not await desk.absences.may_grant(absence, member.person_id):
        return []
    to = DeskOf(kind=DeskKind.ABSENCE, id=absence.id, version=absence.version)
    return cards.leading(desk, to, member.language)


async def _drawn(desk: Desk, absence: Absence, member: Member, rows: Rows, end: End) -> Drawn:
    """All of a request, and how its card ends: as it stands, where nothing else is said."""
    language = member.language
    line = outcome(desk, absence, language)
    params = await desk.absences.card(absence)
    text = as_told(desk, "absence_card", params, language, decided=line is not None)
    return ended(desk, text, absence.person, language, rows, End(line=line, fault=end.fault, ask=end.ask))


def outcome(desk: Desk, absence: Absence, language: str) -> Phrase | None:
    """What was decided about leave, by whom and when; None while it waits."""
    name = absence.decider or desk.catalog.say(phrase("the operator"), language)
    moment = desk.moment(absence.decided_at, language) if absence.decided_at else ""
    match absence.state:
        case AbsenceState.GRANTED:
            return phrase("✅ Granted by {name} on {moment}", name=name, moment=moment)
        case AbsenceState.REFUSED:
            return phrase("✖️ Not granted, by {name}. Reason: {why}", name=name, why=absence.why or "")
        case AbsenceState.WITHDRAWN:
            return phrase("↩️ Taken back")
        case AbsenceState.ASKED:
            return None


def opening(desk: Desk, absence: Absence, language: str) -> InlineKeyboardButton:
    """The button that opens a request which waits."""
    label = f"⏳ {absence.person} · {desk.catalog.say(days_said(absence.days), language)}"
    return button(label, DECIDE, "show", absence.id, absence.version)


async def _show(desk: Desk, press: Press, member: Member, absence: Absence) -> None:
    """A request in a message of its own that has the buttons."""
    await cards.attend(desk, press)
    rows = await _offered(desk, absence, member)
    await cards.send(desk, member.chat_id, await _drawn(desk, absence, member, rows, End()))


async def _grant(desk: Desk, press: Press, member: Member, absence: Absence) -> None:
    granted = await desk.absences.grant(absence.id, absence.version, member.person_id, desk.clock.now())
    desk.wake()
    await cards.turn(desk, press, await _drawn(desk, granted, member, [], End()))


async def _ask_why(desk: Desk, press: Press, member: Member, absence: Absence) -> None:
    """The next words are the reason for which it is not granted."""
    if not await desk.absences.may_grant(absence, member.person_id):
        raise Outdated(CHANGED)
    about = About(desk=_REASON, act="refuse", id=absence.id, version=absence.version, card=press.message.message_id)
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
    back = labelled(desk, phrase("« Go back"), member.language, DECIDE, "back", absence.id, absence.version)
    end = End(ask=phrase("✖️ Why is it not granted? Please write the reason: the person is told it."))
    await cards.turn(desk, press, await _drawn(desk, absence, member, [[back]], end))


async def _go_back(desk: Desk, press: Press, member: Member, absence: Absence) -> None:
    """Nothing is decided yet."""
    await go_back(desk, press, member, absence.id, _stand)


async def _refuse_with(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Do not grant it, for the reason that was asked for; its card says so."""
    now = desk.clock.now()
    refused = await desk.absences.refuse(about.id, about.version, member.person_id, why, now, message_id)
    desk.wake()
    await cards.edit(desk, member.chat_id, about.card, await _drawn(desk, refused, member, [], End()))
    said = phrase("✖️ Leave {days} is not granted; {name} is told.", days=days_said(refused.days), name=refused.person)
    await desk.say(member.chat_id, said, member.language)


_DOING: Final[Mapping[str, _OnAbsence]] = {
    "show": _show,
    "grant": _grant,
    "refuse": _ask_why,
    "back": _go_back,
}
BUTTONS: Final[Mapping[str, OnButton]] = {DECIDE: attend}
REASONS: Final[Mapping[str, OnReason]] = {_REASON: or_stand(_refuse_with, _stand)}
