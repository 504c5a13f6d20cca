"""Versioned releases (OCDS, “Versioned release”): each field is a list of all values that it ever had.

The last value of each is what is known now; so a versioned release says what a compiled one does.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from messages.tenders.ocds.instants import dated

_VERSION: Final = frozenset({"releaseID", "releaseDate", "releaseTag"})
_DEEPEST: Final = 10
"""What is read of a release lies less deep."""


def latest(release: Mapping[str, Any]) -> dict[str, Any] | None:
    """A versioned release with the last value of each field, as of the newest of them; None for any other release."""
    versions: list[Mapping[str, Any]] = []
    plain = _latest(release, versions, 0)
    if not versions or not isinstance(plain, dict):
        return None
    newest = max(versions, key=_at)
    found = {key: newest[name] for key, name in (("date", "releaseDate"), ("tag", "releaseTag")) if newest.get(name)}
    return {**found, **plain}


def _latest(value: object, versions: list[Mapping[str, Any]], depth: int) -> object:
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {key: _latest(part, versions, depth + 1) for key, part in value.items()}
    if not isinstance(value, list):
        return value
    if value and all(isinstance(one, dict) and "value" in one and one.keys() & _VERSION for one in value):
        versions.append(value[-1])
        return value[-1]["value"]
    return [_latest(one, versions, depth + 1) for one in value]


def _at(version: Mapping[str, Any]) -> datetime:
    said = version.get("releaseDate")
    read = dated(said, UTC) if isinstance(said, str) else None
    if read is None:
        return datetime.min.replace(tzinfo=UTC)
    return read.at or datetime(read.day.year, read.day.month, read.day.day, tzinfo=UTC)
