"""What becomes of a matter's dates by what a source tells, or a person says. Pure: nothing is looked up.

What a person has entered stands until a source tells another date *than it told last*, of a later release. What a
person took away is kept as such while a source still tells it, so that the same told again does not bring it back.
"""

from dataclasses import replace
from datetime import datetime

from messages.tenders.kept import Kept, KeptFact, Place
from messages.tenders.records import Fact, Told


def by_source(kept: Kept, told: Told, now: datetime) -> dict[Place, KeptFact]:
    """The dates of a matter after what a source told of them."""
    facts = dict(kept.facts)
    named = {(fact.milestone, fact.part): fact for fact in told.facts}
    for place, fact in named.items():
        facts[place] = _said_by_source(kept.facts.get(place), fact, told.released_at, now)
    if told.whole:
        for place in kept.facts.keys() - named.keys():
            _unsaid_by_source(facts, place)
    return facts


def _said_by_source(old: KeptFact | None, fact: Fact, released: datetime | None, now: datetime) -> KeptFact:
    if old is None:
        return new_fact(fact, None, now, fact.at)
    if old.fact == fact:
        return replace(old, told_at=fact.at)
    if old.person_id is not None:
        is_later = released is None or released > old.changed_at
        if old.told_at == fact.at or not is_later:
            return replace(old, told_at=fact.at)
    return replace(new_fact(fact, None, now, fact.at), id=old.id)


def _unsaid_by_source(facts: dict[Place, KeptFact], place: Place) -> None:
    """A source names a date no more: it is gone, unless a person entered it."""
    old = facts[place]
    if old.person_id is None or old.at is None:
        del facts[place]
    else:
        facts[place] = replace(old, told_at=None)


def by_hand(kept: Kept, told: Told, person_id: int | None, now: datetime) -> dict[Place, KeptFact]:
    """The dates of a matter after what a person told of them."""
    facts = dict(kept.facts)
    named = {(fact.milestone, fact.part): fact for fact in told.facts}
    for place, fact in named.items():
        facts[place] = said_by_hand(kept.facts.get(place), fact, person_id, now)
    if told.whole:
        for place in kept.facts.keys() - named.keys():
            take_away(facts, place, person_id, now)
    return facts


def said_by_hand(old: KeptFact | None, fact: Fact, person_id: int | None, now: datetime) -> KeptFact:
    """A date as a person says it; whoever says the same as stands has changed nothing."""
    if old is None:
        return new_fact(fact, person_id, now, None)
    if old.fact == fact:
        return old
    return replace(new_fact(fact, person_id, now, old.told_at), id=old.id)


def take_away(facts: dict[Place, KeptFact], place: Place, person_id: int | None, now: datetime) -> None:
    """Take a date away; what a source told stays in mind as such. One that is not there is no fault."""
    old = facts.get(place)
    if old is None:
        return
    if old.told_at is None:
        del facts[place]
    elif old.at is not None:
        facts[place] = replace(old, at=None, person_id=person_id, changed_at=now)


def new_fact(fact: Fact, person_id: int | None, now: datetime, told_at: datetime | None) -> KeptFact:
    """A date that is not in the store yet."""
    return KeptFact(
        id=None,
        milestone=fact.milestone,
        part=fact.part,
        at=fact.at,
        whole_day=fact.whole_day,
        changed_at=now,
        person_id=person_id,
        told_at=told_at,
    )
