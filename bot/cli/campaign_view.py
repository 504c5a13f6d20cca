"""How campaigns are shown on the command line: as documents, and as lines and tables for a person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from bot.cli.frame import Session
from bot.cli.tables import headed
from messages.audience_words import audience_said
from messages.register.campaigns import (
    ALL_POSTS,
    Campaign,
    CampaignProgress,
    Checked,
    Figures,
    Listed,
    Task,
    TaskPage,
    campaign_state_said,
    task_state_said,
)
from messages.text.phrase import Phrase, phrase

_CAMPAIGN: Final = (phrase("No."), phrase("Title"), phrase("State"), phrase("Last day"))
_DONE: Final = phrase("Handed in"), phrase("Accepted"), phrase("Nothing to add"), phrase("Overdue")
_FIGURES: Final = (phrase("Posts"), *_DONE)
_IN_A_LIST: Final = 3
"""So many of these stand in a list, beside titles."""
_TASK: Final = (phrase("Unit"), phrase("Post"), phrase("Full name"), phrase("State"), phrase("In time"))
_TIMELY: Final = {True: phrase("yes"), False: phrase("handed in late"), None: phrase("not known yet")}


@dataclass(frozen=True)
class CampaignView:
    """Shows campaigns in one session: in its language and its zone."""

    session: Session

    def document(self, campaign: Campaign) -> dict[str, Any]:
        """A campaign as JSON."""
        given, due = campaign.given, campaign.due
        return {
            "id": campaign.id,
            "version": campaign.version,
            "state": campaign.state.value,
            "title": given.title,
            "text": given.text,
            "audience": given.audience,
            "due": due.on.isoformat(),
            "due_at": self._at(due.at),
            "provisional": due.provisional,
            "author": campaign.author_code,
            "author_name": campaign.author,
            "decided_by": campaign.decider_code,
            "decided_by_name": campaign.decider,
            "decided_at": self._at(campaign.decided_at),
            "why": campaign.why,
            "notice": campaign.notice_id,
            "created_at": self._at(campaign.created_at),
            "started_at": self._at(campaign.started_at),
            "closed_at": self._at(campaign.closed_at),
            "closed_by": campaign.closer_code,
            "closed_by_name": campaign.closer,
        }

    def found(self, checked: Checked) -> dict[str, Any]:
        """What an audience finds, as JSON."""
        return {**asdict(checked.found), "needs_approval": checked.needs_approval}

    def found_line(self, checked: Checked) -> str:
        """The same, said."""
        found = phrase(
            "{posts} posts, {vacant} of them vacant, of {people} people in {units} units.", **asdict(checked.found)
        )
        return self.session.say(found)

    def listed(self, one: Listed) -> dict[str, Any]:
        """A campaign in a list, as JSON."""
        return {**self.document(one.campaign), "figures": asdict(one.figures)}

    def progress(self, progress: CampaignProgress) -> dict[str, Any]:
        """How a campaign stands, as JSON."""
        units = [{"unit": one.unit, "unit_id": one.unit_id, "figures": asdict(one.figures)} for one in progress.units]
        return {**self.document(progress.campaign), "figures": asdict(progress.total), "units": units}

    def tasks(self, page: TaskPage) -> dict[str, Any]:
        """A page of tasks, as JSON."""
        return {
            "tasks": [self._task(one) for one in page.tasks],
            "page": page.number,
            "pages": page.pages,
            "total": page.total,
        }

    def _task(self, task: Task) -> dict[str, Any]:
        instants = {"submitted_at": self._at(task.submitted_at), "accepted_at": self._at(task.accepted_at)}
        return {**asdict(task), "state": task.state.value, **instants}

    def _at(self, instant: datetime | None) -> str | None:
        return instant.astimezone(self.session.settings.zone).isoformat() if instant else None

    def lines(self, campaign: Campaign) -> list[str]:
        """All about one campaign."""
        say = self.session.say
        pairs: list[tuple[Phrase, str | None]] = [
            (phrase("No."), f"{campaign.id} · {say(campaign_state_said(campaign.state))}"),
            (phrase("Title"), campaign.given.title),
            (phrase("Audience"), say(audience_said(campaign.given.audience, everyone=ALL_POSTS))),
            (phrase("Last day"), _due(campaign)),
            (phrase("By"), campaign.author),
            (phrase("Decided by"), campaign.decider),
            (phrase("Closed by"), campaign.closer),
            (phrase("Why"), campaign.why),
        ]
        return [say(phrase("{label}: {value}", label=label, value=value)) for label, value in pairs if value]

    def table(self, listed: Sequence[Listed]) -> Table:
        """Campaigns, one a line."""
        table = headed(map(self.session.say, (*_CAMPAIGN, *_FIGURES[:_IN_A_LIST])))
        for one in listed:
            state = self.session.say(campaign_state_said(one.campaign.state))
            named = str(one.campaign.id), escape(one.campaign.given.title), state, _due(one.campaign)
            table.add_row(*named, *_figures(one.figures)[:_IN_A_LIST])
        return table

    def units_table(self, progress: CampaignProgress) -> Table:
        """Units, one a line, and all together."""
        table = headed(map(self.session.say, (phrase("Unit"), *_FIGURES)))
        for one in progress.units:
            table.add_row(escape(one.unit), *_figures(one.figures))
        table.add_section()
        table.add_row(self.session.say(phrase("Together")), *_figures(progress.total))
        return table

    def tasks_table(self, tasks: Sequence[Task]) -> Table:
        """Posts, one a line."""
        say, table = self.session.say, headed(map(self.session.say, _TASK))
        for one in tasks:
            state = task_state_said(one.state), _TIMELY[one.timely]
            holder = one.holder or say(phrase("vacant"))
            table.add_row(escape(one.unit), escape(f"{one.post_code} {one.post}"), escape(holder), *map(say, state))
        return table


def _due(campaign: Campaign) -> str:
    return f"{campaign.due.on:%Y-%m-%d}{'?' if campaign.due.provisional else ''}"


def _figures(figures: Figures) -> list[str]:
    told = figures.tasks, figures.submitted, figures.accepted, figures.complete, figures.overdue
    return [str(one) for one in told]
