"""Entries as the ledger and a statement keep them, and read back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from messages.notices import Grade, Json
from messages.scores.records import About, Entry, Reason, Scored, ScoreKind, Uncounted
from messages.scores.rules import plain


def scored_json(scored: Scored) -> dict[str, Json]:
    """Entries, and what has none: instants in UTC, points as text, and nothing that is not so."""
    return {
        "entries": [_entry_json(one) for one in scored.entries],
        "uncounted": [_uncounted_json(one) for one in scored.uncounted],
    }


def _entry_json(entry: Entry) -> dict[str, Json]:
    more: dict[str, Json] = {
        "grade": entry.grade.value if entry.grade else None,
        "before": entry.before.value if entry.before else None,
        "text": entry.text,
        "capped": entry.capped or None,
        **_about_json(entry.about),
    }
    said: dict[str, Json] = {"at": _instant(entry.at), "kind": entry.kind.value, "points": plain(entry.points)}
    return {**said, "why": entry.code, "event": entry.event, **_without_none(more)}


def _uncounted_json(one: Uncounted) -> dict[str, Json]:
    said: dict[str, Json] = {"at": _instant(one.at), "kind": one.kind.value, "reason": one.reason.value}
    return {**said, "event": one.event, **_without_none(_about_json(one.about))}


def _about_json(about: About) -> dict[str, Json]:
    return {"notice": about.notice, "warning": about.warning, "item": about.item}


def _without_none(values: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def scored_of(kept: Mapping[str, Any]) -> Scored:
    """Read back what ``scored_json`` made."""
    return Scored(
        entries=tuple(map(_entry_of, kept["entries"])),
        uncounted=tuple(map(_uncounted_of, kept["uncounted"])),
    )


def _entry_of(kept: Mapping[str, Any]) -> Entry:
    return Entry(
        at=datetime.fromisoformat(kept["at"]),
        kind=ScoreKind(kept["kind"]),
        points=Decimal(kept["points"]),
        code=kept["why"],
        event=kept["event"],
        about=_about_of(kept),
        grade=Grade(kept["grade"]) if "grade" in kept else None,
        before=Grade(kept["before"]) if "before" in kept else None,
        text=kept.get("text"),
        capped=kept.get("capped", False),
    )


def _uncounted_of(kept: Mapping[str, Any]) -> Uncounted:
    return Uncounted(
        at=datetime.fromisoformat(kept["at"]),
        kind=ScoreKind(kept["kind"]),
        reason=Reason(kept["reason"]),
        event=kept["event"],
        about=_about_of(kept),
    )


def _about_of(kept: Mapping[str, Any]) -> About:
    return About(notice=kept.get("notice"), warning=kept.get("warning"), item=kept.get("item"))
