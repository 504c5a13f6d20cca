"""Made-up days of the delivery engine: what happens is drawn from a seed, and the promises are checked all along.

The engine is the real one (senders, dispatchers, claimer, recorder, planner, acknowledgements, joining) over a real
SQLite file; the time, the processes and the Bot API are made up. ``python -m tests.faults.simulation --schedules 5000
--seed 1`` runs many; a schedule that breaks a promise is told by its seed, and ``--replay SEED`` tells all of it.
"""

import argparse
import asyncio
import logging
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

import structlog
from sqlalchemy import insert, update
from sqlalchemy.exc import DBAPIError

from messages import accounts, joining, passing
from messages.acknowledgements import AlreadyRecorded, PressRefused, Recorded
from messages.errors import Refused
from messages.notices import Lane
from messages.store import deliveries, invites, notices, organisation, tables
from messages.store.database import Database
from messages.store.schema import prepare
from messages.text.catalog import Catalog
from messages.text.rendering import Renderer
from schedules import notice_acts
from schedules.calendars import Calendars
from schedules.composer import Composer
from schedules.dispatcher import DispatchPolicy
from schedules.notifier import Wire
from schedules.pacer import Limits, Pacer
from schedules.planner import Planner
from schedules.quiet_hours import Quiet
from schedules.retry import RetryPolicy
from schedules.senders import Senders
from schedules.steering import sweep
from schedules.workdays import WorkCalendar
from tests.acknowledging import acknowledger
from tests.awake import AWAKE
from tests.district import MORNING, ZONE, District, saying
from tests.faults.machine import Machine, Process
from tests.faults.promises import check
from tests.faults.wire import BotApi, Flight, PromiseBrokenError, SimulatedNotifier, Storm, promise

PEOPLE: Final = 14
BOTS: Final = (1, 2)
RETRY: Final = RetryPolicy(waits=[timedelta(seconds=1), timedelta(seconds=3)], give_up_attempts=1000)
_RESUME: Final = notice_acts.acts(WorkCalendar())[notice_acts.Steering.RESUME]
_LONGEST_PAUSE: Final = 20.0
_LAST_LOOKS: Final = 200
_STORMS: Final = ("502", "502", "no connections", "no connections", "cut", "cut", "hangs", "hangs", "flood", "refused")


@dataclass(frozen=True, kw_only=True)
class Guessing:
    """How much guessing of codes is borne."""

    wrong_tries: int = 10
    window: timedelta = timedelta(hours=1)
    silence: timedelta = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Town:
    """What all schedules begin with: a prepared file, texts, a policy."""

    template: Path
    renderer: Renderer
    catalog: Catalog

    @classmethod
    def found(cls, folder: Path) -> "Town":
        """Prepare it in a folder."""
        template = folder / "template.db"
        with asyncio.Runner() as runner:
            runner.run(_populate(f"sqlite:///{template}"))
        catalog = Catalog.load()
        return cls(template=template, renderer=Renderer(catalog, ZONE), catalog=catalog)


async def _populate(url: str) -> None:
    db = Database(url)
    await prepare(db)
    district = District(db)
    await district.bureau(*(f"P{number}" for number in range(PEOPLE)))
    await district.person("Q", ("PQ", "财政局", 3), joined=False)
    async with db.writing() as conn:
        await conn.execute(insert(tables.bots).values(name="second", added_at=MORNING))
        moved = tables.accounts.c.person_id % 3 == 0
        await conn.execute(update(tables.accounts).where(moved).values(bot_id=2))
    await db.close()


