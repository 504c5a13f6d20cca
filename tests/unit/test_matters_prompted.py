"""What follows of matters: each prompt once, to the right post, on time; what moved, stopped, broke, passed."""

import asyncio
from collections.abc import Sequence
from datetime import date, time, timedelta

import pytest

from messages.errors import DecidedBefore, NotEntitled
from messages.items.drafts import ITEMS, ItemDraft
from messages.items.kinds import ItemKind
from messages.notices import Category, Grade
from messages.official_days import OfficialDay
from messages.store import days
from messages.store.database import Database
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import LimitState, MatterState, PromptKind
from messages.text.catalog import LANGUAGES, Catalog
from messages.text.rendering import Frame, Renderer
from schedules.forecast import coming
from schedules.tenders.keys import key_of
from tests.awake import AWAKE
from tests.district import ZONE
from tests.prompted import ISSUED, OPENING, OPENS, Prompted, awarded, key, mornings, opening
from tests.tendering import REF, Tendering, at, fact

SAID = {
    "zh_CN": ("《招标投标法》第四十六条", "10月8日"),
    "en": ("article 46 of the Tendering and Bidding Law", "8 October"),
}


async def late_limit(town: Prompted) -> tuple[int, int]:
    """The matter's id, and that of the limit of its contract."""
    whole = await town.whole()
    return whole.matter.id, next(one.id for one in whole.limits if one.limit.rule == "contract")


async def test_each_prompt_is_told_once_to_the_post_of_its_step_and_on_its_day(db: Database) -> None:
    town = await opening(db)
    heard = await town.through(at(7, 9, 45), *mornings(at(8, 9, 20), 22))
    assert [one for one in heard if one[1] == "H"] == [("09-28", "H", OPENING)]
    assert ("09-10", "L", key("clarified", PromptKind.SOON)) in heard
    assert len({one[1:] for one in heard}) == len(heard)
    told = await town.notice(OPENING)
    assert (told["category"], told["acknowledge"], told["audience"]) == (
        Category.PROMPT.value,
        True,
        'unit:"住建局" node:"开标"',
    )
    assert told["desk"].startswith("prompt:")
    assert not await town.through(at(29, 10), at(30, 9, 20))


async def test_an_opening_that_moved_before_its_prompt_is_prompted_on_the_new_day_alone(db: Database) -> None:
    town = await opening(db)
    await town.hear(at(7, 10))
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(30)), now=at(25, 17))
    heard = await town.through(at(25, 17, 10), at(28, 9, 20), at(30, 9, 20), at(30, 16))
    assert [one for one in heard if one[1] == "H"] == [("09-30", "H", OPENING)]


async def test_who_was_told_of_the_old_date_hears_the_new_one_once_and_is_reminded_of_the_old_no_more(
    db: Database,
) -> None:
    town = await opening(db)
    await town.through(at(7, 10), at(28, 8, 25))
    assert [one[1:] for one in town.heard if one[1] == "H"] == [("H", OPENING)]
    moved = fact(Milestone.BID_DEADLINE, at(30, 10))
    await town.put_matter(ISSUED, moved, now=at(28, 8, 40))
    await town.put_matter(ISSUED, moved, now=at(28, 8, 41))
    heard = await town.hear(at(28, 8, 45))
    assert [one for one in heard if one[0] == "H"] == [("H", key("opening", PromptKind.MOVED))]
    assert (await town.notice(OPENING))["cancelled_at"] is not None
    told = await town.notice(key("opening", PromptKind.MOVED))
    (change,) = told["params"]["changes"]
    assert (change["was_at"], change["at"]) == ("2026-09-28T01:30:00+00:00", "2026-09-30T02:30:00+00:00")
    later = await town.through(at(29, 9, 20), at(30, 9, 20))
    assert [one for one in later if one[1] == "H"] == [("09-30", "H", key("opening", PromptKind.DAY, 1))]


