"""The dates of a merged release as facts (docs/tenders.md has the table).

Where several say when one step is, what the standard has a field of its own for is believed, but of what happens on
one day that a milestone says was met; and both before what is only planned. A date that cannot be read is remarked on.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from messages.tenders.dating import day_fact
from messages.tenders.milestones import Milestone
from messages.tenders.ocds.instants import dated
from messages.tenders.ocds.words import milestone_called
from messages.tenders.records import LONGEST_PART, Fact
from messages.tenders.remarks import Remark
from messages.text.phrase import Phrase, phrase

Told: TypeAlias = Mapping[str, Any]

_FORESEEN, _PLANNED, _SAID, _MET = range(4)
_HAPPENS: Final = frozenset(
    {Milestone.OPENING, Milestone.EVALUATION, Milestone.EVALUATION_REPORTED, Milestone.CLARIFIED, Milestone.ACCEPTANCE}
)
"""Steps of which a milestone that was met knows better than a field that says what is planned."""
_AWARDED: Final = frozenset({Milestone.BUYER_DECIDED, Milestone.AWARD_NOTICE, Milestone.AWARD_PUBLISHED})
_PERFORMED: Final = frozenset({Milestone.PLANNED_PERFORMANCE_FROM, Milestone.ACCEPTANCE})
_PERIODS: Final = (
    # Of a tender, else of its lots: from the first of their beginnings to the last of their ends.
    (Milestone.DOCUMENTS_FROM, "tenderPeriod", "startDate"),
    (Milestone.BID_DEADLINE, "tenderPeriod", "endDate"),
    (Milestone.ENQUIRIES_UNTIL, "enquiryPeriod", "endDate"),
    (Milestone.EVALUATION, "awardPeriod", "startDate"),
)
_PLANS: Final = (
    # Likewise, but no plan stands beside what is known better.
    (Milestone.PLANNED_AWARD_UNTIL, "awardPeriod", "endDate", _AWARDED),
    (Milestone.PLANNED_PERFORMANCE_FROM, "contractPeriod", "startDate", _PERFORMED),
    (Milestone.PLANNED_PERFORMANCE_UNTIL, "contractPeriod", "endDate", _PERFORMED),
)
_NO_AWARD: Final = frozenset({"unsuccessful", "cancelled", "canceled"})
_NO_CONTRACT: Final = frozenset({"cancelled", "canceled"})
_PUBLISHED: Final[Mapping[str, Milestone]] = {
    "tendernotice": Milestone.ANNOUNCED,
    "awardnotice": Milestone.AWARD_PUBLISHED,
    "contractnotice": Milestone.CONTRACT_PUBLISHED,
    "contractsigned": Milestone.CONTRACT_PUBLISHED,
}

_BETWEEN: Final = re.compile(r"[\s_-]+")
_DISORDER: Final = phrase("The period ends before it begins; both dates are taken as they are.")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a release says of when, and what could not be taken of it."""

    facts: tuple[Fact, ...]
    remarks: tuple[Remark, ...]


