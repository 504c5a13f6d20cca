"""What happened in a new demo's office in the three months before it begins, so that there is something to evaluate.

The office has told people of holidays, and said what stands in ``demo_history.toml``; most have acknowledged in time,
some late, some not at all, and a few could not be reached (``bot/demo_fates.py``). Single people have entered items,
answered warnings, were on leave or objected (``bot/demo_story.py``). What follows by itself is done by the service's
own sweeps, at the instants at which they would have done it. The same office and day always give the same history.
"""

import tomllib
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final

from bot.demo_fates import Fates
from bot.demo_story import Act, Disagreement, Entry, Follow, Leave, Script, Story
from bot.office import Office
from messages import rights
from messages.items.kinds import ItemKind
from messages.ledger import Kind, instant_json
from messages.notices import Category, Grade, Lane, NewNotice
from messages.scores.periods import Period, PeriodKind
from messages.store import demo_history as stored
from messages.store import ledger, marks
from messages.store.database import Connection
from messages.store.demo_history import Pressed
from messages.store.ledger import Event
from schedules.broadcasts import Broadcast, notice_of
from schedules.deadlines import local_instant
from schedules.holidays import HolidayWaveKind, holiday_notices
from schedules.scores.adopting import which
from schedules.scores.closing import Beginning, Finishing, begin
from schedules.tools import Tools
from schedules.workdays import WorkCalendar

_MONTHS: Final = 3
_FOUNDED_BEFORE: Final = timedelta(days=14)
"""So long before the first month people have held their posts, and have joined."""
_LANES: Final = {
    Category.BROADCAST: Lane.BROADCAST,
    Category.CAUTION: Lane.CAUTION,
    Category.PROMPT: Lane.PROMPT,
    Category.STUDY: Lane.STUDY,
}
_A_WHILE: Final = timedelta(minutes=20)
"""What was said less than this ago would still be on its way."""
_CLOSES_ON, _CLOSES_AT = 3, time(10, 20)
"""On this working day of the month after it, and when, a month is closed."""


@dataclass(frozen=True, kw_only=True)
class _Matter:
    """What the office says each month."""

    workday: int
    time: time
    category: Category
    audience: str
    titles: Sequence[str]
    texts: Sequence[str]
    within: int | None = None


def founded_at(now: datetime) -> datetime:
    """When the office of a demo that begins at ``now``, in its zone, was founded."""
    return datetime.combine(_first_month(now).first, time(9), tzinfo=now.tzinfo) - _FOUNDED_BEFORE


def _first_month(now: datetime) -> Period:
    month = Period.of(PeriodKind.MONTH, now.date())
    for _ in range(_MONTHS):
        month = month.before
    return month


async def remember(office: Office, speaker: str, now: datetime) -> None:
    """Live through the months before ``now``; ``speaker`` is the code of the administrator who speaks, and closes."""
    calendar, first = await office.calendars.current(), _first_month(now)
    async with office.db.writing() as conn:
        by = await rights.person_of(conn, speaker)
        await marks.put(conn, marks.PLANNING_SINCE, founded_at(now))  # from then on its ledger is sealed
        story = Story(office, calendar, await stored.casts(conn), _script(), first, now)
        people = sorted({*await stored.people(conn)} - await stored.bearers(conn))
        begins = first.begins(office.clock.zone)
        fates = Fates(office, calendar, between=(founded_at(now), now), people=people, leaves=story.leaves())
        said = _said(office, calendar, by, now)
        pressed = [one for notice in said for one in await _send(conn, fates, notice)]
        await stored.lose(conn, fates.lost)
    await office.scores.sweep(begins)
    await _Living(office, story, fates, pressed, by).until(now, {one.acknowledge_by for one in said})
    async with office.db.writing() as conn:
        await marks.put(conn, marks.DIGESTED, now)  # who could not be reached was told then
        await marks.put(conn, marks.PLANNING_SINCE, now)  # holidays that have passed are not told of any more


