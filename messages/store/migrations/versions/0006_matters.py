"""Matters: tenders, purchases and recruitments with their dates, limits and prompts; declarations; calendar feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from messages.store.types import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REF = 120
_NAME = 300
_PART = 80
_WHY = 500


def upgrade() -> None:
    """Make the tables of matters."""
    _make_matters()
    _make_dates()
    _make_limits()
    _make_history()
    _make_declarations()
    _make_feeds()


def _index(name: str, table: str, *columns: str, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [*columns], unique=unique, sqlite_where=condition, postgresql_where=condition)


def _make(table: str, *parts: SchemaItem) -> None:
    key = sa.Column("id", _ID, autoincrement=True, nullable=False)
    op.create_table(table, key, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"))


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, _ID, nullable=nullable) for name in names]


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _words(length: int, *names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=nullable) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _instants(*names: str, nullable: bool = True) -> list[sa.Column[object]]:
    return [sa.Column(name, Instant(), nullable=nullable) for name in names]


def _links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}") for name, target in targets.items()
    ]


def _make_matters() -> None:
    _make(
        "matters",
        *_words(_REF, "ref"),
        *_words(20, "kind"),
        *_words(_NAME, "title"),
        *_numbers("unit_id", nullable=True),
        *_words(_NAME, "buyer"),
        *_words(40, "amount", nullable=True),
        *_words(3, "currency", nullable=True),
        *_words(20, "method"),
        *_words(200, "method_said", nullable=True),
        *_words(12, "state"),
        _count("version"),
        *_words(12, "source"),
        *_words(_WHY, "why", nullable=True),
        *_instants("created_at", nullable=False),
        *_numbers("created_by", nullable=True),
        *_instants("changed_at", nullable=False),
        *_instants("released_at"),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
        *_words(64, "reckoned_by", nullable=True),
        sa.Column("followed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        *_links("matters", unit_id="units", created_by="people"),
        sa.UniqueConstraint("ref", name="uq_matters_ref"),
    )
    op.create_index("ix_matters_unit_id", "matters", ["unit_id", "state"])
    op.create_index("ix_matters_state", "matters", ["state", "changed_at"])
    runs = "state = 'planned' OR state = 'active' OR state = 'awarded'"
    _index("ix_matters_running", "matters", "state", "reckoned_by", where=runs)
    _index("ix_matters_unfollowed", "matters", "id", where="version <> followed")
    _index("ix_matters_unplaced", "matters", "created_at", where="unit_id IS NULL")


def _make_dates() -> None:
    _make(
        "matter_dates",
        *_numbers("matter_id"),
        *_words(30, "milestone"),
        *_words(_PART, "part"),
        *_instants("at"),
        *_flags("whole_day"),
        *_instants("changed_at", nullable=False),
        *_numbers("person_id", nullable=True),
        sa.Column("told", sa.JSON(none_as_null=True), nullable=True),
        *_links("matter_dates", matter_id="matters", person_id="people"),
        sa.UniqueConstraint("matter_id", "milestone", "part", name="uq_matter_dates_matter_id_milestone_part"),
    )
    op.create_table(
        "matter_posts",
        *_numbers("matter_id"),
        *_words(30, "milestone"),
        *_numbers("post_id"),
        *_links("matter_posts", matter_id="matters", post_id="posts"),
        sa.PrimaryKeyConstraint("matter_id", "milestone", "post_id", name="pk_matter_posts"),
    )
    op.create_index("ix_matter_posts_post_id", "matter_posts", ["post_id"])


def _make_limits() -> None:
    _make(
        "matter_limits",
        *_numbers("matter_id"),
        *_words(60, "rule"),
        *_words(30, "milestone"),
        *_words(_PART, "part"),
        *_words(200, "node"),
        *_words(40, "article", nullable=True),
        *_instants("from_at", "begins_at", "at"),
        *_flags("whole_day"),
        *_words(10, "due_on", nullable=True),
        *_instants("due_at"),
        *_flags("earliest", "provisional", "required"),
        *_words(12, "state"),
        *_links("matter_limits", matter_id="matters"),
        sa.UniqueConstraint("matter_id", "rule", "part", name="uq_matter_limits_matter_id_rule_part"),
    )
    _index("ix_matter_limits_open", "matter_limits", "due_at", where="state = 'open' AND required")
    _index("ix_matter_limits_ahead", "matter_limits", "at", where="state = 'open' AND at IS NOT NULL")
    broken = "state = 'broken' OR state = 'overdue'"
    _index("ix_matter_limits_broken", "matter_limits", "state", "matter_id", where=broken)
    op.create_index("ix_matter_limits_node", "matter_limits", ["node"])
    _make(
        "matter_prompts",
        *_numbers("matter_id"),
        *_words(60, "rule"),
        *_words(_PART, "part"),
        *_words(12, "kind"),
        _count("turn"),
        *_instants("at", nullable=False),
        sa.Column("tells", sa.JSON(), nullable=False),
        *_instants("settled_at"),
        *_words(12, "outcome", nullable=True),
        *_numbers("notice_id", nullable=True),
        *_words(20, "matter_kind", nullable=True),
        *_numbers("unit_id", nullable=True),
        *_links("matter_prompts", matter_id="matters"),
        sa.UniqueConstraint(
            *("matter_id", "rule", "part", "kind", "turn"), name="uq_matter_prompts_matter_id_rule_part_kind_turn"
        ),
    )
    _index("ix_matter_prompts_due", "matter_prompts", "at", where="settled_at IS NULL")
    op.create_table(
        "matter_prompt_notices",
        sa.Column("prompt_id", _ID, nullable=False),
        sa.Column("notice_id", _ID, autoincrement=False, nullable=False),
        *_links("matter_prompt_notices", prompt_id="matter_prompts"),
        sa.PrimaryKeyConstraint("prompt_id", "notice_id", name="pk_matter_prompt_notices"),
    )
    op.create_index("ix_matter_prompt_notices_notice_id", "matter_prompt_notices", ["notice_id"])


def _make_history() -> None:
    _make(
        "matter_events",
        *_numbers("matter_id"),
        *_instants("at", nullable=False),
        *_words(20, "kind"),
        *_numbers("person_id", nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        *_links("matter_events", matter_id="matters", person_id="people"),
    )
    op.create_index("ix_matter_events_matter_id", "matter_events", ["matter_id"])
    _make(
        "matter_releases",
        *_words(_REF, "ref"),
        *_words(200, "release"),
        *_instants("at", nullable=False),
        *_flags("compiled"),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.UniqueConstraint(*("ref", "release", "at", "compiled"), name="uq_matter_releases_ref_release_at_compiled"),
    )


def _make_declarations() -> None:
    _make(
        "declarations",
        *_numbers("matter_id"),
        *_words(30, "milestone", nullable=True),
        *_numbers("post_id", "person_id"),
        *_flags("interest"),
        *_words(200, "who", nullable=True),
        *_words(_WHY, "what", nullable=True),
        *_instants("at", nullable=False),
        *_numbers("notice_id", nullable=True),
        *_instants("told_at"),
        *_links("declarations", matter_id="matters", post_id="posts", person_id="people"),
    )
    op.create_index("ix_declarations_matter_id", "declarations", ["matter_id", "person_id"])
    op.create_index("ix_declarations_person_id", "declarations", ["person_id"])
    _index("ix_declarations_untold", "declarations", "at", where="told_at IS NULL")


def _make_feeds() -> None:
    _make(
        "buyers",
        *_words(_NAME, "name"),
        *_numbers("unit_id"),
        *_instants("at", nullable=False),
        *_numbers("person_id", nullable=True),
        *_links("buyers", unit_id="units", person_id="people"),
        sa.UniqueConstraint("name", name="uq_buyers_name"),
    )
    _make(
        "calendar_links",
        *_numbers("person_id"),
        *_words(10, "feed"),
        *_words(64, "token_hash"),
        *_instants("created_at", nullable=False),
        *_instants("revoked_at", "read_at"),
        *_links("calendar_links", person_id="people"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_links_token_hash"),
    )
    _index("uq_calendar_links_open", "calendar_links", "person_id", "feed", where="revoked_at IS NULL", unique=True)
    _make(
        "feeds",
        *_words(60, "name"),
        *_words(_NAME, "file"),
        *_words(64, "digest", nullable=True),
        *_words(_NAME, "etag", nullable=True),
        *_words(60, "last_modified", nullable=True),
        *_instants("looked_at", "taken_at", "next_at"),
        _count("failures"),
        *_words(_NAME, "error", nullable=True),
        sa.UniqueConstraint("name", "file", name="uq_feeds_name_file"),
    )
