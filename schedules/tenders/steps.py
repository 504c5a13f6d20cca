"""The steps of matters as people are told of them: a limit with its rule."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from messages.notices import Json
from messages.store import matter_limits
from messages.store.database import Connection
from messages.tenders.records import Limit, LimitState, Matter
from messages.tenders.views import KnownPrompt
from schedules.deadlines import end_of_day
from schedules.policy.tenders import Rule
from schedules.tenders.limits import happens_at
from schedules.tools import Tools

Place: TypeAlias = tuple[str, str]
"""A limit of a matter: by rule and part."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A limit of a matter, whose row is ``id``, with the rule that it is of."""

    id: int
    matter: Matter
    rule: Rule
    limit: Limit

    @property
    def place(self) -> Place:
        """By rule and part."""
        return self.limit.rule, self.limit.part

    @property
    def happens_at(self) -> datetime | None:
        """The date of its milestone, or of what that comes with."""
        return happens_at(self.rule, self.limit)

    @property
    def tells(self) -> dict[str, Json]:
        """The dates that are told of it, as prompts keep them."""
        at, due = self.happens_at, self.limit.due_on
        return {"at": at.astimezone(UTC).isoformat() if at else None, "due": due.isoformat() if due else None}

    def is_done(self, now: datetime) -> bool:
        """Whether its own date has come."""
        return self.limit.at is not None and self.limit.at <= now

    def over_at(self, tools: Tools) -> datetime | None:
        """When its date is over: with the day where only that is known."""
        at = self.happens_at
        if at is None or not (self.limit.whole_day and self.limit.at is not None):
            return at
        return end_of_day(at.astimezone(tools.zone).date(), tools.zone)


def gone(tools: Tools, matter: Matter, prompt: KnownPrompt) -> Step | None:
    """The step that a prompt told of, as one of which nothing holds any more; None where its rule is not known now."""
    rules = tools.policy.tenders.rules[prompt.matter_kind or matter.kind]
    rule = next((one for one in rules if one.name == prompt.rule), None)
    if rule is None:
        return None
    limit = Limit(
        rule=rule.name,
        milestone=rule.milestone,
        part=prompt.part,
        from_at=None,
        begins_at=None,
        at=None,
        whole_day=False,
        due_on=None,
        due_at=None,
        earliest=False,
        provisional=False,
        required=False,
        state=LimitState.WAITING,
        article=rule.article,
        node=rule.node,
    )
    return Step(id=0, matter=matter, rule=rule, limit=limit)


async def of(conn: Connection, tools: Tools, matters: Iterable[Matter]) -> dict[int, dict[Place, Step]]:
    """The steps of matters by their ids; of a rule that holds no more there is none."""
    by_id = {one.id: one for one in matters}
    rules = {
        kind: {rule.name: rule for rule in tools.policy.tenders.rules[kind]}
        for kind in {one.kind for one in by_id.values()}
    }
    found: dict[int, dict[Place, Step]] = defaultdict(dict)
    for matter_id, rows in (await matter_limits.of(conn, sorted(by_id))).items():
        for row in rows:
            rule = rules[by_id[matter_id].kind].get(row.limit.rule)
            if rule is not None and row.id is not None:
                step = Step(id=row.id, matter=by_id[matter_id], rule=rule, limit=row.limit)
                found[matter_id][row.limit.rule, row.limit.part] = step
    return found
