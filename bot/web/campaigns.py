"""The pages of campaigns: which there are, and how far one has come by unit and by task."""

from functools import partial
from typing import Any, Final

from aiohttp import web

from bot.web.queries import query_of
from bot.web.reception import Reception, Visit
from messages.audience_words import audience_said
from messages.organisation.views import Page, part_of
from messages.register.campaigns import ALL_POSTS, Task, TaskPage, TaskState, campaign_state_said, task_state_said
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
        ids = visit.part("campaign"), visit.viewer.id
        progress = await self._campaigns.progress(*ids, visit.now)
        unit = next((one for one in progress.units if one.unit_id == visit.count("in", 0)), None)
        state, complete = visit.choice("state", TaskState), visit.word("complete")
        tasks = await self._campaigns.tasks(
            *ids,
            unit_id=unit.unit_id if unit else None,
            states=(state,) if state else (),
            complete=_COMPLETE.get(complete),
            page=visit.count("page"),
            now=visit.now,
            size=_TASKS,
        )
        chosen = {"in": str(unit.unit_id) if unit else "", "state": state}
        return self._answer(
            visit,
            "campaign",
            campaign=progress.campaign,
            text=parse(progress.campaign.given.text).text,
            total=progress.total,
            units=part_of(progress.units, visit.count("units"), _UNITS),
            tasks=_paged(tasks),
            unit=unit,
            state=state,
            complete=complete if complete in _COMPLETE else "",
            query=query_of({**chosen, "complete": complete if complete in _COMPLETE else ""}),
            states=TaskState,
        )

    def _answer(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        saying = {
            "campaign_state_said": campaign_state_said,
            "task_state_said": task_state_said,
            "audience_said": partial(audience_said, everyone=ALL_POSTS),
        }
        return self._reception.answer(visit, template, section="campaigns", **saying, **values)


def _paged(tasks: TaskPage) -> Page[Task]:
    return Page(rows=tasks.tasks, total=tasks.total, number=tasks.number, size=_TASKS)
