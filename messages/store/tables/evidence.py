"""Evidence, and what the service remembers of itself."""

from sqlalchemy import JSON, Boolean, Column, Index, String, Table

from messages.store.columns import identity, link
from messages.store.tables.naming import metadata
from messages.store.types import Instant

ledger = Table(
    "ledger",
    metadata,
    identity(),
    Column("at", Instant, nullable=False),
    Column("kind", String(40), nullable=False),  # messages.ledger.Kind
    link("person_id", "people.id", nullable=True),  # whom it is about
    Column("body", JSON, nullable=False),
    Index("ix_ledger_person_id", "person_id"),
    Index("ix_ledger_kind_at", "kind", "at"),
)

days = Table(
    "days",
    metadata,
    identity(),
    Column("date", String(10), nullable=False, unique=True),  # ISO date, an imported official day
    Column("name", String(100), nullable=False),
    Column("off", Boolean, nullable=False),
    Column("imported_at", Instant, nullable=False),
)

marks = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),  # messages.store.marks
    Column("at", Instant, nullable=False),
)
