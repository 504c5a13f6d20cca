"""How the register looks to who looks after units: units and posts by their figures, points that stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from telegram import InlineKeyboardButton

from bot.chat.buttons import button, shortened
from bot.chat.cards import Drawn, Rows, labelled
from bot.chat.desk import Desk
from bot.chat.listing import turns
from bot.chat.register.points import fields_of, fitted, flags_said
from messages.pages import Page
from messages.register.point_views import PointRecord
from messages.register.progress import UnitProgress, UnitsProgress
from messages.register.records import LEVEL_MARKS, Content, PointState, point_state_said
from messages.register.views import PointSeen
from messages.store.register_progress import PostFigures, UnitFigures
from messages.store.visibility import PostFound
from messages.text.phrase import Phrase, phrase

UNITS, UNIT, POST, POINT, SEARCH, OUTDATED = "rg1", "rg2", "rg3", "rg4", "rg5", "rg6"
"""What the buttons carry: search and page; unit, search, page; post, search, page; point and search; nothing; search
and page. Search 0 is none."""
TEMPLATES: Final = "tm1"
"""Buttons about template points: what is to be done, which one, and the page that it stands on."""
_NAME: Final = 80
"""Characters of a name in a list."""
_FLAGS: Final = 3
"""So many laws out of date are named of one point in a list: a message holds no more."""


@dataclass(frozen=True)
class Faces:
    """Draws in one person's language; every card leads back to the ``search`` that it came from."""

    desk: Desk
    language: str
    search: int

    def units(self, words: str, found: UnitsProgress, *, publishes: bool) -> Drawn:
        """Units with their figures, each a button, and the figures of all."""
        page = found.page
        rows: Rows = [[button(f"🏷 {one.name}", UNIT, one.id, self.search, 1)] for one in page.rows]
        rows += turns(page.number, page.pages, (UNITS, self.search))
        if found.total.superseded:
            rows.append([self._labelled(phrase("⚠️ Points with outdated bases"), OUTDATED, self.search, 1)])
        rows.append([self._labelled(phrase("🔎 Look for a unit"), SEARCH), *self._all()])
        if publishes:
            rows.append([self._labelled(phrase("📐 Templates"), TEMPLATES, "list", 1)])
        said = {"words": words, "all": found.total, "units": [*map(_unit_line, page.rows)], "total": page.total}
        return self._drawn("register_units", rows, **said, **_numbers(page))

    def _all(self) -> list[InlineKeyboardButton]:
        return [self._labelled(phrase("All units"), UNITS, 0, 1)] if self.search else []

    def unit(self, found: UnitProgress) -> Drawn:
        """A unit and its posts with their figures, each a button."""
        page = found.page
        rows: Rows = [[button(f"👤 {_called(one.post)}", POST, one.post.id, self.search, 1)] for one in page.rows]
        rows += [*turns(page.number, page.pages, (UNIT, found.unit.id, self.search)), self._overview()]
        said = {"unit": found.unit.name, "figures": found.figures, "posts": [*map(_post_line, page.rows)]}
        return self._drawn("register_unit", rows, **said, **_numbers(page))

    def post(self, post: PostFound, page: Page[PointSeen]) -> Drawn:
        """A post's points that stand, each a button."""
        first = (page.number - 1) * page.size + 1
        rows = self._points(page.rows, first)
        rows += turns(page.number, page.pages, (POST, post.id, self.search))
        rows.append([button(f"🏷 {post.unit}", UNIT, post.unit_id, self.search, 1), *self._overview()])
        said = {"post": post, "points": [self._line(one) for one in page.rows], "first": first, "total": page.total}
        return self._drawn("register_post", rows, **said, **_numbers(page))

    def _points(self, seen: Sequence[PointSeen], first: int) -> Rows:
        return [
            [button(f"{place} · {LEVEL_MARKS[one.line.level]} {one.line.name}", POINT, one.line.id, self.search)]
            for place, one in enumerate(seen, first)
        ]

    def outdated(self, words: str, page: Page[PointSeen]) -> Drawn:
        """Points that cite laws out of date, each a button."""
        first = (page.number - 1) * page.size + 1
        rows = self._points(page.rows, first)
        rows += [*turns(page.number, page.pages, (OUTDATED, self.search)), self._overview()]
        points = [self._line(one) for one in page.rows]
        said = {"words": words, "points": points, "first": first, "total": page.total}
        return self._drawn("register_outdated", rows, **said, **_numbers(page))

    def point(self, record: PointRecord, *, publishes: bool) -> Drawn:
        """All that one point says; the office may ``publish`` one that stands."""
        line, content = record.line, content_of(record)
        rows: Rows = []
        if publishes and line.state in {PointState.ACCEPTED, PointState.REVISED}:
            rows.append([self._labelled(phrase("📐 Publish as a template"), TEMPLATES, "publish", line.id)])
        leads = (f"👤 {line.post.title}", POST, line.post.id) if line.post else (f"🏷 {line.unit}", UNIT, line.unit_id)
        rows.append([button(*leads, self.search, 1), *self._overview()])
        said = {
            "unit": line.unit,
            "post": line.post.title if line.post else "",
            "holder": line.post.holder if line.post else None,
            "state": self._say(point_state_said(line.state)),
            "made_of": record.details.template or "",
            "flags": flags_said(self.desk, record.outdated, self.language),
        }

        def draw(most: int) -> str:
            fields = fields_of(self.desk, content, self.language, most)
            return self.desk.renderer.render("register_point", self.language, fields=fields, **said)

        return Drawn(text=fitted(draw), rows=rows)

    def _overview(self) -> list[InlineKeyboardButton]:
        return [self._labelled(phrase("↩ Overview"), UNITS, self.search, 1)]

    def _line(self, one: PointSeen) -> dict[str, Any]:
        line = one.line
        return {
            "mark": LEVEL_MARKS[line.level],
            "name": shortened(line.name, _NAME),
            "category": line.category,
            "unit": shortened(line.unit, _NAME),
            "post": shortened(line.post.title, _NAME) if line.post else "",
            "outdated": bool(one.outdated),
            "flags": flags_said(self.desk, one.outdated[:_FLAGS], self.language),
        }

    def _labelled(self, what: Phrase, kind: str, *words: str | int) -> InlineKeyboardButton:
        return labelled(self.desk, what, self.language, kind, *words)

    def _say(self, what: Phrase) -> str:
        return self.desk.catalog.say(what, self.language)

    def _drawn(self, template: str, rows: Rows, **said: Any) -> Drawn:  # noqa: ANN401 -- a template's values
        return Drawn(text=self.desk.renderer.render(template, self.language, **said), rows=rows)


def content_of(record: PointRecord) -> Content:
    """What stands of a point, as one record."""
    line, details = record.line, record.details
    return Content(
        name=line.name,
        level=line.level,
        category=line.category,
        description=line.description,
        controls=details.controls,
        indicators=details.indicators,
        node=line.node,
        duty=line.duty,
        section=details.section,
        bases=line.cited,
        responsible=details.responsible,
        leading=details.leading,
    )


def _unit_line(one: UnitFigures) -> dict[str, Any]:
    return {"name": shortened(one.name, _NAME), "figures": one.figures}


def _post_line(one: PostFigures) -> dict[str, Any]:
    holder = shortened(one.post.holder or "")
    return {"title": shortened(one.post.title, _NAME), "holder": holder, "figures": one.figures}


def _called(post: PostFound) -> str:
    return " · ".join(filter(None, (post.title, post.holder)))


def _numbers(page: Page[Any]) -> dict[str, int]:
    return {"number": page.number, "pages": page.pages}
