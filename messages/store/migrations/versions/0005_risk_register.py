"""The risk register: duties, points and their versions, reviews, template points, campaigns and their tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.schema import SchemaItem

from messages.store.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHY = 500
_NAME = 200
_SHORT = 100
_WAITS = "state = 'unit' OR state = 'inspector'"
_TO_SUBMIT = "state = 'open' OR state = 'returned'"
_STANDS = "standing IS NOT NULL AND ended_at IS NULL"


def upgrade() -> None:
    """Make the register's tables; a risk node may belong to a workflow."""
    op.add_column("nodes", sa.Column("workflow", sa.String(length=20)))
    _make_duties()
    _make_points()
    _make_versions()
    _make_templates()
    _make_campaigns()
    _make_reviews()


def _index(name: str, table: str, *columns: str, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [*columns], unique=unique, sqlite_where=condition, postgresql_where=condition)


def _make(table: str, *parts: SchemaItem) -> None:
    key = sa.Column("id", _ID, autoincrement=True, nullable=False)
    op.create_table(table, key, *parts, sa.PrimaryKeyConstraint("id", name=f"pk_{table}"))


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, _ID, nullable=nullable) for name in names]


def _words(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instants(*names: str, nullable: bool = True) -> list[sa.Column[object]]:
    return [sa.Column(name, Instant(), nullable=nullable) for name in names]


def _links(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}") for name, target in targets.items()
    ]


def _make_duties() -> None:
    _make(
        "duties",
        *_numbers("unit_id"),
        *_numbers("post_id", nullable=True),
        _words("text", 500),
        *_instants("created_at", nullable=False),
        *_instants("ended_at"),
        *_links("duties", unit_id="units", post_id="posts"),
    )
    op.create_index("ix_duties_post_id", "duties", ["post_id"])
    op.create_index("ix_duties_unit_id", "duties", ["unit_id"])


def _make_points() -> None:
    _make(
        "risk_points",
        *_numbers("unit_id"),
        *_numbers("post_id", nullable=True),
        _words("ref", 80, nullable=True),
        _words("progress", 12),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=True),
        _words("name", _NAME),
        _words("level", 10),
        _words("category", _SHORT),
        *_texts("description", "controls", "indicators"),
        *_numbers("node_id", "duty_id", nullable=True),
        _words("section", _NAME),
        _words("responsible", _SHORT),
        _words("leading", _SHORT),
        *_numbers("template_id", nullable=True),
        *_instants("created_at", "changed_at", nullable=False),
        _words("why", _WHY, nullable=True),
        *_instants("ended_at"),
        *_links("risk_points", unit_id="units", post_id="posts", node_id="nodes", duty_id="duties"),
    )
    _index("uq_risk_points_ref", "risk_points", "unit_id", "ref", where="ref IS NOT NULL", unique=True)
    op.create_index("ix_risk_points_post_id", "risk_points", ["post_id"])
    op.create_index("ix_risk_points_unit_id", "risk_points", ["unit_id"])
    map_of = "node_id", "post_id", "level", "unit_id", "standing", "ended_at"
    _index("ix_risk_points_node_id", "risk_points", *map_of, where=_STANDS)
    _index("ix_risk_points_category", "risk_points", "category", where=_STANDS)
    _index("ix_risk_points_template_id", "risk_points", "template_id", where="template_id IS NOT NULL")
    _index("ix_risk_points_level", "risk_points", "level", "post_id", where=_STANDS)


