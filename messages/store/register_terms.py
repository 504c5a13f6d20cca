"""Conditions and orders of the register and its campaigns, written once; those with literals are as the indexes are."""

from typing import Final

from sqlalchemy import ColumnElement, and_, case, literal_column, or_, select

from messages.register.campaigns import TO_SUBMIT, CampaignState
from messages.register.records import RiskLevel
from messages.store.tables import assignments, campaign_tasks, campaigns, nodes, post_nodes, risk_points

STANDS: Final = and_(risk_points.c.standing.is_not(None), risk_points.c.ended_at.is_(None))
"""Of points: accepted, and not ended."""
TIES: Final = (
    select(post_nodes.c.post_id, nodes.c.name).join(nodes, nodes.c.id == post_nodes.c.node_id),
    select(risk_points.c.post_id, nodes.c.name).join(nodes, nodes.c.id == risk_points.c.node_id).where(STANDS),
)
"""For which risk nodes posts answer: by the roster or by hand, and by points that stand."""
GRAVITY: Final = case({level.value: number for number, level in enumerate(RiskLevel)}, value=risk_points.c.level)
"""The order of points by their level, the gravest first."""
IS_RUNNING: Final = campaigns.c.state == CampaignState.RUNNING.value
IS_TO_SUBMIT: Final = or_(*(campaign_tasks.c.state == literal_column(f"'{state}'") for state in TO_SUBMIT))
"""Of tasks: it is the holder's turn."""


def holds(post_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Of ``assignments``: the present one of a post."""
    return and_(assignments.c.post_id == post_id, assignments.c.ended_at.is_(None))