@pytest.mark.parametrize(("evening", "morning"), [((30, 28), None), ((30, 29), 29), ((30, 29, 30), 30)])
async def test_of_what_changes_at_night_people_hear_in_the_morning_what_holds_then_if_it_is_news(
    db: Database, evening: Sequence[int], morning: int | None
) -> None:
    town = await opening(db)
    await town.through(at(7, 10), at(16, 9, 20))
    for hour, day in enumerate(evening, start=20):
        await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(day)), now=at(16, hour))
        while await town.tenders.sweep(at(16, hour, 31)):
            pass
    moved = {told for _, told in await town.hear(at(17, 9, 20)) if "moved" in told}
    changes = [one for told in moved for one in (await town.notice(told))["params"]["changes"]]
    dues = {one["was_due"]: one["due"] for one in changes}
    assert dues == ({"2026-09-18": f"2026-09-{morning - 10}"} if morning else {})  # that of the 13th is over anyhow
    assert len(changes) == len(dues)


async def test_those_who_are_told_of_several_dates_that_moved_are_told_by_one_message(db: Database) -> None:
    town = await opening(db)
    await town.hear(at(7, 10))
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(30)), now=at(8, 9))
    heard = await town.hear(at(8, 9, 20))
    assert len(heard) == 1
    told = await town.notice(heard[0][1])
    assert {one["was_due"] for one in told["params"]["changes"]} == {"2026-09-13", "2026-09-18"}
    assert {one["due"] for one in told["params"]["changes"]} == {"2026-09-15", "2026-09-20"}


async def test_a_date_that_breaks_a_limit_is_told_at_once_to_the_post_and_to_who_looks_after_the_unit(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await town.district.person("B", ("K4", "住建局", 3))
    await town.district.mark("K4", "招标公告")
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(19)))
    broken = key("bid_deadline", PromptKind.BROKEN)
    above = key_of(REF, "bid_deadline", PromptKind.BROKEN, to="above")
    led = key_of(REF, "bid_deadline", PromptKind.BROKEN, to="leading")
    heard = [one for one in await town.hear(at(7, 9, 45)) if "bid_deadline" in one[1]]
    assert set(heard) == {("B", broken), ("C", above), ("L", led)}
    params = (await town.notice(broken))["params"]
    assert (params["due"], params["at"][:10], params["article"]["number"]) == ("2026-09-28", "2026-09-19", 24)
    assert [kind for kind, _ in await town.events()].count("broken") == 1
    assert not [one for one in await town.through(at(8, 9, 20), at(10, 9, 20)) if "broken" in one[2]]
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, at(20)), now=at(10, 17))
    again = [one for one in await town.hear(at(11, 9, 20)) if "bid_deadline" in one[1]]
    assert ("B", key("bid_deadline", PromptKind.BROKEN, 1)) in again
    assert (await town.notice(broken))["cancelled_at"] is not None