class Schedule:
    """One made-up day."""

    def __init__(self, town: Town, seed: int, folder: Path) -> None:
        self._town = town
        self.seed = seed
        self.random = Random(seed)
        path = folder / f"{seed}.db"
        shutil.copyfile(town.template, path)
        self.machine = Machine(str(path), self.random, MORNING)
        self.truth = sqlite3.connect(path, isolation_level=None)
        self._numbers = count(1)
        # Seldom looked for, more often woken: otherwise most of the run were looks that find nothing.
        self._poll = self.random.choice([0.3, 1.0, 1.0])
        self.office = Process(self.machine, "office")
        self.rate = self.random.choice([5, 15, 30])
        self.api = BotApi(self.machine, self.truth, self.office, self.rate, 3 * self.rate + 10)
        self.acknowledger = acknowledger(self.office.db)
        self.planner = Planner(db=self.office.db, policy=AWAKE, zone=ZONE, calendars=Calendars(self.office.db, "CN"))
        self.senders: dict[Process, Senders] = {}
        self.furthest = timedelta(0)
        self.firsts: dict[tuple[int, int], str] = {}

    # --- the run ------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Everything, and the checks of it all."""
        try:
            self._run()
        finally:
            self.machine.bury()
            self.truth.close()
            for path in Path(self.machine.path).parent.glob(f"{self.seed}.db*"):
                path.unlink()

    def _run(self) -> None:
        self._every_second()
        for _ in range(self.random.choice([1, 2, 2, 3])):
            self._start()
        for _ in range(self.random.randint(5, 40)):
            self._go_on(self.random.expovariate(2.0))
            self._something_happens()
        self._end()
        check(self.truth, self.api, self.firsts)

    def _go_on(self, seconds: float) -> None:
        self.machine.run_until(self.machine.now + seconds)
        if self.api.broken is not None:
            raise self.api.broken

    def _every_second(self) -> None:
        async def plan() -> None:
            while True:
                await self._surely(self.planner.fan_out, self.office.clock.now)
                await self._surely(sweep, self.office.db, self.office.clock.now)
                await self._surely(self._expire, self.office.clock.now)
                await asyncio.sleep(1.0)

        self.office.do(plan())

    def _end(self) -> None:
        """The faults are over; whoever was away comes back; time goes on until nothing is left to do."""
        self.api.note("the faults are over")
        self.api.storms.clear()
        self.machine.slow, self.machine.full_until = 1.0, 0.0
        # Whoever began after the clock was set back waits until it has come to where it was.
        self.machine.skew = max(self.machine.skew, self.furthest)
        for process in self.machine.processes:
            if process.frozen_at is not None:
                process.thaw()
        if not any(process.goes for process in self.senders):
            self._start()
        self._go_on(_LONGEST_PAUSE)
        self._until_done()
        self.api.blocked.clear()
        for person, chat, bot in self._accounts("AND unreachable_since IS NOT NULL"):
            self._begin(self._come_back(person, chat, bot))
        for hours in (6, 72):
            self.machine.skew += timedelta(hours=hours)
            self._go_on(1.1)
            self._until_done()
        self.api.note("the end")

    def _until_done(self) -> None:
        """Until nothing is planned any more that is due within the day, and nothing is being sent."""
        left = 0
        for _ in range(_LAST_LOOKS):
            self._go_on(0.5)
            now = self.office.clock.now().astimezone(self.machine.wall().tzinfo).replace(tzinfo=None)
            query = "SELECT count(*), min(due_at) FROM deliveries WHERE state IN ('planned', 'sending')"
            query += " AND (expires_at IS NULL OR expires_at > ? OR state = 'sending')"
            ((left, due),) = self.truth.execute(query, (str(now),))
            if not left:
                return
            if due > str(now + timedelta(minutes=1)):
                self.machine.skew += timedelta(minutes=10)
        query = "SELECT id, bot_id, state, due_at, term, attempts FROM deliveries WHERE state IN ('planned', 'sending')"
        promise(kept=False, what=f"what was due is sent: {left} are left: {self.truth.execute(query).fetchmany(9)}")

    # --- processes ----------------------------------------------------------------------------------------------------

    def _start(self) -> Process:
        """Begin a process that sends."""
        process = Process(self.machine, f"sender {next(self._numbers)}")
        process.leases.taken = lambda lease: self.api.taken_over(lease, process)
        wires = [self._wire(process, bot_id) for bot_id in BOTS]

        async def all_wires() -> Sequence[Wire]:
            await asyncio.sleep(0)
            return wires

        senders = self.senders[process] = Senders(
            db=process.db,
            leases=process.leases,
            wires=all_wires,
            composer=Composer(self._town.renderer, self._town.catalog),
            clock=process.clock,
            quiet=Quiet(AWAKE.quiet_hours, ZONE, Calendars(process.db, "CN")),
            policy=DispatchPolicy(
                concurrency=self.random.choice([4, 64]), claim_seconds=0.5, retry=RETRY, poll_seconds=self._poll
            ),
        )
        process.do(self._supervise(process, senders))
        self.api.note(f"{process.name} begins")
        return process

    def _wire(self, process: Process, bot_id: int) -> Wire:
        notifier = SimulatedNotifier(api=self.api, process=process, bot_id=bot_id)
        pacer = Pacer(Limits(rate=self.rate), process.clock.steady)
        return Wire(bot_id=bot_id, name=f"bot {bot_id}", notifier=notifier, pacer=pacer)

    async def _supervise(self, process: Process, senders: Senders) -> None:
        while True:
            try:
                await senders.run()
            except DBAPIError as error:
                self.api.note(f"{process.name} fails: {error.orig}")
                await asyncio.sleep(0.5)
            else:
                self.api.note(f"{process.name} has ended")
                process.dead = True
                return

    def _running(self) -> list[Process]:
        return [process for process in self.senders if process.goes]

    def kill(self, process: Process) -> None:
        """Like ``kill -9``; another begins a moment later."""
        self.api.note(f"{process.name} is killed")
        self.api.excuse(process)
        process.kill()
        self._later(self.random.uniform(0.0, 3.0), self._start)

    def freeze(self, process: Process) -> None:
        """Like SIGSTOP, for a while; not in the midst of a write, which would hold up all on SQLite."""
        if process.writes():
            return
        self.api.note(f"{process.name} is frozen")
        process.freeze()
        self._later(self.random.choice([0.5, 2.8, 4.0, 8.0, 12.0]), lambda: self._thaw(process))

    def _thaw(self, process: Process) -> None:
        if process.frozen_at is not None:
            self.api.note(f"{process.name} goes on")
            process.thaw()

    def _later(self, seconds: float, act: Any) -> None:  # noqa: ANN401
        self.office.call(act, seconds)

    # --- what happens -------------------------------------------------------------------------------------------------

    def _something_happens(self) -> None:
        acts = [
            (9, self._issue),
            (8, self._press),
            (2, self._press_wrongly),
            (2, self._join),
            (1, self._hand_over),
            (6, self._pass_on),
            (1, self._cancel),
            (1, self._pause),
            (2, self._block),
            (3, self._trouble_a_sender),
            (3, self._storm),
            (1, self._trouble_the_database),
            (2, self._move_the_clock),
        ]
        act = self.random.choices([act for _, act in acts], [weight for weight, _ in acts])[0]
        act()

    def _begin(self, work: Coroutine[Any, Any, Any]) -> None:
        self.office.do(work)

    async def _surely(self, act: Any, *values: Any) -> Any:  # noqa: ANN401
        """Again and again until the database takes it; values that are clocks are read each time."""
        while True:
            try:
                return await act(*(value() if callable(value) else value for value in values))
            except DBAPIError as error:
                self.api.note(f"the office fails: {error.orig}")
                await asyncio.sleep(0.3)

    async def _write(self, act: Any, *values: Any) -> Any:  # noqa: ANN401
        async def once() -> Any:  # noqa: ANN401
            async with self.office.db.writing() as conn:
                return await act(conn, *(value() if callable(value) else value for value in values))

        return await self._surely(once)

    async def _expire(self, now: Any) -> None:  # noqa: ANN401
        async with self.office.db.reading() as conn:
            if not await deliveries.any_expired(conn, now):
                return
        async with self.office.db.writing() as conn:
            await deliveries.expire(conn, now)

    def _accounts(self, those: str = "") -> list[tuple[int, int, int]]:
        query = f"SELECT person_id, chat_id, bot_id FROM accounts WHERE left_at IS NULL {those}"  # noqa: S608 -- ours
        return list(self.truth.execute(query))

    def _issue(self) -> None:
        now, number = self.office.clock.now(), next(self._numbers)
        lane = self.random.choice([*Lane])
        acknowledge = self.random.random() < 0.6
        expires = self.random.choice([None, None, None, timedelta(seconds=5), timedelta(hours=2), timedelta(days=9)])
        gaps = (timedelta(hours=5), timedelta(hours=30)) if acknowledge and self.random.random() < 0.6 else ()
        audience = self.random.choice(["all", "all", f"person:P{self.random.randrange(PEOPLE)}"])
        new = saying(
            f"n:{number}",
            audience=audience,
            lane=lane,
            send_at=now,
            expires_at=now + expires if expires else None,
            acknowledge=acknowledge,
            reminders=tuple(now + gap for gap in gaps),
        )
        self.api.note(f"a notice for {audience}, {lane.name}, acknowledge={acknowledge}, expires in {expires}")
        wakes = self.random.random() < 0.5

        async def issue() -> None:
            await self._write(notices.add, new)
            await self._surely(self.planner.fan_out, self.office.clock.now)
            if wakes:
                for process in self._running():
                    process.call(self.senders[process].wake)

        self._begin(issue())

    def _arrived(self) -> Flight | None:
        arrived = [flight for flight in self.api.flights[-60:] if flight.arrived]
        return self.random.choice(arrived) if arrived else None

    def _press(self) -> None:
        for _ in range(self.random.choice([1, 1, 2, 5, 10])):
            if (flight := self._arrived()) is not None:
                self._later(self.random.uniform(0, 1), lambda flight=flight: self._begin(self._acknowledge(flight)))

    async def _acknowledge(self, flight: Flight) -> None:
        async def once(now: Any) -> Any:  # noqa: ANN401
            chat_id, delivery_id = flight.chat_id, flight.delivery_id
            return await self.acknowledger.acknowledge(chat_id=chat_id, delivery_id=delivery_id, now=now)

        ((notice_id, person_id),) = self.truth.execute(
            "SELECT notice_id, person_id FROM deliveries WHERE id = ?", (flight.delivery_id,)
        )
        outcome = await self._surely(once, self.office.clock.now)
        said = outcome.why if isinstance(outcome, PressRefused) else type(outcome).__name__
        self.api.note(f"{flight.chat_id} presses about {flight.delivery_id}: {said}")
        if isinstance(outcome, Recorded | AlreadyRecorded):
            told = self.api.in_flight("notice_id = ? AND person_id = ?", notice_id, person_id)
            told |= set(self.truth.execute("SELECT id, claimed_at FROM deliveries WHERE id = ?", (flight.delivery_id,)))
            self.api.acknowledged.setdefault((notice_id, person_id), told)
        for notice, assignment, at in self.truth.execute("SELECT notice_id, assignment_id, at FROM acknowledgements"):
            first = self.firsts.setdefault((notice, assignment), at)
            promise(first == at, "the first time stands")

    def _press_wrongly(self) -> None:
        if (flight := self._arrived()) is None:
            return
        chat = self.random.choice(self._accounts())[1]

        async def press() -> None:
            async def once(now: Any) -> Any:  # noqa: ANN401
                return await self.acknowledger.acknowledge(chat_id=chat, delivery_id=flight.delivery_id, now=now)

            outcome = await self._surely(once, self.office.clock.now)
            refused = isinstance(outcome, PressRefused)
            if not refused:
                self.api.broken = PromiseBrokenError(f"only the addressed may answer: {chat} for {flight.delivery_id}")

        (mine,) = self.truth.execute(
            "SELECT count(*) FROM accounts a JOIN deliveries d ON d.person_id = a.person_id"
            " WHERE a.chat_id = ? AND d.id = ?",
            (chat, flight.delivery_id),
        ).fetchone()
        if not mine:
            self._begin(press())

    def _join(self) -> None:
        """A person takes up a chat, another chat, or another bot."""
        person_id = self.random.randrange(1, PEOPLE + 2)
        number = next(self._numbers)
        (chat,) = self.truth.execute(
            "SELECT max(chat_id) FROM accounts WHERE person_id = ? AND left_at IS NULL", (person_id,)
        ).fetchone()
        chat_id = chat if chat and self.random.random() < 0.3 else 5000 + number
        bot_id, code = self.random.choice(BOTS), f"code-of-the-schedule-{number}"

        async def join() -> None:
            now = self.office.clock.now()
            open_for = {"created_at": now, "expires_at": now + timedelta(days=30)}
            await self._write(
                lambda conn: invites.replace(conn, codes={person_id: joining.hash_code(code)}, **open_for)
            )

            async def once(now: Any) -> Any:  # noqa: ANN401
                return await joining.join(
                    self.office.db, chat_id=chat_id, bot_id=bot_id, code=code, now=now, limits=Guessing()
                )

            outcome = await self._surely(once, self.office.clock.now)
            self.api.note(f"person {person_id} joins at bot {bot_id} in {chat_id}: {type(outcome).__name__}")

        self._begin(join())

    def _hand_over(self) -> None:
        post, person_id = self.random.randrange(1, PEOPLE + 2), self.random.randrange(1, PEOPLE + 2)

        async def hand_over(conn: Any, now: Any) -> None:  # noqa: ANN401
            present = (tables.assignments.c.post_id == post) & tables.assignments.c.ended_at.is_(None)
            await conn.execute(update(tables.assignments).where(present).values(ended_at=now))
            begun = {"post_id": post, "person_id": person_id, "started_at": now}
            await conn.execute(insert(tables.assignments).values(begun))
            await organisation.move_open_obligations(conn, now)
            self.api.note(f"post {post} goes to person {person_id}")

        self._begin(self._write(hand_over, self.office.clock.now))

    def _pass_on(self) -> None:
        """Somebody passes on what may wait for a post, to a post that has it not."""
        free = self.truth.execute(
            "SELECT o.notice_id, e.code, p.code, t.code, a.person_id FROM obligations o"
            " JOIN people e ON e.id = o.person_id JOIN posts p ON p.id = o.post_id"
            " JOIN posts t ON t.id NOT IN (SELECT post_id FROM obligations WHERE notice_id = o.notice_id)"
            " JOIN assignments a ON a.post_id = t.id AND a.ended_at IS NULL WHERE o.passed_at IS NULL"
            " ORDER BY o.id, t.id"
        ).fetchall()
        if not free:
            return
        notice_id, person, post, to, successor = self.random.choice(free)
        asked = passing.Asked(notice_id=notice_id, person=person, post=post, to=to)

        async def pass_on() -> None:
            # Whoever was told of it before for another post is told once more.
            self.api.tell_again(notice_id, successor)
            try:
                await self._surely(passing.pass_by_code, self.office.db, asked, self.office.clock.now)
            except Refused as error:
                self.api.note(f"notice {notice_id} is not passed on from {post} to {to}: {error.faults}")
            else:
                self.api.note(f"notice {notice_id} is passed on from {post} to {to}")

        self._begin(pass_on())

    def _cancel(self) -> None:
        found = [row[0] for row in self.truth.execute("SELECT id FROM notices WHERE cancelled_at IS NULL")]
        if not found:
            return
        notice_id = self.random.choice(found)

        async def cancel() -> None:
            await self._surely(notice_acts.cancel, self.office.db, notice_id, None, self.office.clock.now)
            self.api.cancelled[notice_id] = self.api.in_flight("notice_id = ?", notice_id)
            self.api.note(f"notice {notice_id} is cancelled")

        self._begin(cancel())

    def _pause(self) -> None:
        """Pause a notice, for a while."""
        found = [row[0] for row in self.truth.execute("SELECT id FROM notices WHERE cancelled_at IS NULL")]
        if found:
            notice_id = self.random.choice(found)
            self._begin(self._steer(notice_acts.pause, notice_id))
            again = self.random.uniform(0.5, _LONGEST_PAUSE)
            self._later(again, lambda: self._begin(self._steer(_RESUME, notice_id)))

    async def _steer(self, act: notice_acts.Steer, notice_id: int) -> None:
        try:
            done = await self._surely(act, self.office.db, notice_id, None, self.office.clock.now)
        except notice_acts.SteeringRefused:
            return
        self.api.note(f"notice {notice_id} is paused or resumed: {done}")

    def _block(self) -> None:
        person, chat, bot = self.random.choice(self._accounts())
        if (bot, chat) in self.api.blocked:
            self.api.blocked.discard((bot, chat))
            self._begin(self._come_back(person, chat, bot))
        else:
            self.api.note(f"person {person} blocks bot {bot}")
            self.api.blocked.add((bot, chat))
            self.api.ever_blocked.add((bot, chat))
            if self.random.random() < 0.5:
                self._begin(self._told_blocked(chat, bot))

    async def _told_blocked(self, chat: int, bot: int) -> None:
        member = await self._surely(accounts.find_member, self.office.db, chat, bot)
        if member is not None:
            await self._surely(accounts.blocked, self.office.db, member, self.office.clock.now)

    async def _come_back(self, person: int, chat: int, bot: int) -> None:
        self.api.note(f"person {person} comes back to bot {bot}")
        member = await self._surely(accounts.find_member, self.office.db, chat, bot)
        if member is not None:
            await self._surely(accounts.came_back, self.office.db, member, self.office.clock.now)

    def _trouble_a_sender(self) -> None:
        running = self._running()
        if not running:
            return
        process = self.random.choice(running)
        match self.random.choice(["kill", "kill", "freeze", "lose", "stop"]):
            case "kill":
                self.kill(process)
            case "freeze":
                self.freeze(process)
            case "lose":
                self.api.note(f"{process.name} loses its sessions")
                process.lose_session()
            case "stop":
                self.api.note(f"{process.name} is to end")
                process.call(self.senders[process].stop)
                self._later(self.random.uniform(0.0, 6.0), self._start)

    def _storm(self) -> None:
        storm = Storm(
            kind=self.random.choice(_STORMS),
            bot_id=self.random.choice(BOTS),
            share=self.random.choice([0.1, 0.3, 1.0]),
            until=self.machine.now + self.random.uniform(0.2, 5.0),
        )
        self.api.note(str(storm))
        self.api.storms.append(storm)

    def _trouble_the_database(self) -> None:
        if self.random.random() < 0.5:
            self.machine.full_until = self.machine.now + self.random.uniform(0.05, 2.0)
            self.api.note(f"the disk is full until {self.machine.full_until - 1000:.3f}")
        else:
            self.machine.slow = self.random.choice([1.0, 20.0, 100.0])
            self.api.note(f"the disk is {self.machine.slow} times as slow")

    def _move_the_clock(self) -> None:
        hours = self.random.choice([-1, 1, 5, 5, 26, 72])
        self.api.note(f"the machine's clock is moved by {hours} hours")
        self.machine.skew += timedelta(hours=hours)
        self.furthest = max(self.furthest, self.machine.skew)


# --- many of them -----------------------------------------------------------------------------------------------------


def run(town: Town, seed: int, folder: Path) -> tuple[str, list[str]]:
    """One schedule: what it broke (empty: nothing), and everything that happened."""
    schedule = Schedule(town, seed, folder)
    with structlog.testing.capture_logs() as logs:
        try:
            schedule.run()
        except (PromiseBrokenError, AssertionError) as error:
            return f"{type(error).__name__}: {error}", [*schedule.api.trace, *(str(line) for line in logs[-20:])]
    return "", schedule.api.trace


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- for whoever runs it


def main() -> int:
    """Run schedules of the seeds from ``--seed`` on; or tell everything about one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", type=int)
    given = parser.parse_args()
    logging.disable()
    seeds = range(given.seed, given.seed + given.schedules) if given.replay is None else [given.replay]
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        town = Town.found(Path(name))
        for done, seed in enumerate(seeds, 1):
            broken, trace = run(town, seed, Path(name))
            failed += bool(broken)
            if given.replay is not None:
                _say("\n".join(trace))
            if broken:
                _say(f"seed {seed}: {broken}")
                _say(f"  everything about it: python -m tests.faults.simulation --replay {seed}")
            if done % 20 == 0:
                _say(f"{done} schedules, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
