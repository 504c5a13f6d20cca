"""The pages of matters (tenders, purchases, recruitments): lists by state, one with its course, broken limits."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.office import Office
from bot.web.breach_files import file_of
from bot.web.queries import query_of
from bot.web.reception import Reception, Visit
from bot.web.tender_course import course_of, is_settled
from messages.errors import Refused
from messages.register.records import LONGEST_NAME
from messages.rights import Act
from messages.searches import words_of
from messages.tenders.milestones import MatterKind, Milestone, matter_kind_said, milestone_said
from messages.tenders.records import (
    LONGEST_MATTER,
    OVER,
    Limit,
    LimitState,
    MatterState,
    Method,
    amount_said,
    limit_said,
    matter_state_said,
    method_said,
)
from messages.tenders.views import Filter, KnownPrompt, Whole
from messages.text.articles import article_of, article_said
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.policy.tenders import Bound, Rule

_MATTERS: Final = 30
_BREACHES: Final = 50
_ENDINGS: Final = "csv|xlsx"


class TenderPages:
    """Draws matters as far as they are open to their reader: rights are asked where the matters are."""

    def __init__(self, reception: Reception, office: Office, wake: Callable[[], None]) -> None:
        """``wake`` tells the planner that a matter has got its unit, so that people are to be prompted."""
        self._reception = reception
        self._tenders = office.tenders
        self._catalog = office.catalog
        self._policy = office.policy.tenders
        self._rules = self._policy.by_name()
        self._zone = office.settings.zone
        self._wake = wake

    def routes(self) -> list[web.RouteDef]:
        """The pages' addresses."""
        signed_in, posted = self._reception.signed_in, self._reception.posted
        matter = r"/tenders/{matter:\d{1,18}}"
        return [
            web.get("/tenders", signed_in(self._list)),
            web.get("/tenders/breaches", signed_in(self._breaches)),
            web.get(rf"/tenders/breaches.{{ending:{_ENDINGS}}}", signed_in(self._export)),
            web.get(matter, signed_in(self._show)),
            web.get(f"{matter}/declarations", signed_in(self._declarations)),
            web.get(r"/tenders/declarations/{declaration:\d{1,18}}", signed_in(self._declaration)),
            web.post(f"{matter}/place", posted(self._place)),
            web.get(f"{matter}/place", signed_in(self._see)),
        ]

    async def _list(self, visit: Visit) -> web.Response:
        asked = Asked(visit)
        page = await self._tenders.list(visit.viewer.id, asked.filter, visit.count("page"), visit.now, size=_MATTERS)
        return self._answer(
            visit,
            "tenders",
            page=page,
            asked=asked,
            query=query_of(asked.chosen()),
            narrowing=query_of(asked.chosen() | {"state": None}),
            unplaced=await self._unplaced(visit, asked),
            states=MatterState,
            kinds=MatterKind,
        )

    async def _unplaced(self, visit: Visit, asked: "Asked") -> int:
        """How many matters are of no unit that is known, for who may say of which."""
        if Act.PLACE_MATTERS not in visit.viewer.acts or asked.filter.unplaced:
            return 0
        found = await self._tenders.list(visit.viewer.id, Filter(unplaced=True), 1, visit.now, size=1)
        return found.total

    async def _show(self, visit: Visit, *, said: Phrase | None = None, refused: Phrase | None = None) -> web.Response:
        whole = await self._tenders.of(visit.part("matter"), visit.viewer.id, visit.now)
        return self._answer(
            visit,
            "tender",
            whole=whole,
            matter=whole.matter,
            course=course_of(whole, visit.now),
            broken=[one.limit for one in whole.limits if one.limit.state in (LimitState.BROKEN, LimitState.OVERDUE)],
            prompts=_prompts(whole),
            now=visit.now,
            said=said,
            refused=refused,
            sees_notices=Act.SEE_NOTICES in visit.viewer.acts,
        )

    async def _see(self, visit: Visit) -> web.Response:
        return self._reception.go(f"/tenders/{visit.part('matter')}")

    async def _declarations(self, visit: Visit) -> web.Response:
        whole = await self._tenders.of(visit.part("matter"), visit.viewer.id, visit.now)
        declared = await self._tenders.declarations(whole.matter.id, visit.viewer.id, visit.now)
        return self._answer(visit, "tender_declarations", matter=whole.matter, declared=declared)

    async def _declaration(self, visit: Visit) -> web.Response:
        """One declaration with its details; who made it sees that somebody else has read it."""
        one = await self._tenders.declaration(visit.part("declaration"), visit.viewer.id, visit.now)
        return self._answer(visit, "tender_declaration", one=one)

    async def _place(self, visit: Visit) -> web.Response:
        """Say of which unit a matter's buyer is; the page comes again with what came of it."""
        unit = words_of(visit.form.get("unit", ""), LONGEST_NAME)
        try:
            placed = await self._tenders.place(visit.part("matter"), unit, visit.viewer.id, visit.now)
        except Refused:
            refused = phrase("There is no unit “{unit}”. The name of a unit in the roster is accepted.", unit=unit)
            return await self._show(visit, refused=refused)
        self._wake()
        said = nphrase("{count} matter of this buyer was placed.", "{count} matters of this buyer were placed.", placed)
        return await self._show(visit, said=said)

    async def _breaches(self, visit: Visit) -> web.Response:
        asked = Asked(visit)
        page = await self._tenders.breaches(
            visit.viewer.id, asked.filter, visit.count("page"), visit.now, size=_BREACHES
        )
        shown = {"page": page, "asked": asked, "query": query_of(asked.chosen()), "kinds": MatterKind}
        narrowing = query_of(asked.chosen() | {"unit": None})
        return self._answer(visit, "tender_breaches", narrowing=narrowing, **shown)

    async def _export(self, visit: Visit) -> web.Response:
        language = visit.language

        def say(what: Phrase) -> str:
            return self._catalog.say(what, language)

        return await file_of(
            self._tenders,
            visit,
            Asked(visit).filter,
            say=say,
            article=lambda source: self._article(source, language),
            zone=self._zone,
        )

    def _article(self, source: str | None, language: str) -> str:
        article = article_of(source, self._policy.laws)
        return article_said(article, self._catalog, language) if article else ""

    def _answer(self, visit: Visit, template: str, **values: Any) -> web.Response:  # noqa: ANN401 -- a template's values
        over = "matter" in values and values["matter"].state in OVER
        saying = {
            "kind_said": matter_kind_said,
            "state_said": matter_state_said,
            "method_said": method_said,
            "amount_said": amount_said,
            "milestone_said": milestone_said,
            "limit_said": lambda limit: limit_said(limit.state, limit.at, visit.now),
            "together_with": lambda limit: _together_with(self._rules.get(limit.rule)),
            "rules": self._rules,
            "article": lambda source: self._article(source, visit.language),
            "local": self._local,
            "passed_by": lambda limit: is_settled(limit, visit.now, over=over),
            "instant": datetime.fromisoformat,
            "milestones": Milestone,
            "all_states": MatterState,
            "all_kinds": MatterKind,
            "all_methods": Method,
            "places": Act.PLACE_MATTERS in visit.viewer.acts,
            "longest_unit": LONGEST_NAME,
        }
        return self._reception.answer(visit, template, section="tenders", **saying, **values)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)