async def test_who_heard_of_a_breach_hears_that_it_is_right_and_of_the_same_breach_when_it_comes_again(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await town.district.person("B", ("K4", "住建局", 3))
    await town.district.mark("K4", "招标公告")
    wrong, right = (fact(Milestone.BID_DEADLINE, at(day)) for day in (19, 29))
    await town.put_matter(ISSUED, wrong)
    await town.hear(at(7, 9, 45))
    await town.put_matter(ISSUED, right, now=at(8, 9))
    assert {code for code, told in await town.hear(at(8, 9, 20)) if "bid_deadline:moved" in told} == {"B", "C", "L"}
    (change,) = (await town.notice(key("bid_deadline", PromptKind.MOVED)))["params"]["changes"]
    assert change["right"]
    await town.put_matter(ISSUED, wrong, now=at(9, 9))
    again = {code for code, told in await town.hear(at(9, 9, 45)) if "bid_deadline:broken" in told}
    assert again == {"B", "C", "L"}


async def test_a_limit_that_passes_without_its_fact_is_told_on_the_working_day_after_it(db: Database) -> None:
    town = await awarded(db)
    days = [at(7, 10), at(8), at(28), at(29), at(30), *(at(day, 10, month=10) for day in (7, 8, 9, 10, 12))]
    heard = await town.through(*days)
    mine = [one for one in heard if one[1] == "D"]
    assert mine == [
        ("09-07", "D", key("contract", PromptKind.CURRENT)),
        ("09-29", "D", key("contract", PromptKind.SOON)),
        ("10-09", "D", key("contract", PromptKind.OVERDUE)),
    ]
    above = key_of(REF, "contract", PromptKind.OVERDUE, to="above")
    leading = key_of(REF, "contract", PromptKind.OVERDUE, to="leading")
    assert {one for one in heard if "contract:overdue-" in one[2]} == {("10-09", "C", above), ("10-09", "L", leading)}
    matter_id, late = await late_limit(town)
    assert (await town.notice(above))["desk"] == f"late:{matter_id}:{late}"
    assert (await town.notice(leading))["desk"] == f"matter:{matter_id}:0"
    assert ("overdue", "contract") in {
        (body["event"], body.get("rule")) for body in await town.ledger("matter") if "event" in body
    }


async def test_a_reminder_about_what_is_overdue_is_proposed_by_one_person_and_filled_in(db: Database) -> None:
    town = await awarded(db)
    now = at(9, 10, month=10)
    await town.hear(now)
    matter_id, late = await late_limit(town)
    proposal = await town.tenders.proposal(matter_id, late, town.people["C"], now)
    content = proposal.content
    assert (content.category, content.kind, content.grade) == (Category.REMINDER, ItemKind.LIMIT, Grade.BLUE)
    assert (content.posts, content.decisive_on) == (("K3",), None)
    draft = ItemDraft(id=0, person_id=town.people["C"], content=content, of_limit=proposal.about)
    async with db.writing() as conn:
        begun = await ITEMS.begin(conn, draft, now)
    with pytest.raises(DecidedBefore, match="姓名C is writing"):
        await town.tenders.proposal(matter_id, late, town.people["O"], now)
    await ITEMS.discard(db, begun, now)
    assert await town.tenders.proposal(matter_id, late, town.people["O"], now) == proposal
    async with db.writing() as conn:
        await town.tenders.proposed(conn, proposal.about, town.people["C"], now)
    for again in ("O", "C"):
        with pytest.raises(DecidedBefore, match="姓名C has proposed"):
            await town.tenders.proposal(matter_id, late, town.people[again], now)
    with pytest.raises(NotEntitled):
        await town.tenders.proposal(matter_id, late, town.people["L"], now)
    assert [(kind, body["limit"]) for kind, body in await town.events() if kind == "proposed"] == [("proposed", late)]
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(10)), now=now, state=MatterState.AWARDED)
    await town.hear(later := at(14, 10, month=10))  # of another last day it may be proposed once more
    assert (await town.tenders.proposal(matter_id, late, town.people["C"], later)).about != proposal.about


async def test_an_award_that_gets_its_number_later_is_the_same_step_and_is_told_once(db: Database) -> None:
    town = await awarded(db)
    assert ("D", key("contract", PromptKind.CURRENT)) in await town.hear(at(7, 10))
    first = (await town.whole()).matter
    with_number = fact(Milestone.AWARD_NOTICE, at(7), "A1")
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), with_number, now=at(8, 9), state=MatterState.AWARDED)
    assert await town.hear(at(8, 9, 20)) == []
    version = (await town.whole()).matter.version
    signed = await town.tenders.move(
        first.id, Milestone.CONTRACT_SIGNED, at(20), town.people["L"], version, at(20, 10), part="A1"
    )
    await town.tenders.move(
        first.id, Milestone.AWARD_NOTICE, at(8), town.people["L"], signed.matter.version, at(20, 11)
    )
    assert (await town.dates())[Milestone.AWARD_NOTICE, "A1"] == at(8)  # the only part is meant
    heard = await town.through(*mornings(at(21, 10), 25))
    assert [one for one in heard if ":contract" in one[2]] == []


async def test_what_was_told_of_an_award_as_one_is_called_off_once_each_of_its_parts_is_done(db: Database) -> None:
    town = await awarded(db)
    await town.hear(at(7, 10))
    parts = [fact(Milestone.AWARD_NOTICE, at(7), part) for part in ("A1", "A2")]
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), *parts, now=at(8, 9), state=MatterState.AWARDED)
    assert await town.hear(at(8, 9, 20)) == []
    notice = (await town.notice(key("contract", PromptKind.CURRENT)))["id"]
    of_contract = [one for one in (await town.whole()).limits if one.limit.rule == "contract"]
    told = {one.limit.part: one.prompts[0] for one in of_contract}
    unit_id = (await town.whole()).matter.unit_id
    as_told = (PromptKind.CURRENT, (notice,), unit_id)
    assert {part: (one.kind, one.notices, one.unit_id) for part, one in told.items()} == {"A1": as_told, "A2": as_told}
    for part, day, is_over in (("A1", 9, False), ("A2", 10, True)):
        matter, signed = (await town.whole()).matter, at(day)
        await town.tenders.move(
            matter.id, Milestone.CONTRACT_SIGNED, signed, town.people["L"], matter.version, at(day, 10), part=part
        )
        await town.hear(at(day, 11))
        assert ((await town.notice(key("contract", PromptKind.CURRENT)))["cancelled_at"] is not None) is is_over


