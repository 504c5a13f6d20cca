"""People are told of matters calmly: one thing about one limit a day, of no alarm twice, and few of them."""

from datetime import datetime

from sqlalchemy import select, update

from messages.register.records import Workflow
from messages.store import tables
from messages.store.database import Database
from messages.tenders.milestones import Milestone
from messages.tenders.records import MatterState, PromptKind
from messages.text.catalog import Catalog
from messages.text.rendering import Frame, Renderer
from schedules.forecast import coming
from schedules.tenders.keys import key_of
from tests.district import ZONE
from tests.prompted import Prompted
from tests.tendering import REF, at, fact

OPENING = f"tender:{REF}:opening"
ISSUED = fact(Milestone.DOCUMENTS_FROM, at(7))
AWARDED = fact(Milestone.AWARD_NOTICE, at(7))


def key(rule: str, kind: PromptKind, turn: int = 0, to: str = "") -> str:
    return key_of(REF, rule, kind, turn=turn, to=to)


async def reminders(town: Prompted, told: str) -> list[str]:
    query = (
        select(tables.waves.c.at).join(tables.notices).where(tables.notices.c.key == told, tables.waves.c.number > 0)
    )
    async with town.db.reading() as conn:
        return [f"{one.astimezone(ZONE):%m-%d}" for one in await conn.scalars(query.order_by(tables.waves.c.at))]


async def by(town: Prompted, told: str) -> datetime:
    found: datetime = (await town.notice(told))["acknowledge_by"]
    return found


def said(told: dict[str, object]) -> str:
    return Renderer(Catalog.load(), ZONE).notice(told["template"], "zh_CN", told["params"], Frame(title=None))  # type: ignore[arg-type]


async def moved(town: Prompted, milestone: Milestone, when: datetime, now: datetime, who: str = "C") -> None:
    matter = (await town.whole()).matter
    await town.tenders.move(matter.id, milestone, when, town.people[who], matter.version, now)


async def test_nothing_is_acknowledged_or_called_to_mind_after_its_limit_nor_on_the_day_of_another_prompt(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(26)))  # clarified until the 11th, near on the 9th
    await town.through(at(7, 10), at(9, 10), at(25, 9, 20), at(26, 8, 25))
    current, soon = key("clarified", PromptKind.CURRENT), key("clarified", PromptKind.SOON)
    assert await reminders(town, current) == ["09-08"]
    assert await reminders(town, soon) == ["09-10", "09-11"]
    assert await by(town, soon) == at(11, 17, 30)
    assert await by(town, OPENING) == at(26)


async def test_what_is_of_a_day_off_is_acknowledged_on_the_working_day_before(db: Database) -> None:
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(27)))  # clarified until the 12th, a Saturday
    await town.through(at(7, 10), at(10, 9, 10))
    assert await by(town, key("clarified", PromptKind.SOON)) == at(11, 17, 30)


async def test_where_no_post_answers_for_a_step_those_few_are_told_that_do_most_of_its_work(db: Database) -> None:
    town = await Prompted.found(db)
    await town.vacate("K3")
    for code in ("P", "Q", "R", "S", "T"):
        await town.district.person(code, (f"Z{code}", "住建局", 3))
        await town.district.mark(
            f"Z{code}", *(("评标", "开标", "流标") if code in "PQ" else ("流标",)), risk=code == "Q"
        )
    async with db.writing() as conn:
        await conn.execute(update(tables.nodes).values(workflow=Workflow.TENDER.value))
    await town.put_matter(AWARDED, state=MatterState.AWARDED)
    await town.hear(at(7, 10))
    audience = (await town.notice(key("contract", PromptKind.CURRENT)))["audience"]
    assert audience == 'post:"ZQ", post:"ZP"'
    async with db.reading() as conn:
        found = await coming(conn, town.tenders.tools, since=at(8), until=at(30), now=at(8))
    assert [one.audience for one in found if one.key == key("contract", PromptKind.SOON)] == [audience]


