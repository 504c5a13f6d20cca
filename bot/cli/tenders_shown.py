"""How matters and the rules of their limits are shown on the command line: as documents, lines and tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from rich.cells import cell_len
from rich.markup import escape
from rich.table import Table

from bot.cli.frame import Session
from bot.cli.tables import headed
from bot.web.api.matter_shapes import MatterAnswer, MatterPage, MilestoneAnswer
from messages.tenders.milestones import MatterKind, Milestone, matter_kind_said, milestone_said
from messages.tenders.records import (
    LimitState,
    Matter,
    amount_said,
    limit_said,
    matter_state_said,
    method_said,
)
from messages.tenders.views import Breach, BreachPage, KnownLimit, Line, Page, Whole
from messages.text.articles import cited
from messages.text.phrase import Phrase, nphrase, phrase
from schedules.policy.tenders import Bound, Rule, Side, Tenders, Unit

_KNOWN: Final = "known"
_NUMBER_WHOLE: Final = 40
"""Numbers up to this wide stand on one line."""
_NUMBERED: Final = (phrase("Number"), phrase("Title"), phrase("Unit"))
_MATTERS: Final = (*_NUMBERED, phrase("State"), phrase("Next step"), phrase("Limit"), phrase("Not kept"))
_LIMITS: Final = (phrase("Step"), phrase("Date"), phrase("Limit"), phrase("State"), phrase("Source"))
_RULES: Final = (phrase("Rule"), phrase("Step"), phrase("Limit"), phrase("Source"), phrase("Risk node"))


@dataclass(frozen=True)
class TendersShown:
    """Shows matters in one session: in its language and its zone; laws are cited by the titles that a policy has."""

    session: Session
    policy: Tenders

    # Documents

    def page(self, page: Page) -> dict[str, Any]:
        """A page of matters, as the HTTP interface shows them."""
        return MatterPage.of(page, self.session.settings.zone).model_dump(mode="json")

    def document(self, whole: Whole) -> dict[str, Any]:
        """A matter with its limits, as the HTTP interface shows it."""
        return self._answer(whole).model_dump(mode="json")

    def breach_page(self, page: BreachPage) -> dict[str, Any]:
        """A page of breaches."""
        found = [self._breach(one) for one in page.breaches]
        return {"breaches": found, "page": page.number, "pages": page.pages, "total": page.total}

    def rules_json(self, kind: MatterKind) -> Iterator[dict[str, Any]]:
        """The rules of a kind of matter."""
        for rule in self.policy.rules[kind]:
            yield {
                "kind": kind.value,
                "rule": rule.name,
                "milestone": rule.milestone.value,
                "counts_from": rule.counts_from,
                "side": rule.side,
                "bound": rule.bound.value,
                "n": rule.n,
                "unit": rule.unit,
                "rolls": rule.rolls,
                "article": rule.article,
                "basis": self._cited(rule.article),
                "node": rule.node,
                "template": rule.template,
                "begins_with": rule.begins_with.value,
                "begins_workdays": rule.begins_workdays,
                "required": rule.required,
                "methods": sorted(rule.methods),
            }

    def _answer(self, whole: Whole) -> MatterAnswer:
        return MatterAnswer.of(whole, self.session.settings.zone, self._cited)

    def _breach(self, breach: Breach) -> dict[str, Any]:
        matter, limit = breach.matter, self._limit(breach).model_dump(mode="json", exclude={"prompt_at"})
        return {"ocid": matter.ref, "title": matter.title, "buyer": matter.buyer, "unit": matter.unit, "breach": limit}

    def _limit(self, breach: Breach) -> MilestoneAnswer:
        known = KnownLimit(id=breach.limit_id, limit=breach.limit)
        return MilestoneAnswer.of_limit(known, self.session.settings.zone, self._cited)

    def _cited(self, source: str | None) -> str | None:
        return cited(source, laws=self.policy.laws, catalog=self.session.catalog, language=self.session.language)

    # For a person

    def matters(self, page: Page) -> Table:
        """Matters, one a line."""
        table = self._numbered(_MATTERS, [line.matter for line in page.lines])
        for line in page.lines:
            matter = line.matter
            named = matter.ref, matter.title, matter.unit or matter.buyer
            state = self.session.say(matter_state_said(matter.state))
            table.add_row(*map(escape, named), state, *self._next(line), str(line.broken or ""))
        return table

    def lines(self, whole: Whole) -> list[str]:
        """What a matter is."""
        matter, say = whole.matter, self.session.say
        pairs: list[tuple[Phrase, str | None]] = [
            (phrase("Number"), f"{matter.ref} · {say(matter_state_said(matter.state))}"),
            (phrase("Title"), matter.title),
            (phrase("Kind"), f"{say(matter_kind_said(matter.kind))} · {say(method_said(matter.method))}"),
            (phrase("Buyer"), matter.buyer),
            (phrase("Unit"), matter.unit or say(phrase("not known: nobody is prompted"))),
            (phrase("Amount"), say(amount_said(matter.amount, matter.currency)) if matter.amount else None),
            (phrase("Why"), matter.why),
        ]
        return [say(phrase("{label}: {value}", label=label, value=value)) for label, value in pairs if value]

    def milestones(self, whole: Whole) -> Table:
        """A matter's dates and limits, in the order of time."""
        table = headed(map(self.session.say, (*_LIMITS, phrase("Prompt"))))
        for one in self._answer(whole).milestones:
            table.add_row(*self._limit_row(one), self._at(one.prompt_at))
        return table

    def breaches(self, page: BreachPage) -> Table:
        """Breaches, one a line."""
        table = self._numbered((*_NUMBERED, *_LIMITS), [one.matter for one in page.breaches])
        for breach in page.breaches:
            matter = breach.matter
            named = matter.ref, matter.title, matter.unit or matter.buyer
            table.add_row(*map(escape, named), *self._limit_row(self._limit(breach)))
        return table

    def rules(self, kind: MatterKind) -> Table:
        """The rules of a kind of matter, one a line."""
        say = self.session.say
        table = headed(map(say, _RULES), title=say(matter_kind_said(kind)))
        for rule in self.policy.rules[kind]:
            said = milestone_said(rule.milestone), _limit_of(rule)
            table.add_row(rule.name, *map(say, said), escape(self._cited(rule.article) or ""), escape(rule.node))
        return table

    def _numbered(self, heads: Sequence[Phrase], matters: Iterable[Matter]) -> Table:
        """A table that gives numbers all the room they need: who looks a matter up needs its number as it is."""
        table = headed(map(self.session.say, heads))
        longest = max((cell_len(one.ref) for one in matters), default=0)
        if longest <= _NUMBER_WHOLE:
            table.columns[0].no_wrap, table.columns[0].min_width = True, longest
        return table

    def _next(self, line: Line) -> tuple[str, str]:
        if line.next is None:
            return "", ""
        step = self.session.say(milestone_said(line.next.milestone))
        together = self.policy.together(line.next.milestone).get(line.next.rule)
        return step, self._due(
            line.next.due_on, together, earliest=line.next.earliest, provisional=line.next.provisional
        )

    def _limit_row(self, one: MilestoneAnswer) -> tuple[str, ...]:
        step = self.session.say(milestone_said(one.kind))
        now, together = self.session.clock.now(), self.policy.together(one.kind).get(one.rule or "")
        state = "" if one.state == _KNOWN else self.session.say(limit_said(LimitState(one.state), one.at, now))
        return (
            escape(f"{step} · {one.part}" if one.part else step),
            self._at(one.at, whole_day=one.whole_day),
            self._due(one.due, together, earliest=one.earliest, provisional=one.provisional),
            state,
            escape(one.basis or ""),
        )

    def _at(self, instant: datetime | None, *, whole_day: bool = False) -> str:
        if instant is None:
            return ""
        return f"{instant.astimezone(self.session.settings.zone):{'%Y-%m-%d' if whole_day else '%Y-%m-%d %H:%M'}}"

    def _due(self, day: date | None, together: Milestone | None, *, earliest: bool, provisional: bool) -> str:
        if day is None:
            return ""
        if together is not None:
            return self.session.say(phrase("together with: {name}", name=milestone_said(together)))
        said = phrase("from {day} on", day=day.isoformat()) if earliest else phrase("by {day}", day=day.isoformat())
        return f"{self.session.say(said)}{'?' if provisional else ''}"


def _limit_of(rule: Rule) -> Phrase:
    """What a rule asks for."""
    if rule.counts_from is None:
        return phrase("no days are counted")
    start = milestone_said(rule.counts_from)
    if rule.bound is Bound.SAME or rule.n is None:
        return phrase("at the same time: {start}", start=start)
    if rule.bound is Bound.MOST:
        return phrase("within {days}, from: {start}", days=_days(rule.n, rule.unit), start=start)
    if rule.side is Side.BEFORE:
        return phrase("at least {days} before: {start}", days=_days(rule.n, rule.unit), start=start)
    return phrase("at least {days} after: {start}", days=_days(rule.n, rule.unit), start=start)


def _days(count: int, unit: Unit | None) -> Phrase:
    if unit is Unit.WORKDAYS:
        return nphrase("{count} working day", "{count} working days", count)
    return nphrase("{count} day", "{count} days", count)