async def test_what_is_done_in_time_is_not_overdue(db: Database) -> None:
    town = await awarded(db)
    await town.hear(at(7, 10))
    matter = (await town.whole()).matter
    done = at(25, 10)
    await town.tenders.move(matter.id, Milestone.CONTRACT_SIGNED, done, town.people["D"], matter.version, at(25, 11))
    heard = await town.through(at(25, 12), at(29), at(9, 10, month=10))
    assert not [one for one in heard if ":contract:" in one[2]]


async def test_other_times_of_the_policy_hold_for_what_waits(db: Database) -> None:
    before = await awarded(db)
    await before.hear(at(7, 10))
    terms = AWAKE.tenders.model_copy(update={"soon_workdays": 5, "prompt_time": time(14, 10)})
    town = Prompted.over(db, before.district, AWAKE.model_copy(update={"tenders": terms}))
    await town.hear(at(8, 16))
    planned = {(rule, kind): when for rule, kind, when, _ in await town.prompts()}
    assert planned["contract", "soon"] == at(23, 14, 10)


async def test_that_a_last_day_is_near_is_told_once_also_where_a_date_within_it_comes_to_be_known(db: Database) -> None:
    town = await awarded(db)
    await town.through(at(7, 10), at(29))
    matter = (await town.whole()).matter
    signs = at(30, 15)
    await town.tenders.move(matter.id, Milestone.CONTRACT_SIGNED, signs, town.people["D"], matter.version, at(29, 16))
    assert not [one for one in await town.through(at(29, 16, 5), at(30, 9, 20)) if ":contract:" in one[2]]


async def test_what_is_told_on_the_eve_of_a_long_holiday_is_of_use_after_it(db: Database) -> None:
    town = await awarded(db)
    await town.hear(at(7, 10))
    matter = (await town.whole()).matter
    await town.tenders.stop(matter.id, MatterState.CANCELLED, "资金调整", town.people["L"], matter.version, at(30, 17))
    await town.hear(at(30, 17, 1))
    expires = (await town.notice(f"tender:{REF}:matter:stopped"))["expires_at"].astimezone(ZONE)
    assert expires >= at(13, 0, 0, month=10)


async def test_of_a_vacant_post_the_leader_hears_and_which_post_it_is(db: Database) -> None:
    town = await awarded(db)
    await town.vacate("K3")
    heard = await town.hear(at(7, 10))
    assert ("L", key("contract", PromptKind.CURRENT)) in heard
    assert (await town.notice(key("contract", PromptKind.CURRENT)))["params"]["why"] == "leader"
    await town.hear(at(9, 10, month=10))
    above = await town.notice(key_of(REF, "contract", PromptKind.OVERDUE, to="above"))
    assert above["params"]["posts"] == [{"post": "岗位K3", "holder": None}]
    leading = await town.notice(key_of(REF, "contract", PromptKind.OVERDUE, to="leading"))
    said = Renderer(Catalog.load(), ZONE).notice("tender_overdue", "zh_CN", leading["params"], Frame(title=None))
    assert "由本单位信息采集员（未设的，由推进办）" in said


async def test_where_nobody_who_answers_for_a_step_can_be_reached_the_leader_hears_too_and_of_whom(
    db: Database,
) -> None:
    town = await Prompted.found(db)
    await town.district.person("N", ("K5", "财政局", 3), joined=False)
    await town.district.mark("K5", "合同签订")
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), state=MatterState.AWARDED, buyer="财政局")
    above = key_of(REF, "contract", PromptKind.CURRENT, to="leading")
    assert {code for code, told in await town.hear(at(7, 10)) if told == above} == {"M"}
    params = (await town.notice(above))["params"]
    assert params["posts"] == [{"post": "岗位K5", "holder": "姓名N"}]
    text = Renderer(Catalog.load(), ZONE).notice("tender_prompt", "zh_CN", params, Frame(title=None))
    assert "财政局负责“合同签订”的人员目前都无法联系" in text
    await town.district.join("N")
    await town.hear(at(29))
    assert key_of(REF, "contract", PromptKind.SOON, to="leading") not in await town.notices()