@dataclass(kw_only=True)
class _Gathering:
    ref: str
    zone: ZoneInfo
    found: dict[tuple[Milestone, str], tuple[int, Fact]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def add(self, milestone: Milestone, value: object, part: str = "", rank: int = _SAID) -> None:
        """Take a date for a milestone, unless a better one is known; among equals the first stands."""
        fact = self._fact(milestone, value, part)
        if fact is None:
            return
        if rank == _MET and milestone not in _HAPPENS:
            rank = _PLANNED
        key = milestone, part
        if key not in self.found or self.found[key][0] < rank:
            self.found[key] = rank, fact

    def _fact(self, milestone: Milestone, value: object, part: str) -> Fact | None:
        said = dated(value, self.zone) if isinstance(value, str) else None
        if said is None:
            return None
        if said.at is None:
            return day_fact(milestone, said.day, self.zone, part)
        return Fact(milestone=milestone, at=said.at.astimezone(self.zone), part=part)

    def remark(self, message: Phrase, said_at: str, value: str) -> None:
        """Say that something was not taken."""
        self.remarks.append(Remark(message=message, ref=self.ref, field=said_at, value=value))


def facts_of(merged: Told, ref: str, zone: ZoneInfo) -> Facts:
    """The facts of a merged release, one for each milestone and part, of matters of whatever kind."""
    gathering = _Gathering(ref=ref, zone=zone)
    _of_tender(gathering, merged.get("tender") or {})
    awards = [one for one in members(merged, "awards") if not _is(one, _NO_AWARD)]
    for award in awards:
        _of_award(gathering, award)
    for contract, part in _contract_parts(members(merged, "contracts"), awards, members(merged, "awards"), zone):
        _of_contract(gathering, contract, part)
    _of_plans(gathering, merged.get("tender") or {})
    facts = (fact for _, fact in gathering.found.values())
    order = [*Milestone]
    ordered = tuple(sorted(facts, key=lambda fact: (order.index(fact.milestone), fact.part)))
    return Facts(facts=ordered, remarks=tuple({(one.field, one.value): one for one in gathering.remarks}.values()))


def members(one: Told, key: str) -> list[dict[str, Any]]:
    """The members of a list; none where there is no list."""
    found = one.get(key)
    return [member for member in found if isinstance(member, dict)] if isinstance(found, list) else []


def _is(one: Told, states: frozenset[str]) -> bool:
    return str(one.get("status") or "").strip().casefold() in states


def _of_tender(into: _Gathering, tender: Told) -> None:
    into.add(Milestone.ANNOUNCED, tender.get("datePublished"))
    for milestone, period, key in _PERIODS:
        into.add(milestone, _of_period(into, tender, period, key))
    into.add(Milestone.OPENING, (tender.get("bidOpening") or {}).get("date"))
    into.add(Milestone.OPENING, tender.get("openingDate"))
    for period in dict.fromkeys(period for _, period, *_ in (*_PERIODS, *_PLANS)):
        _in_order(into, tender.get(period) or {}, f"tender.{period}")
    _of_documents(into, tender, "")
    for named, step in _steps(tender, "milestones"):
        if step is not None:
            _of_step(into, step, named)


def _of_plans(into: _Gathering, tender: Told) -> None:
    """What is planned and nothing more is known of: whatever else has a date is believed instead."""
    known = {milestone for milestone, _ in into.found}
    for milestone, period, key, better in _PLANS:
        if known.isdisjoint(better):
            into.add(milestone, _of_period(into, tender, period, key), rank=_FORESEEN)


def _of_period(into: _Gathering, tender: Told, period: str, key: str) -> object:
    """When a period of the tender begins or ends; where it does not say, the first or last of those of its lots."""
    own = (tender.get(period) or {}).get(key)
    if isinstance(own, str):
        return own
    lots = (one.get(period) or {} for one in members(tender, "lots") if not _is(one, _NO_CONTRACT))
    given = [one[key] for one in lots if isinstance(one.get(key), str)]
    pick = min if key == "startDate" else max
    return pick(given, key=lambda said: _instant(said, into.zone)) if given else None


def _of_award(into: _Gathering, award: Told) -> None:
    part = part_of(str(award["id"]))
    into.add(Milestone.AWARD_NOTICE, award.get("date"), part)
    into.add(Milestone.AWARD_PUBLISHED, award.get("datePublished"), part)
    _of_documents(into, award, part)
    foreseen = award.get("contractPeriod") or {}
    into.add(Milestone.PLANNED_PERFORMANCE_FROM, foreseen.get("startDate"), part, _FORESEEN)
    into.add(Milestone.ACCEPTANCE, foreseen.get("endDate"), part, _FORESEEN)


def _of_contract(into: _Gathering, contract: Told, part: str) -> None:
    period = contract.get("period") or {}
    into.add(Milestone.CONTRACT_SIGNED, contract.get("dateSigned"), part)
    into.add(Milestone.CONTRACT_PUBLISHED, contract.get("datePublished"), part)
    _of_documents(into, contract, part)
    _accepted(into, contract, part)
    into.add(Milestone.PLANNED_PERFORMANCE_FROM, period.get("startDate"), part, _PLANNED)
    into.add(Milestone.ACCEPTANCE, period.get("endDate"), part, _PLANNED)
    _in_order(into, period, f"contracts[{contract['id']}].period")


def _accepted(into: _Gathering, contract: Told, part: str) -> None:
    """The acceptance of a contract is that of its last delivery: when it was met, or else is due."""
    implementation = contract.get("implementation") or {}
    given = [
        milestone
        for milestone, step in (*_steps(implementation, "milestones"), *_steps(contract, "milestones"))
        if step is Milestone.ACCEPTANCE or (step is None and str(milestone.get("type")).casefold() == "delivery")
    ]
    open_ones = [one for one in given if not isinstance(one.get("dateMet"), str)]
    key, rank = ("dueDate", _SAID) if open_ones else ("dateMet", _MET)
    for milestone in sorted(open_ones or given, key=lambda one: -_instant(one.get(key), into.zone)):
        into.add(Milestone.ACCEPTANCE, milestone.get(key), part, rank)


def _instant(value: object, zone: ZoneInfo) -> float:
    """By what dates are ordered; none is before all others."""
    said = dated(value, zone) if isinstance(value, str) else None
    if said is None:
        return 0
    at = said.at or datetime(said.day.year, said.day.month, said.day.day, tzinfo=zone)
    return at.timestamp()


def _of_step(into: _Gathering, step: Milestone, milestone: Told) -> None:
    into.add(step, milestone.get("dateMet"), rank=_MET)
    if not isinstance(milestone.get("dateMet"), str):
        into.add(step, milestone.get("dueDate"), rank=_PLANNED)


def _steps(one: Told, key: str) -> Iterator[tuple[dict[str, Any], Milestone | None]]:
    for milestone in members(one, key):
        title = milestone.get("title") or milestone.get("description")
        yield milestone, milestone_called(*(str(one or "") for one in (milestone.get("code"), title)))


def _of_documents(into: _Gathering, one: Told, part: str) -> None:
    """What was published first; a notice of a tender belongs to all of it, wherever it stands."""
    dates: dict[Milestone, list[tuple[float, str]]] = {}
    for document in members(one, "documents"):
        kind = _BETWEEN.sub("", str(document.get("documentType") or "")).casefold()
        said, milestone = document.get("datePublished"), _PUBLISHED.get(kind)
        if milestone is not None and isinstance(said, str):
            dates.setdefault(milestone, []).append((_instant(said, into.zone), said))
    for milestone, said_of in dates.items():
        _, first = min(said_of)
        into.add(milestone, first, "" if milestone is Milestone.ANNOUNCED else part, _PLANNED)


def _in_order(into: _Gathering, period: Told, where: str) -> None:
    begins, ends = (period.get(key) for key in ("startDate", "endDate"))
    if isinstance(begins, str) and isinstance(ends, str) and dated(begins, into.zone) and dated(ends, into.zone):
        first, last = (_instant(one, into.zone) for one in (begins, ends))
        if last < first:
            into.remark(_DISORDER, where, f"{begins} – {ends}")


def _contract_parts(
    contracts: Sequence[Told], awards: Sequence[Told], every_award: Sequence[Told], zone: ZoneInfo
) -> Iterator[tuple[Told, str]]:
    """Contracts with their parts: that of their award, so that limits count from it; a second one of an award its own.

    The first signed is the award's own: who signs several has kept the limit by it. One that names no award that there
    is counts for all awards in force that no contract names: which of them it is of, nobody says.
    """
    known = {str(one["id"]) for one in every_award}
    taken: set[str] = set()
    unnamed: list[Told] = []
    valid = (one for one in contracts if not _is(one, _NO_CONTRACT))
    for contract in sorted(valid, key=lambda one: _signed(one, zone)):
        award = str(contract.get("awardID") or "")
        if not award or (known and award not in known):
            unnamed.append(contract)
            continue
        yield contract, part_of(award) if award not in taken else part_of(f"{award}/{contract['id']}")
        taken.add(award)
    open_awards = [name for name in (str(one["id"]) for one in awards) if name not in taken]
    for contract in unnamed:
        for name in open_awards or [_own(contract, taken)]:
            yield contract, part_of(name)
            taken.add(name)
        open_awards = []


def _signed(contract: Told, zone: ZoneInfo) -> tuple[bool, float, str]:
    at = _instant(contract.get("dateSigned"), zone)
    return not at, at, str(contract["id"])


def _own(contract: Told, taken: set[str]) -> str:
    """A part of its own for a contract of which no award is known."""
    name = str(contract["id"])
    return f"{name}/{name}" if name in taken else name


def part_of(name: str) -> str:
    """An id as a part: a longer one is told from others by what stands for its end."""
    if len(name) <= LONGEST_PART:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: LONGEST_PART - 17]}~{digest}"
