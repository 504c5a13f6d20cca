"""What is read of a release, and nothing else: of known shapes, without what no database keeps, of bounded length.

What is null is kept as such: it takes away what was said before. A text that is empty says nothing, and neither does a
date that cannot be read, which is passed over with a word.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import Enum, auto
from typing import Any, Final, TypeAlias

from messages.tenders.ocds.instants import dated
from messages.tenders.records import LONGEST_MATTER, LONGEST_PART
from messages.text.phrase import Phrase, phrase

Json: TypeAlias = "dict[str, Json] | list[Json] | str | None"


class _When(Enum):
    DATE = auto()


_Spec: TypeAlias = "Mapping[str, _Spec] | list[_Spec] | int | _When"
"""Of an object its keys, of a list what its members are, of a text its length; or a date."""

MOST_MEMBERS: Final = 2_000
"""Members of a list that are read."""
_UNREADABLE: Final = phrase("A date as 2026-05-01 or 2026-05-01T09:30:00+08:00 is accepted: this one is not known.")
_TOO_MANY: Final = phrase("Of this list the first {most} are read.", most=MOST_MEMBERS)


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What was passed over: where it stands, as it stands there, and why."""

    message: Phrase
    field: str
    value: str = ""


_WORD: Final = 60
_DATE: Final = _When.DATE
_LANGUAGES: Final = ("_zh", "_en")
_IN_LANGUAGES: Final = frozenset({"title", "description", "name"})
"""Texts that some publishers have in several languages only, each under a key that ends in its code."""
_CODE: Final = 4  # "_en", "_fra"
_ID: Final = LONGEST_PART * 2
_TEXT: Final = LONGEST_MATTER
_PERIOD: Final = {"startDate": _DATE, "endDate": _DATE}
_PERIODS: Final = ("tenderPeriod", "enquiryPeriod", "awardPeriod", "contractPeriod")
"""Of a tender, and of its lots."""
_VALUE: Final = {"amount": _WORD, "currency": _WORD}
_PARTY: Final[Mapping[str, _Spec]] = {"id": _ID, "name": _TEXT, "identifier": {"legalName": _TEXT}}
_DOCUMENTS: Final[_Spec] = [{"id": _ID, "documentType": _WORD, "datePublished": _DATE}]
_ITEMS: Final[_Spec] = [{"id": _ID, "classification": {"scheme": _WORD, "id": _WORD}}]
_MILESTONES: Final[_Spec] = [
    {
        "id": _ID,
        "title": _TEXT,
        "description": _TEXT,
        "type": _WORD,
        "code": _WORD,
        "status": _WORD,
        "dueDate": _DATE,
        "dateMet": _DATE,
    }
]
_RELEASE: Final[Mapping[str, _Spec]] = {
    "tag": [_WORD],
    "buyer": _PARTY,
    "parties": [{**_PARTY, "roles": [_WORD]}],
    "planning": {"project": _TEXT, "budget": {"project": _TEXT, "description": _TEXT}},
    "tender": {
        "id": _ID,
        "title": _TEXT,
        "description": _TEXT,
        "status": _WORD,
        "value": _VALUE,
        "procurementMethod": _WORD,
        "procurementMethodDetails": _TEXT,
        "mainProcurementCategory": _WORD,
        "additionalProcurementCategories": [_WORD],
        "items": _ITEMS,
        "procuringEntity": _PARTY,
        "datePublished": _DATE,
        **dict.fromkeys(_PERIODS, _PERIOD),
        "bidOpening": {"date": _DATE},
        "openingDate": _DATE,
        "lots": [{"id": _ID, "status": _WORD, **dict.fromkeys(_PERIODS, _PERIOD)}],
        "milestones": _MILESTONES,
        "documents": _DOCUMENTS,
    },
    "awards": [
        {
            "id": _ID,
            "title": _TEXT,
            "status": _WORD,
            "date": _DATE,
            "datePublished": _DATE,
            "contractPeriod": _PERIOD,
            "items": _ITEMS,
            "value": _VALUE,
            "documents": _DOCUMENTS,
        }
    ],
    "contracts": [
        {
            "id": _ID,
            "awardID": _ID,
            "title": _TEXT,
            "status": _WORD,
            "dateSigned": _DATE,
            "datePublished": _DATE,
            "period": _PERIOD,
            "value": _VALUE,
            "milestones": _MILESTONES,
            "documents": _DOCUMENTS,
            "implementation": {"milestones": _MILESTONES},
        }
    ],
}


def cut(release: Mapping[str, Any]) -> tuple[dict[str, Json], list[Passed]]:
    """A release cut to what is read of it, and what was passed over; whatever stands in it, it is of these shapes."""
    passed: list[Passed] = []
    return _object(release, _RELEASE, "", passed), passed


