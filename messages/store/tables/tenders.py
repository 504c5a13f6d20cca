"""Matters: dates, limits, prompts and history, what releases told of them; declarations; calendar links; feeds."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from messages.organisation.records import LONGEST_WHY
from messages.store.columns import Id, identity, link, partial, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant
from messages.tenders.records import LONGEST_DECLARED, LONGEST_MATTER, LONGEST_PART, LONGEST_REF

_RUNS = "state = 'planned' OR state = 'active' OR state = 'awarded'"

matters = Table(
    "matters",
    metadata,
    identity(),
    Column("ref", String(LONGEST_REF), nullable=False, unique=True),  # the OCID, or the office's own number
    Column("kind", String(20), nullable=False),  # MatterKind
    Column("title", String(LONGEST_MATTER), nullable=False),
    link("unit_id", "units.id", nullable=True),  # none: the buyer is no unit that is known
    Column("buyer", String(LONGEST_MATTER), nullable=False),
    Column("amount", String(40)),  # a decimal number
    Column("currency", String(3)),
    Column("method", String(20), nullable=False),  # Method
    Column("method_said", String(200)),  # as its source says it
    Column("state", String(12), nullable=False),  # MatterState
    Column("version", Integer, nullable=False),
    Column("source", String(12), nullable=False),  # Source
    Column("why", String(LONGEST_WHY)),  # it was called off
    Column("created_at", Instant, nullable=False),
    link("created_by", "people.id", nullable=True),
    Column("changed_at", Instant, nullable=False),
    Column("released_at", Instant),  # the newest release that is known of it
    # What each source told of its columns last: only what it tells otherwise changes what others have said since.
    Column("told", JSON(none_as_null=True)),
    # By which rules and days its limits were reckoned; others than the present ones: they are reckoned anew.
    Column("reckoned_by", String(64)),
    # Of which version people have been told what changed; another than the present one: it is to be looked at.
    Column("followed", Integer, nullable=False, server_default=text("0")),
    Index("ix_matters_unit_id", "unit_id", "state"),
    Index("ix_matters_state", "state", "changed_at"),
    partial("ix_matters_running", "state", "reckoned_by", where=_RUNS),
    partial("ix_matters_unfollowed", "id", where="version <> followed"),
    partial("ix_matters_unplaced", "created_at", where="unit_id IS NULL"),
)

matter_dates = Table(
    "matter_dates",
    metadata,
    identity(),
    link("matter_id", "matters.id"),
    Column("milestone", String(30), nullable=False),  # Milestone
    Column("part", String(LONGEST_PART), nullable=False),  # of which award or contract; empty where there is one
    Column("at", Instant),  # none: a person took away what a source had told
    Column("whole_day", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    link("person_id", "people.id", nullable=True),  # who entered it; none: a source
    Column("told", JSON(none_as_null=True)),  # the date that each source told of it last
    UniqueConstraint("matter_id", "milestone", "part"),
)

matter_posts = Table(
    "matter_posts",
    metadata,
    # Posts that are named as responsible; elsewhere they are found by the risk node.
    Column("matter_id", Id, ForeignKey("matters.id"), primary_key=True),
    Column("milestone", String(30), primary_key=True),  # empty: for every step
    Column("post_id", Id, ForeignKey("posts.id"), primary_key=True),
    Index("ix_matter_posts_post_id", "post_id"),
)

matter_limits = Table(
    "matter_limits",
    metadata,
    identity(),
    link("matter_id", "matters.id"),
    Column("rule", String(60), nullable=False),
    Column("milestone", String(30), nullable=False),
    Column("part", String(LONGEST_PART), nullable=False),
    Column("node", String(200), nullable=False),  # the risk node whose posts are responsible
    Column("article", String(40)),
    Column("from_at", Instant),
    Column("begins_at", Instant),
    Column("at", Instant),
    Column("whole_day", Boolean, nullable=False),
    Column("due_on", String(10)),  # ISO date
    Column("due_at", Instant),
    Column("earliest", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("state", String(12), nullable=False),  # LimitState
    UniqueConstraint("matter_id", "rule", "part"),
    partial("ix_matter_limits_open", "due_at", where="state = 'open' AND required"),
    partial("ix_matter_limits_ahead", "at", where="state = 'open' AND at IS NOT NULL"),
    partial("ix_matter_limits_broken", "state", "matter_id", where="state = 'broken' OR state = 'overdue'"),
    Index("ix_matter_limits_node", "node"),
)

matter_prompts = Table(
    "matter_prompts",
    metadata,
    identity(),
    link("matter_id", "matters.id"),
    Column("rule", String(60), nullable=False),  # empty: of the matter itself
    Column("part", String(LONGEST_PART), nullable=False),
    Column("kind", String(12), nullable=False),  # PromptKind
    Column("turn", Integer, nullable=False),  # numbers those of the same kind, from 0
    Column("at", Instant, nullable=False),  # when it is to be told
    Column("tells", JSON, nullable=False),  # the dates that it tells, as they are known
    Column("settled_at", Instant),
    Column("outcome", String(12)),  # matter_sweeps.Settled
    unchecked("notice_id", nullable=True),  # the first that told it
    Column("matter_kind", String(20)),  # of which kind its matter was when it was settled
    unchecked("unit_id", nullable=True),  # and of which unit
    UniqueConstraint("matter_id", "rule", "part", "kind", "turn"),
    partial("ix_matter_prompts_due", "at", where="settled_at IS NULL"),
)

matter_prompt_notices = Table(
    "matter_prompt_notices",
    metadata,
    # All notices that told a prompt, the first one too: several where people are told one by one, or in other words.
    Column("prompt_id", Id, ForeignKey("matter_prompts.id"), primary_key=True),
    Column("notice_id", Id, primary_key=True, autoincrement=False),
    Index("ix_matter_prompt_notices_notice_id", "notice_id"),
)

matter_events = Table(
    "matter_events",
    metadata,
    identity(),
    link("matter_id", "matters.id"),
    Column("at", Instant, nullable=False),
    Column("kind", String(20), nullable=False),
    link("person_id", "people.id", nullable=True),
    Column("body", JSON, nullable=False),
    Index("ix_matter_events_matter_id", "matter_id"),
)

matter_releases = Table(
    "matter_releases",
    metadata,
    # What OCDS releases told, cut to what is read of them: a matter is compiled of all, in whatever order they come.
    identity(),
    Column("ref", String(LONGEST_REF), nullable=False),
    Column("release", String(200), nullable=False),  # its id
    Column("at", Instant, nullable=False),  # its date
    Column("compiled", Boolean, nullable=False),
    Column("body", JSON, nullable=False),
    UniqueConstraint("ref", "release", "at", "compiled"),
)

declarations = Table(
    "declarations",
    metadata,
    # What people declare of their interests; a later one of the same person about the same matter stands beside it.
    identity(),
    link("matter_id", "matters.id"),
    Column("milestone", String(30)),  # the step of the prompt that asked for it
    link("post_id", "posts.id"),
    link("person_id", "people.id"),
    Column("interest", Boolean, nullable=False),
    Column("who", String(200)),
    Column("what", String(LONGEST_DECLARED)),
    Column("at", Instant, nullable=False),
    unchecked("notice_id", nullable=True),  # the prompt
    Column("told_at", Instant),  # the unit's leader
    Index("ix_declarations_matter_id", "matter_id", "person_id"),
    Index("ix_declarations_person_id", "person_id"),
    partial("ix_declarations_untold", "at", where="told_at IS NULL"),
)

buyers = Table(
    "buyers",
    metadata,
    # Which unit is meant by a buyer's name that is not the unit's own, as the office has said.
    identity(),
    Column("name", String(LONGEST_MATTER), nullable=False, unique=True),
    link("unit_id", "units.id"),
    Column("at", Instant, nullable=False),
    link("person_id", "people.id", nullable=True),
)

calendar_links = Table(
    "calendar_links",
    metadata,
    identity(),
    link("person_id", "people.id"),
    Column("feed", String(10), nullable=False),  # own, office
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("read_at", Instant),  # by a calendar program, last
    partial("uq_calendar_links_open", "person_id", "feed", where="revoked_at IS NULL", unique=True),
)

feeds = Table(
    "feeds",
    metadata,
    # Watched folders' files and polled addresses: what was seen of them last.
    identity(),
    Column("name", String(60), nullable=False),  # the policy's
    Column("file", String(300), nullable=False),  # of a folder; empty for an address
    Column("digest", String(64)),
    Column("etag", String(300)),
    Column("last_modified", String(60)),
    Column("looked_at", Instant),
    Column("taken_at", Instant),  # what it says was taken in
    Column("next_at", Instant),  # not to be asked before
    Column("failures", Integer, nullable=False),  # in a row
    Column("error", String(300)),
    UniqueConstraint("name", "file"),
)
