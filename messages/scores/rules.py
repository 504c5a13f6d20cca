"""Rules as the ledger keeps them: whole, so that nothing has to be looked up elsewhere in order to score."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from messages.notices import Grade, Json
from messages.scores.periods import PeriodKind
from messages.scores.records import Rule, Rules, ScoreKind, When

_ANY = "any"


def rules_json(rules: Rules) -> dict[str, Json]:
    """Rules as the body of an event has them; points are text."""
    return {
        "version": rules.version,
        "period": rules.period.value,
        "zone": rules.zone,
        "decimals": rules.decimals,
        "rules": [_rule_json(one) for one in rules.rules],
    }


def _rule_json(rule: Rule) -> dict[str, Json]:
    points: dict[str, Json] = {grade.value if grade else _ANY: plain(value) for grade, value in rule.points.items()}
    return {
        "event": rule.kind.value,
        "when": rule.when.value,
        "points": points,
        "cap": None if rule.cap is None else plain(rule.cap),
        "cap_period": None if rule.cap_period is None else rule.cap_period.value,
    }


def plain(points: Decimal) -> str:
    """Points as text: no more decimals than they have, and no exponent."""
    text = f"{points:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-", "-0"} else text


def rules_of(kept: Mapping[str, Any]) -> Rules:
    """Read back what ``rules_json`` made."""
    return Rules(
        version=kept["version"],
        period=PeriodKind(kept["period"]),
        zone=kept["zone"],
        decimals=kept["decimals"],
        rules=tuple(map(_rule_of, kept["rules"])),
    )


def _rule_of(kept: Mapping[str, Any]) -> Rule:
    points = {None if name == _ANY else Grade(name): Decimal(value) for name, value in kept["points"].items()}
    return Rule(
        kind=ScoreKind(kept["event"]),
        when=When(kept["when"]),
        points=points,
        cap=None if kept["cap"] is None else Decimal(kept["cap"]),
        cap_period=None if kept["cap_period"] is None else PeriodKind(kept["cap_period"]),
    )
