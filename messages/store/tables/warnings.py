"""Warnings (预警): a graded reminder about one post, from its issue to its release, and all that happens on the way."""

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, UniqueConstraint

from messages.organisation.records import LONGEST_WHY
from messages.store.columns import identity, link, partial, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant

UNCHARGED: Final = "charged_turn IS NULL OR charged_turn <> turn"
"""It has not been looked at yet whose the grade is."""

warnings = Table(
    "warnings",
    metadata,
    identity(),
    link("item_id", "items.id"),
    link("post_id", "posts.id"),
    Column("grade", String(10), nullable=False),  # Grade
    Column("state", String(12), nullable=False),  # WarningState
    # One more with every new start of the deadlines: a raise, a handover, a return. Steps and notices name it.
    Column("turn", Integer, nullable=False),
    Column("ladder", JSON, nullable=False),  # the policy's, as it was at the issue or the raise
    Column("issued_at", Instant, nullable=False),
    link("issued_by", "people.id"),  # who approved it: the issuer, who judges the answer
    link("confirmed_by", "people.id", nullable=True),  # a red one, by the office
    # Whose it is now; none while nobody holds the post.
    unchecked("assignment_id", nullable=True),
    Column("since", Instant),  # since when the present holder's days count
    Column("acknowledge_by", Instant),
    Column("answer_by", Instant),
    Column("answer_within", Integer, nullable=False),  # working days: the ladder's, or those of a return
    Column("provisional", Boolean, nullable=False),  # these are, so nothing follows from them
    unchecked("notice_id", nullable=True),  # what the present holder is to acknowledge
    Column("acknowledged_at", Instant),  # by the present holder
    Column("answered_at", Instant),  # what is asked for, in time or not; empty again once it is returned
    Column("accepted_at", Instant),
    Column("released_at", Instant),
    # The turn and the grade of which it was written down last whose they are, and whether it had reached that one.
    Column("charged_turn", Integer),
    Column("charged_grade", String(10)),
    unchecked("charged_to", nullable=True),
    Column("charged_arrived", Boolean),
    UniqueConstraint("item_id", "post_id"),
    # Both are counted and listed by without a look at the rows, which are wide.
    Index("ix_warnings_post_id", "post_id", "state", "grade"),
    partial("ix_warnings_open", "id", "grade", "state", "post_id", where="state <> 'released'"),
    partial("ix_warnings_held", "post_id", "assignment_id", where="state <> 'released'"),
    partial("ix_warnings_provisional", "id", where="provisional"),
    partial("ix_warnings_uncharged", "id", where=UNCHARGED),
)

warning_events = Table(
    "warning_events",
    metadata,
    # Its history; the ledger has the same.
    identity(),
    link("warning_id", "warnings.id"),
    Column("at", Instant, nullable=False),
    Column("kind", String(20), nullable=False),  # WarningEvent
    Column("turn", Integer, nullable=False),
    link("person_id", "people.id", nullable=True),  # who did it; none: the service
    Column("why", String(LONGEST_WHY)),
    Column("body", JSON, nullable=False),
    Index("ix_warning_events_warning_id", "warning_id"),
)

warning_steps = Table(
    "warning_steps",
    metadata,
    identity(),
    link("warning_id", "warnings.id"),
    Column("turn", Integer, nullable=False),
    Column("name", String(40), nullable=False),  # of the step in the warning's ladder
    Column("at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("outcome", String(12)),  # StepOutcome
    UniqueConstraint("warning_id", "turn", "name"),
    partial("ix_warning_steps_open", "at", where="settled_at IS NULL"),
)

tellings = Table(
    "tellings",
    metadata,
    # Who is told of a warning's step, and as what; of whom few are waiting each goes by itself, many as one digest.
    identity(),
    link("warning_id", "warnings.id"),
    Column("turn", Integer, nullable=False),
    Column("step", String(40), nullable=False),
    link("person_id", "people.id"),
    Column("part", String(12), nullable=False),  # Part
    Column("urgent", Boolean, nullable=False),  # at once, whatever else there is
    Column("at", Instant, nullable=False),
    Column("told_at", Instant),
    unchecked("notice_id", nullable=True),
    UniqueConstraint("warning_id", "turn", "step", "person_id"),
    Index("ix_tellings_person_id", "person_id", "told_at"),
    partial("ix_tellings_open", "person_id", "id", where="told_at IS NULL"),
)

answers = Table(
    "answers",
    metadata,
    identity(),
    link("warning_id", "warnings.id"),
    Column("turn", Integer, nullable=False),
    link("person_id", "people.id"),
    Column("parts", JSON, nullable=False),  # messages.warnings.answers
    Column("at", Instant, nullable=False),
    Column("timely", Boolean),  # none: there was no day by which to answer, or it was provisional
    Column("asked_at", Instant),  # who judges it was told
    Column("deputy_at", Instant),  # and the deputy
    Column("judged_at", Instant),
    link("judged_by", "people.id", nullable=True),
    Column("verdict", String(12)),  # Verdict
    Column("why", String(LONGEST_WHY)),
    Index("ix_answers_warning_id", "warning_id"),
    partial("ix_answers_open", "id", where="judged_at IS NULL"),
)

rises = Table(
    "rises",
    metadata,
    # Proposals to raise a warning, or to decide what becomes of it; a named person decides.
    identity(),
    link("warning_id", "warnings.id"),
    Column("turn", Integer, nullable=False),
    Column("grade", String(10)),  # to which; none: beyond red a person decides
    Column("cause", String(20), nullable=False),  # RiseCause
    link("proposed_by", "people.id", nullable=True),  # none: the service
    Column("proposed_why", String(LONGEST_WHY)),
    Column("at", Instant, nullable=False),
    Column("asked_at", Instant),
    Column("deputy_at", Instant),
    Column("decided_at", Instant),
    link("decided_by", "people.id", nullable=True),
    Column("decision", String(12)),  # RiseDecision
    Column("why", String(LONGEST_WHY)),
    Index("ix_rises_warning_id", "warning_id"),
    partial("uq_rises_open", "warning_id", where="decided_at IS NULL", unique=True),
)

releases = Table(
    "releases",
    metadata,
    # What holders ask for: the release of a warning whose answer was accepted.
    identity(),
    link("warning_id", "warnings.id"),
    Column("turn", Integer, nullable=False),
    link("person_id", "people.id"),  # who asks
    Column("at", Instant, nullable=False),
    Column("asked_at", Instant),  # who releases it was told
    Column("deputy_at", Instant),  # and the deputy
    Column("decided_at", Instant),
    link("decided_by", "people.id", nullable=True),
    partial("uq_releases_open", "warning_id", where="decided_at IS NULL", unique=True),
)
