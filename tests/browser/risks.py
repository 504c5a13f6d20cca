"""An office's risk points and a campaign, as its dashboard shows them."""

from messages.register.records import RiskLevel
from tests.browser.conftest import HOSTILE
from tests.points import put_point, put_task
from tests.service import Town


async def enter_risks(place: Town) -> None:
    """Points of two posts stand at many nodes, under names that are hostile; a campaign asks these posts for more."""
    for number, level in enumerate([*RiskLevel] * 7):
        await put_point(place.db, f"P00{4 + number % 2}", f"{HOSTILE} {number}", node=f"节点{number:02}", level=level)
    await put_task(place.db, "P004", "P005")