async def test_a_named_post_is_told_instead_of_that_of_the_node(db: Database) -> None:
    town = await awarded(db, posts={Milestone.CONTRACT_SIGNED: ["K2"]})
    assert ("E", key("contract", PromptKind.CURRENT)) in await town.hear(at(7, 10))
    assert (await town.notice(key("contract", PromptKind.CURRENT)))["audience"] == 'post:"K2"'


async def test_a_unit_whose_name_no_audience_can_say_lets_nobody_else_through(db: Database) -> None:
    town = await Prompted.found(db)
    await town.district.unit('局" all', "推进办")
    await town.district.person("Q", ("K8", '局" all', 3))
    await town.district.mark("K8", "合同签订")
    await town.put_matter(fact(Milestone.AWARD_NOTICE, at(7)), buyer='局" all')
    assert {code for code, _ in await town.hear(at(7, 10))} == {"O"}


async def test_after_days_of_outage_each_thing_is_told_once_and_what_is_past_its_use_not_at_all(db: Database) -> None:
    town = await opening(db)
    heard = await town.hear(at(21, 9, 20))
    rules = {told for _, told in heard}
    assert key("experts_drawn", PromptKind.CURRENT) not in rules
    assert not [told for told in rules if "clarified" in told or "objected" in told]
    outcomes = {(rule, kind): outcome for rule, kind, _, outcome in await town.prompts()}
    assert outcomes["clarified", "current"] == outcomes["objected", "soon"] == "stale"
    assert [one[2] for one in await town.through(at(21, 16), at(23, 9, 20), at(28, 8, 25))] == [
        key("experts_drawn", PromptKind.CURRENT),
        OPENING,
    ]


async def test_of_history_nobody_is_told_even_where_the_matter_was_known_all_the_time(db: Database) -> None:
    town = await Prompted.found(db)
    await town.put_matter(now=at(1, month=3))
    old = {
        Milestone.DOCUMENTS_FROM: at(1, month=3),
        Milestone.BID_DEADLINE: at(9, month=3),
        Milestone.AWARD_NOTICE: at(20, month=3),
    }
    await town.put_matter(*(fact(milestone, when) for milestone, when in old.items()))
    assert not await town.through(at(7, 10), at(8, 10), at(11, 10))
    states = {one.limit.rule: one.limit.state.value for one in (await town.whole()).limits}
    assert (states["contract"], states["bid_deadline"]) == ("overdue", "broken")


async def test_official_days_that_move_a_provisional_one_are_told_to_who_knew_it(db: Database) -> None:
    town = await Prompted.found(db)
    signed = at(29, month=12)
    await town.put_matter(fact(Milestone.CONTRACT_SIGNED, signed), kind=MatterKind.PROCUREMENT, now=signed)
    filed = key("contract_filed", PromptKind.CURRENT)
    assert ("L", filed) in await town.hear(signed + timedelta(hours=1))
    provisional = await town.notice(filed)
    assert (provisional["provisional"], provisional["params"]["awaits_official"]) == (True, True)
    official = [OfficialDay(date=date(2027, 1, day), name="元旦", off=True) for day in (1, 2, 3, 4)]
    official.append(OfficialDay(date=date(2027, 10, 1), name="国庆节", off=True))
    async with db.writing() as conn:
        await days.save(conn, 2027, official, signed)
    moved = [one for one in await town.hear(signed + timedelta(hours=2)) if "moved" in one[1]]
    assert {code for code, _ in moved} == {"L"}
    (change,) = (await town.notice(key("contract_filed", PromptKind.MOVED)))["params"]["changes"]
    was, now = date.fromisoformat(change["was_due"]), date.fromisoformat(change["due"])
    assert (was, now, change["awaits_official"]) == (date(2027, 1, 8), date(2027, 1, 11), False)
    assert not await town.hear(signed + timedelta(hours=3))


async def test_of_what_is_done_nobody_is_reminded(db: Database) -> None:
    town = await awarded(db)
    await town.hear(at(7, 10))
    matter, done = (await town.whole()).matter, at(7, 11)
    move = town.tenders.move
    await move(matter.id, Milestone.CONTRACT_SIGNED, done, town.people["D"], matter.version, at(7, 12))
    await town.hear(at(7, 13))
    assert (await town.notice(key("contract", PromptKind.CURRENT)))["cancelled_at"] is not None
    assert (await town.notice(key("supervisor_reported", PromptKind.CURRENT)))["cancelled_at"] is None