def cleaned(text: str, most: int) -> str:
    """A text on one line that can be kept and shown: no zeros, no halves of signs, no more than so long."""
    words = text[: most * 4].encode("utf-16", "surrogatepass").decode("utf-16", "replace").split()
    line = " ".join(words)
    if not line.isprintable():
        line = "".join(character for character in line if character.isprintable() or character == "\u3000")
    return line[:most]


def _object(value: Mapping[str, Any], spec: Mapping[str, _Spec], path: str, passed: list[Passed]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, part in spec.items():
        given = _in_some_language(value, key) if key in _IN_LANGUAGES else value.get(key, _NOTHING)
        if given is not _NOTHING and (read := _read(given, part, f"{path}{key}", passed)) is not _NOTHING:
            found[key] = read
    return found


_NOTHING: Final[Json] = "\0"  # what cannot be read says nothing


def _in_some_language(value: Mapping[str, Any], key: str) -> object:
    """A text, or where there is none the same in a language of which a code is added to its name."""
    said = value.get(key, _NOTHING)
    if isinstance(said, str) and said is not _NOTHING and said.strip():
        return said
    others = [name for name in value if name.startswith(f"{key}_") and len(name) <= len(key) + _CODE]
    first = [f"{key}{code}" for code in _LANGUAGES]
    spoken = (value[name] for name in sorted(others, key=lambda name: (name not in first, name)))
    return next((one for one in spoken if isinstance(one, str) and one.strip()), said)


def _read(value: object, spec: _Spec, path: str, passed: list[Passed]) -> Json:
    if isinstance(spec, int):
        return _text(value, spec)
    if isinstance(spec, _When):
        return _date(value, path, passed)
    if isinstance(spec, list):
        return _members(value, spec[0], path, passed)
    if isinstance(value, list):  # 1.0 in the wild has a list where there should be one
        value = next((one for one in value if isinstance(one, dict)), None)
    return _object(value, spec, f"{path}.", passed) if isinstance(value, dict) else _NOTHING


def _text(value: object, most: int) -> Json:
    if value is None:
        return None
    return (cleaned(value, most) or _NOTHING) if isinstance(value, str) else _NOTHING


def _date(value: object, path: str, passed: list[Passed]) -> Json:
    if value is None:
        return None
    if isinstance(value, str):
        said = cleaned(value, _WORD)
        if not said or dated(said, UTC):
            return said or _NOTHING
    else:
        said = json.dumps(value) if isinstance(value, bool) else "[…]" if isinstance(value, list) else "{…}"
    passed.append(Passed(message=_UNREADABLE, field=path, value=said))
    return _NOTHING


def _members(value: object, spec: _Spec, path: str, passed: list[Passed]) -> Json:
    if value is None:
        return _NOTHING
    members = value if isinstance(value, list) else [value]
    if len(members) > MOST_MEMBERS:
        passed.append(Passed(message=_TOO_MANY, field=path))
    if isinstance(spec, int):
        return [cleaned(one, spec) for one in members[:MOST_MEMBERS] if isinstance(one, str)]
    objects = [one for one in members[:MOST_MEMBERS] if isinstance(one, dict)]
    read = (_read(one, spec, f"{path}[{_named(one)}]", passed) for one in objects)
    return _with_ids([one for one in read if isinstance(one, dict)])


def _named(member: Mapping[str, Any]) -> str:
    name = member.get("id")
    return cleaned(name, _ID) if isinstance(name, str) else ""


def _with_ids(members: list[dict[str, Json]]) -> Json:
    """Members of a list are known by their ids: two with the same are one; one without is known by its place."""
    told: dict[str, dict[str, Json]] = {}
    nameless: dict[str, dict[str, Json]] = {}
    for one in members:
        name = one.get("id")
        if not isinstance(name, str):
            nameless.setdefault(json.dumps(one, sort_keys=True), one)
        elif name in told:
            _merge(told[name], one)
        else:
            told[name] = one
    placed = ({**one, "id": f"#{at}"} for at, one in enumerate(nameless.values(), 1))
    return [*told.values(), *(one for one in placed if one["id"] not in told)]


def _merge(one: dict[str, Json], more: Mapping[str, Json]) -> None:
    """Add to a member of a list what it says where it stands there once more: what is said last stands."""
    for key, value in more.items():
        before = one.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            _merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            one[key] = _joined(before, value)
        elif value is not None:
            one[key] = value


def _joined(before: list[Json], more: list[Json]) -> Json:
    both = [*before, *more]
    objects = [one for one in both if isinstance(one, dict)]
    return _with_ids(objects) if objects else [*dict.fromkeys(one for one in both if isinstance(one, str))]
