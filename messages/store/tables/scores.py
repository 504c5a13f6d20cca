"""Scores: absences, what was looked at when its day passed, and the statements of closed periods with objections."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from messages.organisation.records import LONGEST_WHY
from messages.store.columns import Id, identity, link, partial, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant

absences = Table(
    "absences",
    metadata,
    # Days on which a person is on leave; the ledger has the same.
    identity(),
    link("person_id", "people.id"),
    Column("first", String(10), nullable=False),  # ISO dates, both included
    Column("last", String(10), nullable=False),
    Column("state", String(12), nullable=False),  # AbsenceState
    Column("version", Integer, nullable=False),
    Column("note", String(LONGEST_WHY)),
    Column("asked_at", Instant, nullable=False),
    link("asked_by", "people.id", nullable=True),  # none: the operator
    Column("told_at", Instant),  # who may grant it
    Column("deputy_at", Instant),
    Column("decided_at", Instant),
    link("decided_by", "people.id", nullable=True),
    Column("why", String(LONGEST_WHY)),
    Index("ix_absences_person_id", "person_id", "first"),
    partial("ix_absences_waiting", "asked_at", where="state = 'asked'"),
)

missed = Table(
    "missed",
    metadata,
    # Whose day to acknowledge has passed, as it was written into the ledger.
    Column("notice_id", Id, primary_key=True, autoincrement=False),
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

closings = Table(
    "closings",
    metadata,
    # A period that a named person has closed; one revision more where it was computed anew.
    identity(),
    Column("period", String(10), nullable=False),  # 2026-10, 2026-Q4, 2026
    Column("revision", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    link("closed_by", "people.id"),
    Column("rules", String(40), nullable=False),  # their version
    Column("upto", BigInteger, nullable=False),  # the ledger's rows that are counted
    Column("why", String(LONGEST_WHY)),  # of a revision
    Column("object_by", String(10), nullable=False),  # ISO date: the last day on which one may disagree
    Column("ended_at", Instant),  # none: statements are still to be made
    UniqueConstraint("period", "revision"),
)

statements = Table(
    "statements",
    metadata,
    identity(),
    link("closing_id", "closings.id"),
    link("person_id", "people.id"),
    Column("total", Integer, nullable=False),  # hundredths of a point
    # How many things counted that the person was asked; of these, notices to acknowledge, acknowledged, and in time.
    Column("addressed", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("acknowledged", Integer, nullable=False),
    Column("in_time", Integer, nullable=False),
    Column("body", JSON, nullable=False),  # the entries, and what has none with its reason
    unchecked("notice_id", nullable=True),  # that told it
    UniqueConstraint("closing_id", "person_id"),
    Index("ix_statements_person_id", "person_id"),
)

statement_units = Table(
    "statement_units",
    metadata,
    # In which units the person held posts in the period.
    Column("statement_id", Id, ForeignKey("statements.id"), primary_key=True),
    Column("unit_id", Id, ForeignKey("units.id"), primary_key=True),
    Index("ix_statement_units_unit_id", "unit_id"),
)

objections = Table(
    "objections",
    metadata,
    identity(),
    link("statement_id", "statements.id"),
    link("person_id", "people.id"),
    unchecked("event_id", nullable=True),  # the ledger's row whose entry is meant; none: the whole statement
    Column("text", Text, nullable=False),
    Column("state", String(12), nullable=False),  # ObjectionState
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("asked_at", Instant),  # the office was told
    Column("reminded_at", Instant),
    Column("overdue_at", Instant),
    Column("decided_at", Instant),
    link("decided_by", "people.id", nullable=True),
    Column("points", Integer),  # of the correction, hundredths
    Column("why", String(LONGEST_WHY)),
    Index("ix_objections_statement_id", "statement_id"),
    Index("ix_objections_person_id", "person_id"),
    partial("ix_objections_open", "due_at", where="decided_at IS NULL"),
)
