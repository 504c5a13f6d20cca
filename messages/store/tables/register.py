"""The risk register: duties, points with their versions, reviews, template points, campaigns and their tasks."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from messages.notices import LONGEST_TITLE
from messages.organisation.records import LONGEST_WHY
from messages.register.records import LONGEST_DUTY, LONGEST_NAME, LONGEST_SHORT
from messages.store.columns import Id, identity, link, partial, unchecked
from messages.store.tables.naming import metadata
from messages.store.types import Instant

duties = Table(
    "duties",
    metadata,
    identity(),
    link("unit_id", "units.id"),
    link("post_id", "posts.id", nullable=True),  # none: of the unit, as a sheet without posts gives it
    Column("text", String(LONGEST_DUTY), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_duties_post_id", "post_id"),
    Index("ix_duties_unit_id", "unit_id"),
)

risk_points = Table(
    "risk_points",
    metadata,
    identity(),
    link("unit_id", "units.id"),
    link("post_id", "posts.id", nullable=True),  # none: a sheet gave it for the unit only
    Column("ref", String(80)),  # what its unit's sheet calls it
    Column("progress", String(12), nullable=False),  # Progress of the latest version
    Column("version", Integer, nullable=False),  # number of the latest version
    Column("standing", Integer),  # number of the version accepted last
    # What stands; before anything was accepted, the latest version.
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("level", String(10), nullable=False),  # RiskLevel
    Column("category", String(LONGEST_SHORT), nullable=False),
    Column("description", Text, nullable=False),
    Column("controls", Text, nullable=False),
    Column("indicators", Text, nullable=False),
    link("node_id", "nodes.id", nullable=True),
    link("duty_id", "duties.id", nullable=True),
    Column("section", String(LONGEST_NAME), nullable=False),
    Column("responsible", String(LONGEST_SHORT), nullable=False),
    Column("leading", String(LONGEST_SHORT), nullable=False),
    unchecked("template_id", nullable=True),  # which template point it was adopted from
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("why", String(LONGEST_WHY)),  # why it was returned last
    Column("ended_at", Instant),
    partial("uq_risk_points_ref", "unit_id", "ref", where="ref IS NOT NULL", unique=True),
    Index("ix_risk_points_post_id", "post_id"),
    Index("ix_risk_points_unit_id", "unit_id"),
    # Which posts stand in the register with a node or a level: audiences ask it; the risk map reads nothing else.
    partial(
        "ix_risk_points_node_id",
        *("node_id", "post_id", "level", "unit_id", "standing", "ended_at"),
        where="standing IS NOT NULL AND ended_at IS NULL",
    ),
    partial("ix_risk_points_category", "category", where="standing IS NOT NULL AND ended_at IS NULL"),
    partial("ix_risk_points_template_id", "template_id", where="template_id IS NOT NULL"),
    partial("ix_risk_points_level", "level", "post_id", where="standing IS NOT NULL AND ended_at IS NULL"),
)

risk_versions = Table(
    "risk_versions",
    metadata,
    identity(),
    link("point_id", "risk_points.id"),
    Column("number", Integer, nullable=False),
    Column("progress", String(12), nullable=False),  # Progress
    Column("content", JSON, nullable=False),  # messages.register.records.Content
    Column("ends", Boolean, nullable=False, server_default=text("false")),  # accepted, it ends the point
    Column("because", String(LONGEST_WHY)),  # and why the point no longer applies
    Column("created_at", Instant, nullable=False),
    link("person_id", "people.id", nullable=True),  # who wrote it; none: an office's sheet
    unchecked("review_id", nullable=True),  # with which it was submitted last
    Column("decided_at", Instant),
    link("decided_by", "people.id", nullable=True),
    Column("why", String(LONGEST_WHY)),
    UniqueConstraint("point_id", "number"),
    partial("ix_risk_versions_review_id", "review_id", where="review_id IS NOT NULL"),
)

point_bases = Table(
    "point_bases",
    metadata,
    # What a point cites, as far as it stands.
    Column("point_id", Id, ForeignKey("risk_points.id"), primary_key=True),
    Column("law", String(20), primary_key=True),
    Column("article", Integer, primary_key=True),  # 0: the whole law
    Index("ix_point_bases_law", "law", "point_id"),
)

risk_templates = Table(
    "risk_templates",
    metadata,
    identity(),
    Column("content", JSON, nullable=False),  # messages.register.records.Content
    Column("category", String(LONGEST_SHORT), nullable=False),
    link("node_id", "nodes.id", nullable=True),
    unchecked("point_id", nullable=True),  # the point that it was made of
    Column("published_at", Instant, nullable=False),
    link("published_by", "people.id"),
    Column("ended_at", Instant),
    link("ended_by", "people.id", nullable=True),
    Index("ix_risk_templates_node_id", "node_id"),
)

campaigns = Table(
    "campaigns",
    metadata,
    identity(),
    Column("title", String(LONGEST_TITLE), nullable=False),
    Column("text", Text, nullable=False),  # the Bot API's HTML
    Column("attachments", JSON(none_as_null=True)),  # as of notices
    Column("audience", Text, nullable=False),  # the posts that it found, as they were named
    Column("state", String(12), nullable=False),  # CampaignState
    Column("version", Integer, nullable=False),
    Column("due_on", String(10), nullable=False),  # ISO date, the last day
    Column("due_at", Instant, nullable=False),  # the end of that day
    Column("provisional", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    link("created_by", "people.id"),
    Column("asked_at", Instant),  # a second person was asked to approve it
    Column("deputy_at", Instant),
    Column("decided_at", Instant),
    link("decided_by", "people.id", nullable=True),
    Column("why", String(LONGEST_WHY)),
    Column("started_at", Instant),
    unchecked("notice_id", nullable=True),
    Column("closed_at", Instant),
    link("closed_by", "people.id", nullable=True),
    partial("ix_campaigns_notice_id", "notice_id", where="notice_id IS NOT NULL"),
    partial("ix_campaigns_state", "state", where="state = 'proposed' OR state = 'running'"),
)

campaign_tasks = Table(
    "campaign_tasks",
    metadata,
    identity(),
    link("campaign_id", "campaigns.id"),
    link("post_id", "posts.id"),
    Column("state", String(12), nullable=False),  # TaskState
    Column("complete", Boolean, nullable=False),  # its holder says that nothing is to be added
    Column("submitted_at", Instant),  # the first time stands
    Column("timely", Boolean),  # none: not submitted, or the last day is provisional
    Column("reminded_on", String(10)),  # ISO date on which its holder was reminded last
    Column("overdue_at", Instant),  # it was told that the day has passed
    Column("accepted_at", Instant),
    UniqueConstraint("campaign_id", "post_id"),
    Index("ix_campaign_tasks_post_id", "post_id"),
    # Who is to be reminded, and to be told that the day has passed: each pass asks it.
    partial("ix_campaign_tasks_to_submit", "campaign_id", "reminded_on", where="state = 'open' OR state = 'returned'"),
    partial(
        "ix_campaign_tasks_untold",
        *("campaign_id", "id"),
        where="overdue_at IS NULL AND (state = 'open' OR state = 'returned')",
    ),
)

reviews = Table(
    "reviews",
    metadata,
    identity(),
    link("post_id", "posts.id"),
    link("task_id", "campaign_tasks.id", nullable=True),  # of a campaign; none: of the holder's own accord
    link("person_id", "people.id"),  # who submitted it
    Column("complete", Boolean, nullable=False),  # nothing is to be added
    Column("note", String(LONGEST_WHY)),  # what its holder says with it
    Column("state", String(12), nullable=False),  # ReviewState
    Column("version", Integer, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("handed_at", Instant, nullable=False),  # when it came to who decides now
    Column("asked_at", Instant),  # they were told
    Column("asked_path", String(400)),  # the path of the unit that the post belonged to then
    Column("deputy_at", Instant),  # and their deputy, or that nobody may decide it
    Column("unit_at", Instant),
    link("unit_by", "people.id", nullable=True),
    Column("inspector_at", Instant),
    link("inspector_by", "people.id", nullable=True),
    Column("why", String(LONGEST_WHY)),  # why it was returned
    partial(
        "uq_reviews_open",
        "post_id",
        where="(state = 'unit' OR state = 'inspector') AND task_id IS NULL",
        unique=True,
    ),
    partial(
        "uq_reviews_open_task",
        "task_id",
        where="(state = 'unit' OR state = 'inspector') AND task_id IS NOT NULL",
        unique=True,
    ),
    partial("ix_reviews_waiting", "handed_at", where="state = 'unit' OR state = 'inspector'"),
    Index("ix_reviews_post_id", "post_id"),
)