async def test_seconds_are_no_other_date(db: Database) -> None:
    town = await opening(db)
    await town.through(at(7, 10), at(28, 8, 25))
    await town.put_matter(ISSUED, fact(Milestone.BID_DEADLINE, OPENS + timedelta(seconds=20)), now=at(28, 8, 40))
    assert not [one for one in await town.hear(at(28, 8, 45)) if ":opening" in one[1]]


async def test_two_processes_that_look_at_the_same_time_tell_each_thing_once(db: Database) -> None:
    town = await opening(db)
    beside = Prompted.over(db, town.district)
    await asyncio.gather(*(one.tenders.sweep(at(7, 10)) for one in (town, beside, town, beside)))
    heard = await town.hear(at(7, 10))
    assert len(heard) == len(set(heard)) == 3
    assert [outcome for _, _, _, outcome in await town.prompts() if outcome is not None] == ["told"] * 3


async def test_the_forecast_names_what_will_be_told_and_the_planner_what_comes_next(db: Database) -> None:
    town = await opening(db)
    await town.hear(at(7, 10))
    async with db.reading() as conn:
        found = await coming(conn, town.tenders.tools, since=at(7, 11), until=at(29), now=at(7, 11))
    ahead = [(one.key, one.send_at, one.audience) for one in found if one.key.startswith(f"tender:{REF}")]
    assert [told for told, _, _ in ahead] == [
        key("clarified", PromptKind.SOON),
        key("objected", PromptKind.SOON),
        key("experts_drawn", PromptKind.CURRENT),
        OPENING,
        key("evaluation", PromptKind.CURRENT),
    ]
    assert ahead[3][1:] == (at(28, 8, 20), 'unit:"住建局" node:"开标"')
    upcoming = await town.tenders.next_due(at(7, 11))
    assert upcoming is not None
    assert (upcoming.at, upcoming.template) == (ahead[0][1], "tender_prompt")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_told_is_said_in_both_languages_with_the_article(db: Database, language: str) -> None:
    town = await awarded(db)
    await town.through(at(7, 10), at(9, 10, month=10))
    renderer = Renderer(Catalog.load(), ZONE)
    for kind in (PromptKind.CURRENT, PromptKind.OVERDUE):
        told = await town.notice(key("contract", kind))
        text = renderer.notice(told["template"], language, told["params"], Frame(title=None))
        assert {"zh_CN": "《招标投标法》第四十六条", "en": "article 46 of the Tendering and Bidding Law"}[
            language
        ] in text
        assert {"zh_CN": "10月8日", "en": "8 October"}[language] in text


@pytest.mark.parametrize(
    ("ref", "part"),
    [("x" * 120, "p" * 80), ("a:b", ""), ("#0", "c:1"), ("ocds-1", "award.1"), ("ocds-1", "award")],
)
def test_keys_are_short_and_never_the_same_of_different_things(ref: str, part: str) -> None:
    rules = ("contract", "opening", "r" * 40)
    keys = {
        key_of(ref, rule, kind, part=part, turn=turn, to=to)
        for rule in rules
        for kind in PromptKind
        for turn in (0, 1, 12)
        for to in ("", "above", "leading")
    }
    assert len(keys) == len(rules) * len(PromptKind) * 9
    assert max(map(len, keys)) <= 182
    assert key_of("ocds:1", "opening", PromptKind.DAY) == "tender:ocds:1:opening"


async def test_an_objection_to_the_prequalification_is_to_be_answered_though_applications_have_ended(
    db: Database,
) -> None:
    tendering = await Tendering.found(db)
    dates = (fact(Milestone.PREQUALIFICATION_OBJECTED, at(7)), fact(Milestone.PREQUALIFICATION_DEADLINE, at(9)))
    await tendering.put_matter(*dates, now=at(9, 10))
    due = (await tendering.limit("prequalification_answered")).due_on
    assert due == at(10).date()
    prompts = [one[1:] for one in await tendering.prompts() if one[0] == "prequalification_answered"]
    assert ("overdue", at(11, 9, 50), None) in prompts
    await tendering.put_matter(*dates, fact(Milestone.PREQUALIFICATION_ANSWERED, at(10)), now=at(10, 11))
    assert (await tendering.limit("prequalification_answered")).state is LimitState.KEPT
