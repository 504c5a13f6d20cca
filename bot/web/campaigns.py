"""The pages of campaigns: which there are, and how far one has come by unit and by task."""

from functools import partial
from typing import Any, Final

from aiohttp import web

from bot.web.queries import query_of
from bot.web.reception import Reception, Visit
from messages.audience_words import audience_said
from messages.pages import Page, part_of
from messages.register.campaigns import (
    ALL_POSTS,
    CampaignProgress,
    Task,
    TaskState,
    campaign_state_said,
    task_state_said,
)
from messages.text.markup import parse
from schedules.campaigns.desk import Campaigns

_CAMPAIGNS: Final = 20
_UNITS: Final = 32
_TASKS: Final = 30
_COMPLETE: Final = {"yes": True, "no": False}


class CampaignPages:
    """Draws campaigns as far as their reader looks after the units of their posts."""

    def __init__(self, reception: Reception, campaigns: Campaigns) -> None:
        """Everything is asked of ``campaigns`` anew."""
        self._reception = reception
        self._campaigns = campaigns

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/campaigns", signed_in(self._list)),
            web.get(r"/campaigns/{campaign:\d{1,18}}", signed_in(self._show)),
        ]

    async def _list(self, visit: Visit) -> web.Response:
        page = await self._campaigns.list(visit.viewer.id, visit.count("page"), visit.now, size=_CAMPAIGNS)
        return self._answer(visit, "campaigns", page=page)

    async def _show(self, visit: Visit) -> web.Response:
        progress = await self._campaigns.progress(visit.part("campaign"), visit.viewer.id, visit.now)
        asked = _Asked(visit, progress)
        return self._answer(
            visit,
            "campaign",
            campaign=progress.campaign,
            text=parse(progress.campaign.given.text).text,
            total=progress.total,
            units=part_of(progress.units, visit.count("units"), _UNITS),
            tasks=await self._tasks(visit, asked),
            asked=asked,
            query=query_of(asked.chosen()),
            states=TaskState,
        )

    async def _tasks(self, visit: Visit, asked: "_Asked") -> Page[Task]:
        found = await self._campaigns.tasks(
            visit.part("campaign"),
            visit.viewer.id,
            unit_id=asked.unit.unit_id if asked.unit else None,
            states=(asked.state,) if asked.state else (),
            complete=_COMPLETE.get(asked.complete),
            page=visit.count("page"),
            now=visit.now,
            size=_TASKS,
        )
        return Page(rows=found.tasks, total=found.total, number=found.number, size=_TASKS)

    def _answer(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        saying = {
            "campaign_state_said": campaign_state_said,
            "task_state_said": task_state_said,
            "audience_said": partial(audience_said, everyone=ALL_POSTS),
        }
        return self._reception.answer(visit, template, section="campaigns", **saying, **values)


class _Asked:
    """Which tasks a query asks for; values that nobody offered are as if they had not been given."""

    def __init__(self, visit: Visit, progress: CampaignProgress) -> None:
        """Read it of a visit's address; units are those of ``progress``."""
        self.unit = next((one for one in progress.units if one.unit_id == visit.count("in", 0)), None)
        self.state = visit.choice("state", TaskState)
        complete = visit.word("complete")
        self.complete = complete if complete in _COMPLETE else ""

    def chosen(self) -> dict[str, str | None]:
        """As an address has it."""
        return {"in": str(self.unit.unit_id) if self.unit else "", "state": self.state, "complete": self.complete}
