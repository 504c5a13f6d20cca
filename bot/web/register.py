"""The pages of the risk register: points with search and filters, the risk map, one point, how far units have come."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aiohttp import web

from bot.web.queries import query_of
from bot.web.reception import Reception, Visit
from messages.register import point_views, progress, risk_map, views
from messages.register.bases import Bases, Cited, cited_said, superseded_said
from messages.register.reach import LOOKS_AFTER
from messages.register.records import (
    LONGEST_NAME,
    PointState,
    RiskLevel,
    Workflow,
    level_said,
    point_state_said,
    workflow_said,
)
from messages.rights import Act
from messages.searches import words_of
from messages.store import register_map, visibility
from messages.store.database import Database
from messages.store.register_lists import Filters, Sort
from messages.store.visibility import UnitFound
from messages.text.phrase import Phrase, phrase
from schedules.policy import Policy

SUPERSEDED: Final = "superseded"
"""The choice of any basis that is out of date."""
_POINTS: Final = 30
_ROWS: Final = 32
_COLUMNS: Final = 15
_UNITS: Final = 50
_POSTS: Final = 50
_MOST_NODES: Final = 600
"""So many nodes are offered where one is looked for."""
_SORTS: Final[Mapping[Sort, Phrase]] = {
    Sort.UNIT: phrase("by unit and post"),
    Sort.LEVEL: phrase("the gravest first"),
    Sort.CHANGED: phrase("the latest changed first"),
}
_SHORT: Final[Mapping[RiskLevel, Phrase]] = {
    RiskLevel.HIGH: phrase("high"),
    RiskLevel.MIDDLE: phrase("mid"),
    RiskLevel.LOW: phrase("low"),
}
"""Levels in a cell of the map."""

SAYING: Final[Mapping[str, Callable[..., Any]]] = {
    "level_said": level_said,
    "point_state_said": point_state_said,
    "workflow_said": workflow_said,
    "superseded_said": superseded_said,
}
"""What templates of risk points say things with."""


class RegisterPages:
    """Draws the register as far as its reader may see it."""

    def __init__(self, reception: Reception, db: Database, policy: Policy) -> None:
        """Everything is asked of ``db`` anew; ``policy`` has the legal bases, and the categories that are offered."""
        self._reception = reception
        self._db = db
        self._bases = policy.legal_bases
        self._categories = policy.risks.categories

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/register", signed_in(self._list)),
            web.get("/register/map", signed_in(self._map)),
            web.get("/register/progress", signed_in(self._progress)),
            web.get(r"/register/progress/units/{unit:\d{1,18}}", signed_in(self._unit_progress)),
            web.get(r"/register/points/{point:\d{1,18}}", signed_in(self._point)),
        ]

    async def _list(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._bases)
        sort = visit.choice("sort", Sort) or Sort.UNIT
        alone = await self._unit(asked.unit_id)
        filters = asked.filters(alone)
        found = await views.points_of(
            self._db, visit.viewer.id, filters, sort, visit.count("page"), visit.now, bases=self._bases, size=_POINTS
        )
        async with self._db.reading() as conn:
            nodes = await register_map.node_names(conn, _MOST_NODES)
        return self._answer(
            visit,
            "register",
            found=found,
            filters=filters,
            basis=asked.basis,
            alone=alone,
            query=query_of({**asked.chosen(alone), "sort": sort if sort is not Sort.UNIT else None}),
            nodes=nodes,
            sort=sort,
            sorts=_SORTS,
            outdated=await self._outdated(visit),
            **self._choices(),
        )

    async def _map(self, visit: Visit) -> web.Response:
        asked = Asked(visit, self._bases)
        filters = Filters(unit=asked.unit, workflow=asked.workflow, level=asked.level)
        chosen = {"unit": filters.unit, "workflow": filters.workflow, "level": filters.level}
        row, column = visit.count("page"), visit.count("columns")
        found = await risk_map.map_of(
            self._db, visit.viewer.id, filters, row=row, column=column, rows=_ROWS, columns=_COLUMNS
        )
        narrowing = {"level": filters.level, "workflow": filters.workflow}
        return self._answer(
            visit,
            "register_map",
            found=found,
            filters=filters,
            query=query_of(chosen),
            narrowing=query_of(narrowing),
            no_node=risk_map.NO_NODE,
            short=_SHORT,
            **self._choices(),
        )

    async def _point(self, visit: Visit) -> web.Response:
        record = await point_views.of_point(
            self._db, visit.viewer.id, visit.part("point"), visit.now, bases=self._bases
        )
        return self._answer(visit, "register_point", record=record, fields=point_views.FIELDS)

    async def _progress(self, visit: Visit) -> web.Response:
        unit = words_of(visit.word("unit"))
        outdated = self._bases.superseded(visit.now.date())
        found = await progress.progress_of(
            self._db, visit.viewer.id, unit, visit.count("page"), visit.now, outdated=[*outdated], size=_UNITS
        )
        return self._answer(visit, "register_progress", found=found, unit=unit)

    async def _unit_progress(self, visit: Visit) -> web.Response:
        ids = visit.viewer.id, visit.part("unit")
        outdated = self._bases.superseded(visit.now.date())
        found = await progress.unit_progress(
            self._db, *ids, visit.count("page"), visit.now, outdated=[*outdated], size=_POSTS
        )
        return self._answer(visit, "register_progress_unit", found=found)

    async def _unit(self, unit_id: int | None) -> UnitFound | None:
        """A unit alone whose points are asked for; what is none is as if it had not been named."""
        if unit_id is None:
            return None
        async with self._db.reading() as conn:
            return await visibility.unit(conn, unit_id)

    async def _outdated(self, visit: Visit) -> int:
        """How many points cite what is out of date: told to who looks after units."""
        if Act.SEE_WARNINGS not in visit.viewer.acts:
            return 0
        return await views.count_outdated(self._db, visit.viewer.id, visit.now, bases=self._bases)

    def _choices(self) -> dict[str, Any]:
        return {
            "levels": RiskLevel,
            "workflows": Workflow,
            "states": PointState,
            "categories": self._categories,
            "laws": self._bases.all,
            "superseded": SUPERSEDED,
        }

    def _answer(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        looks_after = bool(visit.viewer.acts & {*LOOKS_AFTER})
        return self._reception.answer(
            visit,
            template,
            section="register",
            looks_after=looks_after,
            cited_said=lambda cited: cited_said(cited, self._bases),
            **SAYING,
            **values,
        )


class Asked:
    """What a query asks of the register; values that nobody offered are as if they had not been given."""

    def __init__(self, visit: Visit, bases: Bases) -> None:
        """Read it of a visit's address."""
        self.words = words_of(visit.word("words"))
        self.unit = words_of(visit.word("unit"), LONGEST_NAME)
        self.unit_id = visit.count("in", 0) or None
        self.no_node = visit.word("no_node") == "yes"
        self.node = "" if self.no_node else words_of(visit.word("node"), LONGEST_NAME)
        self.workflow = visit.choice("workflow", Workflow)
        self.level = visit.choice("level", RiskLevel)
        self.category = words_of(visit.word("category"), LONGEST_NAME)
        self.state = visit.choice("state", PointState)
        given = visit.word("basis")
        cited = Cited.of(given)
        self._cites: tuple[Cited, ...] | None = None
        if given == SUPERSEDED:
            self._cites = views.outdated_of(bases, visit.now)
        elif cited is not None and bases.holds(cited):
            self._cites = (cited,)
        self.basis = given if self._cites is not None else ""

    def filters(self, alone: UnitFound | None) -> Filters:
        """As the register takes it, of one unit ``alone`` where there is one."""
        return Filters(
            words=self.words,
            unit=self.unit,
            unit_id=alone.id if alone else None,
            node=self.node,
            no_node=self.no_node,
            workflow=self.workflow,
            level=self.level,
            category=self.category,
            cites=self._cites,
            state=self.state,
        )

    def chosen(self, alone: UnitFound | None) -> dict[str, str | None]:
        """As an address has it."""
        return {
            "words": self.words,
            "unit": self.unit,
            "in": str(alone.id) if alone else None,
            "node": self.node,
            "no_node": "yes" if self.no_node else None,
            "workflow": self.workflow,
            "level": self.level,
            "category": self.category,
            "basis": self.basis,
            "state": self.state,
        }