class _Living:
    """Goes through the months, from one instant at which something happens to the next."""

    def __init__(self, office: Office, story: Story, fates: Fates, pressed: Sequence[Pressed], by: int) -> None:
        self._office = office
        self._story = story
        self._fates = fates
        self._pressed = sorted(pressed, key=_at)
        self._by = by
        self._newest = 0

    async def until(self, now: datetime, days: Collection[datetime | None]) -> None:
        """Until ``now``; at each of the ``days`` somebody has acknowledged or not."""
        async with self._office.db.reading() as conn:
            self._newest = await stored.newest(conn)
        acts = defaultdict[datetime, list[Act]](list, {day: [self._look] for day in days if day is not None})
        for at, act in [*self._story.acts(Follow(told=self._arrive, warned=self._warn)), *await self._close_all(now)]:
            acts[at].append(act)
        for at in sorted(acts):
            if at < now - _A_WHILE:
                await self._press(at)
                for act in acts[at]:
                    await act(at)
        await self._press(now)
        await self._warn(now)

    async def _close_all(self, now: datetime) -> list[tuple[datetime, Act]]:
        calendar, acts = await self._office.calendars.current(), list[tuple[datetime, Act]]()
        for at, month in _closings(self._office, calendar, now).items():
            acts.append((at, partial(_close, self._office, month, self._by)))
            if not acts[1:]:
                acts += self._story.objections(month, self._late(month), self._by, at)
        return acts

    def _late(self, month: Period) -> list[int]:
        """Who has acknowledged late in a month."""
        late = (one for one in self._pressed if one.sent.acknowledge_by and one.at > one.sent.acknowledge_by)
        return [one.told.person_id for one in late if month.holds(one.at, self._office.clock.zone)]

    async def _look(self, at: datetime) -> None:
        while await self._office.missing.sweep(at):
            pass

    async def _press(self, until: datetime) -> None:
        """Record what was acknowledged before an instant; what comes later stays."""
        some = self._pressed[: bisect_left(self._pressed, until, key=_at)]
        if not some:
            return
        del self._pressed[: len(some)]
        async with self._office.db.writing() as conn:
            await stored.acknowledge(conn, some)
            await ledger.append_all(conn, [_event(one) for one in some])

    async def _arrive(self, at: datetime) -> None:
        """All that the service has to say by then arrives; some of it will be acknowledged."""
        async with self._office.db.writing() as conn:
            await stored.deliver(conn, at)
            for sent in await stored.asking(conn, self._newest):
                fates = [*self._fates.of(sent, await stored.told(conn, sent))]
                for one in (pressed for _, pressed in fates if pressed is not None):
                    insort(self._pressed, one, key=_at)
            self._newest = await stored.newest(conn)

    async def _warn(self, at: datetime) -> None:
        """What follows of warnings by itself."""
        await self._office.ladders.sweep(at)
        await self._arrive(at)
        await self._office.charging.sweep(at)


def _at(one: Pressed) -> datetime:
    return one.at


def _closings(office: Office, calendar: WorkCalendar, now: datetime) -> dict[datetime, Period]:
    """When the office closes which month: every one but the last, which is left to whoever tries the demo."""
    month, found = _first_month(now), dict[datetime, Period]()
    for _ in range(_MONTHS - 1):
        day = calendar.add_workdays(month.after - timedelta(days=1), _CLOSES_ON)
        found[local_instant(day, _CLOSES_AT, office.clock.zone)] = month
        month = month.next
    return found


async def _close(office: Office, month: Period, by: int, at: datetime) -> None:
    """Link the ledger, have the rules of the month that has begun hold, and state what the last one came to."""
    tools = Tools(db=office.db, policy=office.policy, calendars=office.calendars, zone=office.clock.zone)
    await office.scores.sweep(at)
    while await office.sealing.sweep(at):
        pass
    async with office.db.reading() as conn:
        period, rules = await which(conn, tools, month.label, at)
    begun = await begin(tools, Beginning(period=period, rules=rules, revision=1, by=by, why=None), at)
    await _LongAgo(tools, begun, rules, at).run()
    async with office.db.writing() as conn:
        await stored.deliver(conn, at)


