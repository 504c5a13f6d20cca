"""Items and warnings: what collectors submit and what becomes of it; tokens of other systems."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from messages.store.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LONGEST_WHY = 500


def upgrade() -> None:
    """Make the tables of items and of warnings; a notice may lead to a desk."""
    op.add_column("notices", sa.Column("desk", sa.String(length=60)))
    # Who was asked why a proposal is returned presses the button once more.
    op.execute("UPDATE drafts SET closed_at = updated_at WHERE kind = 'return' AND closed_at IS NULL")
    lost = "unreachable_since IS NOT NULL AND left_at IS NULL"
    _index("ix_accounts_unreachable", "accounts", "person_id", where=lost)
    _make_items()
    _make_tokens()
    _make_warnings()
    _make_steps()
    _make_judged()


def _index(name: str, table: str, *columns: str, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [*columns], unique=unique, sqlite_where=condition, postgresql_where=condition)


def _make(table: str, *parts: SchemaItem) -> None:
    key = sa.Column("id", _ID, autoincrement=True, nullable=False)
    op.create_table(table, key, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"))


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _ID, nullable=nullable)


def _words(name: str, length: int, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _instants(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, Instant(), nullable=True) for name in names]


def _link(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}")


def _make_items() -> None:
    _make(
        "items",
        _number("person_id"),
        _number("unit_id"),
        _words("ref", 80),
        _words("digest", 64),
        _words("category", 20, nullable=False),
        _words("kind", 30, nullable=False),
        _words("state", 12, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _words("title", 200, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=True),
        _words("grade", 10),
        _words("decisive_on", 10),
        _words("due_on", 10),
        *_instants("due_at"),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        *_instants("submitted_at"),
        sa.Column("timely", sa.Boolean(), nullable=True),
        *_instants("handed_at", "reminded_at", "overdue_at", "asked_at", "deputy_at", "approved_at"),
        _number("approved_by", nullable=True),
        *_instants("confirmed_at"),
        _number("confirmed_by", nullable=True),
        _number("returned_by", nullable=True),
        _words("why", _LONGEST_WHY),
        _number("notice_id", nullable=True),
        _link("items", "person_id", "people"),
        _link("items", "unit_id", "units"),
        _link("items", "approved_by", "people"),
        _link("items", "confirmed_by", "people"),
        _link("items", "returned_by", "people"),
    )
    _index("uq_items_ref", "items", "person_id", "ref", where="ref IS NOT NULL", unique=True)
    op.create_index("ix_items_person_id", "items", ["person_id"])
    _index("ix_items_waiting", "items", "handed_at", where="state = 'submitted' OR state = 'confirming'")
    _index("ix_items_announced", "items", "due_at", where="state = 'announced'")
    _index("ix_items_provisional", "items", "id", where="provisional")
    op.create_table(
        "item_posts",
        _number("item_id"),
        _number("post_id"),
        _link("item_posts", "item_id", "items"),
        _link("item_posts", "post_id", "posts"),
        sa.PrimaryKeyConstraint("item_id", "post_id", name="pk_item_posts"),
    )
    op.create_index("ix_item_posts_post_id", "item_posts", ["post_id"])


def _make_tokens() -> None:
    _make(
        "api_tokens",
        _number("person_id"),
        _words("name", 100, nullable=False),
        _words("token_hash", 64, nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        _number("created_by", nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        *_instants("revoked_at"),
        _link("api_tokens", "person_id", "people"),
        _link("api_tokens", "created_by", "people"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_index("ix_api_tokens_person_id", "api_tokens", ["person_id"])
    _make(
        "api_requests",
        _number("token_id"),
        _words("key", 200, nullable=False),
        _words("digest", 64, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        _link("api_requests", "token_id", "api_tokens"),
        sa.UniqueConstraint("token_id", "key", name="uq_api_requests_token_id_key"),
    )


def _make_warnings() -> None:
    _make(
        "warnings",
        _number("item_id"),
        _number("post_id"),
        _words("grade", 10, nullable=False),
        _words("state", 12, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        _number("issued_by"),
        _number("confirmed_by", nullable=True),
        _number("assignment_id", nullable=True),
        *_instants("since", "acknowledge_by", "answer_by"),
        sa.Column("answer_within", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        _number("notice_id", nullable=True),
        *_instants("acknowledged_at", "answered_at", "accepted_at", "released_at"),
        _link("warnings", "item_id", "items"),
        _link("warnings", "post_id", "posts"),
        _link("warnings", "issued_by", "people"),
        _link("warnings", "confirmed_by", "people"),
        sa.UniqueConstraint("item_id", "post_id", name="uq_warnings_item_id_post_id"),
    )
    op.create_index("ix_warnings_post_id", "warnings", ["post_id", "state", "grade"])
    _index("ix_warnings_open", "warnings", "id", "grade", "state", "post_id", where="state <> 'released'")
    _index("ix_warnings_held", "warnings", "post_id", "assignment_id", where="state <> 'released'")
    _index("ix_warnings_provisional", "warnings", "id", where="provisional")
    _make(
        "warning_events",
        _number("warning_id"),
        sa.Column("at", Instant(), nullable=False),
        _words("kind", 20, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        _number("person_id", nullable=True),
        _words("why", _LONGEST_WHY),
        sa.Column("body", sa.JSON(), nullable=False),
        _link("warning_events", "warning_id", "warnings"),
        _link("warning_events", "person_id", "people"),
    )
    op.create_index("ix_warning_events_warning_id", "warning_events", ["warning_id"])


def _make_steps() -> None:
    _make(
        "warning_steps",
        _number("warning_id"),
        sa.Column("turn", sa.Integer(), nullable=False),
        _words("name", 40, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_instants("settled_at"),
        _words("outcome", 12),
        _link("warning_steps", "warning_id", "warnings"),
        sa.UniqueConstraint("warning_id", "turn", "name", name="uq_warning_steps_warning_id_turn_name"),
    )
    _index("ix_warning_steps_open", "warning_steps", "at", where="settled_at IS NULL")
    _make(
        "tellings",
        _number("warning_id"),
        sa.Column("turn", sa.Integer(), nullable=False),
        _words("step", 40, nullable=False),
        _number("person_id"),
        _words("part", 12, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_instants("told_at"),
        _number("notice_id", nullable=True),
        _link("tellings", "warning_id", "warnings"),
        _link("tellings", "person_id", "people"),
        sa.UniqueConstraint(
            "warning_id", "turn", "step", "person_id", name="uq_tellings_warning_id_turn_step_person_id"
        ),
    )
    op.create_index("ix_tellings_person_id", "tellings", ["person_id", "told_at"])
    _index("ix_tellings_open", "tellings", "person_id", "id", where="told_at IS NULL")


def _make_judged() -> None:
    """What a named person decides: answers, proposals to raise a warning, and releases that are asked for."""
    _make(
        "answers",
        _number("warning_id"),
        sa.Column("turn", sa.Integer(), nullable=False),
        _number("person_id"),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("timely", sa.Boolean()),
        *_instants("asked_at", "deputy_at", "judged_at"),
        _number("judged_by", nullable=True),
        _words("verdict", 12),
        _words("why", _LONGEST_WHY),
        _link("answers", "warning_id", "warnings"),
        _link("answers", "person_id", "people"),
        _link("answers", "judged_by", "people"),
    )
    op.create_index("ix_answers_warning_id", "answers", ["warning_id"])
    _index("ix_answers_open", "answers", "id", where="judged_at IS NULL")
    _make(
        "rises",
        _number("warning_id"),
        sa.Column("turn", sa.Integer(), nullable=False),
        _words("grade", 10),
        _words("cause", 20, nullable=False),
        _number("proposed_by", nullable=True),
        _words("proposed_why", _LONGEST_WHY),
        sa.Column("at", Instant(), nullable=False),
        *_instants("asked_at", "deputy_at", "decided_at"),
        _number("decided_by", nullable=True),
        _words("decision", 12),
        _words("why", _LONGEST_WHY),
        _link("rises", "warning_id", "warnings"),
        _link("rises", "proposed_by", "people"),
        _link("rises", "decided_by", "people"),
    )
    op.create_index("ix_rises_warning_id", "rises", ["warning_id"])
    _index("uq_rises_open", "rises", "warning_id", where="decided_at IS NULL", unique=True)
    _make(
        "releases",
        _number("warning_id"),
        sa.Column("turn", sa.Integer(), nullable=False),
        _number("person_id"),
        sa.Column("at", Instant(), nullable=False),
        *_instants("asked_at", "deputy_at", "decided_at"),
        _number("decided_by", nullable=True),
        _link("releases", "warning_id", "warnings"),
        _link("releases", "person_id", "people"),
        _link("releases", "decided_by", "people"),
    )
    _index("uq_releases_open", "releases", "warning_id", where="decided_at IS NULL", unique=True)
