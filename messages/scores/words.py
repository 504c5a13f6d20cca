"""Scores in words: why an entry gives its points, why something has none, and what kinds there are."""

from types import MappingProxyType
from typing import Final

from messages.items.records import grade_said
from messages.scores.periods import PeriodKind
from messages.scores.records import Entry, Reason, Rule, ScoreKind, Uncounted, When
from messages.text.phrase import Phrase, phrase

_KINDS: Final = MappingProxyType(
    {
        ScoreKind.ACKNOWLEDGED: phrase("Acknowledged"),
        ScoreKind.MISSED: phrase("Not acknowledged"),
        ScoreKind.ANSWERED: phrase("Warnings answered"),
        ScoreKind.ENTERED: phrase("Items entered"),
        ScoreKind.CHARGED: phrase("Warnings issued"),
        ScoreKind.CORRECTED: phrase("Corrections"),
    }
)
_RULES: Final = MappingProxyType(
    {
        (ScoreKind.ACKNOWLEDGED, When.IN_TIME): phrase("acknowledged in time"),
        (ScoreKind.ACKNOWLEDGED, When.LATE): phrase("acknowledged late"),
        (ScoreKind.MISSED, When.MISSED): phrase("not acknowledged by its day"),
        (ScoreKind.ANSWERED, When.IN_TIME): phrase("warning answered in time"),
        (ScoreKind.ANSWERED, When.LATE): phrase("warning answered late"),
        (ScoreKind.ENTERED, When.IN_TIME): phrase("item entered in time"),
        (ScoreKind.ENTERED, When.LATE): phrase("item entered late"),
    }
)
_PERIODS: Final = MappingProxyType(
    {
        PeriodKind.MONTH: phrase("by the month"),
        PeriodKind.QUARTER: phrase("by the quarter"),
        PeriodKind.YEAR: phrase("by the year"),
    }
)
_BY_CODE: Final = MappingProxyType({f"{kind.value}:{when.value}": said for (kind, when), said in _RULES.items()})
_REASONS: Final = MappingProxyType(
    {
        Reason.UNDELIVERED: phrase("it was not delivered"),
        Reason.UNREACHABLE: phrase("the person could not be reached"),
        Reason.ON_LEAVE: phrase("the person was on leave"),
        Reason.NOT_HOLDER: phrase("the person did not hold the post yet when it was sent"),
        Reason.HANDED_OVER: phrase("the post was handed over before its day had passed"),
        Reason.PROVISIONAL: phrase("its day was provisional"),
        Reason.CAPPED: phrase("no more of this counts in the period"),
    }
)


def kind_said(kind: ScoreKind) -> Phrase:
    """A kind of entries, as a heading."""
    return _KINDS[kind]


def period_kind_said(kind: PeriodKind) -> Phrase:
    """For how long rules count together."""
    return _PERIODS[kind]


def rule_said(rule: Rule) -> Phrase:
    """What a rule is about."""
    return _BY_CODE.get(rule.code) or kind_said(rule.kind)


def code_said(code: str) -> Phrase:
    """Why an entry of a rule gives its points, by the rule's code; a ``KeyError`` where no rule of words has it."""
    return _BY_CODE[code]


def why_said(entry: Entry | Uncounted) -> Phrase:
    """Why an entry gives its points, or why something has none."""
    if isinstance(entry, Uncounted):
        return phrase("{kind}, not counted: {why}", kind=kind_said(entry.kind), why=reason_said(entry.reason))
    if entry.kind is ScoreKind.CORRECTED:
        return phrase("correction by the office: {why}", why=entry.text or "")
    if entry.kind is ScoreKind.CHARGED and entry.grade is not None:
        said = _charged(entry)
    else:
        said = _BY_CODE.get(entry.code) or kind_said(entry.kind)
    return phrase("{why}; no more of this counts in the period", why=said) if entry.capped else said


def _charged(entry: Entry) -> Phrase:
    grade = grade_said(entry.grade) if entry.grade else ""
    if entry.before is not None:
        return phrase("warning raised from {before} to {grade}", before=grade_said(entry.before), grade=grade)
    return phrase("{grade} warning issued", grade=grade)


def reason_said(reason: Reason) -> Phrase:
    """Why something has no entry."""
    return _REASONS[reason]
