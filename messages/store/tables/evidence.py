"""Evidence, and what the service remembers of itself.

The database itself refuses to change or remove rows of the ledger, its links and seals (migration 0007).
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table

from messages.store.columns import Id, identity, link
from messages.store.tables.naming import metadata
from messages.store.types import CanonicalJson, Instant

_HEX: Final = 64

ledger = Table(
    "ledger",
    metadata,
    identity(),
    Column("at", Instant, nullable=False),
    Column("kind", String(40), nullable=False),  # messages.ledger.Kind
    link("person_id", "people.id", nullable=True),  # whom it is about
    Column("body", CanonicalJson, nullable=False),
    Index("ix_ledger_person_id", "person_id"),
    Index("ix_ledger_kind_at", "kind", "at"),
)

ledger_pending = Table(
    "ledger_pending",
    metadata,
    # What is committed and not linked yet; a trigger puts it in, the sealer takes it out.
    Column("event_id", Id, primary_key=True, autoincrement=False),
)

ledger_links = Table(
    "ledger_links",
    metadata,
    # The chain, in the order of commits: docs/ledger.md says what is hashed.
    Column("seq", Id, primary_key=True, autoincrement=False),  # from 1, without gaps
    Column("event_id", Id, ForeignKey("ledger.id"), nullable=False, unique=True),
    Column("hash", String(_HEX), nullable=False),  # SHA-256, hexadecimal
)

seals = Table(
    "seals",
    metadata,
    # How the ledger stood once a day; posted to the office.
    Column("date", String(10), primary_key=True),  # ISO date in the office's zone
    Column("rows", BigInteger, nullable=False),
    Column("head", String(_HEX), nullable=False),  # the hash of the last of these rows
    Column("at", Instant, nullable=False),
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
