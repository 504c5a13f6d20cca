"""Collects all that is recorded about one person, and nothing about another.

It is a document of parts, each a list of records; docs/mydata.md says what is in which. Secrets are in none of them,
not even hashed. Of colleagues it has what the person was told: who has looked. Where an event names anybody else,
there stands ``*``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from jinja2 import TemplateError

from messages import looks
from messages.deliveries import DeliveryState
from messages.errors import NotFound, Refused
from messages.ledger import Kind
from messages.looks import as_said, what_said
from messages.notices import Json
from messages.store import ledger, mine
from messages.store.database import Database
from messages.store.mine import Row
from messages.store.mine_parts import PARTS
from messages.text.phrase import Phrase, phrase
from messages.text.rendering import Renderer

FORMAT: Final = "lianxun-mydata"
VERSION: Final = 1
OTHER: Final = "*"
"""Stands where an event names another person."""
WITHIN: Final = timedelta(hours=1)
MOST: Final = 3
"""So often within an hour a person is given all of it."""
_LOOKS: Final = 5_000
_ARRIVED: Final = frozenset({DeliveryState.DELIVERED.value, DeliveryState.UNCONFIRMED.value})

Document = dict[str, Any]
Say = Callable[[Phrase], str]


async def give(db: Database, person_id: int, by: str, now: datetime) -> None:
    """Record that a person is given all of it ``by`` a face. Raises ``Refused`` where that was done often of late."""
    async with db.writing() as conn:
        before = await mine.given_since(conn, person_id, now - WITHIN)
        if by == "chat" and len(before) >= MOST:
            again = (before[-MOST] + WITHIN).astimezone(now.tzinfo)
            asked = phrase(
                "You were given your data just now. Please ask again after {moment}.", moment=f"{again:%H:%M}"
            )
            raise Refused(asked)
        await ledger.append(conn, at=now, kind=Kind.DATA_GIVEN, person_id=person_id, body={"by": by})


async def collect(db: Database, person_id: int, now: datetime, renderer: Renderer, say: Say, language: str) -> Document:
    """All of it, by part; titles and what was looked at are said in a language. Raises ``NotFound``."""
    async with db.reading() as conn:
        if not await mine.is_there(conn, person_id):
            raise NotFound(phrase("There is no such person."))
        person = await mine.person(conn, person_id)
        document: Document = {"format": FORMAT, "version": VERSION, "at": now, "person": person}
        found = {part.name: await mine.rows(conn, part, person_id) for part in PARTS}
        titles = _Titles(renderer, language, found)
        document |= {name: [titles.told(row) for row in rows] for name, rows in found.items()}
        events = await mine.events(conn, person_id)
        others = await mine.named(conn, [*_words(events)], but=person_id)
        document["ledger"] = [{**row, "body": _masked(row["body"], others)} for row in events]
        document["deeds"] = await mine.deeds(conn, person_id)
        document["ledger_by_me"] = await mine.events_by(conn, person_id, person["code"])
    document["looks"] = await _looks(db, person_id, now, say)
    return {name: _as_json(value, now) for name, value in document.items()}


class _Titles:
    """What notices are called, each made once: those that reached the person, and those of the person's own.

    What was called off before it arrived, or waits still, was not told.
    """

    def __init__(self, renderer: Renderer, language: str, found: Mapping[str, Sequence[Row]]) -> None:
        self._renderer, self._language = renderer, language
        self._made: dict[str, str | None] = {}
        arrived = [row for row in found["deliveries"] if row["state"] in _ARRIVED]
        known = [*arrived, *found["acknowledgements"], *found["notices_written"], *found["boards"]]
        self._known = {row["notice"] for row in known}

    def told(self, row: Row) -> Row:
        """A record that names a notice, with its title instead of what that is made of."""
        if "template" not in row:
            return row
        key = row["notice"]
        if key in self._known and key not in self._made:
            self._made[key] = self._title(row)
        kept = {name: value for name, value in row.items() if name not in {"template", "params"}}
        return kept | {"title": self._made.get(key)}

    def _title(self, row: Row) -> str | None:
        try:
            return self._renderer.title(row["template"], self._language, row["title"], **row["params"])
        except TemplateError:  # of an earlier version, with other values
            return None


async def _looks(db: Database, person_id: int, now: datetime, say: Say) -> list[Row]:
    page = await looks.of_person(db, person_id, 1, now, size=_LOOKS)
    return [
        {
            "first": seen.first,
            "at": seen.at,
            "count": seen.count,
            "by": seen.by,
            "as": [say(one) for one in as_said(seen)],
            "what": [say(one) for one in what_said(seen)],
        }
        for seen in page.items
    ]


def _words(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield from _strings(row["body"])


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _masked(value: Json, others: frozenset[str]) -> Json:
    """The same without anybody else; of a list of people only how many they are."""
    if isinstance(value, str):
        return OTHER if value in others else value
    if isinstance(value, Mapping):
        return {name: _masked(one, others) for name, one in value.items()}
    if isinstance(value, list):
        masked = [_masked(one, others) for one in value]
        return len(masked) if OTHER in masked else masked
    return value


def _as_json(value: Any, now: datetime) -> Any:  # noqa: ANN401 -- any record
    """Instants as ISO 8601 in the zone of ``now``, everything else as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(now.tzinfo).isoformat()
    if isinstance(value, Mapping):
        return {name: _as_json(one, now) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one, now) for one in value]
    return value
