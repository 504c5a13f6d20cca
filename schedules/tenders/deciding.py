"""What becomes of a matter by what is told of it, or by what a person says. Pure: nothing is looked up.

A source is heard where it tells something else *than it told last*, so a file that is imported each night does not undo
what a person or another source has said since. So what each told last is kept beside what stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from messages.notices import Json
from messages.store.matter_places import UnitPlace
from messages.tenders.kept import Kept, KeptFact, Named, Place, Standing
from messages.tenders.milestones import MILESTONES, MatterKind
from messages.tenders.records import NO_BUYER, OVER, Fact, MatterState, Method, Source, Told
from schedules.tenders import dates

_TOLD: Final = ("kind", "title", "buyer", "amount", "currency", "method", "method_said", "state")
"""The fields that a source tells."""
_KIND_SAID: Final = "kind_said"
"""Of a source that who imported it has said of what kind it is, whatever it tells itself."""
_UNTOLD: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})


class MatterEvent(StrEnum):
    """What happens to a matter."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    CLEARED = "cleared"
    STOPPED = "stopped"
    REOPENED = "reopened"
    NAMED = "named"  # its posts
    PLACED = "placed"
    BROKEN = "broken"  # a date breaks a limit, and people were told
    OVERDUE = "overdue"  # a limit has passed, likewise
    PROPOSED = "proposed"  # a reminder about a limit that has passed


@dataclass(frozen=True, kw_only=True)
class Places:
    """What is known of the names in what is told: units by their names, units of buyers, and posts by their codes."""

    units: Mapping[str, UnitPlace]
    buyers: Mapping[str, UnitPlace]
    posts: Mapping[str, int]

    def unit(self, unit_id: int | None) -> UnitPlace | None:
        """A unit that was looked up, by its id."""
        every = (*self.units.values(), *self.buyers.values())
        return next((one for one in every if one.id == unit_id), None)


@dataclass(frozen=True, kw_only=True)
class After:
    """A matter as it is to be: what happened (``event``), and what the history says of it.

    ``facts`` are those that are kept from now on, the same records where nothing changes.
    """

    event: MatterEvent
    standing: Standing
    facts: Mapping[Place, KeptFact]
    posts: frozenset[Named]
    body: dict[str, Json] = field(default_factory=dict)

    def changes(self, before: Kept) -> bool:
        """Whether anything is otherwise than before, beyond what sources said of it."""
        return (
            _stands(self.standing) != _stands(before.standing)
            or self.posts != before.posts
            or _dates(self.facts) != _dates(before.facts)
        )


def _stands(standing: Standing) -> Standing:
    return replace(standing, told={}, source=Source.HAND, released_at=None)


def _dates(facts: Mapping[Place, KeptFact]) -> dict[Place, Fact]:
    return {place: fact for place, one in facts.items() if (fact := one.fact) is not None}


def told_first(told: Told, places: Places, person_id: int | None, now: datetime) -> After:
    """A matter that is new. ``told`` has been checked: its title is there, and but in OCDS its kind and buyer."""
    kind, buyer = told.kind or MatterKind.PROCUREMENT, told.buyer or told.unit or NO_BUYER
    told = _of_kind(told, kind)
    standing = Standing(
        ref=told.ref,
        kind=kind,
        title=told.title or "",
        buyer=buyer,
        unit_id=_unit(None, told, buyer, places),
        amount=told.amount,
        currency=told.currency,
        method=told.method or Method.OTHER,
        method_said=told.method_said,
        state=told.state or MatterState.ACTIVE,
        source=told.source,
        why=None,
        released_at=told.released_at,
        told=_said(_UNTOLD, told),
    )
    facts = {(fact.milestone, fact.part): _first(fact, told, person_id, now) for fact in told.facts}
    body: dict[str, Json] = {"source": told.source.value, "dates": len(facts)}
    posts = _posts(frozenset(), told, places)
    return After(event=MatterEvent.CREATED, standing=standing, facts=facts, posts=posts, body=body)


