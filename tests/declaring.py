"""A tender of a bureau, straight in the tables: who is asked to declare interests, and who looks after the unit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from messages.notices import Category, Lane, NewNotice
from messages.organisation.records import Role, UnitKind
from messages.store import notices, tables
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import PromptKind
from schedules.apart import Apart
from schedules.calendars import Calendars
from schedules.desks import DeskKind, DeskOf
from schedules.policy import load
from schedules.tenders.desk import Tenders
from tests.district import MORNING, ZONE, District
from tests.tendered import put_limit, put_matter

TITLE = "办公楼维修工程"
STEP = Milestone.OPENING


@dataclass
class Declaring:
    """H holds PH below 财政局, which answers for 开标; N's post in 教育局 is named; P was prompted; X is of level 1.

    L leads 财政局, I inspects it, C collects there; L2 leads 教育局; A administers the office above all.
    """

    db: Database
    district: District
    matter: int = 0
    prompt: int = 0

    @classmethod
    async def found(cls, db: Database) -> "Declaring":
        district = District(db)
        await district.unit("推进办", kind=UnitKind.OFFICE)
        await district.unit("财政局", "推进办")
        await district.unit("采购科", "财政局")
        await district.unit("教育局", "推进办")
        await district.person("A", ("PA", "推进办", 2), roles=[(Role.OFFICE, "推进办")])
        await district.person("L", ("PL", "财政局", 2), roles=[(Role.LEADER, "财政局")])
        await district.person("L2", ("PL2", "教育局", 2), roles=[(Role.LEADER, "教育局")])
        await district.person("I", ("PI", "推进办", 3), roles=[(Role.INSPECTOR, "财政局")])
        await district.person("C", ("PC", "财政局", 4), roles=[(Role.COLLECTOR, "财政局")])
        await district.person("H", ("PH", "采购科", 4))
        await district.person("N", ("PN", "教育局", 4))
        await district.person("P", ("PP", "财政局", 4))
        await district.person("X", ("PX", "财政局", 1))
        await district.mark("PH", "开标")
        place = cls(db=db, district=district)
        place.matter = await place.tender("T-1", TITLE)
        await place.names("PN")
        place.prompt = await place.prompts(place.matter, "PP")
        return place

    @property
    def tenders(self) -> Tenders:
        calendars = Calendars(self.db, "CN")
        return Tenders(db=self.db, policy=load(), calendars=calendars, zone=ZONE, apart=Apart())

    def id(self, code: str) -> int:
        return self.district.people[code]

    async def tender(self, ref: str, title: str, unit: str | None = "财政局") -> int:
        """A works tender of a unit with a limit of its opening; gives its id."""
        matter_id = await put_matter(self.db, ref, unit, title=title)
        await put_limit(self.db, matter_id, STEP, None, node="开标", article="B34")
        return matter_id

    async def names(self, post: str, matter: int | None = None) -> None:
        """A post is named as responsible for the drawing of the experts."""
        async with self.db.writing() as conn:
            post_id = await conn.scalar(select(tables.posts.c.id).where(tables.posts.c.code == post))
            row = {"matter_id": matter or self.matter, "milestone": "experts_drawn", "post_id": post_id}
            await conn.execute(insert(tables.matter_posts).values(row))

    async def prompts(self, matter: int, post: str, at: datetime = MORNING) -> int:
        """A post is prompted of the opening; gives the prompt."""
        async with self.db.writing() as conn:
            row = {"matter_id": matter, "rule": "opening", "part": "", "kind": PromptKind.CURRENT.value, "turn": 0}
            told = {"at": at, "tells": {}, "settled_at": at, "outcome": "told"}
            adding = insert(tables.matter_prompts).values(row | told).returning(tables.matter_prompts.c.id)
            prompt_id = await conn.scalar(adding)
            assert prompt_id is not None
            desk = DeskOf(kind=DeskKind.PROMPT, id=matter, version=int(prompt_id))
            notice = await notices.add(conn, prompt_notice(f"tender:{matter}:{post}", post, str(desk), at))
            mine = tables.matter_prompts.c.id == prompt_id
            await conn.execute(tables.matter_prompts.update().where(mine).values(notice_id=notice))
            went = {"prompt_id": prompt_id, "notice_id": notice}
            await conn.execute(insert(tables.matter_prompt_notices).values(went))
        await self.district.plan(at)
        return int(prompt_id)

    async def told(self, template: str) -> list[tuple[str, str]]:
        """What was reported by a template: to whom, and under which desk."""
        mine = tables.notices.c.template == template
        query = select(tables.notices.c.audience, tables.notices.c.desk).where(mine).order_by(tables.notices.c.id)
        async with self.db.reading() as conn:
            return [(row.audience, row.desk or "") for row in await conn.execute(query)]


def prompt_notice(key: str, post: str, desk: str, at: datetime) -> NewNotice:
    """What a post is told of a step; its words are another matter."""
    return NewNotice(
        key=key,
        category=Category.PROMPT,
        lane=Lane.PROMPT,
        template="text",
        params={"text": "今日开标。"},
        title="节点提示",
        audience=f"post:{post}",
        send_at=at,
        created_at=at,
        acknowledge=True,
        acknowledge_by=at,
        desk=desk,
    )
