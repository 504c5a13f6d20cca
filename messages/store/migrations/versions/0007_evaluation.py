"""Evaluation: a ledger that is only added to, its chain and seals; absences, scores and objections; statistics.

What stood in the ledger before is written canonically, once, before the database refuses every change of it; the sealer
then links it like all that follows.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from messages.canonical import canonical
from messages.store.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHY = 500
_HEX = 64
_DAY = 10
_AT_ONCE = 5_000
_KEPT = {
    "ledger": "id = NEW.id",
    "ledger_links": "seq = NEW.seq OR event_id = NEW.event_id",
    "seals": "date = NEW.date",
}
"""The tables that are only added to, and which row of each is in the place of a new one."""


def upgrade() -> None:
    """Make the tables, and have the database keep the ledger as it is."""
    _make_chain()
    _write_canonically()
    _keep()
    _make_scores()
    _make_objections()
    _make_statistics()
    _look_for_changes()


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[object]]:  # noqa: ANN401 -- a column type
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return _columns(_ID, *names, nullable=nullable)


def _keys(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, _ID, autoincrement=False, nullable=False) for name in names]


def _words(length: int, *names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return _columns(sa.String(length=length), *names, nullable=nullable)


def _counts(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return _columns(sa.Integer(), *names, nullable=nullable)


def _instants(*names: str, nullable: bool = True) -> list[sa.Column[object]]:
    return _columns(Instant(), *names, nullable=nullable)


def _links(table: str, **targets: str) -> list[SchemaItem]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}") for name, target in targets.items()
    ]


def _make(table: str, *parts: SchemaItem) -> None:
    key = sa.Column("id", _ID, autoincrement=True, nullable=False)
    op.create_table(table, key, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"))


def _index(name: str, table: str, *columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [*columns], sqlite_where=condition, postgresql_where=condition)


# The ledger


def _make_chain() -> None:
    op.create_table("ledger_pending", *_keys("event_id"), sa.PrimaryKeyConstraint("event_id", name="pk_ledger_pending"))
    op.create_table(
        "ledger_links",
        *_keys("seq"),
        *_ids("event_id"),
        *_words(_HEX, "hash"),
        *_links("ledger_links", event_id="ledger"),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_links"),
        sa.UniqueConstraint("event_id", name="uq_ledger_links_event_id"),
    )
    op.create_table(
        "seals",
        *_words(_DAY, "date"),
        *_columns(sa.BigInteger(), "rows"),
        *_words(_HEX, "head"),
        *_instants("at", nullable=False),
        sa.PrimaryKeyConstraint("date", name="pk_seals"),
    )


def _write_canonically() -> None:
    connection = op.get_bind()
    text = "CAST(body AS TEXT)"
    some = sa.text(f"SELECT id, {text} AS body FROM ledger WHERE id > :after ORDER BY id LIMIT {_AT_ONCE}")  # noqa: S608 -- of our own
    body = ":body" if connection.dialect.name == "sqlite" else "CAST(:body AS JSON)"
    change = sa.text(f"UPDATE ledger SET body = {body} WHERE id = :id")  # noqa: S608 -- of our own
    after = 0
    while rows := list(connection.execute(some, {"after": after})):
        connection.execute(change, [{"id": row.id, "body": canonical(json.loads(row.body))} for row in rows])
        after = rows[-1].id
    op.execute("INSERT INTO ledger_pending (event_id) SELECT id FROM ledger")


def _keep() -> None:
    statements = _sqlite_triggers() if op.get_bind().dialect.name == "sqlite" else _postgresql_triggers()
    for statement in statements:
        op.execute(statement)


def _sqlite_triggers() -> list[str]:
    waits = "INSERT INTO ledger_pending (event_id) VALUES (NEW.id)"
    refuse = "SELECT RAISE(ABORT, 'the ledger is only added to')"
    triggers = [f"CREATE TRIGGER ledger_waits AFTER INSERT ON ledger BEGIN {waits}; END"]
    for table, same in _KEPT.items():
        # REPLACE takes away the row that is in its place, and fires no trigger of deletions.
        there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 -- of our own
        for act, when in {"UPDATE": "", "DELETE": "", "INSERT": there}.items():
            name = f"{table}_keeps_{act.lower()}"
            triggers.append(f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when} BEGIN {refuse}; END")
    return triggers


def _postgresql_triggers() -> list[str]:
    waits = "INSERT INTO ledger_pending (event_id) SELECT id FROM added; RETURN NULL;"
    refuse = "RAISE EXCEPTION 'the ledger is only added to';"
    begin = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    added = "AFTER INSERT ON ledger REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
    return [
        f"CREATE FUNCTION ledger_waits() {begin} {waits} END $$",
        f"CREATE FUNCTION ledger_keeps() {begin} {refuse} END $$",
        f"CREATE TRIGGER ledger_waits {added} EXECUTE FUNCTION ledger_waits()",
    ] + [
        f"CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_keeps()"
        for table in _KEPT
    ]


# Scores


def _make_scores() -> None:
    _make(
        "absences",
        *_ids("person_id"),
        *_words(_DAY, "first", "last"),
        *_words(12, "state"),
        *_counts("version"),
        *_words(_WHY, "note", nullable=True),
        *_instants("asked_at", nullable=False),
        *_ids("asked_by", nullable=True),
        *_instants("told_at", "deputy_at", "decided_at"),
        *_ids("decided_by", nullable=True),
        *_words(_WHY, "why", nullable=True),
        *_links("absences", person_id="people", asked_by="people", decided_by="people"),
    )
    op.create_index("ix_absences_person_id", "absences", ["person_id", "first"])
    _index("ix_absences_waiting", "absences", "asked_at", where="state = 'asked'")
    op.create_table(
        "missed",
        *_keys("notice_id", "person_id"),
        *_instants("at", nullable=False),
        sa.PrimaryKeyConstraint("notice_id", "person_id", name="pk_missed"),
    )
    _make(
        "closings",
        *_words(10, "period"),
        *_counts("revision"),
        *_instants("at", nullable=False),
        *_ids("closed_by"),
        *_words(40, "rules"),
        *_columns(sa.BigInteger(), "upto"),
        *_words(_WHY, "why", nullable=True),
        *_words(_DAY, "object_by"),
        *_instants("ended_at"),
        *_links("closings", closed_by="people"),
        sa.UniqueConstraint("period", "revision", name="uq_closings_period_revision"),
    )
    with op.batch_alter_table("warnings") as warnings:
        warnings.add_column(sa.Column("charged_turn", sa.Integer(), nullable=True))
        warnings.add_column(sa.Column("charged_grade", sa.String(length=10), nullable=True))
        warnings.add_column(sa.Column("charged_to", _ID, nullable=True))
        warnings.add_column(sa.Column("charged_arrived", sa.Boolean(), nullable=True))
    # Of what was before nothing follows.
    holder = "(SELECT person_id FROM assignments WHERE assignments.id = warnings.assignment_id)"
    charged = f"charged_turn = turn, charged_grade = grade, charged_to = {holder}, charged_arrived = true"
    op.execute(f"UPDATE warnings SET {charged}")  # noqa: S608 -- of our own
    _index("ix_warnings_uncharged", "warnings", "id", where="charged_turn IS NULL OR charged_turn <> turn")


def _make_objections() -> None:
    _make(
        "statements",
        *_ids("closing_id", "person_id"),
        *_counts("total", "addressed", "asked", "acknowledged", "in_time"),
        *_columns(sa.JSON(), "body"),
        *_ids("notice_id", nullable=True),
        *_links("statements", closing_id="closings", person_id="people"),
        sa.UniqueConstraint("closing_id", "person_id", name="uq_statements_closing_id_person_id"),
    )
    op.create_index("ix_statements_person_id", "statements", ["person_id"])
    op.create_table(
        "statement_units",
        *_keys("statement_id", "unit_id"),
        *_links("statement_units", statement_id="statements", unit_id="units"),
        sa.PrimaryKeyConstraint("statement_id", "unit_id", name="pk_statement_units"),
    )
    op.create_index("ix_statement_units_unit_id", "statement_units", ["unit_id"])
    _make(
        "objections",
        *_ids("statement_id", "person_id"),
        *_ids("event_id", nullable=True),
        *_columns(sa.Text(), "text"),
        *_words(12, "state"),
        *_counts("version"),
        *_instants("at", "due_at", nullable=False),
        *_instants("asked_at", "reminded_at", "overdue_at", "decided_at"),
        *_ids("decided_by", nullable=True),
        *_counts("points", nullable=True),
        *_words(_WHY, "why", nullable=True),
        *_links("objections", statement_id="statements", person_id="people", decided_by="people"),
    )
    op.create_index("ix_objections_statement_id", "objections", ["statement_id"])
    op.create_index("ix_objections_person_id", "objections", ["person_id"])
    _index("ix_objections_open", "objections", "due_at", where="decided_at IS NULL")


# Statistics

_FIGURES = ("people", "delivered", "missed", "obligations", "in_time", "late", "overdue", "excused")


def _make_statistics() -> None:
    op.create_table(
        "counted_notices",
        *_keys("notice_id", "unit_id"),
        *_words(_DAY, "day"),
        *_words(20, "category"),
        *_counts(*_FIGURES),
        *_columns(sa.JSON(), "times"),
        sa.PrimaryKeyConstraint("notice_id", "unit_id", name="pk_counted_notices"),
    )
    op.create_index("ix_counted_notices_unit_id", "counted_notices", ["unit_id", "day"])
    _make("uncounted", *_ids("notice_id", "person_id"))
    op.create_index("ix_uncounted_notice_id", "uncounted", ["notice_id"])
    op.execute("INSERT INTO uncounted (notice_id, person_id) SELECT id, 0 FROM notices")
    op.create_table(
        "counted_days",
        *_words(_DAY, "day"),
        *_keys("unit_id"),
        *_words(20, "category"),
        *_counts("notices", *_FIGURES),
        sa.PrimaryKeyConstraint("day", "unit_id", "category", name="pk_counted_days"),
    )
    op.create_index("ix_counted_days_unit_id", "counted_days", ["unit_id", "day"])
    op.create_table(
        "counted_times",
        *_words(7, "month"),
        *_keys("unit_id"),
        *_words(20, "category"),
        *_counts("took", "count"),
        sa.PrimaryKeyConstraint("month", "unit_id", "category", "took", name="pk_counted_times"),
    )
    op.create_index("ix_counted_times_unit_id", "counted_times", ["unit_id", "month"])


def _look_for_changes() -> None:
    """What is still to come is looked at when its day passes; of what has passed before, nothing follows."""
    op.add_column("notices", sa.Column("counted_from", Instant(), nullable=True))
    op.add_column("notices", sa.Column("assess_at", Instant(), nullable=True))
    op.execute(
        "UPDATE notices SET assess_at = acknowledge_by WHERE acknowledge AND cancelled_at IS NULL"
        " AND acknowledge_by > CURRENT_TIMESTAMP"
    )
    _index("ix_notices_assessed", "notices", "assess_at", where="assess_at IS NOT NULL")
    op.create_index("ix_notices_acknowledge_by", "notices", ["acknowledge_by"])
    op.create_index("ix_acknowledgements_at", "acknowledgements", ["at"])
    _index("ix_deliveries_settled_at", "deliveries", "settled_at", where="settled_at IS NOT NULL")
