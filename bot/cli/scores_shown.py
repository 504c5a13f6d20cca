"""Scores at the command line: tables, lines and the documents of ``--json``."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from rich.markup import escape
from rich.table import Table

from bot.cli.frame import Session
from bot.cli.tables import headed
from messages.items.records import grade_said
from messages.scores.records import (
    Closing,
    Entry,
    Recomputed,
    Rules,
    Score,
    Uncounted,
)
from messages.scores.rules import plain, rules_json
from messages.scores.units import RankingSwitch, UnitScore, UnitScores
from messages.scores.words import kind_said, period_kind_said, reason_said, rule_said, why_said
from messages.text.phrase import Phrase, phrase

_UNIT_HEADS: Final = (
    phrase("Unit"),
    phrase("People addressed"),
    phrase("Points per person"),
    phrase("Acknowledgement rate"),
    phrase("In-time rate"),
)
_RULE_HEADS: Final = (phrase("What counts"), phrase("Points given"), phrase("Cap"))
_CLOSING_HEADS: Final = (
    phrase("Period"),
    phrase("Revision"),
    phrase("Closed at"),
    phrase("Closed by whom"),
    phrase("Rules"),
    phrase("Objections until"),
    phrase("Why"),
)


class ScoresShown:
    """Shows scores in the office's language."""

    def __init__(self, session: Session) -> None:
        """In the language of a session."""
        self._session = session

    # A score

    def document(self, score: Score) -> dict[str, Any]:
        """A score: points are numbers, ``code`` is the rule and ``why`` its sentence, ``event`` a row of the ledger."""
        statement = score.statement
        return {
            "person": score.person.code,
            "name": score.person.name,
            "period": score.period.label,
            "total": _number(score.scored.total),
            "rules": score.rules.version,
            "closed": statement is not None,
            "revision": statement.closing.revision if statement else None,
            "object_by": statement.object_by.isoformat() if statement else None,
            "entries": [self._entry(one) for one in score.scored.entries],
            "uncounted": [self._uncounted(one) for one in score.scored.uncounted],
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        return {
            "at": entry.at.astimezone(self._session.settings.zone).isoformat(),
            "kind": entry.kind.value,
            "points": _number(entry.points),
            "code": entry.code,
            "why": self._session.say(why_said(entry)),
            "event": entry.event,
            "notice": entry.about.notice,
            "warning": entry.about.warning,
            "item": entry.about.item,
        }

    def _uncounted(self, one: Uncounted) -> dict[str, Any]:
        return {
            "at": one.at.astimezone(self._session.settings.zone).isoformat(),
            "kind": one.kind.value,
            "reason": one.reason.value,
            "why": self._session.say(reason_said(one.reason)),
            "event": one.event,
        }

    def lines(self, score: Score) -> list[str]:
        """A score, line by line."""
        say = self._session.say
        head = phrase(
            "{name} ({code}), {period}: {total} points",
            name=score.person.name,
            code=score.person.code,
            period=score.period.label,
            total=plain(score.scored.total),
        )
        entries = [
            (one.at, one.event, f"{_signed(one.points):>6}  {say(why_said(one))}") for one in score.scored.entries
        ]
        uncounted = [
            (one.at, one.event, f"{'–':>6}  {say(kind_said(one.kind))}: {say(reason_said(one.reason))}")
            for one in score.scored.uncounted
        ]
        rows = [f"{self._moment(at)} #{event} {said}" for at, event, said in sorted([*entries, *uncounted])]
        return [say(head), *rows]

    def _moment(self, at: Any) -> str:  # noqa: ANN401 -- an instant
        return f"{at.astimezone(self._session.settings.zone):%Y-%m-%d %H:%M}"

    # Closings

    def closing(self, closing: Closing) -> dict[str, Any]:
        """A closing."""
        zone = self._session.settings.zone
        return {
            "period": closing.period.label,
            "revision": closing.revision,
            "at": closing.at.astimezone(zone).isoformat(),
            "by": closing.closed_by,
            "rules": closing.rules,
            "upto": closing.upto,
            "why": closing.why,
            "object_by": closing.object_by.isoformat(),
            "ended_at": closing.ended_at.astimezone(zone).isoformat() if closing.ended_at else None,
        }

    def closings_table(self, closings: Sequence[Closing]) -> Table:
        """Closings, the newest first."""
        table = self._table(_CLOSING_HEADS)
        for one in closings:
            why = escape(one.why or "")
            table.add_row(
                one.period.label,
                str(one.revision),
                self._moment(one.at),
                escape(one.closed_by),
                one.rules,
                one.object_by.isoformat(),
                why if one.ended_at else self._session.say(phrase("not finished: close it once more")),
            )
        return table

    def recomputed(self, done: Recomputed) -> dict[str, Any]:
        """What computing anew came to."""
        return {
            "period": done.period.label,
            "rules": done.rules.version,
            "revision": done.closing.revision if done.closing else None,
            "differences": [
                {
                    "person": one.person.code,
                    "before": None if one.before is None else _number(one.before),
                    "after": _number(one.after),
                }
                for one in done.differences
            ],
        }

    def differences(self, done: Recomputed) -> Table:
        """Whose statement changes."""
        table = self._table(
            (phrase("Person's code"), phrase("Full name"), phrase("Points before"), phrase("Points after"))
        )
        for one in done.differences:
            before = "" if one.before is None else plain(one.before)
            table.add_row(escape(one.person.code), escape(one.person.name), before, plain(one.after))
        return table

    # Rules

    def rules(self, rules: Rules) -> dict[str, Any]:
        """Rules, as the ledger keeps them."""
        return dict(rules_json(rules))

    def rules_table(self, rules: Rules) -> Table:
        """Rules, one a line."""
        say = self._session.say
        period = say(period_kind_said(rules.period))
        table = self._table(_RULE_HEADS, title=f"{rules.version} · {period} · {rules.zone}")
        for one in rules.rules:
            points = [
                f"{say(grade_said(grade))} {plain(value)}" if grade else plain(value)
                for grade, value in one.points.items()
            ]
            cap = f"{plain(one.cap)} / {say(period_kind_said(one.cap_period))}" if one.cap and one.cap_period else ""
            table.add_row(say(rule_said(one)), say(phrase(", ")).join(points), cap)
        return table

    # Units

    def units(self, found: UnitScores) -> dict[str, Any]:
        """Units; one without a name is the smaller units together, and one without a place is not ranked."""
        closing = {"period": found.closing.period.label, "revision": found.closing.revision}
        return {**closing, "units": [_unit(one) for one in found.units]}

    def units_table(self, found: UnitScores) -> Table:
        """Units, one a line."""
        ranked = any(one.place for one in found.units)
        heads = (*((phrase("Place in the ranking"),) if ranked else ()), *_UNIT_HEADS)
        table = self._table(heads, title=found.closing.period.label)
        for one in found.units:
            place = [str(one.place or "–")] if ranked else []
            name = one.unit or self._session.say(phrase("smaller units together"))
            points = "" if one.points_per_person is None else plain(one.points_per_person)
            rates = [_percent(one.acknowledged_rate), _percent(one.in_time_rate)]
            table.add_row(*place, escape(name), str(one.people), points, *rates)
        return table

    def switch(self, switch: RankingSwitch) -> dict[str, Any]:
        """The switch of the ranking."""
        at = switch.at.astimezone(self._session.settings.zone).isoformat() if switch.at else None
        return {"on": switch.on, "by": switch.by, "at": at}

    def switched(self, switch: RankingSwitch) -> Phrase:
        """How the switch stands."""
        return phrase("The ranking of units is on.") if switch.on else phrase("The ranking of units is off.")

    def _table(self, heads: Sequence[Phrase], title: str | None = None) -> Table:
        return headed(map(self._session.say, heads), title=title)


def _unit(one: UnitScore) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "people": one.people,
        "points_per_person": _number(one.points_per_person),
        "acknowledged_rate": _number(one.acknowledged_rate),
        "in_time_rate": _number(one.in_time_rate),
        "place": one.place,
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _signed(points: Decimal) -> str:
    return f"+{plain(points)}" if points > 0 else plain(points)


def _percent(rate: Decimal | None) -> str:
    return "" if rate is None else f"{rate * 100:.1f} %"
