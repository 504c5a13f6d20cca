"""The pages of warnings, the own ones and those that are open in the units that one looks after, and of items."""

from typing import Any, Final

from aiohttp import web

from bot.web.queries import query_of
from bot.web.reception import Reception, Visit
from bot.web.records import SAYING
from messages.audience_words import audience_said
from messages.items import views as item_views
from messages.items.kinds import CATEGORIES, DECISIVE, category_said, decisive_said, kind_said
from messages.items.records import ItemState, grade_said, item_state_said
from messages.notices import Category, Grade
from messages.rights import Act
from messages.store import item_lines, warning_lists
from messages.store.database import Database
from messages.text.markup import parse
from messages.warnings import views
from messages.warnings.records import GRADES, WarningState, asked_said
from schedules.items.desk import Items

_A_PAGE: Final = 30
_TIMELY: Final = {"yes": True, "no": False}


class WarningPages:
    """Draws lists of warnings and of items, narrowed by what the reader chose."""

    def __init__(self, reception: Reception, db: Database, items: Items) -> None:
        """Lists are asked of ``db``, one item of ``items``."""
        self._reception = reception
        self._db = db
        self._items = items

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in = self._reception.signed_in
        return [
            web.get("/warnings", signed_in(self._warnings)),
            web.get("/items", signed_in(self._list)),
            web.get(r"/items/{item:\d{1,18}}", signed_in(self._item)),
        ]

    async def _warnings(self, visit: Visit) -> web.Response:
        filters = warning_lists.Filters(
            unit=visit.word("unit"), grade=visit.choice("grade", Grade), state=visit.choice("state", WarningState)
        )
        viewer, page = visit.viewer, None
        if Act.SEE_WARNINGS in viewer.acts:
            page = await views.open_of(self._db, viewer.id, filters, visit.count("page"), visit.now, size=_A_PAGE)
        chosen = {"unit": filters.unit, "grade": filters.grade, "state": filters.state}
        states = [state for state in WarningState if state is not WarningState.RELEASED]
        return self._reception.answer(
            visit,
            "warnings",
            section="warnings",
            own=await views.mine_whole(self._db, viewer.id),
            text_of=lambda markup: parse(markup).text,
            asked_said=asked_said,
            page=page,
            filters=filters,
            query=query_of(chosen),
            grades=GRADES,
            states=states,
            now=visit.now,
            **SAYING,
        )

    async def _list(self, visit: Visit) -> web.Response:
        timely = visit.word("timely")
        filters = item_lines.Filters(
            category=visit.choice("category", Category),
            state=visit.choice("state", ItemState),
            timely=_TIMELY.get(timely),
        )
        page = await item_views.items_of(
            self._db, visit.viewer.id, filters, visit.count("page"), visit.now, size=_A_PAGE
        )
        chosen = {"category": filters.category, "state": filters.state, "timely": timely if timely in _TIMELY else ""}
        shown = {
            "page": page,
            "filters": filters,
            "query": query_of(chosen),
            "categories": CATEGORIES,
            "states": ItemState,
        }
        return self._answer(visit, "items", **shown)

    async def _item(self, visit: Visit) -> web.Response:
        """One item."""
        item = await self._items.of(visit.part("item"), visit.viewer.id, visit.now)
        decisive = DECISIVE.get(item.given.category)
        shown = {"item": item, "text": parse(item.given.text).text, "posts": item.posts[:_A_PAGE]}
        return self._answer(visit, "item", **shown, decisive=decisive and decisive_said(decisive))

    def _answer(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        saying = {
            "category_said": category_said,
            "kind_said": kind_said,
            "state_said": item_state_said,
            "grade_said": grade_said,
            "audience_said": audience_said,
        }
        return self._reception.answer(visit, template, section="items", **saying, **values)
