"""What is checked of items before any is taken: their form, whom they mean, and that all lies within the own scope.

Many are checked together: what several of them name is looked up once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from messages.audience import LONGEST, Term, confined
from messages.errors import Fault, Refused
from messages.items.checking import faults_of, tidied
from messages.items.digests import digest_of
from messages.items.records import AboutPost, Given
from messages.organisation.records import Role
from messages.rights import TABLE, Act, entitle, record_refused
from messages.scopes import EVERYWHERE, Scope
from messages.store import audience as audiences
from messages.store import item_places
from messages.store import rights as stored
from messages.store.database import Connection
from messages.store.item_places import PostPlace
from messages.store.rights import Borne
from messages.text.phrase import nphrase, phrase
from schedules.items.deadlines import EntryDue, entry_due
from schedules.tools import Tools
from schedules.workdays import WorkCalendar


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An item that may be taken: as it is kept, its audience confined to the unit for which it is submitted.

    ``people`` is how many people it means now, of a reminder the holders of its posts. ``digest`` is of what was given,
    where that has a ref.
    """

    given: Given
    digest: str | None
    due: EntryDue | None
    unit_id: int
    unit: str
    path: str
    people: int
    posts: tuple[AboutPost, ...]


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A unit that a collector submits for."""

    unit_id: int
    unit: str
    path: str
    above_all: bool

    @property
    def scope(self) -> Scope:
        return EVERYWHERE if self.above_all else Scope(paths=(self.path,))

    def confine(self, expression: str) -> str:
        return expression if self.above_all else confined(expression, [self.unit])


async def check_all(
    tools: Tools, rows: Sequence[Given], person_id: int, now: datetime, *, announced: bool = False
) -> list[Checked]:
    """Check what a collector gives. Raises ``NotEntitled`` for who submits nothing, and ``Refused`` with every fault.

    Of several, a fault's line is the place among ``rows``, from 1. What lies outside the own scope is recorded.
    """
    await entitle(tools.db, person_id, Act.SUBMIT, now)
    calendar = await tools.calendars.current()
    async with tools.db.reading() as conn:
        checking = _Checking(tools, calendar, await _places(conn, person_id), announced=announced)
        await checking.look_up(conn, rows)
        checked = [await checking.check(conn, given, tools.today(now)) for given in map(tidied, rows)]
    if checking.outside:
        await record_refused(tools.db, person_id, Act.SUBMIT.value, now, outside=checking.outside)
    _refuse([one if isinstance(one, list) else [] for one in checked])
    return [one for one in checked if isinstance(one, Checked)]


def _refuse(faults: Sequence[Sequence[Fault]]) -> None:
    """Refuse all where there is any fault."""
    lines = len(faults) > 1
    found = [
        replace(fault, line=line if lines else fault.line) for line, some in enumerate(faults, 1) for fault in some
    ]
    if found:
        raise Refused(phrase("The input was refused."), found)


async def _places(conn: Connection, person_id: int) -> tuple[_Place, ...]:
    """The units that a person submits for, the lowest first: what lies in two is submitted for the nearer one."""
    borne = [one for one in await stored.borne(conn, person_id) if Act.SUBMIT in TABLE[one.role]]
    units = await item_places.units_at(conn, [one.path for one in borne])
    found = {one.path: _place(one, *units[one.path]) for one in borne}
    return tuple(sorted(found.values(), key=lambda place: (-len(place.path), place.path)))


def _place(one: Borne, unit_id: int, unit: str) -> _Place:
    return _Place(unit_id=unit_id, unit=unit, path=one.path, above_all=one.above_all and one.role is Role.OFFICE)


def _short_enough(place: _Place, expression: str) -> Fault | None:
    """Confined to a unit an audience is still one that is read."""
    if len(place.confine(expression)) <= LONGEST:
        return None
    return Fault(column="audience", value=expression, message=phrase("A shorter audience is accepted."))


class _Checking:
    """One look at some items, on one connection; what is refused as ``outside`` the own scope is gathered."""

    def __init__(self, tools: Tools, calendar: WorkCalendar, places: Sequence[_Place], *, announced: bool) -> None:
        self._tools, self._calendar, self._announced = tools, calendar, announced
        self._places = places
        self._posts: dict[str, PostPlace] = {}
        self._named: set[Term] = set()
        self._meant: dict[str, tuple[_Place, int] | Fault] = {}
        self._due: dict[tuple[object, date | None], EntryDue | None] = {}
        self.outside: str | None = None

    async def look_up(self, conn: Connection, rows: Iterable[Given]) -> None:
        """Look up all posts that are named."""
        self._posts = await item_places.posts_of(conn, {code.strip() for given in rows for code in given.posts})

    async def check(self, conn: Connection, given: Given, today: date) -> Checked | list[Fault]:
        """One item, or its faults."""
        faults = faults_of(given, today, announced=self._announced)
        if faults:
            return faults
        if given.audience is not None:
            return await self._with_audience(conn, given, given.audience)
        return self._about_posts(given)

    async def _with_audience(self, conn: Connection, given: Given, expression: str) -> Checked | list[Fault]:
        found = self._meant.get(expression)
        if found is None:
            found = self._meant[expression] = await self._meaning(conn, expression)
        if isinstance(found, Fault):
            return [found]
        place, people = found
        return self._checked(given, place, people, audience=place.confine(expression))

    async def _meaning(self, conn: Connection, expression: str) -> tuple[_Place, int] | Fault:
        """The unit that an audience lies in, and how many people it means there."""
        try:
            await audiences.check(conn, expression, self._named)
        except Refused as refusal:
            return replace(refusal.faults[0], column="audience")
        outside = 0
        for place in self._places:
            people, outside = await audiences.split(conn, expression, place.scope)
            if not people:
                nobody = phrase("This audience reaches nobody: nobody holds a post that it means.")
                return Fault(column="audience", value=expression, message=nobody)
            if not outside:
                return _short_enough(place, expression) or (place, people)
        self.outside = expression
        what = nphrase(
            "This audience means {count} person outside the units that you collect for.",
            "This audience means {count} people outside the units that you collect for.",
            outside,
        )
        return Fault(column="audience", value=expression, message=what)

    def _about_posts(self, given: Given) -> Checked | list[Fault]:
        unknown = [code for code in given.posts if code not in self._posts]
        if unknown:
            what = phrase("The code of a post of the roster is accepted.")
            return [Fault(column="posts", value=code, message=what) for code in unknown]
        about = [self._posts[code] for code in given.posts]
        beyond = about
        for place in self._places:
            beyond = [one for one in about if not place.scope.covers(one.path)]
            if not beyond:
                people = len({one.person_id for one in about if one.person_id is not None})
                return self._checked(given, place, people, posts=tuple(one.post for one in about))
        self.outside = ", ".join(f"post:{one.post.code}" for one in beyond)[:LONGEST]
        what = phrase("This post lies outside the units that you collect for.")
        return [Fault(column="posts", value=one.post.code, message=what) for one in beyond]

    def _checked(
        self,
        given: Given,
        place: _Place,
        people: int,
        *,
        audience: str | None = None,
        posts: tuple[AboutPost, ...] = (),
    ) -> Checked:
        return Checked(
            given=replace(given, audience=audience),
            digest=digest_of(given) if given.ref else None,
            due=self._due_of(given),
            unit_id=place.unit_id,
            unit=place.unit,
            path=place.path,
            people=people,
            posts=posts,
        )

    def _due_of(self, given: Given) -> EntryDue | None:
        key = given.category, given.decisive_on
        if key not in self._due:
            policy, zone = self._tools.policy, self._tools.zone
            self._due[key] = entry_due(self._calendar, policy, given.category, given.decisive_on, zone)
        return self._due[key]
