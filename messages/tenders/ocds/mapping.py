"""A merged release → what is told of a matter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from messages.tenders.milestones import MatterKind
from messages.tenders.ocds.facts import facts_of, members
from messages.tenders.ocds.words import method_called
from messages.tenders.records import Fact, MatterState, Method, Source, Told
from messages.tenders.remarks import Remark
from messages.text.phrase import phrase

_LONGEST_SAID: Final = 200
_DIGITS: Final = 20
_MOST_FACTS: Final = 500
_CURRENCY: Final = 3
_BUYERS: Final = ("buyer", "procuringEntity", "procuringentity")
_WORKS: Final = frozenset({"works", "work", "obras"})
_BOUGHT: Final = frozenset({"goods", "services", "consultingservices", "bienes", "servicios"})
_CONSTRUCTION: Final = "45"  # the division of the Common Procurement Vocabulary
_CALLED_OFF: Final = frozenset({"cancelled", "canceled", "withdrawn"})
_PREPARED: Final = frozenset({"planning", "planned"})
_DONE: Final = frozenset({"terminated"})
_UNSUCCESSFUL: Final = "unsuccessful"
_NOT_YET: Final = frozenset({"pending", "cancelled", "canceled", _UNSUCCESSFUL})

_NO_AMOUNT: Final = phrase("An amount is accepted that is no less than 0: this one is not known.")
_NO_DATE: Final = phrase("The release has no date: it counts as older than those that have one.")
_TOO_MANY_DATES: Final = phrase("Of a matter with more than {most} dates the latest are read.", most=_MOST_FACTS)


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """What is told of a matter, and what could not be taken."""

    told: Told
    remarks: tuple[Remark, ...]


def mapped(
    merged: Mapping[str, Any], ref: str, zone: ZoneInfo, released_at: datetime | None, kind: MatterKind | None = None
) -> Mapped:
    """What a merged release tells of the matter ``ref``; ``kind`` is what the importer says that it is."""
    tender: Mapping[str, Any] = merged.get("tender") or {}
    facts = facts_of(merged, ref, zone)
    kept = _kept(facts.facts)
    amount, currency, remarks = _amount(merged, ref)
    told = Told(
        ref=ref,
        kind=kind or kind_of(merged),
        kind_said=kind is not None,
        title=_title(merged, tender) or ref,
        buyer=_buyer(merged, tender),
        source=Source.OCDS,
        amount=amount,
        currency=currency,
        method=_method(tender),
        method_said=_method_said(tender),
        state=state_of(merged),
        facts=kept,
        whole=True,
        released_at=released_at,
    )
    beyond = []
    if len(kept) < len(facts.facts):
        beyond.append(Remark(message=_TOO_MANY_DATES, ref=ref, field="", value=str(len(facts.facts))))
    undated = [] if released_at else [Remark(message=_NO_DATE, ref=ref, field="date", value="")]
    return Mapped(told=told, remarks=(*undated, *beyond, *remarks, *facts.remarks))


def _kept(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """As many as a matter may have: those of the matter itself, and the latest of its parts."""
    if len(facts) <= _MOST_FACTS:
        return facts
    by_use = sorted(facts, key=lambda fact: (not fact.part, fact.at), reverse=True)
    keep = {(fact.milestone, fact.part) for fact in by_use[:_MOST_FACTS]}
    return tuple(fact for fact in facts if (fact.milestone, fact.part) in keep)


def kind_of(merged: Mapping[str, Any]) -> MatterKind | None:
    """By the main category, else by the further ones, else by what is bought; None where nothing says."""
    tender: Mapping[str, Any] = merged.get("tender") or {}
    main = _folded(tender.get("mainProcurementCategory"))
    further = {_folded(one) for one in tender.get("additionalProcurementCategories") or ()}
    for said in ({main}, further):
        if said & _WORKS:
            return MatterKind.TENDER
        if said & _BOUGHT:
            return MatterKind.PROCUREMENT
    bought = [item for one in (tender, *members(merged, "awards")) for item in members(one, "items")]
    codes = [one.get("classification") or {} for one in bought]
    works = [str(one.get("id") or "").startswith(_CONSTRUCTION) for one in codes if _folded(one.get("scheme")) == "cpv"]
    if not works:
        return None
    return MatterKind.TENDER if all(works) else MatterKind.PROCUREMENT


def state_of(merged: Mapping[str, Any]) -> MatterState:
    """By the tender's status, else by what became of contracts and awards."""
    status = _status(merged.get("tender") or {})
    tags = {_folded(one) for one in merged.get("tag") or ()}
    awards = [*map(_status, members(merged, "awards"))]
    contracts = [one for one in map(_status, members(merged, "contracts")) if one not in _CALLED_OFF]
    if status in _CALLED_OFF or "tendercancellation" in tags:
        return MatterState.CANCELLED
    if status == _UNSUCCESSFUL or (awards and all(one == _UNSUCCESSFUL for one in awards)):
        return MatterState.UNSUCCESSFUL
    lots = {*map(_status, members(merged.get("tender") or {}, "lots"))}
    is_awarded = contracts or any(one not in _NOT_YET for one in awards)
    if lots and lots <= _CALLED_OFF | {_UNSUCCESSFUL} and not is_awarded:
        return MatterState.UNSUCCESSFUL if _UNSUCCESSFUL in lots else MatterState.CANCELLED
    if contracts:
        return MatterState.COMPLETE if all(one in _DONE for one in contracts) else MatterState.AWARDED
    if any(one not in _NOT_YET for one in awards) or status == "complete":
        return MatterState.AWARDED
    only_planned = not merged.get("tender") and (tags <= _PREPARED and bool(tags))
    return MatterState.PLANNED if status in _PREPARED or only_planned else MatterState.ACTIVE