async def test_an_opening_that_is_moved_with_its_deadline_raises_no_alarm_unless_that_stays_behind(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(28)), fact(Milestone.OPENING, at(28)))
    await town.hear(at(28, 8, 25))
    await moved(town, Milestone.OPENING, at(30), at(28, 8, 40))
    assert key("opening", PromptKind.MOVED) in dict(await town.hear(at(28, 8, 41))).values()
    await moved(town, Milestone.BID_DEADLINE, at(30), at(28, 8, 50))
    assert not [one for one in await town.through(at(28, 8, 51), at(28, 9, 30)) if "opening" in one[2]]
    await moved(town, Milestone.BID_DEADLINE, at(29), at(28, 10, 0))
    assert not [told for _, told in await town.hear(at(28, 10, 1)) if "broken" in told]
    assert ("H", key("opening", PromptKind.BROKEN, 1)) in await town.hear(at(28, 10, 16))


async def test_an_alarm_that_waits_a_while_is_not_put_off_by_what_becomes_known_meanwhile(db: Database) -> None:
    town = await Prompted.found(db)
    apart = fact(Milestone.BID_DEADLINE, at(28)), fact(Milestone.OPENING, at(29))
    await town.put_matter(ISSUED, *apart, now=at(8, 9, 0))
    await town.put_matter(ISSUED, *apart, fact(Milestone.DOCUMENTS_UNTIL, at(15)), now=at(8, 9, 10))
    assert ("H", key("opening", PromptKind.BROKEN)) in await town.hear(at(8, 9, 16))


async def test_a_new_date_that_breaks_a_limit_is_told_with_the_old_one(db: Database) -> None:
    town = await Prompted.found(db)
    await town.put_matter(AWARDED, fact(Milestone.CONTRACT_SIGNED, at(29)), state=MatterState.AWARDED)
    await town.hear(at(7, 10))
    await moved(town, Milestone.CONTRACT_SIGNED, at(20, month=10), at(8, 10))
    heard = await town.hear(at(8, 10, 35))
    assert ("D", key("contract", PromptKind.BROKEN)) in heard
    assert not [told for _, told in heard if "moved" in told]
    assert "由9月29日 09:30调整为10月20日 09:30" in said(dict(await town.notice(key("contract", PromptKind.BROKEN))))


async def test_who_hears_of_another_last_day_is_not_told_an_hour_later_that_it_is_near(db: Database) -> None:
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(28)))
    await town.hear(at(7, 10))
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(29)), now=at(10, 8, 40))
    (told,) = {told for _, told in await town.hear(at(10, 8, 50))}
    assert "2026-09-14" in {one["due"] for one in (await town.notice(told))["params"]["changes"]}
    assert key("clarified", PromptKind.SOON) not in [told for _, told in await town.hear(at(10, 9, 20))]


async def test_what_is_done_after_it_was_overdue_is_told_once_to_who_looks_after_the_unit(db: Database) -> None:
    town = await Prompted.found(db)
    await town.put_matter(AWARDED, state=MatterState.AWARDED)
    await town.through(at(7, 10), at(9, 10, month=10))
    await moved(town, Milestone.CONTRACT_SIGNED, at(12, month=10), at(12, 10, month=10), "D")
    heard = await town.through(at(12, 10, 35, month=10), at(13, 10, month=10))
    led = key("contract", PromptKind.BROKEN, to="leading")
    above = key("contract", PromptKind.BROKEN, to="above")
    assert {one[1:] for one in heard if "contract:" in one[2]} == {("C", above), ("L", led)}
    assert "已于10月12日 09:30补办" in said(dict(await town.notice(led)))


async def test_of_last_days_that_moved_the_date_is_told_first_that_they_follow_from(db: Database) -> None:
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(28)))
    await town.hear(at(7, 10))
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(30)), now=at(8, 9))
    ((_, told),) = await town.hear(at(8, 9, 20))
    lines = said(dict(await town.notice(told))).splitlines()
    first = next(one for one in lines if one.startswith("•"))
    assert first == "• 投标（响应）截止：由9月28日 09:30调整为9月30日 09:30。"


async def test_what_need_not_be_done_is_open_until_its_last_day_and_passed_after_it(db: Database) -> None:
    town = await Prompted.found(db)
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(26)))  # clarified until the 11th, if at all
    before, whole = await town.whole(now=at(11, 17)), await town.whole(now=at(12, 9))
    every = [*before.limits, *whole.limits]
    assert [one.limit.state.value for one in every if one.limit.rule == "clarified"] == ["open", "passed"]
    back = await town.tenders.would(whole, fact(Milestone.BID_DEADLINE, at(25)), at(12, 9))
    assert "clarified" in {one.rule for one in back.changed}  # another last day, that is all
    assert {one.state.value for one in back.changed if one.rule == "clarified"} == {"passed"}
