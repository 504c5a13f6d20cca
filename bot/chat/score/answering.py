"""The office answers objections: it corrects, with points and a reason, or refuses with a reason.

Each button carries the version that its presser has seen: of one that was answered since, it is shown how.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from telegram import InlineKeyboardButton

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of
from bot.chat.card_ends import End, as_told, ended
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.reasons import OnReason, go_back, or_stand
from bot.chat.score.showing import SCORE
from bot.chat.standing import pressing
from bot.telegram.keyboards import DESKS
from messages import reasons
from messages.errors import Refused
from messages.reasons import About
from messages.scores.objections import Objection, ObjectionState, points_of, points_said
from messages.scores.records import Entry
from messages.scores.rules import plain
from messages.store.accounts import Member
from messages.text.periods import label_said
from messages.text.phrase import Phrase, phrase
from schedules.desks import DeskKind, DeskOf
from schedules.scores.telling import card

_OnObjection: TypeAlias = Callable[[Desk, Press, Member, Objection], Awaitable[None]]

ANSWER: Final = DESKS[DeskKind.OBJECTION]
"""Buttons about an objection: what is to be done, which one, its version; then the points of a correction."""
_REFUSE: Final = "objection_refused"
_CORRECT: Final = "objection_corrected"
_POINTS: Final = "objection_points"
_OFFERED: Final = ("2", "1", "-1", "-2")
_WHY: Final = phrase("✏️ Correction: {points}. Why? Please write the reason: the person is told it.")


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about an objection."""
    match wish.words:
        case ["show", number, _]:
            await _show(desk, press, member, number_of(number))
            return
        case ["points", number, version, given]:
            doing = _with_points(given)
        case [what, number, version] if what in _DOING:
            doing = _DOING[what]
        case _:
            raise Forged
    objection_id = number_of(number)
    async with pressing(desk, press, member, objection_id, _stand):
        now = desk.clock.now()
        objection = await desk.objections.to_answer(objection_id, number_of(version), member.person_id, now)
        await doing(desk, press, member, objection)


async def _stand(desk: Desk, member: Member, message_id: int, objection_id: int, fault: Phrase | None = None) -> None:
    """Show in a card how its objection stands: with its buttons while it waits, and else what was answered."""
    objection = await desk.objections.find(objection_id, member.person_id, desk.clock.now())
    end = End(line=outcome(desk, objection, member.language), fault=fault)
    drawn = await _drawn(desk, member, objection, _leading(desk, objection, member.language), end)
    await cards.edit(desk, member.chat_id, message_id, drawn)


def _leading(desk: Desk, objection: Objection, language: str) -> list[list[InlineKeyboardButton]]:
    if not objection.waits:
        return []
    return cards.leading(desk, DeskOf(kind=DeskKind.OBJECTION, id=objection.id, version=objection.version), language)


async def _drawn(
    desk: Desk,
    member: Member,
    objection: Objection,
    rows: Sequence[Sequence[InlineKeyboardButton]] = (),
    end: End | None = None,
) -> Drawn:
    """All of an objection, and how its card ends: as it stands, where nothing else is said."""
    language = member.language
    end = end or End(line=outcome(desk, objection, language))
    entry = await desk.objections.meant(objection)
    text = as_told(desk, "objection", card(objection, entry), language, decided=end.line is not None)
    return ended(desk, text, f"{objection.name} · {label_said(objection.period, language)}", language, rows, end)


def outcome(desk: Desk, objection: Objection, language: str) -> Phrase | None:
    """What was answered, by whom and when; None while it waits."""
    if objection.decided_at is None:
        return None
    who = {"name": objection.decider or "", "moment": desk.moment(objection.decided_at, language)}
    why = objection.why or ""
    if objection.state is ObjectionState.CORRECTED and objection.points is not None:
        points = points_said(objection.points)
        return phrase("✏️ Corrected ({points}) by {name} on {moment}. Why: {why}", points=points, **who, why=why)
    return phrase("✖️ Not accepted, by {name} on {moment}. Why: {why}", **who, why=why)


async def _show(desk: Desk, press: Press, member: Member, objection_id: int) -> None:
    """All of it, in a message of its own that has the buttons."""
    objection = await desk.objections.find(objection_id, member.person_id, desk.clock.now())
    mine = objection.person_id == member.person_id
    rows = [] if mine else _leading(desk, objection, member.language)
    score = labelled(
        desk, phrase("📊 The score"), member.language, SCORE, "open", objection.person_id, objection.period
    )
    rows.append([score])
    drawn = await _drawn(desk, member, objection, rows)
    await cards.attend(desk, press)
    await cards.send(desk, member.chat_id, drawn, protect=True)


