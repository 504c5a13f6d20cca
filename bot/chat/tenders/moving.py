"""Moving a date: which step, which day, which time, then a look at what follows, before it is saved.

All that was chosen stands in the buttons, and what may be written is asked for as a reason is: a restart loses nothing.
Only the last button carries the version of the matter that was looked at.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from html import escape
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from bot.chat import cards
from bot.chat.acts import Press
from bot.chat.buttons import Forged, Wish, button, number_of, shortened
from bot.chat.card_ends import End
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.days import month, month_said
from bot.chat.desk import Desk
from bot.chat.listing import page_of, turns
from bot.chat.moments import Written, moment_written
from bot.chat.tenders.foreseen import TITLE, check, going_with, to_day
from bot.chat.tenders.kinds import MOVE
from bot.chat.tenders.matter import OnMatter, attempt, back, drawn, stop_asking, to_move, whole_of
from bot.chat.tenders.stages import Stage, stage_of, stages_of, to_do
from bot.chat.tenders.when import DAY, TIMED, TIMES, When, span_of
from bot.chat.tenders.words import said_at, said_limit, said_step
from bot.chat.words import said_fault
from messages import reasons
from messages.errors import Refused, refused
from messages.pages import part_of
from messages.reasons import About
from messages.store.accounts import Member
from messages.tenders.records import Fact
from messages.tenders.views import Whole
from messages.text.phrase import phrase

DATE: Final = "matter_date"
"""What is written then is a date, and no reason."""
_STEPS: Final = 8
_OnStage: TypeAlias = Callable[[Desk, Press, Member, Whole, Stage], Awaitable[None]]


async def attend(desk: Desk, press: Press, member: Member, wish: Wish) -> None:
    """A button about the dates of a matter."""
    match wish.words:
        case [("steps" | "done" | "more") as what, number, word]:
            page = page_of(word)
            await attempt(desk, press, member, number_of(number), _listing(what, page))
            return
        case [("save" | "both") as act, number, version, key, written]:
            doing: _OnStage = _saving(number_of(version), When.of(written), both=act == "both")
        case ["clear", number, version, key]:
            doing = _saving(number_of(version), None)
        case ["step", number, key]:
            doing = _ask_day(desk.today, anew=True)
        case ["month", number, key, written]:
            doing = _ask_day(span_of(desk).month_of(written), anew=False)
        case ["day", number, key, written]:
            doing = _choose_day(span_of(desk).day_of(written))
        case ["time", number, key, written]:
            doing = _ask_time(When.of(written).day)
        case ["at", number, key, written]:
            doing = _look_at(When.of(written))
        case ["none", number, key]:
            doing = _look_at(None)
        case _:
            raise Forged
    await attempt(desk, press, member, number_of(number), _about_stage(key, doing))


def _about_stage(key: str, doing: _OnStage) -> OnMatter:
    async def attend_to(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        whole = await to_move(desk, member, whole.matter.id)
        await doing(desk, press, member, whole, stage_of(stages_of(whole), key))

    return attend_to


# Which step


def _listing(what: str, number: int) -> OnMatter:
    async def choose(desk: Desk, press: Press, member: Member, whole: Whole) -> None:
        """The steps of a matter, first those with dates and those that come next; ``done``: those to be done."""
        whole = await to_move(desk, member, whole.matter.id)
        await stop_asking(desk, member)
        await cards.turn(desk, press, _steps(desk, member, whole, what, number))

    return choose


def _steps(desk: Desk, member: Member, whole: Whole, what: str, number: int) -> Drawn:
    language, now, matter = member.language, desk.clock.now(), whole.matter
    stages: Sequence[Stage] = sorted(stages_of(whole), key=lambda one: one.rank(now))
    if what != "steps":
        return _undone(desk, member, whole, stages, what, number)
    asked = phrase("Which date of “{title}” is to be moved?", title=shortened(matter.title, TITLE))
    page = part_of(stages, number, _STEPS)
    rows: Rows = [[button(_label(desk, one, language), MOVE, "step", matter.id, one.key)] for one in page.rows]
    rows += turns(page.number, page.pages, (MOVE, what, matter.id))
    return cards.plain(desk, asked, language, *rows, back(desk, matter.id, language))


def _undone(desk: Desk, member: Member, whole: Whole, stages: Sequence[Stage], what: str, number: int) -> Drawn:
    """The steps that may have been done today: ``done``, those that make sense by now; ``more``, all others too."""
    language, now, matter = member.language, desk.clock.now(), whole.matter
    every, usual = to_do(stages, now, usual=False), to_do(stages, now, usual=True)
    shown = every if what == "more" or not usual else usual
    asked = phrase("What of “{title}” was done today?", title=shortened(matter.title, TITLE))
    page, today = part_of(shown, number, _STEPS), str(When(day=desk.today))
    rows: Rows = [[button(_label(desk, one, language), MOVE, "at", matter.id, one.key, today)] for one in page.rows]
    rows += turns(page.number, page.pages, (MOVE, what, matter.id))
    if len(shown) < len(every):
        rows.append([labelled(desk, phrase("More …"), language, MOVE, "more", matter.id, 1)])
    return cards.plain(desk, asked, language, *rows, back(desk, matter.id, language))


def _label(desk: Desk, stage: Stage, language: str) -> str:
    name = f"{stage.mark(desk.clock.now())} {said_step(desk, stage.milestone, language, stage.part)}"
    at = stage.fact and said_at(desk, stage.fact.at, whole_day=stage.fact.whole_day)
    if at:
        return f"{name} · {at}"
    return name if stage.when else name.removeprefix("⏳ ")


# Which day, which time


def _ask_day(first: date, *, anew: bool) -> _OnStage:
    async def ask_day(desk: Desk, press: Press, member: Member, whole: Whole, stage: Stage) -> None:
        """A month to choose from; the next words may be the date."""
        begin = stage.fact.at.astimezone(desk.clock.zone).date() if stage.fact and anew else first
        await _await(desk, member, whole, stage.key, press.message.message_id)
        await cards.turn(desk, press, await _month(desk, member, whole, stage, begin.replace(day=1)))

    return ask_day


async def _month(desk: Desk, member: Member, whole: Whole, stage: Stage, first: date) -> Drawn:
    language, days, matter_id = member.language, await desk.calendars.current(), whole.matter.id
    rows = month(
        desk,
        days,
        first,
        span_of(desk),
        language=language,
        day=(MOVE, "day", matter_id, stage.key),
        turn=(MOVE, "month", matter_id, stage.key),
    )
    text = desk.renderer.render(
        "tender_day",
        language,
        name=said_step(desk, stage.milestone, language, stage.part),
        title=shortened(whole.matter.title, TITLE),
        at=said_at(desk, stage.fact.at, whole_day=stage.fact.whole_day) if stage.fact else "",
        limits=[said for one in stage.limits if (said := said_limit(desk, one, language))],
        month=month_said(first, language),
        provisional=days.provisional(first.year),
    )
    today = When(day=desk.today)
    ways = [labelled(desk, phrase("Today"), language, MOVE, "day", matter_id, stage.key, today.day.isoformat())]
    if stage.fact is not None:
        ways.append(labelled(desk, phrase("🗑 Take the date away"), language, MOVE, "none", matter_id, stage.key))
    other = labelled(desk, phrase("« Another date"), language, MOVE, "steps", matter_id, 1)
    return Drawn(text=text, rows=[*rows, ways, [other, *back(desk, matter_id, language)]])


def _choose_day(day: date) -> _OnStage:
    async def choose_day(desk: Desk, press: Press, member: Member, whole: Whole, stage: Stage) -> None:
        """Of some steps the time is asked for as well."""
        doing = _ask_time(day) if stage.milestone in TIMED else _look_at(When(day=day))
        await doing(desk, press, member, whole, stage)

    return choose_day


def _ask_time(day: date) -> _OnStage:
    async def ask_time(desk: Desk, press: Press, member: Member, whole: Whole, stage: Stage) -> None:
        """The next words may be the time."""
        await _await(desk, member, whole, f"{stage.key}:{day:{DAY}}", press.message.message_id)
        await cards.turn(desk, press, _times(desk, member, whole, stage, day))

    return ask_time


def _times(desk: Desk, member: Member, whole: Whole, stage: Stage, day: date) -> Drawn:
    """The usual times to choose from, that of the present date first."""
    language, matter_id = member.language, whole.matter.id
    present = stage.fact.at.astimezone(desk.clock.zone) if stage.fact and not stage.fact.whole_day else None
    times = dict.fromkeys([f"{present:%H:%M}", *TIMES] if present else TIMES)
    choices = [
        button(one, MOVE, "at", matter_id, stage.key, str(When(day=day, clock=time.fromisoformat(one))))
        for one in times
    ]
    rows = [choices[place : place + 4] for place in range(0, len(choices), 4)]
    only = labelled(desk, phrase("Only the day"), language, MOVE, "at", matter_id, stage.key, str(When(day=day)))
    name = said_step(desk, stage.milestone, language, stage.part)
    asked = phrase(
        "⏰ {name} on {day}: at what time? Choose it, or write it, such as 9:30.", name=name, day=f"{day:%m-%d}"
    )
    return cards.plain(desk, asked, language, *rows, [only], to_day(desk, matter_id, stage, language))


async def _await(desk: Desk, member: Member, whole: Whole, act: str, card: int) -> None:
    about = About(desk=DATE, act=act, id=whole.matter.id, version=whole.matter.version, card=card)
    await reasons.ask(desk.db, member.person_id, about, desk.clock.now())


# A look at what follows


def _look_at(when: When | None) -> _OnStage:
    async def look(desk: Desk, press: Press, member: Member, whole: Whole, stage: Stage) -> None:
        """What follows of a date, or of none any more."""
        await cards.turn(desk, press, await check(desk, member, whole, stage, when))

    return look


# What is written


def read(words: str) -> str:
    """What is written may be a date; which, is known where it is for."""
    return words


async def _take_date(desk: Desk, member: Member, about: About, words: str, _message_id: int) -> None:
    """The date that was asked for, or its time: what follows is shown below."""
    key, _, day = about.act.partition(":")
    whole = await to_move(desk, member, about.id)
    try:
        stage = stage_of(stages_of(whole), key)
        when = _meant(moment_written(words, desk.today, desk.clock.zone), day, stage, desk.clock.zone)
    except Refused as error:  # it is still asked for
        fault = escape(said_fault(desk, error, member.language), quote=False)
        await cards.send(desk, member.chat_id, Drawn(text=fault, rows=[]))
        return
    asks = when.clock is None and stage.milestone in TIMED
    shown = _times(desk, member, whole, stage, when.day) if asks else await check(desk, member, whole, stage, when)
    card = await cards.send(desk, member.chat_id, shown)
    await cards.take_away(desk, member.chat_id, about.card)
    act = f"{key}:{when.day:{DAY}}"
    await reasons.ask(desk.db, member.person_id, replace(about, act=act, card=card), desk.clock.now())


def _meant(written: Written, day: str, stage: Stage, zone: ZoneInfo) -> When:
    """A time alone is of the day that was chosen, or of the date as it stands."""
    if written.day is not None:
        return When(day=written.day, clock=written.clock)
    if day:
        return When(day=When.of(day).day, clock=written.clock)
    if stage.fact is not None:
        return When(day=stage.fact.at.astimezone(zone).date(), clock=written.clock)
    raise refused(phrase("Please write the day, too."), column="date")


# Saving


def _saving(version: int, when: When | None, *, both: bool = False) -> _OnStage:
    async def save(desk: Desk, press: Press, member: Member, whole: Whole, stage: Stage) -> None:
        """Save the date that was looked at, unless the matter is another by now; ``both``: of what goes with it too."""
        matter_id, now = whole.matter.id, desk.clock.now()
        if when is None:
            await desk.tenders.clear(matter_id, stage.milestone, member.person_id, version, now, part=stage.part)
            line = phrase("🗑 The date is taken away.")
        else:
            seen = version
            for one in (stage, *(going_with(desk, whole, stage, when) if both else ())):
                seen = await _move(desk, member, matter_id, when.fact(desk, one), seen)
            name, fact = said_step(desk, stage.milestone, member.language, stage.part), when.fact(desk, stage)
            line = phrase("💾 Saved: {name} {at}", name=name, at=said_at(desk, fact.at, whole_day=fact.whole_day))
        await stop_asking(desk, member)
        desk.wake()
        present = await whole_of(desk, member, matter_id)
        await cards.turn(desk, press, await drawn(desk, member, present, end=End(line=line)))

    return save


async def _move(desk: Desk, member: Member, matter_id: int, fact: Fact, version: int) -> int:
    """Move one date; gives the version that the matter has then."""
    taken = await desk.tenders.move(
        matter_id,
        fact.milestone,
        fact.at,
        member.person_id,
        version,
        desk.clock.now(),
        part=fact.part,
        whole_day=fact.whole_day,
    )
    return taken.matter.version


REASONS: Final = {DATE: _take_date}
READING: Final[Mapping[str, Callable[[str], str]]] = {DATE: read}
