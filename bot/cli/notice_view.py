"""How notices are shown on the command line: as the contract's keys, and as tables for a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from bot.cli.frame import Session
from bot.cli.tables import headed
from messages.deliveries import reason_said
from messages.figures import UnitFigures
from messages.notices import Category, Counts, Notice, category_said
from messages.store.notice_standing import Unreached
from messages.text.phrase import Phrase, nphrase, phrase
from messages.text.rendering import Renderer

_NAMED: Final = 50
"""How many people are named; the rest is a number."""

_HEADS: Final = (
    phrase("No."),
    phrase("When"),
    phrase("Title"),
    phrase("People"),
    phrase("Delivered"),
    phrase("Posts that have acknowledged"),
)
_UNIT_HEADS: Final = (
    phrase("Unit"),
    phrase("People"),
    phrase("Delivered"),
    phrase("Not reached"),
    phrase("Posts to acknowledge"),
    phrase("Acknowledged"),
    phrase("Not acknowledged"),
)
_LABELS: Final[Mapping[str, Phrase]] = MappingProxyType(
    {
        "id": phrase("No."),
        "title": phrase("Title"),
        "category": phrase("Category"),
        "key": phrase("Occasion"),
        "audience": phrase("Audience"),
        "send_at": phrase("When"),
        "acknowledge_by": phrase("To acknowledge by"),
        "expires_at": phrase("Of use until"),
        "paused_at": phrase("Paused at"),
        "cancelled_at": phrase("Cancelled at"),
        "recalled_at": phrase("Recalled at"),
        "recipients": phrase("People"),
        "planned": phrase("Waiting"),
        "sending": phrase("Being sent"),
        "delivered": phrase("Delivered"),
        "unreachable": phrase("Unreachable"),
        "unconfirmed": phrase("Unconfirmed"),
        "expired": phrase("Expired"),
        "cancelled": phrase("Cancelled"),
        "obligations": phrase("Posts that must acknowledge"),
        "acknowledged": phrase("Posts that have acknowledged"),
    }
)
_INSTANTS: Final = ("send_at", "acknowledge_by", "expires_at", "paused_at", "cancelled_at", "recalled_at")


class NoticeView:
    """Shows notices in the office's language and zone."""

    def __init__(self, session: Session) -> None:
        """Show for ``session``."""
        self._session = session
        self._renderer = Renderer(session.catalog, session.settings.zone)

    def summary(self, notice: Notice, counts: Counts) -> dict[str, Any]:
        """The contract's keys first, what else is known after them."""
        return {
            "id": notice.id,
            "key": notice.key,
            "category": notice.category.value,
            **asdict(counts),
            "title": self._renderer.title(notice.template, self._session.language, notice.title, **notice.params),
            "audience": notice.audience,
            "send_at": self._iso(notice.send_at),
            "acknowledge_by": self._iso(notice.acknowledge_by),
            "expires_at": self._iso(notice.expires_at),
            "paused_at": self._iso(notice.paused_at),
            "cancelled_at": self._iso(notice.cancelled_at),
            "recalled_at": self._iso(notice.recalled_at),
            "provisional": notice.provisional,
        }

    def table(self, summaries: Sequence[Mapping[str, Any]]) -> Table:
        """Notices, one a line."""
        table = headed(map(self._session.say, _HEADS))
        for row in summaries:
            acknowledged = f"{row['acknowledged']}/{row['obligations']}" if row["obligations"] else "–"
            people = str(row["recipients"]), str(row["delivered"])
            table.add_row(str(row["id"]), _minute(row["send_at"]), escape(row["title"]), *people, acknowledged)
        return table

    def by_unit(self, units: Sequence[UnitFigures]) -> Table:
        """How a notice stands in each unit."""
        table = headed(map(self._session.say, _UNIT_HEADS))
        for unit in units:
            numbers = unit.people, unit.delivered, unit.missed, unit.obligations, unit.acknowledged, unit.silent
            table.add_row(escape(unit.unit), *map(str, numbers))
        return table

    def sheet(self, summary: Mapping[str, Any]) -> Table:
        """One notice, a line for each thing that there is to say."""
        sheet = Table(show_header=False, box=None)
        for name, label in _LABELS.items():
            if summary[name] is not None and summary[name] != "":
                sheet.add_row(self._session.say(label), escape(self._shown(name, summary[name])))
        return sheet

    def names(self, missed: Sequence[Unreached]) -> Iterator[str]:
        """Those not reached, by unit and name, with the reason."""
        if missed:
            yield self._session.say(phrase("Not reached:"))
        for one in missed[:_NAMED]:
            yield f"  {one.unit} · {one.name} ({one.person_code}): {self._why(one)}"
        if len(missed) > _NAMED:
            more = nphrase("… and {count} more", "… and {count} more", len(missed) - _NAMED)
            yield "  " + self._session.say(more)

    def _why(self, one: Unreached) -> str:
        return self._session.say(reason_said(one.reason) if one.reason else _LABELS[one.state.value])

    def _shown(self, name: str, value: object) -> str:
        if name in _INSTANTS:
            return _minute(str(value))
        return self._session.say(category_said(Category(str(value)))) if name == "category" else str(value)

    def _iso(self, instant: datetime | None) -> str | None:
        return instant.astimezone(self._session.settings.zone).isoformat() if instant else None


def _minute(iso: str) -> str:
    return iso[:16].replace("T", " ")