def _of(desk: Desk, objection: Objection, what: Phrase, language: str, act: str) -> InlineKeyboardButton:
    return labelled(desk, what, language, ANSWER, act, objection.id, objection.version)


async def _ask_points(desk: Desk, press: Press, member: Member, objection: Objection) -> None:
    """How many points the correction gives or takes: some are offered, others can be written."""
    language = member.language
    entry = await desk.objections.meant(objection)
    rows: Rows = []
    if isinstance(entry, Entry) and entry.points:
        what = phrase("↩️ Take the entry back ({points})", points=points_said(-entry.points))
        where = ANSWER, "points", objection.id, objection.version, plain(-entry.points)
        rows.append([labelled(desk, what, language, *where)])
    rows.append(
        [
            button(points_said(points_of(one)), ANSWER, "points", objection.id, objection.version, one)
            for one in _OFFERED
        ]
    )
    rows.append([_of(desk, objection, phrase("✏️ Another number"), language, "write")])
    rows.append([_of(desk, objection, phrase("« Go back"), language, "back")])
    ask = phrase("✏️ How many points does the correction give or take?")
    await cards.turn(desk, press, await _drawn(desk, member, objection, rows, End(ask=ask)))


async def _ask(desk: Desk, member: Member, objection: Objection, about: About, ask: Phrase) -> None:
    """The next words are what is asked for."""
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())
    rows = [[_of(desk, objection, phrase("« Go back"), member.language, "back")]]
    await cards.edit(desk, member.chat_id, about.card, await _drawn(desk, member, objection, rows, End(ask=ask)))


def _asking(name: str, ask: Phrase) -> _OnObjection:
    async def asks(desk: Desk, press: Press, member: Member, objection: Objection) -> None:
        await cards.attend(desk, press)
        about = About(desk=name, act="", id=objection.id, version=objection.version, card=press.message.message_id)
        await _ask(desk, member, objection, about, ask)

    return asks


def _with_points(given: str) -> _OnObjection:
    try:
        points = points_of(given)
    except Refused:
        raise Forged from None

    async def asks(desk: Desk, press: Press, member: Member, objection: Objection) -> None:
        await cards.attend(desk, press)
        card = press.message.message_id
        about = About(desk=_CORRECT, act=plain(points), id=objection.id, version=objection.version, card=card)
        await _ask(desk, member, objection, about, replace(_WHY, values={"points": points_said(points)}))

    return asks


async def _take_points(desk: Desk, member: Member, about: About, points: str, _message_id: int) -> None:
    """The points that were asked for; now the reason is."""
    objection = await desk.objections.to_answer(about.id, about.version, member.person_id, desk.clock.now())
    said = points_said(points_of(points))
    ask = replace(_WHY, values={"points": said})
    await _ask(desk, member, objection, replace(about, desk=_CORRECT, act=points), ask)
    await desk.say(member.chat_id, ask, member.language)


async def _correct(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Correct with the reason that was asked for."""
    objection = await desk.objections.correct(
        about.id, about.version, member.person_id, points_of(about.act), why, desk.clock.now(), message_id
    )
    await _tell(desk, member, about, objection, phrase("✏️ Corrected. The person is told."))


async def _refuse(desk: Desk, member: Member, about: About, why: str, message_id: int) -> None:
    """Refuse with the reason that was asked for."""
    now = desk.clock.now()
    objection = await desk.objections.refuse(about.id, about.version, member.person_id, why, now, message_id)
    await _tell(desk, member, about, objection, phrase("✖️ Answered with your reason. The person is told."))


async def _tell(desk: Desk, member: Member, about: About, objection: Objection, said: Phrase) -> None:
    desk.wake()
    await cards.edit(desk, member.chat_id, about.card, await _drawn(desk, member, objection))
    await desk.say(member.chat_id, said, member.language)


async def _back(desk: Desk, press: Press, member: Member, objection: Objection) -> None:
    """Nothing is decided yet."""
    await go_back(desk, press, member, objection.id, _stand)


_DOING: Final[Mapping[str, _OnObjection]] = {
    "correct": _ask_points,
    "write": _asking(_POINTS, phrase("✏️ Please write the points, such as 2 or -0.5.")),
    "refuse": _asking(_REFUSE, phrase("✖️ Why is it not accepted? Please write the reason: the person is told it.")),
    "back": _back,
}
REASONS: Final[Mapping[str, OnReason]] = {
    _REFUSE: or_stand(_refuse, _stand),
    _CORRECT: or_stand(_correct, _stand),
    _POINTS: or_stand(_take_points, _stand),
}
READING: Final[Mapping[str, Callable[[str], str]]] = {_POINTS: lambda given: plain(points_of(given))}