def told_upon(kept: Kept, told: Told, places: Places, person_id: int | None, now: datetime, zone: tzinfo) -> After:
    """A matter that is known, by what is told of it now. A release older than what is known of it tells nothing new."""
    before = kept.standing
    if _is_older(before, told):
        return After(event=MatterEvent.CHANGED, standing=before, facts=kept.facts, posts=kept.posts)
    if _KIND_SAID in before.told.get(told.teller, {}) and not told.kind_said:
        told = replace(told, kind=None)
    values = _fields(before, told)
    told = _of_kind(told, values.get("kind", before.kind))
    standing = _standing(before, told, values, places)
    by_hand = told.source is Source.HAND
    facts = dates.by_hand(kept, told, person_id, now) if by_hand else dates.by_source(kept, told, now)
    posts = _posts(kept.posts, told, places) if _is_news(before, told, "posts") else kept.posts
    after = After(event=MatterEvent.CHANGED, standing=standing, facts=facts, posts=posts)
    if not after.changes(kept):
        return after
    body: dict[str, Json] = {"source": told.source.value, **what_changed(kept, after, zone)}
    if standing.unit_id != before.unit_id:
        unit = places.unit(standing.unit_id)
        body["unit"] = unit.name if unit else None
    if posts != kept.posts:
        body["posts"] = [*sorted({code for codes in (told.posts or {}).values() for code in codes})]
    return replace(after, standing=replace(standing, source=told.source), body=body)


def _standing(before: Standing, told: Told, values: dict[str, Any], places: Places) -> Standing:
    """What it is, with the fields that are news."""
    values["unit_id"] = _unit(before, told, values.get("buyer", before.buyer), places)
    if values.get("state", before.state) is not before.state:
        values["why"] = None
    released_at = before.released_at if told.released_at is None else told.released_at
    return replace(before, **values, told=_said(before.told, told), released_at=released_at)


def what_changed(kept: Kept, after: After, zone: tzinfo) -> dict[str, Json]:
    """The fields and dates that are otherwise than before, each as it was and is."""
    old, new = kept.standing, after.standing
    fields: dict[str, Json] = {
        name: [_word(getattr(old, name)), _word(getattr(new, name))]
        for name in _TOLD
        if getattr(old, name) != getattr(new, name)
    }
    was, now = _dates(kept.facts), _dates(after.facts)
    moved: list[Json] = [
        {
            "milestone": place[0].value,
            "part": place[1],
            "from": _instant(was.get(place), zone),
            "to": _instant(now.get(place), zone),
        }
        for place in sorted({*was, *now})
        if was.get(place) != now.get(place)
    ]
    return {**({"fields": fields} if fields else {}), **({"dates": moved} if moved else {})}


def moved(kept: Kept, fact: Fact, person_id: int, now: datetime, zone: tzinfo) -> After:
    """A matter of which a person says when a milestone is, or was."""
    place = dates.meant(kept, fact.milestone, fact.part)
    said = replace(fact, part=place[1])
    facts = {**kept.facts, place: dates.said_by_hand(kept.facts.get(place), said, person_id, now)}
    return _after(kept, MatterEvent.MOVED, facts, zone)


def cleared(kept: Kept, place: Place, person_id: int, now: datetime, zone: tzinfo) -> After:
    """A matter of which a person takes a date away."""
    facts = dict(kept.facts)
    dates.take_away(facts, place, person_id, now)
    return _after(kept, MatterEvent.CLEARED, facts, zone)


def _after(kept: Kept, event: MatterEvent, facts: Mapping[Place, KeptFact], zone: tzinfo) -> After:
    after = After(event=event, standing=kept.standing, facts=facts, posts=kept.posts)
    standing = replace(kept.standing, source=Source.HAND)
    return replace(after, standing=standing, body=what_changed(kept, after, zone))