def _make_versions() -> None:
    _make(
        "risk_versions",
        *_numbers("point_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _words("progress", 12),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("ends", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _words("because", _WHY, nullable=True),
        *_instants("created_at", nullable=False),
        *_numbers("person_id", "review_id", nullable=True),
        *_instants("decided_at"),
        *_numbers("decided_by", nullable=True),
        _words("why", _WHY, nullable=True),
        *_links("risk_versions", point_id="risk_points", person_id="people", decided_by="people"),
        sa.UniqueConstraint("point_id", "number", name="uq_risk_versions_point_id_number"),
    )
    _index("ix_risk_versions_review_id", "risk_versions", "review_id", where="review_id IS NOT NULL")
    op.create_table(
        "point_bases",
        *_numbers("point_id"),
        _words("law", 20),
        sa.Column("article", sa.Integer(), nullable=False),
        *_links("point_bases", point_id="risk_points"),
        sa.PrimaryKeyConstraint("point_id", "law", "article", name="pk_point_bases"),
    )
    op.create_index("ix_point_bases_law", "point_bases", ["law", "point_id"])


def _make_templates() -> None:
    _make(
        "risk_templates",
        sa.Column("content", sa.JSON(), nullable=False),
        _words("category", _SHORT),
        *_numbers("node_id", "point_id", nullable=True),
        *_instants("published_at", nullable=False),
        *_numbers("published_by"),
        *_instants("ended_at"),
        *_numbers("ended_by", nullable=True),
        *_links("risk_templates", node_id="nodes", published_by="people", ended_by="people"),
    )
    op.create_index("ix_risk_templates_node_id", "risk_templates", ["node_id"])


def _make_campaigns() -> None:
    _make(
        "campaigns",
        _words("title", 200),
        *_texts("text"),
        sa.Column("attachments", sa.JSON(), nullable=True),
        *_texts("audience"),
        _words("state", 12),
        sa.Column("version", sa.Integer(), nullable=False),
        _words("due_on", 10),
        *_instants("due_at", nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        *_instants("created_at", nullable=False),
        *_numbers("created_by"),
        *_instants("asked_at", "deputy_at", "decided_at"),
        *_numbers("decided_by", nullable=True),
        _words("why", _WHY, nullable=True),
        *_instants("started_at"),
        *_numbers("notice_id", nullable=True),
        *_instants("closed_at"),
        *_numbers("closed_by", nullable=True),
        *_links("campaigns", created_by="people", decided_by="people", closed_by="people"),
    )
    _index("ix_campaigns_notice_id", "campaigns", "notice_id", where="notice_id IS NOT NULL")
    _index("ix_campaigns_state", "campaigns", "state", where="state = 'proposed' OR state = 'running'")
    _make(
        "campaign_tasks",
        *_numbers("campaign_id", "post_id"),
        _words("state", 12),
        sa.Column("complete", sa.Boolean(), nullable=False),
        *_instants("submitted_at"),
        sa.Column("timely", sa.Boolean(), nullable=True),
        _words("reminded_on", 10, nullable=True),
        *_instants("overdue_at", "accepted_at"),
        *_links("campaign_tasks", campaign_id="campaigns", post_id="posts"),
        sa.UniqueConstraint("campaign_id", "post_id", name="uq_campaign_tasks_campaign_id_post_id"),
    )
    op.create_index("ix_campaign_tasks_post_id", "campaign_tasks", ["post_id"])
    _index("ix_campaign_tasks_to_submit", "campaign_tasks", "campaign_id", "reminded_on", where=_TO_SUBMIT)
    untold = f"overdue_at IS NULL AND ({_TO_SUBMIT})"
    _index("ix_campaign_tasks_untold", "campaign_tasks", "campaign_id", "id", where=untold)


def _make_reviews() -> None:
    _make(
        "reviews",
        *_numbers("post_id"),
        *_numbers("task_id", nullable=True),
        *_numbers("person_id"),
        sa.Column("complete", sa.Boolean(), nullable=False),
        _words("note", _WHY, nullable=True),
        _words("state", 12),
        sa.Column("version", sa.Integer(), nullable=False),
        *_instants("submitted_at", "handed_at", nullable=False),
        *_instants("asked_at"),
        _words("asked_path", 400, nullable=True),
        *_instants("deputy_at", "unit_at"),
        *_numbers("unit_by", nullable=True),
        *_instants("inspector_at"),
        *_numbers("inspector_by", nullable=True),
        _words("why", _WHY, nullable=True),
        *_links(
            "reviews",
            post_id="posts",
            task_id="campaign_tasks",
            person_id="people",
            unit_by="people",
            inspector_by="people",
        ),
    )
    _index("uq_reviews_open", "reviews", "post_id", where=f"({_WAITS}) AND task_id IS NULL", unique=True)
    _index("uq_reviews_open_task", "reviews", "task_id", where=f"({_WAITS}) AND task_id IS NOT NULL", unique=True)
    _index("ix_reviews_waiting", "reviews", "handed_at", where=_WAITS)
    op.create_index("ix_reviews_post_id", "reviews", ["post_id"])
