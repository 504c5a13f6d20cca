"""Statistics stay what a recount gives, whatever becomes of notices and in whatever order."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from messages.deliveries import DeliveryState, Reason
from messages.notices import Category
from messages.store import archive, deliveries, notices, passing, steering, tables, uncounted
from messages.store.accounts import reopen_unreachable
from messages.store.archive import Place
from messages.store.database import Connection, Database
from messages.store.organisation import move_open_obligations
from schedules.clock import Clock
from schedules.statistics.keeping import SMALL, Keeping
from schedules.steering import follow
from tests.acknowledging import acknowledger, stepping
from tests.counting import Places, Rows, counted, days_of, recounted, times_of
from tests.district import MORNING, ZONE, District, saying

CATEGORIES = (Category.BROADCAST, Category.PROMPT, Category.STUDY, Category.CAUTION, Category.REPORT)
AUDIENCES = ("all", "unit:财政局", "unit:街道", "post:P1", "post:P4", "person:P", "level:1-2")
ENDS = (DeliveryState.DELIVERED, DeliveryState.DELIVERED, DeliveryState.UNREACHABLE, DeliveryState.UNCONFIRMED)


class Still(Clock):
    """Counting takes no time, so that nothing has to wait for another count."""

    def steady(self) -> float:
        return 0.0


@dataclass
class Course(District):
    """What may become of notices in a small district; who does it and about what is drawn by ``draw``."""

    draw: random.Random = field(default_factory=random.Random)
    small: int = SMALL
    now: datetime = MORNING
    made: int = 0
    kept: Places = field(default_factory=dict)
    leaving: set[int] = field(default_factory=set)

    async def found(self) -> None:
        self.keeping = Keeping(db=self.db, zone=ZONE, clock=Still(ZONE), stepping=stepping(self.db), small=self.small)
        await self.unit("区")
        await self.unit("财政局", "区")
        await self.unit("街道", "区")
        await self.person("P", ("P1", "财政局", 1), ("P2", "财政局", 2), ("P3", "街道", 3))
        await self.person("Q", ("P4", "财政局", 4))
        await self.person("R", ("P5", "街道", 2), joined=False)
        await self.person("S", ("P6", "区", 1))
        await self.person("T")

    # What happens

    async def issue(self) -> None:  # type: ignore[override]
        self.made += 1
        asks, dated = self.draw.random() < 0.8, self.draw.random() < 0.7
        new = saying(
            f"notice:{self.made}",
            audience=self.draw.choice(AUDIENCES),
            send_at=self.now,
            acknowledge=asks,
            expires_at=self.draw.choice((None, self.now + timedelta(days=9))),
            reminders=(self.now + timedelta(days=1), self.now + timedelta(days=3)) if asks else (),
        )
        by = self.now + timedelta(days=self.draw.randint(0, 4), hours=2) if asks and dated else None
        provisional = self.draw.random() < 0.2
        await self.add(replace(new, category=self.draw.choice(CATEGORIES), acknowledge_by=by, provisional=provisional))
        await self.plan(self.now)

    async def time_passes(self) -> None:
        self.now += self.draw.choice((timedelta(seconds=7), timedelta(hours=3), timedelta(days=2)))
        await self.plan(self.now)
        async with self.db.writing() as conn:
            await deliveries.expire(conn, self.now)

    async def send(self) -> None:
        ids = await self.claim(self.now, limit=self.draw.randint(1, 8))
        for one in ids:
            state = self.draw.choice(ENDS)
            await self.settle([one], state, None if state is DeliveryState.DELIVERED else Reason.NO_ANSWER, self.now)

    async def acknowledge(self) -> None:
        delivered = select(tables.deliveries.c.id, tables.deliveries.c.person_id).where(
            tables.deliveries.c.state.in_(("delivered", "unconfirmed"))
        )
        async with self.db.reading() as conn:
            some = (await conn.execute(delivered)).all()
        for one in self.draw.sample(some, min(len(some), 3)):
            await acknowledger(self.db).acknowledge(
                chat_id=1000 + one.person_id, delivery_id=one.id, now=self.now, message_id=one.id
            )

    async def hand_over(self) -> None:
        """A post is given to somebody else, or left vacant."""
        post = self.draw.choice(("P1", "P3", "P4", "P5", "P6"))
        to = self.draw.choice((*self.people, None))
        async with self.db.writing() as conn:
            post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == post))
            a = tables.assignments
            held = a.c.post_id == post_id, a.c.ended_at.is_(None)
            await conn.execute(update(a).where(*held).values(ended_at=self.now))
            if to is not None:
                tie = {"post_id": post_id, "person_id": self.people[to], "started_at": self.now}
                await conn.execute(insert(a).values(tie))
            await move_open_obligations(conn, self.now)

    async def pass_on(self) -> None:
        o = tables.obligations
        async with self.db.writing() as conn:
            rows = list(await conn.execute(select(o).where(o.c.passed_at.is_(None))))
            self.draw.shuffle(rows)
            for row in rows:
                charge = await passing.charge(conn, person_id=row.person_id, obligation_id=row.id)
                others = charge and await passing.successors(conn, charge, skip=0, limit=5)
                if charge and others:
                    to = self.draw.choice(others)
                    await passing.pass_on(conn, charge, to, self.now)
                    await passing.stop_telling(conn, charge, self.now)
                    await passing.tell(conn, charge.notice_id, to.person_id, self.now)
                    return

    async def cancel(self) -> None:
        async with self.db.writing() as conn:
            notice_id = await self._any(conn)
            if notice_id is None:
                return
            await steering.mark(conn, notice_id, self.now, cancelled_at=self.now)
        await follow(self.db, notice_id, self.now)

    async def move_day(self) -> None:
        async with self.db.writing() as conn:
            notice_id = await self._any(conn)
            notice = None if notice_id is None else await notices.find(conn, notice_id)
            if notice is not None and notice.acknowledge_by is not None:
                ahead = await steering.ahead(conn, notice)
                by = self.now + timedelta(days=self.draw.randint(-2, 3))
                await steering.postpone(conn, notice, replace(ahead, acknowledge_by=by))
        if notice_id is not None:
            await follow(self.db, notice_id, self.now)

    async def _any(self, conn: Connection) -> int | None:
        ids = [*await conn.scalars(select(tables.notices.c.id).where(tables.notices.c.cancelled_at.is_(None)))]
        return self.draw.choice(ids) if ids else None

    async def block(self) -> None:
        code = self.draw.choice(("P", "Q", "S"))
        async with self.db.writing() as conn:
            await deliveries.lose_person(
                conn, self.people[code], Reason.BLOCKED, self.now, chat_id=1000 + self.people[code], bot_id=1
            )

    async def join_again(self) -> None:
        code = self.draw.choice(("P", "Q", "S"))
        async with self.db.writing() as conn:
            mine = tables.accounts.c.person_id == self.people[code]
            await conn.execute(
                update(tables.accounts).where(mine).values(unreachable_since=None, unreachable_reason=None)
            )
            await reopen_unreachable(conn, self.people[code], self.now)

    async def move_post(self) -> None:
        """As a roster's import does it."""
        unit = self.draw.choice(("财政局", "街道", "区"))
        async with self.db.writing() as conn:
            post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == "P3"))
            new = {"unit_id": int(self.paths[unit].split("/")[-2])}
            await conn.execute(update(tables.posts).where(tables.posts.c.id == post_id).values(new))
            assert post_id is not None
            await uncounted.want_of_posts(conn, [post_id])

    async def put_away(self) -> None:
        """Old deliveries leave for the archive."""
        await self.agree()
        places, _, _ = await counted(self.db)
        async with self.db.writing() as conn:
            before = self.now - timedelta(days=6)
            old, _ = await archive.find(conn, before=before, after=Place(), limit=self.draw.randint(1, 20))
            await archive.remove(conn, old)
            gone = set(await conn.scalars(select(tables.archived.c.notice_id)))
        self.kept |= {place: one for place, one in places.items() if place[0] in gone - self.leaving}
        self.leaving |= gone

    # What is to be true

    async def agree(self) -> None:
        """Count what has changed; then it is what a recount gives, and the sums are those of its parts."""
        while await self.keeping.sweep(self.now):
            pass
        rows = await Rows.read(self.db)
        expected = recounted(rows, self.now, ZONE, self.kept, self.leaving)
        places, days, times = await counted(self.db)
        assert places == expected
        assert days == dict(days_of(expected))
        assert times == times_of(expected)


COURSE = [
    *["issue"] * 4,
    *["time_passes"] * 5,
    *["send"] * 6,
    *["acknowledge"] * 6,
    *[
        "hand_over",
        "pass_on",
        "pass_on",
        "cancel",
        "move_day",
        "block",
        "join_again",
        "join_again",
        "move_post",
        "put_away",
    ],
    *["agree"] * 4,
]


@pytest.mark.parametrize(("seed", "small"), [(300, SMALL), (303, 0)])
async def test_whatever_happens_the_sums_are_what_a_recount_gives(db: Database, seed: int, small: int) -> None:
    course = Course(db, draw=random.Random(seed), small=small)
    await course.found()
    for _ in range(100):
        await getattr(course, course.draw.choice(COURSE))()
    await course.agree()
    assert course.made > 5