class _LongAgo(Finishing):
    """Statements of which everybody was told long ago: nobody is told now."""

    async def _tell(self, *_of_whom: object) -> None:
        pass


def _said(office: Office, calendar: WorkCalendar, by: int, now: datetime) -> list[NewNotice]:
    """All that was said, in the order of time: of holidays once, and nobody was reminded."""
    month = _first_month(now)
    since = month.begins(office.clock.zone)
    holidays = holiday_notices(calendar, office.policy, office.clock.zone, since=since, until=now - _A_WHILE, now=since)
    said = [one for one in holidays if one.template == f"holiday_{HolidayWaveKind.FORMAL}"]
    number = 0
    while month.first <= now.date():
        said += [_notice(office, calendar, matter, month, number, by) for matter in _matters()]
        month, number = month.next, number + 1
    return sorted(
        (replace(one, created_at=one.send_at, reminders=()) for one in said if one.send_at < now - _A_WHILE),
        key=lambda one: one.send_at,
    )


def _notice(office: Office, calendar: WorkCalendar, matter: _Matter, month: Period, number: int, by: int) -> NewNotice:
    day = calendar.add_workdays(month.first - timedelta(days=1), matter.workday)
    send_at = local_instant(day, matter.time, office.clock.zone)
    turn = number % len(matter.titles)
    said = Broadcast(
        text=matter.texts[turn],
        title=matter.titles[turn],
        audience=matter.audience,
        within=matter.within,
        send_at=send_at,
        lane=_LANES[matter.category],
        by=by,
        approved_by=None,
    )
    key = f"broadcast:{send_at:%Y%m%dT%H%M}:{matter.category}"
    return replace(notice_of(said, calendar, office.policy, key=key, now=send_at), category=matter.category)


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads(files("bot").joinpath("demo_history.toml").read_text(encoding="utf-8"))


@cache
def _matters() -> tuple[_Matter, ...]:
    return tuple(_Matter(**one | {"category": Category(one["category"])}) for one in _known()["matters"])


@cache
def _script() -> Script:
    known = _known()
    return Script(
        entries=[_entry(one) for one in known["entries"]],
        leaves=[Leave(**one) for one in known["leaves"]],
        disagreements=[Disagreement(**one) for one in known["disagreements"]],
    )


def _entry(one: dict[str, Any]) -> Entry:
    said = one | {"category": Category(one["category"]), "kind": ItemKind(one["kind"])}
    return Entry(**said | ({"grade": Grade(one["grade"])} if "grade" in one else {}))


async def _send(conn: Connection, fates: Fates, notice: NewNotice) -> list[Pressed]:
    """Send a notice; gives who acknowledges it, be it in the future."""
    sent = await stored.send(conn, notice)
    found = [*fates.of(sent, await stored.told(conn, sent))]
    await stored.arrive(conn, [arrived for arrived, _ in found])
    return [pressed for _, pressed in found if pressed is not None]


def _event(one: Pressed) -> Event:
    sent = one.sent
    return Event(
        at=one.at,
        kind=Kind.ACKNOWLEDGED,
        person_id=one.told.person_id,
        body={
            "notice": sent.id,
            "delivery": one.told.delivery_id,
            "account": one.told.account_id,
            "posts": [post for post, _ in one.told.posts],
            "key": sent.key,
            "category": sent.category.value,
            "sent": instant_json(sent.send_at),
            "due": instant_json(sent.acknowledge_by),
            "delivered": instant_json(one.delivered),
            "since": instant_json(one.told.since),
            "provisional": sent.provisional,
            "first": True,
        },
    )
