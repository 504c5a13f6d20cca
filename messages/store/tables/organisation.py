"""The organisation: units, posts, people, who holds what, and the roles borne."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, text

from messages.organisation.records import LONGEST_WHY
from messages.store.columns import Id, identity, link, partial, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant

units = Table(
    "units",
    metadata,
    identity(),
    Column("name", String(200), nullable=False, unique=True),
    link("parent_id", "units.id", nullable=True),
    Column("kind", String(20), nullable=False),  # UnitKind
    # The ids from the root to this unit, "/1/5/": a subtree is one prefix.
    Column("path", String(400), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

posts = Table(
    "posts",
    metadata,
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    link("unit_id", "units.id"),
    Column("title", String(200), nullable=False),
    Column("level", Integer, nullable=False),
    Column("risk", Boolean, nullable=False),
    link("reports_to_id", "posts.id", nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Index("ix_posts_unit_id", "unit_id"),
)

people = Table(
    "people",
    metadata,
    identity(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("language", String(10), nullable=False),
    # Set once the person chose in chat: from then on a roster does not change it.
    Column("language_chosen", Boolean, nullable=False, server_default=text("false")),
    # The person's own quiet hours, in minutes of the office's day; none: the policy's.
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("created_at", Instant, nullable=False),
    partial("ix_people_quiet_from", "quiet_from", "quiet_until", where="quiet_from IS NOT NULL"),
)

assignments = Table(
    "assignments",
    metadata,
    identity(),
    link("post_id", "posts.id"),
    link("person_id", "people.id"),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    partial("uq_assignments_current_post", "post_id", where="ended_at IS NULL", unique=True),
    Index("ix_assignments_post_id", "post_id"),
    partial("ix_assignments_current_person", "person_id", where="ended_at IS NULL"),
)

roles = Table(
    "roles",
    metadata,
    identity(),
    link("person_id", "people.id"),
    Column("role", String(20), nullable=False),  # Role
    link("unit_id", "units.id"),  # the scope: this unit and all below it
    Column("granted_at", Instant, nullable=False),
    Column("ended_at", Instant),
    # Of one that a person granted: by whom and why. A roster ends only what a roster gave.
    Column("granted", Boolean, nullable=False, server_default=text("false")),
    unchecked("granted_by", nullable=True),
    Column("why", String(LONGEST_WHY)),
    partial("uq_roles_current", "person_id", "role", "unit_id", where="ended_at IS NULL", unique=True),
)

nodes = Table(
    "nodes",
    metadata,
    identity(),
    Column("name", String(100), nullable=False, unique=True),  # a risk node: a step of the work, such as 开标
    Column("workflow", String(20)),  # messages.register.records.Workflow; none: nobody has said
    Column("created_at", Instant, nullable=False),
)

post_nodes = Table(
    "post_nodes",
    metadata,
    # Which posts answer for a risk node.
    Column("post_id", Id, ForeignKey("posts.id"), primary_key=True),
    Column("node_id", Id, ForeignKey("nodes.id"), primary_key=True),
    Index("ix_post_nodes_node_id", "node_id"),
)
