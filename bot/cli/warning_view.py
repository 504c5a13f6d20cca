"""How warnings are shown on the command line: in the interface's words, and as lines for a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from bot.cli.frame import Session
from bot.cli.tables import headed
from bot.web.api.warning_shapes import WarningAnswer
from messages.items.records import grade_said
from messages.store.warning_lists import WarningLine
from messages.store.warnings import Happened
from messages.text.phrase import phrase
from messages.warnings.awaited import happened_said, step_said
from messages.warnings.matters import matter_said
from messages.warnings.records import WarningRecord, warning_state_said
from messages.warnings.views import Told, rising_said
from schedules.warnings.cards import Laid

_HEADS: Final = (phrase("No."), phrase("Grade"), phrase("Post"), phrase("Title"), phrase("State"), phrase("Answer by"))
_MATTER_HEADS: Final = (phrase("No."), phrase("Grade"), phrase("Post"), phrase("What waits"), phrase("Since"))


class WarningView:
    """Shows warnings in the office's language and zone."""

    def __init__(self, session: Session) -> None:
        """Show for ``session``."""
        self._session = session

    def line(self, warning: WarningLine) -> dict[str, Any]:
        """A warning as the HTTP interface shows it, and the post that it is about."""
        shown = WarningAnswer.of(warning, self._session.settings.zone).model_dump(mode="json")
        post = warning.post
        return {**shown, "post": post.code, "unit": post.unit, "holder": post.holder, "turn": warning.turn}

    def whole(self, told: Told) -> dict[str, Any]:
        """The same, with what happened to it and the steps still to come."""
        history = [
            {"at": self._iso(one.at), "event": one.event.value, "turn": one.turn, "by": one.by, "why": one.why}
            for one in told.history
        ]
        to_come = [
            {"at": self._iso(one.at), "step": one.step.name, "told": [part.value for part in one.step.told]}
            for one in told.to_come
        ]
        return {**self.line(told.warning), "history": history, "to_come": to_come}

    def record(self, warning: WarningRecord) -> dict[str, Any]:
        """A warning after a decision."""
        return {
            "id": warning.id,
            "grade": warning.grade.value,
            "state": warning.state.value,
            "title": warning.title,
            "post": warning.post_code,
            "unit": warning.unit,
            "holder": warning.holder,
            "turn": warning.turn,
            "acknowledge_by": self._iso(warning.acknowledge_by),
            "answer_by": self._iso(warning.answer_by),
            "provisional": warning.provisional,
        }

    def matter(self, laid: Laid) -> dict[str, Any]:
        """What waits for a decision."""
        matter = laid.matter
        grade = matter.grade.value if matter.grade else None
        since = {"since": self._iso(matter.at), "to": grade}
        return {"matter": matter.kind.value, **since, "warning": self.record(laid.warning)}

    def table(self, warnings: Sequence[WarningLine]) -> Table:
        """Warnings, one a line."""
        say, table = self._session.say, headed(map(self._session.say, _HEADS))
        for one in warnings:
            state, grade = say(warning_state_said(one.state)), say(grade_said(one.grade))
            cells = one.post.code, one.title, state, self._minute(one.answer_by)
            table.add_row(str(one.id), grade, *map(escape, cells))
        return table

    def matters(self, waiting: Sequence[Laid]) -> Table:
        """What waits, one a line."""
        say, table = self._session.say, headed(map(self._session.say, _MATTER_HEADS))
        for one in waiting:
            grade, what = say(grade_said(one.warning.grade)), say(matter_said(one.matter.kind))
            table.add_row(str(one.warning.id), grade, escape(one.warning.post_code), what, self._minute(one.matter.at))
        return table

    def lines(self, told: Told) -> list[str]:
        """All about one warning."""
        say, one = self._session.say, told.warning
        grade, state = say(grade_said(one.grade)), say(warning_state_said(one.state))
        lines = [f"{one.id} · {grade} · {state}", one.title]
        lines.append(f"{one.post.unit} · {one.post.title} ({one.post.code}) · {one.post.holder or '–'}")
        if one.answer_by is not None:
            until = f"{self._minute(one.answer_by)}{'?' if one.provisional else ''}"
            lines.append(say(phrase("{label}: {value}", label=phrase("Answer by"), value=until)))
        if one.rising is not None:
            lines.append(say(rising_said(one.rising)))
        lines += [self._event(event) for event in told.history]
        lines += [f"→ {self._minute(step.at)} · {say(step_said(step.step))}" for step in told.to_come]
        return lines

    def _event(self, one: Happened) -> str:
        said = self._session.say(happened_said(one.event, one.body))
        return " · ".join(filter(None, (self._minute(one.at), said, one.by, one.why)))

    def said(self, warning: WarningRecord) -> str:
        """A warning after a decision, in one line."""
        say = self._session.say
        grade, state = say(grade_said(warning.grade)), say(warning_state_said(warning.state))
        return f"{warning.id} · {grade} · {state} · {warning.post_code} · {warning.title}"

    def _iso(self, at: datetime | None) -> str | None:
        return at.astimezone(self._session.settings.zone).isoformat() if at else None

    def _minute(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._session.settings.zone):%Y-%m-%d %H:%M}" if at else "–"