def _together_with(rule: Rule | None) -> Milestone | None:
    """The step at the very time of which that of a rule is to be; None for other rules."""
    return rule.counts_from if rule is not None and rule.bound is Bound.SAME else None


def _prompts(whole: Whole) -> list[tuple[KnownPrompt, Limit | None]]:
    """All prompts of a matter in the order of time, each with the limit that it is of (None: of the matter itself)."""
    found: list[tuple[KnownPrompt, Limit | None]] = [
        *((prompt, one.limit) for one in whole.limits for prompt in one.prompts),
        *((prompt, None) for prompt in whole.prompts),
    ]
    return sorted(found, key=lambda one: (one[0].settled_at or one[0].at, one[0].id))


class Asked:
    """Which matters a query asks for; values that nobody offered are as if they had not been given."""

    def __init__(self, visit: Visit) -> None:
        """Read it of a visit's address."""
        self.state = visit.choice("state", MatterState)
        self.kind = visit.choice("kind", MatterKind)
        self.filter = Filter(
            states=(self.state,) if self.state else (),
            kinds=(self.kind,) if self.kind else (),
            unit=words_of(visit.word("unit"), LONGEST_NAME) or None,
            unplaced=visit.word("unplaced") == "yes",
            words=words_of(visit.word("words"), LONGEST_MATTER) or None,
            broken=visit.word("broken") == "yes",
            mine=visit.word("mine") == "yes",
        )

    def chosen(self) -> dict[str, str | None]:
        """As an address has it."""
        wanted = self.filter
        flags = {"unplaced": wanted.unplaced, "broken": wanted.broken, "mine": wanted.mine}
        return {
            "state": self.state,
            "kind": self.kind,
            "unit": wanted.unit,
            "words": wanted.words,
            **{name: "yes" if flag else None for name, flag in flags.items()},
        }
