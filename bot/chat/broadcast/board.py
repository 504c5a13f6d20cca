"""The board under a broadcast: how it goes on, and the buttons that pause, resume, cancel and recall it.

Cancelling and recalling are asked once more, in a message of their own: the board goes on being edited meanwhile.
"""

from datetime import datetime
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.broadcast.looking import took
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn, labelled
from bot.chat.desk import Desk
from bot.chat.notice_cards import UNITS, WHICH
from bot.chat.standing import pressing
from bot.telegram import presses
from messages.notice_views import Which
from messages.rights import Act
from messages.store import accounts
from messages.store.accounts import Member
from messages.text.phrase import Phrase, nphrase, phrase
from schedules import notice_acts
from schedules.boards import Look, look
from schedules.notice_acts import Steering
from schedules.possible import Doing, possible
from schedules.recaller import foreseen

STEER: Final = "bb1"
"""Buttons that steer: what is to be done, and the notice."""
_YES: Final = {Steering.CANCEL: phrase("⏹ Yes, cancel it"), Steering.RECALL: phrase("↩️ Yes, recall it")}
_HAVE_IT: Final = WHICH.index(Which.DELIVERED)


async def drawn(desk: Desk, found: Look, language: str, time_left: float | None) -> Drawn:
    """A board as it stands."""
    notice, counts, recalled = found.notice, found.figures.counts, found.recalled
    async with desk.db.reading() as conn:
        approver = await accounts.name_of(conn, notice.approved_by) if notice.approved_by else None
    text = desk.renderer.render(
        "board",
        language,
        number=notice.id,
        title=desk.renderer.title(notice.template, language, notice.title, **notice.params) or "📎",
        phase=found.phase.value,
        at=found.waits_until or notice.send_at,
        counted=found.figures.counted and bool(counts.recipients),
        people=counts.recipients,
        delivered=counts.delivered,
        left=found.left,
        missed=counts,
        asks=notice.acknowledge,
        acknowledged=counts.acknowledged,
        obligations=counts.obligations,
        time_left=took(time_left, language) if time_left else "",
        approved_by=approver,
        wanted=recalled.wanted,
        done=recalled.done,
        failed=recalled.failed,
        not_reached=recalled.missed if found.final else (),
    )
    return Drawn(text=text, rows=_rows(desk, found, language, desk.clock.now()))


def _rows(desk: Desk, found: Look, language: str, now: datetime) -> list[list[InlineKeyboardButton]]:
    def labels(what: Phrase, act: str) -> InlineKeyboardButton:
        return labelled(desk, what, language, STEER, act, found.notice.id)

    may = possible(found.notice, found.figures, {Act.STEER}, now)
    pause, resume = labels(phrase("⏸ Pause"), "pause"), labels(phrase("▶️ Resume"), "resume")
    cancel, recall = labels(phrase("⏹ Stop it for good"), "ask-cancel"), labels(phrase("↩️ Recall"), "ask-recall")
    steering = {Doing.PAUSE: pause, Doing.RESUME: resume, Doing.CANCEL: cancel}
    rows = [[one for doing, one in steering.items() if doing in may], [recall] if Doing.RECALL in may else []]
    return [row for row in rows if row]


async def steer(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button of a board."""
    match wish.words:
        case [act, number] if act in _DOING and number.isdecimal() and len(number) < 19:  # noqa: PLR2004 -- digits of an id
            notice_id = int(number)
        case _:
            raise Forged
    async with pressing(desk, press, member, notice_id, None):
        await _DOING[act](desk, press, member, notice_id)


async def _pause(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    done = await notice_acts.pause(desk.db, notice_id, member.person_id, desk.clock.now())
    said = nphrase("Paused: {count} person has it.", "Paused: {count} people have it.", done.counts.delivered)
    await desk.toast(press, said, member.language)
    await _redraw(desk, press, member, notice_id)


async def _resume(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    calendar = await desk.calendars.current()
    done = await notice_acts.resume(desk.db, notice_id, member.person_id, desk.clock.now(), calendar)
    desk.wake()
    await desk.toast(press, notice_acts.resumed_said(done), member.language)
    await _redraw(desk, press, member, notice_id)


async def _redraw(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    """The board at once, without waiting for its turn."""
    found = await look(desk.db, desk.counting, notice_id, desk.clock.now())
    await cards.edit(desk, press.chat_id, press.message.message_id, await drawn(desk, found, member.language, None))


async def _ask_cancel(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    await _refuse_others(desk, member, notice_id, Steering.CANCEL)
    question = phrase("Cancel notice {id} for good? Whoever has received it keeps it.", id=notice_id)
    await _ask(desk, press, member, Steering.CANCEL, notice_id, question)


async def _ask_recall(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    await _refuse_others(desk, member, notice_id, Steering.RECALL)
    question = phrase(
        "Recall notice {id}? What is not sent is cancelled, and what was delivered in the last 48 hours is deleted.",
        id=notice_id,
    )
    deletable = foreseen(await desk.counting.of(notice_id), desk.clock.now())
    await _ask(desk, press, member, Steering.RECALL, notice_id, question, deletable)


async def _refuse_others(desk: Desk, member: Member, notice_id: int, act: Steering) -> None:
    """Whoever may not do it is not asked either."""
    await notice_acts.steerable(desk.db, notice_id, member.person_id, desk.clock.now(), act)


async def _ask(desk: Desk, press: Press, member: Member, act: Steering, notice_id: int, *asked: Phrase) -> None:
    with desk.unharmed(press.chat_id):
        await presses.answer(desk.bot, press.query_id)
    language = member.language
    rows = [
        [labelled(desk, _YES[act], language, STEER, act, notice_id)],
        [labelled(desk, phrase("No, leave it"), language, STEER, "leave", notice_id)],
    ]
    text = "\n\n".join(desk.catalog.say(one, language) for one in asked)
    await desk.bot.send_message(press.chat_id, text, reply_markup=InlineKeyboardMarkup(rows))


async def _cancel(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    done = await notice_acts.cancel(desk.db, notice_id, member.person_id, desk.clock.now())
    said = nphrase(
        "⏹ Notice {id} is cancelled. {count} person had already received it.",
        "⏹ Notice {id} is cancelled. {count} people had already received it.",
        done.counts.delivered,
        id=notice_id,
    )
    who = labelled(desk, phrase("👥 Who has received it"), member.language, UNITS, notice_id, _HAVE_IT, 1)
    await cards.turn(desk, press, cards.plain(desk, said, member.language, [who]))


async def _recall(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    await notice_acts.recall(desk.db, notice_id, member.person_id, desk.clock.now())
    desk.wake()
    said = phrase("↩️ Notice {id} is being recalled. The board says whom that does not reach.", id=notice_id)
    await cards.turn(desk, press, cards.plain(desk, said, member.language))


async def _leave(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    said = phrase("Notice {id} stays as it is.", id=notice_id)
    await cards.turn(desk, press, cards.plain(desk, said, member.language))


_DOING: Final = {
    "pause": _pause,
    "resume": _resume,
    "ask-cancel": _ask_cancel,
    "cancel": _cancel,
    "ask-recall": _ask_recall,
    "recall": _recall,
    "leave": _leave,
}
