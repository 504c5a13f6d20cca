"""The desk of whoever looks after units: how notices stand, by unit and person; reminding, exporting, steering."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

from bot.chat import cards
from bot.chat.acts import Command, Press
from bot.chat.buttons import Forged, Wish
from bot.chat.cards import Drawn
from bot.chat.desk import Desk, OnButton, OnCommand
from bot.chat.notice_cards import (
    CONFIRM,
    EXPORT,
    LIST,
    NOTICE,
    PEOPLE,
    REMIND,
    STEER,
    UNITS,
    WHICH,
    Cards,
)
from messages import notice_views
from messages.errors import LianxunError, NotEntitled, NotFound
from messages.exports import Reader, charted, file_name, workbook
from messages.rights import Act, acts_of
from messages.store.accounts import Member
from messages.text.phrase import nphrase, phrase
from schedules import notice_acts
from schedules.notice_acts import Steering
from schedules.recaller import foreseen
from schedules.reminding import remind as remind_silent

_ASKED_FIRST: Final = frozenset({Steering.CANCEL, Steering.RECALL})


async def show(desk: Desk, _command: Command, member: Member) -> None:
    """``/notices``: those that reach the person's units, newest first."""
    await cards.send(desk, member.chat_id, await _list(desk, member, 1))


async def turn(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Another page of the list."""
    await cards.turn(desk, press, await _list(desk, member, wish.number()))


async def open_notice(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """How one notice stands."""
    await cards.turn(desk, press, await _notice(desk, member, wish.number()))


async def open_units(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """The units in which somebody is on a list of a notice."""
    notice_id, which, number = wish.numbers(3)
    seen = await notice_views.notice_of(desk.db, member.person_id, notice_id, desk.clock.now())
    figures = (await desk.counting.of(notice_id)).within(seen.scope)
    drawn = Cards(desk=desk, language=member.language).units(seen.notice, figures, _which(which), number)
    await cards.turn(desk, press, drawn)


async def open_people(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """The people of one unit who are on a list of a notice; that somebody looked is recorded."""
    notice_id, unit_id, which, number = wish.numbers(4)
    page = await notice_views.people_of(
        desk.db, member.person_id, notice_id, unit_id, _which(which), number, desk.clock.now()
    )
    await cards.turn(desk, press, Cards(desk=desk, language=member.language).people(page))


async def remind(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Remind those who have not acknowledged."""
    await remind_of(desk, press, member, wish.number())


async def remind_of(desk: Desk, press: Press, member: Member, notice_id: int) -> None:
    """The same, of the notice of this id; the toast says what came of it."""
    most = desk.policy.reminders.by_hand_most
    try:
        done = await remind_silent(desk.db, notice_id, member.person_id, desk.clock.now(), most=most)
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:
        await desk.toast(press, error.phrase, member.language)
        return
    desk.wake()
    told = nphrase("{count} person is reminded.", "{count} people are reminded.", done.people)
    nobody = phrase("Nobody whom the notice has reached is silent: there is nobody to remind.")
    await desk.toast(press, told if done.people else nobody, member.language)


async def export(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """The workbook and the chart of a notice, as documents; that it was exported is recorded."""
    from bot.chart import png  # noqa: PLC0415 -- see there

    notice_id, now, language = wish.number(), desk.clock.now(), member.language
    await notice_views.notice_of(desk.db, member.person_id, notice_id, now, Act.EXPORT)  # before it is counted
    figures = await desk.counting.now(notice_id)
    cards = Cards(desk=desk, language=language)
    shown = await charted(desk.db, member.person_id, now, figures)
    await desk.toast(press, phrase("It is being made: the files will come in a moment."), language)
    reader = Reader(say=lambda what: desk.catalog.say(what, language), title=cards.title, zone=desk.clock.zone)
    book = await workbook(desk.db, member.person_id, now, figures, reader)
    drawing = partial(png, say=reader.say, zone=desk.clock.zone, language=language)
    picture = await asyncio.to_thread(drawing, shown, cards.title(shown.notice))
    for content, ending in ((book, "xlsx"), (picture, "png")):
        await desk.bot.send_document(member.chat_id, content, filename=file_name(notice_id, now, ending))


async def steer(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """Pause, resume, cancel or recall; whether a person means the last two is asked first."""
    notice_id, what = _steering(wish)
    if what in _ASKED_FIRST:
        notice = await notice_acts.steerable(desk.db, notice_id, member.person_id, desk.clock.now(), what)
        figures = await desk.counting.of(notice_id)
        deletable = foreseen(figures, desk.clock.now()) if what is Steering.RECALL else None
        await cards.turn(desk, press, Cards(desk=desk, language=member.language).question(notice, what, deletable))
    else:
        await _steer(desk, press, member, notice_id, what)


async def confirm(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """The person means it."""
    await _steer(desk, press, member, *_steering(wish))


async def _steer(desk: Desk, press: Press, member: Member, notice_id: int, what: Steering) -> None:
    acts = notice_acts.acts(await desk.calendars.current())
    try:
        told = notice_acts.steered_said(what, await acts[what](desk.db, notice_id, member.person_id, desk.clock.now()))
    except (NotEntitled, NotFound):
        raise
    except LianxunError as error:
        told = error.phrase
    desk.wake()
    await desk.toast(press, told, member.language)
    await cards.edit(desk, press.chat_id, press.message.message_id, await _notice(desk, member, notice_id))


async def _list(desk: Desk, member: Member, number: int) -> Drawn:
    page = await notice_views.notices_of(desk.db, member.person_id, number, desk.clock.now())
    counts = await desk.counting.counts_of([one.id for one in page.items], page.scope)
    waits = await notice_views.waits(desk.db, counts, desk.clock.now())
    return Cards(desk=desk, language=member.language).notices(page, counts, waits)


async def _notice(desk: Desk, member: Member, notice_id: int) -> Drawn:
    now = desk.clock.now()
    seen = await notice_views.notice_of(desk.db, member.person_id, notice_id, now)
    figures = (await desk.counting.of(notice_id)).within(seen.scope)
    async with desk.db.reading() as conn:
        acts = await acts_of(conn, member.person_id)
    waits = await notice_views.waits(desk.db, {notice_id: figures.counts}, now)
    return Cards(desk=desk, language=member.language).notice(seen.notice, figures, acts, now, waits.get(notice_id))


def _which(place: int) -> notice_views.Which:
    if place >= len(WHICH):
        raise Forged
    return WHICH[place]


def _steering(wish: Wish) -> tuple[int, Steering]:
    """The notice and what is to be done with it; raises ``Forged`` for anything else."""
    number, *what = wish.words or ("",)
    named = Wish(kind=wish.kind, words=tuple(what)).word([*Steering])
    return Wish(kind=wish.kind, words=(number,)).number(), Steering(named)


COMMANDS: Final[Mapping[str, OnCommand]] = {"notices": show}
BUTTONS: Final[Mapping[str, OnButton]] = {
    LIST: turn,
    NOTICE: open_notice,
    UNITS: open_units,
    PEOPLE: open_people,
    REMIND: remind,
    STEER: steer,
    EXPORT: export,
    CONFIRM: confirm,
}
