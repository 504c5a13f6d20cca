"""What is checked of what is told of a matter, before anything of it is taken. A fault's column is the field's name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from messages.errors import Fault
from messages.tenders.milestones import MILESTONES, MatterKind
from messages.tenders.records import LONGEST_MATTER, LONGEST_PART, LONGEST_REF, Fact, Source, Told
from messages.text.phrase import phrase
from schedules.tenders.deciding import Places

MOST_FACTS: Final = 500
"""Dates of one matter: one with more is no matter, but a mistake."""
_MOST_POSTS: Final = 100
_LONGEST_METHOD: Final = 200
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_AMOUNT: Final = re.compile(r"\d{1,20}(\.\d{1,10})?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def cleaned(told: Told) -> Told:
    """The same on single lines, without what is beside the words."""

    def line(text: str | None) -> str | None:
        return None if text is None else " ".join(text.split())

    return replace(
        told,
        ref=told.ref.strip(),
        title=line(told.title),
        buyer=line(told.buyer),
        unit=line(told.unit),
        amount=line(told.amount),
        currency=line(told.currency),
        method_said=line(told.method_said) or None,
    )


def faults_of(told: Told) -> Iterator[Fault]:
    """What is wrong with the form of what is told; it is cleaned."""
    yield from _of_words("ref", told.ref, LONGEST_REF)
    for column, value, most in (
        ("title", told.title, LONGEST_MATTER),
        ("buyer", told.buyer, LONGEST_MATTER),
        ("unit", told.unit, LONGEST_MATTER),
        ("method_said", told.method_said, _LONGEST_METHOD),
    ):
        if value is not None:
            yield from _of_words(column, value, most)
    if told.amount is not None and not _AMOUNT.fullmatch(told.amount):
        yield Fault(
            column="amount", value=told.amount, message=phrase("a decimal number is accepted, such as 1200000.50")
        )
    if told.currency is not None and not _CURRENCY.fullmatch(told.currency):
        yield Fault(
            column="currency", value=told.currency, message=phrase("three capital letters are accepted, such as CNY")
        )
    if told.released_at is not None:
        yield from _of_instant("released_at", told.released_at)
    yield from faults_of_codes([code for named in (told.posts or {}).values() for code in named])
    yield from _of_facts(told)


def _of_facts(told: Told) -> Iterator[Fault]:
    if len(told.facts) > MOST_FACTS:
        yield _too_many(len(told.facts))
        return
    for fact in told.facts:
        yield from faults_of_fact(fact, told.kind if told.source is Source.HAND else None)


def faults_of_fact(fact: Fact, kind: MatterKind | None) -> Iterator[Fault]:
    """What is wrong with a date; of a matter of a ``kind`` its milestone is one of these."""
    column = fact.milestone.value
    yield from _of_instant(column, fact.at)
    if len(fact.part) > LONGEST_PART or not fact.part.isprintable():
        yield _length(column, fact.part, LONGEST_PART)
    if kind is not None and fact.milestone not in MILESTONES[kind]:
        yield Fault(column=column, message=phrase("A matter of this kind has no such step."))


def faults_of_new(told: Told) -> Iterator[Fault]:
    """What is missing of a matter that is not known yet; releases need not say of what kind it is, and whose."""
    for column in ("title",) if told.source is Source.OCDS else ("kind", "title", "buyer"):
        if getattr(told, column) is None:
            yield Fault(column=column, message=phrase("This is needed of a matter that is not known yet."))


def faults_of_names(told: Told, places: Places) -> Iterator[Fault]:
    """The unit and the posts that nobody knows."""
    if told.unit is not None and told.unit not in places.units:
        yield unknown_unit(told.unit)
    yield from faults_of_posts([*{code: None for named in (told.posts or {}).values() for code in named}], places)


def faults_of_codes(codes: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with the form of the codes of posts."""
    if len(codes) > _MOST_POSTS:
        what = phrase("At most {most} posts are accepted.", most=_MOST_POSTS)
        yield Fault(column="posts", value=str(len(codes)), message=what)
    elif not all(code.isprintable() for code in codes):
        yield Fault(column="posts", message=phrase("Signs that cannot be printed are not accepted."))


def faults_of_posts(codes: Sequence[str], places: Places) -> Iterator[Fault]:
    """The posts that nobody knows."""
    for code in codes:
        if code not in places.posts:
            yield Fault(column="posts", value=code, message=phrase("the code of a post in the roster is accepted"))


def unknown_unit(name: str) -> Fault:
    """A unit that nobody knows."""
    return Fault(column="unit", value=name, message=phrase("the name of a unit in the roster is accepted"))


def faults_of_buyer(buyer: str, unit: str) -> Iterator[Fault]:
    """What is wrong with the names of a buyer, and of the unit that it is."""
    yield from _of_words("buyer", buyer, LONGEST_MATTER)
    yield from _of_words("unit", unit, LONGEST_MATTER)


def faults_of_whole(count: int) -> Iterator[Fault]:
    """What is wrong with so many dates of one matter."""
    if count > MOST_FACTS:
        yield _too_many(count)


def _too_many(count: int) -> Fault:
    return Fault(
        column="facts", value=str(count), message=phrase("At most {most} dates are accepted.", most=MOST_FACTS)
    )


def _of_words(column: str, value: str, most: int) -> Iterator[Fault]:
    if not 0 < len(value) <= most:
        yield _length(column, value, most)
    elif not value.isprintable():
        yield Fault(column=column, message=phrase("Signs that cannot be printed are not accepted."))


def _length(column: str, value: str, most: int) -> Fault:
    what = phrase("A text of 1 to {most} characters is accepted.", most=most)
    return Fault(column=column, value=value or None, message=what)


def _of_instant(column: str, at: datetime) -> Iterator[Fault]:
    if not _EARLIEST <= at < _LATEST:
        yield Fault(column=column, value=at.isoformat(), message=phrase("A date from 1990 to 2099 is accepted."))
