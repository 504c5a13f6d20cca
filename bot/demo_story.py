"""What single people did in the months before a new demo begins: items, warnings with their answers, leave, objections.

It is done by the same acts as ever, at the instants at which they would have done it; what it is about stands in
``demo_history.toml``.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from bot.office import Office
from messages.absences import Days
from messages.audience import confined
from messages.items.kinds import ItemKind
from messages.items.records import CHAT, Given, Item
from messages.notices import Category, Grade
from messages.scores.periods import Period
from messages.store import demo_history as stored
from messages.store import statements
from messages.store.demo_history import Cast
from messages.warnings.answers import Given as GivenPart
from schedules.absences.deciding import Wanted
from schedules.deadlines import local_instant
from schedules.workdays import WorkCalendar

_DAY: Final = timedelta(days=1)
_LEADERS_TAKE: Final = timedelta(hours=2, minutes=10)
_ANSWERED_WITHIN, _EVENING = 5, time(18, 5)
"""Blue and orange warnings are answered within so many working days: after that evening something follows."""
_EVERY: Final = 5
"""The departments take part in turns, each so many after the one before."""

Act: TypeAlias = Callable[[datetime], Awaitable[None]]
"""Something that somebody does at an instant."""


@dataclass(frozen=True, kw_only=True)
class Follow:
    """What follows of acts by itself: that messages arrive, and of warnings their steps as well."""

    told: Act
    warned: Act


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An item that a collector enters: in which of the months and on which working day, or so many ``before`` the end.

    Its conclusion was so many working days ago (``decided``); it is returned for a reason, or approved at once. A
    reminder has a ``grade``, and is answered on the working day ``answered`` after it (None: not yet).
    """

    time: time
    category: Category
    kind: ItemKind
    title: str
    text: str
    month: int = 0
    workday: int = 0
    before: int | None = None
    decided: int = 1
    returned: str | None = None
    grade: Grade | None = None
    answered: int | None = None
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Leave that a leader has entered: as with ``Entry``, with the days from then on."""

    month: int = 0
    workday: int = 0
    before: int | None = None
    days: int
    note: str


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """What somebody who acknowledged late says against the first statement, and what the office answers."""

    text: str
    why: str
    points: str | None = None


@dataclass(frozen=True, kw_only=True)
class Script:
    """All that happens."""

    entries: Sequence[Entry]
    leaves: Sequence[Leave]
    disagreements: Sequence[Disagreement]


class Story:
    """A script that is played in an office from its ``first`` month until ``now``."""

    def __init__(
        self,
        office: Office,
        calendar: WorkCalendar,
        casts: Sequence[Cast],
        script: Script,
        first: Period,
        now: datetime,
    ) -> None:
        """``casts`` are the departments in which it is played; with none nothing happens."""
        self._office = office
        self._calendar = calendar
        self._casts = casts
        self._script = script
        self._first = first
        self._now = now

    def leaves(self) -> dict[int, Days]:
        """Who is on leave on which days."""
        return {person: days for _, person, _, days, _ in self._leaves()}

    def acts(self, follow: Follow) -> list[tuple[datetime, Act]]:
        """What is done when; what comes of it follows by itself."""
        if not self._casts:
            return []
        acts = [act for place, one in enumerate(self._script.entries) for act in self._entered(one, place, follow)]
        return [*acts, *self._granted()]

    def objections(self, month: Period, late: Sequence[int], by: int, at: datetime) -> list[tuple[datetime, Act]]:
        """Against the statements of a ``month`` that was closed at an instant, of who was ``late``; ``by`` answers."""
        made: list[tuple[datetime, Act]] = []
        for person, one in zip(late, self._script.disagreements, strict=False):
            objecting = _Objecting(self._office, month, person, by, one)
            made += [(at + _DAY, objecting.make), (at + 3 * _DAY, objecting.answer)]
        return made

    def _entered(self, one: Entry, place: int, follow: Follow) -> Iterator[tuple[datetime, Act]]:
        day = self._day(one.month, one.workday, one.before)
        cast = self._casts[place * _EVERY % len(self._casts)]
        at = self._at(day, one.time)
        entering = _Entering(
            self._office, cast, _given(one, cast, self._calendar.add_workdays(day, -one.decided)), follow
        )
        yield at, entering.submit
        if one.returned is not None:
            yield at + _LEADERS_TAKE / 2, entering.return_for(one.returned)
            yield at + _LEADERS_TAKE, entering.submit
        yield (issued := at + 2 * _LEADERS_TAKE), entering.approve
        if one.answered is not None:
            answered = self._calendar.add_workdays(issued.date(), one.answered)
            if one.answered > _ANSWERED_WITHIN:
                yield self._at(self._calendar.add_workdays(issued.date(), _ANSWERED_WITHIN), _EVENING), follow.warned
            yield self._at(answered, one.time), entering.answer_with(one.answer)
            yield self._at(answered, one.time) + _LEADERS_TAKE, entering.release

    def _granted(self) -> Iterator[tuple[datetime, Act]]:
        for at, person, leader, days, note in self._leaves():
            yield at, self._grant(Wanted(person_id=person, days=days, note=note), leader)

    def _grant(self, wanted: Wanted, leader: int) -> Act:
        async def grant(now: datetime) -> None:
            await self._office.absences.enter(wanted, leader, now)

        return grant

    def _leaves(self) -> Iterator[tuple[datetime, int, int, Days, str]]:
        """When it is entered, of whom, by whom, on which days, and what for."""
        for place, one in enumerate(self._script.leaves if self._casts else ()):
            cast = self._casts[-1 - place % len(self._casts)]
            first = self._day(one.month, one.workday, one.before)
            days = Days(first=first, last=first + (one.days - 1) * _DAY)
            at = self._at(self._calendar.add_workdays(first, -1), time(16, 20))
            yield at, cast.holders[-1][1], cast.leader, days, one.note

    def _day(self, month: int, workday: int, before: int | None) -> date:
        if before is not None:
            return self._calendar.add_workdays(self._now.date(), -before)
        period = self._first
        for _ in range(month):
            period = period.next
        return self._calendar.add_workdays(period.first - _DAY, workday)

    def _at(self, day: date, hour: time) -> datetime:
        return local_instant(day, hour, self._office.clock.zone)


def _given(one: Entry, cast: Cast, decisive: date) -> Given:
    """A reminder is about the first risk post of the department, anything else for its heads."""
    given = Given(category=one.category, kind=one.kind, title=one.title, text=one.text)
    if one.category is not Category.STUDY:
        given = replace(given, decisive_on=decisive)
    if one.grade is None:
        return replace(given, audience=confined("level:1-3", [cast.unit]))
    return replace(given, grade=one.grade, posts=(cast.holders[0][0],))


class _Entering:
    """An item on its way, and the warning that comes of it."""

    def __init__(self, office: Office, cast: Cast, given: Given, follow: Follow) -> None:
        self._office = office
        self._cast = cast
        self._given = given
        self._follow = follow
        self._item: Item | None = None

    @property
    def _known(self) -> Item:
        assert self._item is not None  # noqa: S101 -- it was submitted before anything else
        return self._item

    async def submit(self, now: datetime) -> None:
        before = self._item
        self._item = await self._office.items.submit(
            self._given,
            self._cast.collector,
            now,
            by=CHAT,
            item_id=before.id if before else None,
            version=before.version if before else None,
        )

    def return_for(self, why: str) -> Act:
        async def give_back(now: datetime) -> None:
            one = self._known
            self._item = await self._office.items.give_back(one.id, self._cast.leader, one.version, why, now)

        return give_back

    async def approve(self, now: datetime) -> None:
        one = self._known
        self._item = await self._office.items.approve(one.id, self._cast.leader, one.version, now)
        await (self._follow.warned if one.given.grade else self._follow.told)(now)

    def answer_with(self, text: str) -> Act:
        async def answer(now: datetime) -> None:
            holder, judging = self._cast.holders[0][1], self._office.judging
            warning = await judging.to_answer(await self._warning(), holder, now)
            parts = {asked: GivenPart(text=text) for asked in warning.ladder.checklist}
            await judging.answer(warning.id, holder, parts, now)

        return answer

    async def release(self, now: datetime) -> None:
        await self._office.judging.accept(await self._warning(), self._cast.leader, now, release=True)
        await self._follow.warned(now)

    async def _warning(self) -> int:
        async with self._office.db.reading() as conn:
            return await stored.warning_of(conn, self._known.id)


class _Objecting:
    """An objection on its way."""

    def __init__(self, office: Office, month: Period, person: int, by: int, told: Disagreement) -> None:
        self._office = office
        self._month = month
        self._person = person
        self._by = by
        self._told = told
        self._made = (0, 0)

    async def make(self, now: datetime) -> None:
        async with self._office.db.reading() as conn:
            statement = await statements.of_person(conn, self._person, self._month)
        assert statement is not None  # noqa: S101 -- everybody who holds a post has one
        late = next(one.event for one in statement.scored.entries if one.code == "acknowledged:late")
        made = await self._office.objections.object(statement.id, late, self._person, self._told.text, now)
        self._made = made.id, made.version

    async def answer(self, now: datetime) -> None:
        told, objections = self._told, self._office.objections
        if told.points is None:
            await objections.refuse(*self._made, self._by, told.why, now)
        else:
            await objections.correct(*self._made, self._by, Decimal(told.points), told.why, now)
