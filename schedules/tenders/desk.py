"""Matters of one office: the one place where they are told, moved, stopped, placed and looked at."""

from collections.abc import AsyncIterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from messages.errors import refused
from messages.items.drafts import OfLimit
from messages.notices import Json
from messages.scopes import Scope
from messages.store import declarations as stored_declarations
from messages.store import matters
from messages.store.database import Connection, Database
from messages.store.matter_lists import Leaf
from messages.tenders.declarations import Asked, Declaration, Given
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, Limit, Matter, MatterState, Method, Told
from messages.tenders.views import BreachPage, Filter, Page, Taken, TakenAll, Whole
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.planner import Upcoming
from schedules.policy import Policy
from schedules.tenders import acting, ahead, anew, declaring, entitling, foreseeing, looking, proposing, taking
from schedules.tenders.declaring import Declared
from schedules.tenders.foreseeing import Foreseen
from schedules.tenders.newcomers import Lookout
from schedules.tenders.proposing import Proposal
from schedules.tenders.sweeping import Sweep
from schedules.tenders.taking import KNOWN, Many
from schedules.tools import Along, AlongAll, Tools

PAGE: Final = 8
"""How many matters one page shows: as many buttons as a thumb can tell apart."""


class Tenders:
    """All acts about matters, and what follows from them by itself.

    Each act is one transaction with its row of the ledger and the prompts that follow. All raise ``NotFound`` for a
    matter that is not there, or not open to the person, ``NotEntitled`` for who may not do it (both are recorded),
    ``DecidedBefore`` for one that is over already (or is not), ``Outdated`` where another ``version`` was seen than is
    present, and ``Refused`` with every fault of what was said.
    """

    def __init__(self, *, db: Database, policy: Policy, calendars: Calendars, zone: ZoneInfo, apart: Apart) -> None:
        """Go by ``policy`` on the official calendar that ``calendars`` gives, in the office's ``zone``.

        What is due of one matter is done ``apart`` from the others.
        """
        self._tools = Tools(db=db, policy=policy, calendars=calendars, zone=zone)
        self._apart = apart
        self._lookout = Lookout()

    @property
    def tools(self) -> Tools:
        """What all acts work with."""
        return self._tools

    # What is told

    async def check(self, told: Told, person_id: int | None, now: datetime, *, scope: Scope | None = None) -> None:
        """Whether what is told can be taken. Raises ``Refused``, whose faults' columns are the fields of ``Told``.

        The column of a fault about a date is its milestone. Raises ``NotEntitled`` as ``take`` does.
        """
        await taking.check(self._tools, told, person_id, now, scope)

    async def take(
        self,
        told: Told,
        person_id: int | None,
        now: datetime,
        *,
        scope: Scope | None = None,
        along: Along | None = None,
    ) -> Taken:
        """Take what is told of a matter; the same again changes nothing.

        It reaches as far as ``scope``, or (None) as the person enters matters; of nobody (None of both): everywhere.
        What is done ``along`` with it (its draft is closed) is done in the same transaction, or nothing is.
        """
        return await taking.take(self._tools, told, person_id, now, scope, along)

    async def take_all(
        self,
        tolds: AsyncIterable[Told] | Sequence[Told],
        person_id: int | None,
        now: datetime,
        *,
        scope: Scope | None = None,
        about: Mapping[str, Json] | None = None,
        along: AlongAll | None = None,
    ) -> TakenAll:
        """Take what is told of many matters, some in each transaction, so that others write meanwhile.

        What cannot be taken of one is told by its ref, and keeps no other from being taken. What came of all is a row
        of the ledger, which ``about`` says more for, such as the file's name. What is done ``along`` is called in each
        transaction with the refs of those that were taken in it, changed or not.
        """
        return await taking.take_all(self._tools, tolds, person_id, now, Many(scope=scope, about=about, along=along))

    async def enter(self, told: Told, person_id: int, now: datetime, along: Along) -> Taken:
        """Take what somebody tells of a new matter, as ``take`` does; raises ``Refused`` where its number is known."""
        return await taking.enter(self._tools, told, person_id, now, along)

    async def is_new(self, ref: str) -> None:
        """Raises ``Refused`` for the number of a matter that is known, whoever may see that one."""
        async with self._tools.db.reading() as conn:
            if await matters.find(conn, ref) is not None:
                raise refused(KNOWN, column="ref", value=ref)

    async def would_be(self, told: Told, now: datetime) -> tuple[Limit, ...]:
        """The limits that what is told of a matter would have, as long as nothing is kept of it."""
        assert told.kind is not None  # noqa: S101 -- whoever enters one has chosen it
        return await foreseeing.of_facts(self._tools, told.kind, told.method or Method.OTHER, told.facts, now)

    async def would(self, whole: Whole, fact: Fact, now: datetime, *, away: bool = False) -> Foreseen:
        """What would follow in a matter of this date, or of having none any more (``away``), before it is saved."""
        return await foreseeing.of_move(self._tools, whole, fact, now, away=away)

    async def would_hear(self, whole: Whole, state: MatterState) -> int:
        """How many people would hear that a matter has ended so, before it does."""
        return await foreseeing.of_end(self._tools, whole, state)

    # What people do

    async def move(
        self,
        matter_id: int,
        milestone: Milestone,
        at: datetime,
        person_id: int,
        version: int,
        now: datetime,
        *,
        part: str = "",
        whole_day: bool = False,
    ) -> Taken:
        """Say when a milestone is to be, or was; for who may enter the matter or answers for a step of it."""
        fact = Fact(milestone=milestone, part=part, at=at, whole_day=whole_day)
        return await acting.move(self._tools, matter_id, fact, person_id, version, now)

    async def clear(
        self, matter_id: int, milestone: Milestone, person_id: int, version: int, now: datetime, *, part: str = ""
    ) -> Taken:
        """Take a date away; for the same."""
        return await acting.clear(self._tools, matter_id, milestone, part, person_id, version, now)

    async def stop(
        self, matter_id: int, state: MatterState, why: str, person_id: int, version: int, now: datetime
    ) -> Taken:
        """End a matter: it is complete, came to nothing, or is called off; those who were prompted hear of that."""
        return await acting.stop(self._tools, matter_id, state, why, person_id, version, now)

    async def reopen(self, matter_id: int, person_id: int, version: int, now: datetime) -> Taken:
        """A matter that was ended goes on."""
        return await acting.reopen(self._tools, matter_id, person_id, version, now)

    async def name_posts(
        self, matter_id: int, milestone: Milestone | None, codes: Sequence[str], person_id: int, now: datetime
    ) -> Taken:
        """Name the posts that are responsible for a step (None: for every step), instead of those named before."""
        return await acting.name_posts(self._tools, matter_id, milestone, codes, person_id, now)

    async def place(self, which: int | str, unit: str, person_id: int, now: datetime) -> int:
        """Say which unit a buyer is, by a matter's id or the buyer's name; gives how many matters were placed.

        It is remembered for what is told of that buyer later.
        """
        return await acting.place(self._tools, which, unit, person_id, now)

    # Looking; the operator at the command line, who is asked for no right, is None

    async def of(self, which: int | str, viewer_id: int | None, now: datetime) -> Whole:
        """A matter by id or ref with all that is known of it."""
        return await looking.of(self._tools, which, viewer_id, now)

    async def list(self, viewer_id: int | None, wanted: Filter, page: int, now: datetime, *, size: int = PAGE) -> Page:
        """A page of the matters that are open to somebody, the latest changed first. Raises ``NotEntitled``."""
        return await looking.page(self._tools, viewer_id, wanted, Leaf(number=page, size=size), now)

    async def mine(self, person_id: int, page: int, now: datetime, *, size: int = PAGE) -> Page:
        """A page of the matters that run and for a step of which the person answers, the first due first."""
        return await looking.mine(self._tools, person_id, Leaf(number=page, size=size), now)

    async def breaches(
        self, viewer_id: int | None, wanted: Filter, page: int, now: datetime, *, size: int = PAGE
    ) -> BreachPage:
        """A page of the limits that are broken or overdue, of the matters that are open to somebody."""
        return await looking.breaches(self._tools, viewer_id, wanted, Leaf(number=page, size=size), now)

    async def may_enter(self, matter: Matter, person_id: int) -> bool:
        """Whether a person may change a matter."""
        async with self._tools.db.reading() as conn:
            return await entitling.may_enter(conn, matter, person_id)

    async def may_move(self, matter: Matter, person_id: int) -> bool:
        """Whether a person may at least move its dates: who answers for a step of it may."""
        async with self._tools.db.reading() as conn:
            return await entitling.may_move(conn, matter, person_id)

    # Interests

    async def asking(self, matter_id: int, person_id: int, now: datetime, prompt_id: int | None = None) -> Asked:
        """What a matter asks a person to declare, perhaps by one of its prompts."""
        return await declaring.asking(self._tools, matter_id, person_id, now, prompt_id)

    async def asked(self, person_id: int) -> tuple[Asked, ...]:
        """The matters that run and have prompted a person, who has not declared about them yet; the newest first."""
        async with self._tools.db.reading() as conn:
            return tuple(await stored_declarations.unanswered(conn, person_id))

    async def declared(self, person_id: int) -> tuple[Declaration, ...]:
        """What a person has declared last about each matter, the newest first."""
        async with self._tools.db.reading() as conn:
            return tuple(await stored_declarations.latest_of(conn, person_id))

    async def declare(
        self, asked: Asked, person_id: int, given: Given, now: datetime, *, along: Along | None = None
    ) -> Declared:
        """Record what a person declares of the own interests in a matter that has ``asked`` for it.

        It stands beside what was declared before, and counts instead. An interest is told to leaders at once. Raises
        ``Refused``, whose faults' columns are the fields of ``Given``, and as ``asking`` does.
        """
        return await declaring.declare(self._tools, asked, person_id, given, now, along)

    async def declarations(self, matter_id: int, viewer_id: int, now: datetime) -> tuple[Declaration, ...]:
        """The declarations about a matter, the newest first: all for who looks after its unit, else the own ones.

        Those of others are without details: these are read one by one (``declaration``), which is recorded.
        """
        del now
        return await declaring.of_matter(self._tools, matter_id, viewer_id)

    async def declaration(self, declaration_id: int, viewer_id: int, now: datetime) -> Declaration:
        """One declaration, whole; that somebody else reads it is recorded."""
        return await declaring.of(self._tools, declaration_id, viewer_id, now)

    # What passed

    async def proposal(self, matter_id: int, limit_id: int, person_id: int, now: datetime) -> Proposal:
        """A reminder about a limit that has passed, filled in for a person who submits items and looks at it first.

        Raises ``DecidedBefore`` where it was proposed, somebody else is writing it, or the limit is kept by now.
        """
        return await proposing.propose(self._tools, matter_id, limit_id, person_id, now)

    async def proposed(self, conn: Connection, about: OfLimit, person_id: int, now: datetime) -> None:
        """Such a reminder was submitted; raises ``DecidedBefore`` where another was meanwhile."""
        await proposing.proposed(conn, about, person_id, now)

    # By itself

    async def reckon_anew(self, matter_id: int, now: datetime) -> bool:
        """Reckon a matter's limits by the present rules and days; whether anything came out otherwise."""
        return await anew.reckon_anew(self._tools, matter_id, now)

    async def sweep(self, now: datetime) -> bool:
        """What is due of matters by now, found by state; gives whether there is more to do at once."""
        await self._tools.calendars.current()
        more = await Sweep(self._tools, self._apart, self._lookout, now).run()
        await declaring.sweep_declarations(self._tools, self._apart, now)
        return more

    async def next_due(self, now: datetime) -> Upcoming | None:
        """What is due next after ``now``: a prompt, or that matters have no unit."""
        await self._tools.calendars.current()
        return await ahead.next_due(self._tools, now)