def in_state(kept: Kept, state: MatterState, why: str | None, event: MatterEvent) -> After:
    """A matter that a person ends, or has go on."""
    standing = replace(kept.standing, state=state, why=why if state in OVER else None, source=Source.HAND)
    body: dict[str, Json] = {"state": [kept.standing.state.value, state.value], **({"why": why} if why else {})}
    return After(event=event, standing=standing, facts=kept.facts, posts=kept.posts, body=body)


def _of_kind(told: Told, kind: MatterKind) -> Told:
    """Without the dates of steps that a matter of its kind has not: releases tell of all alike."""
    if told.source is not Source.OCDS:
        return told
    return replace(told, facts=tuple(fact for fact in told.facts if fact.milestone in MILESTONES[kind]))


# --- what a source tells ----------------------------------------------------------------------------------------------


def _is_older(before: Standing, told: Told) -> bool:
    if told.source is Source.HAND or told.released_at is None or before.released_at is None:
        return False
    return told.released_at < before.released_at


def _fields(before: Standing, told: Told) -> dict[str, Any]:
    values = {name: value for name in _TOLD if (value := getattr(told, name)) is not None}
    return {
        name: value for name, value in values.items() if value != getattr(before, name) and _is_news(before, told, name)
    }


def _is_news(before: Standing, told: Told, name: str) -> bool:
    """Whether a field is told, and otherwise than its source told it last."""
    word = _words(told).get(name)
    last = before.told.get(told.teller, {}).get(name)
    return word is not None and (told.source is Source.HAND or last != word)


def _words(told: Told) -> dict[str, str]:
    """The fields that are told, as what is kept of them."""
    words = {name: str(value) for name in (*_TOLD, "unit") if (value := getattr(told, name)) is not None}
    if told.posts is not None:
        named = sorted((milestone or "", sorted(codes)) for milestone, codes in told.posts.items())
        words["posts"] = sha256(str(named).encode()).hexdigest()
    if told.kind_said:
        words[_KIND_SAID] = "yes"
    return words


def _said(before: Mapping[str, Mapping[str, str]], told: Told) -> dict[str, Mapping[str, str]]:
    source = told.teller
    return {**before, **({} if told.source is Source.HAND else {source: {**before.get(source, {}), **_words(told)}})}


def _unit(before: Standing | None, told: Told, buyer: str, places: Places) -> int | None:
    """Its unit: the one that is named, or the buyer's; of the same buyer it stays, unless another one is named now."""
    if told.unit is not None:
        is_same = before is not None and before.buyer == buyer and not _is_news(before, told, "unit")
        return before.unit_id if before is not None and is_same else places.units[told.unit].id
    if before is not None and before.unit_id is not None and before.buyer == buyer:
        return before.unit_id
    found = places.buyers.get(buyer)
    if found is None:  # while nobody said whose it is, it was placed by itself
        return before.unit_id if before is not None and before.buyer == NO_BUYER else None
    return found.id


def _posts(before: frozenset[Named], told: Told, places: Places) -> frozenset[Named]:
    """Those named before, with those of the steps that are told instead of those of the same."""
    said = {milestone or "": codes for milestone, codes in (told.posts or {}).items()}
    stay = {named for named in before if named[0] not in said}
    return frozenset(stay | {(milestone, places.posts[code]) for milestone, codes in said.items() for code in codes})


def _first(fact: Fact, told: Told, person_id: int | None, now: datetime) -> KeptFact:
    if told.source is Source.HAND:
        return dates.said_by_hand(None, fact, person_id, now)
    return dates.said_by_source(None, fact, told, now)


def _word(value: object) -> Json:
    return value if isinstance(value, int | None) else str(value)


def _instant(fact: Fact | None, zone: tzinfo) -> Json:
    return None if fact is None else fact.at.astimezone(zone).isoformat()