def _folded(value: object) -> str:
    return str(value or "").strip().casefold()


def _status(one: Mapping[str, Any]) -> str:
    return _folded(one.get("status"))


def _title(merged: Mapping[str, Any], tender: Mapping[str, Any]) -> str | None:
    planning: Mapping[str, Any] = merged.get("planning") or {}
    titles = [one.get("title") for key in ("awards", "contracts") for one in members(merged, key)]
    budget: Mapping[str, Any] = planning.get("budget") or {}
    planned = planning.get("project"), budget.get("project"), budget.get("description")
    said = (tender.get("title"), tender.get("description"), *planned, *titles)
    return next((one for one in said if isinstance(one, str) and one), None)


def _buyer(merged: Mapping[str, Any], tender: Mapping[str, Any]) -> str | None:
    """The buyer's name, else that of the party with its id or its role, else the procuring entity's."""
    buyer, parties = merged.get("buyer") or {}, members(merged, "parties")
    same = [one for one in parties if buyer.get("id") and one.get("id") == buyer.get("id")]
    roles = [one for role in _BUYERS for one in parties if role in (one.get("roles") or ())]
    entity: Mapping[str, Any] = tender.get("procuringEntity") or {}
    names = (_name(one) for one in (buyer, *same, *roles, entity))
    return next((one for one in names if isinstance(one, str) and one), None)


def _name(party: Mapping[str, Any]) -> object:
    return party.get("name") or (party.get("identifier") or {}).get("legalName")


def _method(tender: Mapping[str, Any]) -> Method | None:
    return method_called(str(tender.get("procurementMethod") or ""), str(tender.get("procurementMethodDetails") or ""))


def _method_said(tender: Mapping[str, Any]) -> str | None:
    said = tender.get("procurementMethodDetails") or tender.get("procurementMethod")
    return said[:_LONGEST_SAID] if isinstance(said, str) else None


def _amount(merged: Mapping[str, Any], ref: str) -> tuple[str | None, str | None, list[Remark]]:
    """The tender's value, else the sum of its awards', else of its contracts', where these are of one currency."""
    remarks: list[Remark] = []
    for key in ("tender", "awards", "contracts"):
        of = [merged.get("tender") or {}] if key == "tender" else members(merged, key)
        found: list[tuple[Decimal, str | None]] = []
        for one in (one for one in of if key == "tender" or _status(one) not in _CALLED_OFF):
            value = one.get("value") or {}
            said = value.get("amount")
            if not isinstance(said, str):
                continue
            if (number := _number(said)) is None:
                remarks.append(Remark(message=_NO_AMOUNT, ref=ref, field=f"{key}.value.amount", value=said))
            else:
                found.append((number, _currency(value.get("currency"))))
        if found and len({currency for _, currency in found}) == 1:
            total = sum((number for number, _ in found), Decimal(0))
            return (f"{total:f}" if total.adjusted() < _DIGITS else None), found[0][1], remarks
    return None, None, remarks


def _number(said: str) -> Decimal | None:
    try:
        number = Decimal(said)
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0 or number.adjusted() >= _DIGITS:
        return None
    return round(number, 2) if number % 1 else number.quantize(Decimal(1))


def _currency(said: object) -> str | None:
    code = str(said or "").strip().upper()
    return code if len(code) == _CURRENCY and code.isascii() and code.isalpha() else None
