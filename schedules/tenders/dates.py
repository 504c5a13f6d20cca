"""What becomes of a matter's dates by what a source tells, or a person says. Pure: nothing is looked up.

A source is heard where it tells another date than *it told last*. So what a person has entered, or another source has
told since, is not undone by the same file imported again; and of a person's word only a later release is news. What a
person took away is kept as such while a source still tells it, so that the same told again does not bring it back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from messages.tenders.kept import Kept, KeptFact, Place
from messages.tenders.milestones import Milestone
from messages.tenders.records import Fact, Told

_NOT_TOLD: Final[Mapping[str, str]] = MappingProxyType({})


def by_source(kept: Kept, told: Told, now: datetime) -> dict[Place, KeptFact]:
    """The dates of a matter after what a source told of them."""
    facts = dict(kept.facts)
    named = {(fact.milestone, fact.part): fact for fact in told.facts}
    for place, fact in named.items():
        facts[place] = said_by_source(kept.facts.get(place), fact, told, now)
    if told.whole:
        for place in kept.facts.keys() - named.keys():
            _unsaid_by_source(facts, place, told.teller)
    return facts


def said_by_source(old: KeptFact | None, fact: Fact, told: Told, now: datetime) -> KeptFact:
    """A date as a source tells it, where that is news."""
    source, word = told.teller, _word(fact)
    if old is None:
        return _new(fact, None, now, {source: word})
    noted = replace(old, told={**old.told, source: word})
    if old.fact == fact or old.told.get(source) == word:
        return noted
    is_later = told.released_at is None or told.released_at > old.changed_at
    if old.person_id is not None and not is_later:
        return noted
    return replace(_new(fact, None, now, noted.told), id=old.id)


def _unsaid_by_source(facts: dict[Place, KeptFact], place: Place, source: str) -> None:
    """A source names a date no more: it is gone, unless a person entered it, or another source tells it."""
    old = facts[place]
    if source not in old.told:
        return
    told = {name: word for name, word in old.told.items() if name != source}
    if told or (old.person_id is not None and old.at is not None):
        facts[place] = replace(old, told=told)
    else:
        del facts[place]


def by_hand(kept: Kept, told: Told, person_id: int | None, now: datetime) -> dict[Place, KeptFact]:
    """The dates of a matter after what a person told of them; who names a part beside none means two dates."""
    facts = dict(kept.facts)
    of_parts = {fact.milestone for fact in told.facts if fact.part}
    named = {
        (fact.milestone, fact.part) if fact.milestone in of_parts else meant(kept, fact.milestone, fact.part): fact
        for fact in told.facts
    }
    for place, fact in named.items():
        facts[place] = said_by_hand(kept.facts.get(place), replace(fact, part=place[1]), person_id, now)
    if told.whole:
        for place in kept.facts.keys() - named.keys():
            take_away(facts, place, person_id, now)
    return facts


def meant(kept: Kept, milestone: Milestone, part: str) -> Place:
    """The date that a person means who names no part: that of the only part, where one is known."""
    parts = [one.part for one in kept.facts.values() if one.milestone is milestone and one.part and one.at is not None]
    return milestone, (parts[0] if not part and len(parts) == 1 else part)


def said_by_hand(old: KeptFact | None, fact: Fact, person_id: int | None, now: datetime) -> KeptFact:
    """A date as a person says it; whoever says the same as stands has changed nothing, but that it did come about."""
    if old is None:
        return _new(fact, person_id, now, _NOT_TOLD)
    if old.fact == fact:
        return replace(old, changed_at=now, person_id=person_id) if old.changed_at < fact.at <= now else old
    return replace(_new(fact, person_id, now, old.told), id=old.id)


def take_away(facts: dict[Place, KeptFact], place: Place, person_id: int | None, now: datetime) -> None:
    """Take a date away; what a source told stays in mind as such. One that is not there is no fault."""
    old = facts.get(place)
    if old is None:
        return
    if not old.told:
        del facts[place]
    elif old.at is not None:
        facts[place] = replace(old, at=None, person_id=person_id, changed_at=now)


def _word(fact: Fact) -> str:
    return fact.at.astimezone(UTC).isoformat() + (" day" if fact.whole_day else "")


def _new(fact: Fact, person_id: int | None, now: datetime, told: Mapping[str, str]) -> KeptFact:
    """A date that is not in the store yet."""
    return KeptFact(
        id=None,
        milestone=fact.milestone,
        part=fact.part,
        at=fact.at,
        whole_day=fact.whole_day,
        changed_at=now,
        person_id=person_id,
        told=told,
    )
