"""Whatever sources and people have said of a matter in whatever order, what was said before is no news."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from messages.store.matter_places import UnitPlace
from messages.tenders.kept import Kept, Place
from messages.tenders.milestones import MatterKind, Milestone
from messages.tenders.records import Fact, MatterState, Source, Told
from schedules.tenders.deciding import After, Places, told_first, told_upon
from tests.district import ZONE
from tests.tendering import MONDAY

PLACES = Places(
    units={"财政局": UnitPlace(id=2, name="财政局", path="/1/2/")},
    buyers={"住建局": UnitPlace(id=3, name="住建局", path="/1/3/")},
    posts={"K1": 11, "K2": 12},
)
MILESTONES = (Milestone.OPENING, Milestone.BID_DEADLINE, Milestone.CONTRACT_SIGNED)
FACTS = st.builds(
    Fact,
    milestone=st.sampled_from(MILESTONES),
    at=st.integers(0, 3).map(lambda days: MONDAY + timedelta(days=days)),
    part=st.sampled_from(["", "A"]),
    whole_day=st.booleans(),
)


def _maybe(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from([None, *values])


def _by(source: Source) -> st.SearchStrategy[Told]:
    return st.builds(
        Told,
        ref=st.just("R"),
        kind=st.just(MatterKind.TENDER),
        title=st.sampled_from(["一", "二"]),
        buyer=st.sampled_from(["住建局", "某公司"]),
        source=st.just(source),
        unit=_maybe("财政局"),
        amount=_maybe("1", "2"),
        state=_maybe(MatterState.ACTIVE, MatterState.AWARDED),
        facts=st.lists(FACTS, max_size=4, unique_by=lambda fact: (fact.milestone, fact.part)).map(tuple),
        whole=st.booleans(),
        posts=_maybe({None: ["K1"]}, {Milestone.OPENING: ["K1", "K2"]}),
    )


def _kept(after: After, version: int) -> Kept:
    facts = {place: replace(one, id=number) for number, (place, one) in enumerate(after.facts.items(), 1)}
    unit: Mapping[str, str | None] = {"unit": None, "unit_path": None}
    standing = after.standing
    return Kept(id=1, version=version, created_at=MONDAY, standing=standing, facts=facts, posts=after.posts, **unit)


@given(st.lists(st.sampled_from([Source.OCDS, Source.SHEET, Source.HAND]).flatmap(_by), min_size=1, max_size=8))
def test_what_each_source_said_last_is_no_news_when_it_says_it_again(said: list[Told]) -> None:
    now = MONDAY
    kept = _kept(told_first(said[0], PLACES, 1, now), 1)
    for told in said[1:]:
        now += timedelta(hours=1)
        kept = _kept(told_upon(kept, told, PLACES, 1, now, ZONE), 1)
    last = {told.source: told for told in said}
    for told in [last[one] for one in last if one is not Source.HAND] * 2:
        now += timedelta(hours=1)
        after = told_upon(kept, told, PLACES, None, now, ZONE)
        assert not after.changes(kept)
        assert after.body == {}
        kept = _kept(after, 1)


def test_a_unit_that_is_named_as_before_is_heard_when_the_buyer_is_another_one_again() -> None:
    own = Told(ref="R", kind=MatterKind.TENDER, title="一", buyer="住建局", source=Source.SHEET, unit="财政局")
    kept = _kept(told_first(own, PLACES, 1, MONDAY), 1)
    for told, unit_id in ((replace(own, buyer="某公司", unit=None), None), (own, 2)):
        kept = _kept(told_upon(kept, told, PLACES, 1, MONDAY, ZONE), 1)
        assert kept.standing.unit_id == unit_id


@given(st.lists(_by(Source.HAND), min_size=1, max_size=5))
def test_a_person_is_heard_each_time(said: list[Told]) -> None:
    kept = _kept(told_first(said[0], PLACES, 1, MONDAY), 1)
    for told in said:
        heard = {_where(kept, told, fact): fact for fact in told.facts}
        kept = _kept(told_upon(kept, told, PLACES, 1, MONDAY, ZONE), 1)
        dates = {place: one.fact for place, one in kept.facts.items()}
        assert {place: replace(fact, part=place[1]) for place, fact in heard.items()}.items() <= dates.items()
        assert len(heard) == len(told.facts)
        assert kept.standing.title == told.title


def _where(before: Kept, told: Told, fact: Fact) -> Place:
    """Where a date is heard: that of no part goes to the only part, unless that is told of beside it."""
    told_a = any((one.milestone, one.part) == (fact.milestone, "A") for one in told.facts)
    only_a = before.facts.get((fact.milestone, "A"))
    known_a = only_a is not None and only_a.at is not None
    return fact.milestone, "A" if known_a and not told_a else fact.part
