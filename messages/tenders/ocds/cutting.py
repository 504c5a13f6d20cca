"""What is read of a release, and nothing else: of known shapes, without what no database keeps, of bounded length.

What is null is kept as such: it takes away what was said before. A text that is empty counts as null.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from messages.tenders.records import LONGEST_MATTER, LONGEST_PART

Json: TypeAlias = "dict[str, Json] | list[Json] | str | None"

_Spec: TypeAlias = "Mapping[str, _Spec] | list[_Spec] | int"
"""Of an object its keys, of a list what its members are, of a text its length."""

MOST_MEMBERS: Final = 2_000
"""Members of a list that are read; ``BEYOND`` names those that have more."""
BEYOND: Final = "beyond"

_WORD: Final = 60
_ID: Final = LONGEST_PART * 2
_TEXT: Final = LONGEST_MATTER
_PERIOD: Final = {"startDate": _WORD, "endDate": _WORD}
_VALUE: Final = {"amount": _WORD, "currency": _WORD}
_PARTY: Final = {"id": _ID, "name": _TEXT}
_DOCUMENTS: Final[_Spec] = [{"id": _ID, "documentType": _WORD, "datePublished": _WORD}]
_ITEMS: Final[_Spec] = [{"id": _ID, "classification": {"scheme": _WORD, "id": _WORD}}]
_MILESTONES: Final[_Spec] = [
    {
        "id": _ID,
        "title": _TEXT,
        "description": _TEXT,
        "type": _WORD,
        "code": _WORD,
        "status": _WORD,
        "dueDate": _WORD,
        "dateMet": _WORD,
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
        "datePublished": _WORD,
        "tenderPeriod": _PERIOD,
        "awardPeriod": _PERIOD,
        "bidOpening": {"date": _WORD},
        "openingDate": _WORD,
        "milestones": _MILESTONES,
        "documents": _DOCUMENTS,
    },
    "awards": [
        {
            "id": _ID,
            "title": _TEXT,
            "status": _WORD,
            "date": _WORD,
            "datePublished": _WORD,
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
            "dateSigned": _WORD,
            "datePublished": _WORD,
            "period": _PERIOD,
            "value": _VALUE,
            "milestones": _MILESTONES,
            "documents": _DOCUMENTS,
            "implementation": {"milestones": _MILESTONES},
        }
    ],
}


def cut(release: Mapping[str, Any]) -> dict[str, Json]:
    """A release cut to what is read of it; whatever stands in it, this is of the shapes above."""
    beyond: list[Json] = []
    found = _object(release, _RELEASE, "", beyond)
    return {**found, BEYOND: beyond} if beyond else found


def cleaned(text: str, most: int) -> str:
    """A text on one line that can be kept and shown: no zeros, no halves of signs, no more than so long."""
    words = text[: most * 4].encode("utf-16", "surrogatepass").decode("utf-16", "replace").split()
    line = " ".join(words)
    if not line.isprintable():
        line = "".join(character for character in line if character.isprintable() or character == "\u3000")
    return line[:most]


def _object(value: Mapping[str, Any], spec: Mapping[str, _Spec], path: str, beyond: list[Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, part in spec.items():
        if key in value and (read := _read(value[key], part, f"{path}{key}", beyond)) is not _NOTHING:
            found[key] = read
    return found


_NOTHING: Final[Json] = "\0"  # what cannot be read says nothing


def _read(value: object, spec: _Spec, path: str, beyond: list[Json]) -> Json:
    if isinstance(spec, int):
        return _text(value, spec)
    if isinstance(spec, list):
        return _members(value, spec[0], path, beyond)
    if isinstance(value, list):  # 1.0 in the wild has a list where there should be one
        value = next((one for one in value if isinstance(one, dict)), None)
    return _object(value, spec, f"{path}.", beyond) if isinstance(value, dict) else _NOTHING


def _text(value: object, most: int) -> Json:
    if value is None:
        return None
    return (cleaned(value, most) or None) if isinstance(value, str) else _NOTHING


def _members(value: object, spec: _Spec, path: str, beyond: list[Json]) -> Json:
    if value is None:
        return _NOTHING
    members = value if isinstance(value, list) else [value]
    if len(members) > MOST_MEMBERS:
        beyond.append(path)
    if isinstance(spec, int):
        return [cleaned(one, spec) for one in members[:MOST_MEMBERS] if isinstance(one, str)]
    read = (_read(one, spec, path, beyond) for one in members[:MOST_MEMBERS] if isinstance(one, dict))
    return _with_ids([one for one in read if isinstance(one, dict)])


def _with_ids(members: list[dict[str, Json]]) -> Json:
    """Members of a list are merged by their ids: one without is known by its place, and of two that share one each."""
    seen: dict[str, int] = {}
    told: list[Json] = []
    for at, one in enumerate(members, 1):
        said = one.get("id")
        name = said if isinstance(said, str) else f"#{at}"
        seen[name] = seen.get(name, 0) + 1
        told.append({**one, "id": name if seen[name] == 1 else f"{name}#{seen[name]}"})
    return told
