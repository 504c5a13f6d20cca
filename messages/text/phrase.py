"""A phrase: a message not yet said in a language.

The domain speaks in phrases; only a face (chat, web, command line) knows the reader's language and says them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Value = str | int
"""What may stand in a phrase's place-holder."""


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """An English message (the catalog's key) with named values, and its plural where it has one.

    ``message`` uses ``{name}`` place-holders. ``count`` chooses between ``message`` and ``plural``.
    """

    message: str
    values: "Mapping[str, Value | Phrase]" = field(default_factory=lambda: MappingProxyType({}))
    plural: str | None = None
    count: int | None = None


def phrase(message: str, **values: Value | Phrase) -> Phrase:
    """Mark an English message for translation and remember its values."""
    return Phrase(message=message, values=values)


def nphrase(message: str, plural: str, count: int, **values: Value | Phrase) -> Phrase:
    """Mark a message with a plural; ``{count}`` is among its values."""
    return Phrase(message=message, plural=plural, count=count, values={"count": count, **values})


def english(what: Phrase) -> str:
    """The phrase in its source language, the phrases inside it too: what a log or a traceback shows."""
    singular = what.plural is None or what.count == 1
    values = {name: english(value) if isinstance(value, Phrase) else value for name, value in what.values.items()}
    return (what.message if singular else what.plural or "").format_map(values)


def kept(what: Phrase) -> dict[str, Any]:
    """A phrase as JSON, such as a notice's values are: said once its reader's language is known."""
    values = {name: kept(value) if isinstance(value, Phrase) else value for name, value in what.values.items()}
    plural = {} if what.plural is None else {"plural": what.plural, "count": what.count}
    return {"message": what.message, "values": values, **plural}


def phrase_of(json: Mapping[str, Any]) -> Phrase:
    """Read back what ``kept`` made."""
    values = {name: phrase_of(value) if isinstance(value, Mapping) else value for name, value in json["values"].items()}
    return Phrase(message=json["message"], values=values, plural=json.get("plural"), count=json.get("count"))
