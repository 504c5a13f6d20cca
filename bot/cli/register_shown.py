"""How the register is shown on the command line: as JSON, and as tables for a person."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.markup import escape
from rich.table import Column, Table

from bot.cli.frame import Session
from bot.cli.tables import headed
from messages.pages import Page
from messages.register.bases import Basis, Superseded
from messages.register.records import level_said, point_state_said
from messages.register.views import PointSeen
from messages.store.register_progress import Figures, UnitFigures
from messages.text.phrase import phrase

_POINTS: Final = (
    phrase("No."),
    phrase("Post"),
    phrase("Risk point"),
    phrase("Risk level"),
    phrase("State"),
    phrase("Legal bases"),
)
_BASES: Final = (
    phrase("Code"),
    phrase("Title"),
    phrase("Version"),
    phrase("In force"),
    phrase("Superseded by"),
    phrase("Points"),
)
_UNITS: Final = (
    phrase("Unit"),
    phrase("Posts"),
    phrase("Posts covered"),
    phrase("Points"),
    phrase("High / middle / low"),
    phrase("In review"),
    phrase("Returned"),
    phrase("Superseded"),
)


class RegisterShown:
    """Shows the register in the office's language and zone."""

    def __init__(self, session: Session) -> None:
        """Show for ``session``."""
        self._session = session

    def point(self, seen: PointSeen) -> dict[str, Any]:
        """A point, with the laws out of date that it cites."""
        line = seen.line
        return {
            "id": line.id,
            "unit": line.unit,
            "post": line.post.code if line.post else None,
            "name": line.name,
            "level": line.level.value,
            "category": line.category,
            "description": line.description,
            "node": line.node or None,
            "duty": line.duty or None,
            "state": line.state.value,
            "bases": [str(cited) for cited in line.cited],
            "superseded": [_flag(one) for one in seen.outdated],
            "changed_at": line.changed_at.astimezone(self._session.settings.zone).isoformat(),
        }

    def points(self, page: Page[PointSeen]) -> Table:
        """Points, one a line; a law that is out of date has a mark."""
        say, table = self._session.say, headed(map(self._session.say, _POINTS))
        for seen in page.rows:
            line = seen.line
            outdated = {one.basis.code for one in seen.outdated}
            cited = " ".join(f"{one}⚠" if one.law in outdated else str(one) for one in line.cited)
            where = line.post.code if line.post else line.unit
            said = where, line.name, say(level_said(line.level)), say(point_state_said(line.state)), cited
            table.add_row(str(line.id), *map(escape, said))
        return table

    def bases(self, laws: Sequence[Basis], outdated: Mapping[str, Superseded], points: Mapping[str, int]) -> Table:
        """Laws and rules, one a line, with how many points cite each."""
        table = headed(map(self._session.say, _BASES))
        for law in laws:
            since, until = law.effective_from.isoformat(), law.effective_to.isoformat() if law.effective_to else ""
            after = outdated.get(law.code)
            successor = after.successor.code if after and after.successor else ""
            said = law.code, law.title, law.version, f"{since} – {until}", successor
            table.add_row(*map(escape, said), str(points.get(law.code, 0)))
        return table

    def units(self, total: Figures, page: Page[UnitFigures]) -> Table:
        """Units with their figures, and all that were found together."""
        first, *others = map(self._session.say, _UNITS)
        table = Table(Column(first, no_wrap=True), *others)
        for one in page.rows:
            table.add_row(escape(one.name), *_cells(one.figures))
        table.add_row(self._session.say(phrase("Together")), *_cells(total), style="bold")
        return table


def basis_shown(law: Basis, outdated: Mapping[str, Superseded], points: int, *, in_force: bool) -> dict[str, Any]:
    """A law, with what took its place and how many points cite it."""
    after = outdated.get(law.code)
    return {
        "code": law.code,
        "title": law.title,
        "version": law.version,
        "names": [*law.names],
        "articles": law.articles,
        "effective_from": law.effective_from.isoformat(),
        "effective_to": law.effective_to.isoformat() if law.effective_to else None,
        "in_force": in_force,
        "superseded_by": after.successor.code if after and after.successor else None,
        "superseded": after is not None,
        "points": points,
    }


def figures_shown(figures: Figures) -> dict[str, int]:
    """Figures of some posts."""
    return {"points": figures.points, **vars(figures)}


def _flag(one: Superseded) -> dict[str, Any]:
    successor = one.successor.code if one.successor else None
    return {"law": one.basis.code, "successor": successor, "in_force": one.in_force}


def _cells(figures: Figures) -> list[str]:
    levels = f"{figures.high} / {figures.middle} / {figures.low}"
    rest = figures.waiting, figures.returned, figures.superseded
    return [str(one) for one in (figures.posts, figures.covered, figures.points, levels, *rest)]
